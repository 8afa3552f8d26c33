-- A recorder has written all it will, because it was told to stop, goes away or cannot record.
--
-- args     organisation, node, consultation, take, recorded (side to {segments, milliseconds}), why
--          (`stopped`, `leaves` or `failed`); keep (ms)
-- returns  ok, or wrong_state when what it wrote is on record already

local c = consultation(args.consultation)
if not c or not journal_recorded(c, args.take, args.recorded) then return {'wrong_state'} end
if c.recorder ~= args.node or number(c.take) ~= args.take then return {'ok'} end
redis.call('DEL', key('person', recorder_person(c)))
save(c, { recorder = '' })
if not RECORDING[c.recording] then return {'ok'} end

if args.why == 'leaves' then
  journal_recording(c, 'interrupted')
  want_recorder(c)
else
  no_recorder(c)
  journal_recording(c, 'unavailable')
  set_recording(c, 'unavailable')
end
tell_both(c, 'recording')
return {'ok'}
