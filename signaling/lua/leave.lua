-- The visitor leaves the line, while waiting or while a consultant is being asked.
--
-- args     organisation, booth, consultation; offer, keep (ms)
-- returns  ok, not_found or wrong_state

local c = consultation(args.consultation)
if not c or c.booth ~= args.booth then return {'not_found'} end
if c.state ~= 'waiting' and c.state ~= 'offered' then return {'wrong_state'} end

local asked = c.state == 'offered'
close(c, 'leave', asked and 'abandoned_offer' or 'abandoned')
if asked then next_visitors(release_all(c), 'leave') end
changed()
return {'ok'}
