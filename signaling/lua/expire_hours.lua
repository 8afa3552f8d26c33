-- The hours of a topic's lines are over: who still waits is sent home.
--
-- args     organisation, subject (topic); keep (ms)
-- returns  ok, or wrong_state when another node was first

if not claim('hours:' .. args.subject) then return {'wrong_state'} end
if not send_home(args.subject, 500) then deadline('hours:' .. args.subject, 0) end
changed()
return {'ok'}
