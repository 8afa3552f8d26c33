-- Passes what one page says to the other on to the node that holds the other's socket.
--
-- args     organisation, person, link, body
-- returns  ok, or not_found when the other page has no socket now

local node = redis.call('HGET', key('person', args.person), 'node')
if not node then return {'not_found'} end
post(node, 'relay', args.person, args.body, nil, args.link)
return {'ok'}
