-- The waiting visitor agrees to come back at a certain time, with the same ticket number.
--
-- args     organisation, booth, consultation, return_at, until (ms); keep (ms)
-- returns  ok, not_found or wrong_state

local c = consultation(args.consultation)
if not c or c.booth ~= args.booth then return {'not_found'} end
if c.state ~= 'waiting' then return {'wrong_state'} end

save(c, { return_at = args.return_at, good_until = args['until'] })
local agreed = key('claim', c.centre, c.ticket)
redis.call('HSET', agreed, 'kind', 'callback', 'consultation', c.id, 'return_at', args.return_at,
  'topic', c.topic, 'language', c.language, 'mode', c.mode, 'interpreter', c.interpreter)
redis.call('PEXPIREAT', agreed, args['until'])
journal({
  type = 'consultation.called_back', consultation = c.id, return_at = args.return_at,
  ['until'] = args['until'],
})
close(c, 'callback', 'callback')
changed()
return {'ok'}
