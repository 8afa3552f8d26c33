-- The heartbeat of a page.
--
-- args     organisation, person, connection; grace, keep (ms)
-- returns  ok and the time (ms); wrong_state when a newer socket has taken over; not_found when the person was
--          forgotten meanwhile (Redis was away for long) and must introduce themselves again

local name = key('person', args.person)
local who = redis.call('HMGET', name, 'connection', 'node')
local holder = who[1]
if not holder then return {'not_found'} end
if holder ~= args.connection then return {'wrong_state'} end
redis.call('PEXPIRE', name, args.keep)
redis.call('PEXPIRE', key('node', who[2]), args.keep)
redis.call('PEXPIRE', key('mail', args.person), args.keep)
deadline('lease:' .. args.person, args.grace)
return {'ok', tostring(now)}
