-- Staff open, pause, close or end the lines of a topic.
--
-- args     organisation, topic, gate, user (or empty), token (or empty), note; offer, keep (ms)
-- returns  ok

local was = redis.call('HGET', key('gates'), args.topic) or 'open'
if args.gate == 'open' then
  redis.call('HDEL', key('gates'), args.topic)
else
  redis.call('HSET', key('gates'), args.topic, args.gate)
end
if was ~= args.gate or args.note ~= '' then
  journal({
    type = 'line.gate', topic = args.topic, gate = args.gate, user = set(args.user),
    token = set(args.token), note = args.note,
  })
end
if args.gate == 'ended' then
  -- The rest, if many wait, goes home with the next steps of the same deadline.
  if not send_home(args.topic, 500) then deadline('hours:' .. args.topic, 0) end
elseif was == 'paused' and args.gate ~= 'paused' then
  pair_topic(args.topic)
end
changed()
return {'ok'}
