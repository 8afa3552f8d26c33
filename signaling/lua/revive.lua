-- The first node is back after all were away: nobody is thrown out because we were. Every deadline
-- that ran out, or soon would, starts again; sockets that are gone are forgotten, so that nobody is
-- offered to a page that has not come back yet. Opening hours do not move.
--
-- args     organisation; grace, offer (ms)
-- returns  ok

local due = redis.call('ZRANGE', key('deadlines'), '-inf', now + args.grace, 'BYSCORE')
for _, member in ipairs(due) do
  local kind, subject = string.match(member, '^([^:]+):(.+)$')
  if kind ~= 'hours' then
    local again = kind == 'lease' and args.grace or args.offer
    redis.call('ZADD', key('deadlines'), 'GT', now + again, member)
  end
  if kind == 'lease' then forget_socket(subject) end
end
return {'ok'}
