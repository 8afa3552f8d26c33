-- A consultant signs out: offline at once, whatever they were doing, and their socket is closed.
--
-- args     organisation, consultant; offer, wrap_up, keep (ms)
-- returns  ok

local person = 'consultant:' .. args.consultant
no_deadline('lease:' .. person)
local holder = hash(key('person', person))
if holder.node then
  post(holder.node, 'expel', person, '', nil, nil, nil, holder.connection)
end
forget_socket(person)
local status_now = consultant(args.consultant).status
if status_now and status_now ~= 'offline' then consultant_gone(args.consultant, 'signed_out') end
changed()
return {'ok'}
