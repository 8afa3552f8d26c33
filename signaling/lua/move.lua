-- Staff move a waiting visitor to another line; they keep the time they joined at.
--
-- args     organisation, consultation, topic, language, mode, line, handling, service_level (ms),
--          recording_rule, closes_at (0: never), user (or empty), token (or empty); offer, keep (ms)
-- returns  ok, not_found, wrong_state or line_closed

local c = consultation(args.consultation)
if not c then return {'not_found'} end
if c.state ~= 'waiting' then return {'wrong_state'} end
local gate = redis.call('HGET', key('gates'), args.topic)
if gate == 'closed' or gate == 'ended' then return {'line_closed'} end

leave_line(c)
no_deadline('widen:' .. c.id)
save(c, {
  topic = args.topic, language = args.language, mode = args.mode, line = args.line,
  handling = args.handling, service_level = args.service_level, recording_rule = args.recording_rule,
  scope = '', scopes = '', promise = '',
  advanced_at = now,
})
close_by_hours(c.topic, args.closes_at)
journal({
  type = 'consultation.moved', consultation = c.id, topic = c.topic, language = c.language,
  mode = c.mode, user = set(args.user), token = set(args.token),
})
enter_line(c)
tell_booth(c, 'move')
pair_visitor(c)
changed()
return {'ok'}
