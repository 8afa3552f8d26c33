-- Nobody came to a booth with a ticket that was taken elsewhere.
--
-- args     organisation, subject (consultation); keep (ms)
-- returns  ok, or wrong_state when another node was first or it was claimed

if not claim('claim:' .. args.subject) then return {'wrong_state'} end
local c = consultation(args.subject)
if not c or c.state ~= 'waiting' or set(c.booth) then return {'wrong_state'} end

close(c, 'unclaimed', 'no_show')
changed()
return {'ok'}
