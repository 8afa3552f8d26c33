-- A page's socket is gone. Its person keeps their place until the lease runs out; nobody is offered
-- to them meanwhile, nor they to anybody.
--
-- args     organisation, person, connection; keep (ms)
-- returns  ok, or wrong_state when a newer socket has taken over

local name = key('person', args.person)
if redis.call('HGET', name, 'connection') ~= args.connection then return {'wrong_state'} end
redis.call('HDEL', name, 'node', 'connection')

local kind, id = string.match(args.person, '^(%a+):(.+)$')
local busy
if kind == 'consultant' then
  local who = hash(key('consultant', id))
  unable(id, who)
  busy = who.status and who.status ~= 'offline'
else
  local c = consultation(redis.call('GET', key('booth', id)) or '')
  busy = c and c.state ~= 'closed' and c.state ~= 'wrapping_up'
end
if busy then
  redis.call('HSET', name, 'lost', '1')
  journal({ type = 'presence.lost', person = args.person })
end
changed()
return {'ok'}
