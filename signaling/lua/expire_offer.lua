-- An offer was not answered in time.
--
-- args     organisation, subject (consultation); offer, keep (ms)
-- returns  ok, or wrong_state when another node was first or the offer is over

if not claim('offer:' .. args.subject) then return {'wrong_state'} end
local c = consultation(args.subject)
if not c or c.state ~= 'offered' then return {'wrong_state'} end

pause(c, 'offer_timed_out', 'offer_missed')
changed()
return {'ok'}
