-- The time for the wrap-up is over; the outcome is what the facts say.
--
-- args     organisation, subject (consultation); offer, keep (ms)
-- returns  ok, or wrong_state when another node was first or it is closed

if not claim('wrap_up:' .. args.subject) then return {'wrong_state'} end
local c = consultation(args.subject)
if not c or c.state ~= 'wrapping_up' then return {'wrong_state'} end

finish(c, 'wrap_up_over', assumed_outcome(c))
next_visitor(c.consultant, 'wrap_up_over')
changed()
return {'ok'}
