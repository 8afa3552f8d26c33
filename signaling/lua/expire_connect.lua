-- Sound and picture did not come in time after accepting.
--
-- args     organisation, subject (consultation); offer, keep (ms)
-- returns  ok, or wrong_state when another node was first or it did connect

if not claim('connect:' .. args.subject) then return {'wrong_state'} end
local c = consultation(args.subject)
if not c or c.state ~= 'connecting' then return {'wrong_state'} end

media_failed(c)
changed()
return {'ok'}
