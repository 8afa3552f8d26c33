-- A node has died: the sockets it held are gone. Their people keep their places until their leases
-- run out, and are not called meanwhile.
--
-- args     organisation, node; keep (ms)
-- returns  ok and how many people; call again until it is none

local held = key('node', args.node)
local people = redis.call('SRANDMEMBER', held, 200)
for _, person in ipairs(people) do
  redis.call('SREM', held, person)
  if redis.call('HGET', key('person', person), 'node') == args.node then detach(person) end
end
if #people > 0 then changed() end
return {'ok', tostring(#people)}
