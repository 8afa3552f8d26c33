-- Staff take a visitor out of the line.
--
-- args     organisation, consultation, user (or empty), token (or empty); offer, keep (ms)
-- returns  ok, not_found or wrong_state

local c = consultation(args.consultation)
if not c then return {'not_found'} end
if c.state ~= 'waiting' and c.state ~= 'offered' then return {'wrong_state'} end

local asked = c.state == 'offered'
close(c, 'remove', 'removed_by_staff', args)
if asked then next_visitors(release_all(c), 'remove') end
changed()
return {'ok'}
