-- An offer was not answered in time.
--
-- args     organisation, subject (consultation); offer, keep (ms)
-- returns  ok, or wrong_state when another node was first or the offer is over

if not claim('offer:' .. args.subject) then return {'wrong_state'} end
local c = consultation(args.subject)
if not c or c.state ~= 'offered' then return {'wrong_state'} end

local silent, trigger = {}, 'interpreter_timed_out'
if c.agreed_consultant ~= '1' then silent[1], trigger = c.consultant, 'offer_timed_out' end
if set(c.interpreter_user) and c.agreed_interpreter ~= '1' then
  silent[#silent + 1] = c.interpreter_user
end
pause(c, trigger, 'offer_missed', silent)
changed()
return {'ok'}
