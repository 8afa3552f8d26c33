-- The consultant asks the visitor whether the conversation may be recorded.
--
-- args     organisation, consultant, consultation, keep_days; keep (ms)
-- returns  ok, not_found, wrong_state (not in conversation, asked already, refused before),
--          not_recorded (the topic does not allow it) or recorded_by_two (an interpreter is there)

local c = consultation(args.consultation)
if not c or c.consultant ~= args.consultant then return {'not_found'} end
if c.state ~= 'active' then return {'wrong_state'} end
if not set(c.recording_rule) then return {'not_recorded'} end
if set(c.interpreter_user) then return {'recorded_by_two'} end
local before = c.recording
if before == 'asked' or before == 'refused' or RECORDING[before] then return {'wrong_state'} end

ask_recording(c, 'consultant', args.keep_days)
return {'ok'}
