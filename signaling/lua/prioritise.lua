-- Staff give a waiting visitor another head start, or none.
--
-- args     organisation, consultation, priority, head_start (ms), user (or empty), token (or empty);
--          offer, keep (ms)
-- returns  ok, not_found or wrong_state

local c = consultation(args.consultation)
if not c then return {'not_found'} end
if c.state ~= 'waiting' then return {'wrong_state'} end

leave_line(c)
save(c, {
  priority = args.priority, effective_at = place_in_time(c.joined_us, args.head_start),
  advanced_at = now,
})
journal({
  type = 'consultation.prioritised', consultation = c.id, priority = c.priority,
  declared_by = 'staff', head_start = math.floor(args.head_start / 1000), user = set(args.user),
  token = set(args.token),
})
enter_line(c)
tell_booth(c, 'prioritise')
pair_visitor(c)
changed()
return {'ok'}
