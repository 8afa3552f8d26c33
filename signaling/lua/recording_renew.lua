-- A recorder goes on, and says what it has written.
--
-- args     organisation, node, consultation, take, running (something has arrived), recorded (side to
--          {segments, milliseconds}); keep (ms)
-- returns  ok, or wrong_state: it is to stop

local c = consultation(args.consultation)
if not c or not RECORDING[c.recording] or c.recorder ~= args.node or number(c.take) ~= args.take then
  return {'wrong_state'}
end
save(c, { recorded = cjson.encode(args.recorded) })
redis.call('PEXPIRE', key('person', recorder_person(c)), RECORDER_LEASE)
deadline('recording:' .. c.id, RECORDER_LEASE)
if args.running and c.recording == 'agreed' then
  journal_recording(c, 'began')
  set_recording(c, 'running')
  tell_both(c, 'recording')
end
return {'ok'}
