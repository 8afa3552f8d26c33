-- The opening hours of a topic were looked at again; they may have been changed while people wait.
--
-- args     organisation, topic, closes_at (ms; 0: never)
-- returns  ok
-- why      lines that staff have ended are left alone: their deadline sends home who still waits

if redis.call('HGET', key('gates'), args.topic) == 'ended' then return {'ok'} end
local before = redis.call('HGET', key('closing'), args.topic)
close_by_hours(args.topic, args.closes_at)
if before ~= redis.call('HGET', key('closing'), args.topic) then changed() end
return {'ok'}
