-- The first node is back after all were away: nobody is thrown out because we were. Every deadline
-- that ran out, or soon would, starts again; sockets that are gone are forgotten, so that nobody is
-- offered to a page that has not come back yet.
--
-- args     organisation; grace, offer (ms)
-- returns  ok

local due = redis.call('ZRANGE', key('deadlines'), '-inf', now + args.grace, 'BYSCORE')
for _, member in ipairs(due) do
  local again = string.sub(member, 1, 6) == 'lease:' and args.grace or args.offer
  redis.call('ZADD', key('deadlines'), 'GT', now + again, member)
  local person = string.match(member, '^lease:(.+)$')
  if person then redis.call('HDEL', key('person', person), 'node', 'connection') end
end
for _, user in ipairs(redis.call('HKEYS', key('staff'))) do
  unable(user, hash(key('consultant', user)))
end
return {'ok'}
