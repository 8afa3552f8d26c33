-- A page has been silent for longer than the grace period.
--
-- args     organisation, subject (person); offer, wrap_up, keep (ms)
-- returns  ok, or wrong_state when another node was first or the page is back

if not claim('lease:' .. args.subject) then return {'wrong_state'} end
forget_socket(args.subject)
redis.call('HDEL', key('person', args.subject), 'lost')

local kind, id = string.match(args.subject, '^(%a+):(.+)$')
if kind == 'consultant' then
  if consultant(id).status ~= 'offline' then
    consultant_gone(id, 'connection_lost')
  end
else
  local c = consultation(redis.call('GET', key('booth', id)) or '')
  if c then visitor_gone(c) end
end
changed()
return {'ok'}
