-- A recorder has not been heard of for too long: another takes over. Or none has come.
--
-- args     organisation, subject (consultation); keep (ms)
-- returns  ok, or wrong_state when it no longer holds

if not claim('recording:' .. args.subject) then return {'wrong_state'} end
local c = consultation(args.subject)
if not c or c.state ~= 'active' or not RECORDING[c.recording] then return {'wrong_state'} end

if set(c.recorder) then
  if set(c.recorded) then journal_recorded(c, number(c.take), cjson.decode(c.recorded)) end
  redis.call('DEL', key('person', recorder_person(c)))
  journal_recording(c, 'interrupted')
  want_recorder(c)
else
  redis.call('ZREM', key('recordings'), c.id)
  journal_recording(c, 'unavailable')
  set_recording(c, 'unavailable')
end
tell_both(c, 'recording')
return {'ok'}
