-- Either of the two ends the recording, or takes the question back.
--
-- args     organisation, side, who, consultation; keep (ms)
-- returns  ok, not_found or wrong_state (nothing is recorded or asked)

local c = consultation(args.consultation)
if not c or c[args.side == 'visitor' and 'booth' or 'consultant'] ~= args.who then
  return {'not_found'}
end
if c.state ~= 'active' or not (c.recording == 'asked' or RECORDING[c.recording]) then
  return {'wrong_state'}
end

no_recorder(c)
journal_recording(c, 'stopped', args.side)
set_recording(c, 'stopped', args.side)
tell_both(c, 'recording')
return {'ok'}
