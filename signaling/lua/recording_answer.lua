-- The visitor says whether the conversation may be recorded.
--
-- args     organisation, booth, consultation, agree; keep (ms)
-- returns  ok, not_found or wrong_state (nobody asks now)

local c = consultation(args.consultation)
if not c or c.booth ~= args.booth then return {'not_found'} end
if c.state ~= 'active' or c.recording ~= 'asked' then return {'wrong_state'} end

if args.agree then
  save(c, { agreed_at = now })
  journal_recording(c, 'agreed', 'visitor')
  want_recorder(c)
else
  journal_recording(c, 'refused', 'visitor')
  set_recording(c, 'refused', 'visitor')
end
tell_both(c, 'recording')
return {'ok'}
