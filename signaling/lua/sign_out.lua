-- A consultant signs out: offline at once, whatever they were doing.
--
-- args     organisation, consultant; offer, wrap_up, keep (ms)
-- returns  ok

local person = 'consultant:' .. args.consultant
no_deadline('lease:' .. person)
local current = redis.call('HGET', key('consultant', args.consultant), 'status')
if current and current ~= 'offline' then consultant_gone(args.consultant, 'signed_out') end
changed()
return {'ok'}
