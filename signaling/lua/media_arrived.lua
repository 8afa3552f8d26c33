-- One side sees or hears the other for the first time; when all do on all links, the visitor is
-- answered.
--
-- args     organisation, side (visitor, consultant or interpreter), who (booth or user), link;
--          keep_days (of recordings; 0: nothing is recorded); keep (ms)
-- returns  ok, or wrong_state when that link is over

local c, side = on_link(args.link, args.who, args.side)
if not c or not TALKING[c.state] then return {'wrong_state'} end
local seen = args.link .. ':' .. side
if string.find(c.seen or '', seen, 1, true) then return {'ok'} end

save(c, { seen = (c.seen or '') .. ' ' .. seen })
journal({ type = 'consultation.media_arrived', consultation = c.id, side = side, link = args.link })
local _, sides = string.gsub(c.seen, ':', '')
if c.state == 'connecting' and sides == (set(c.interpreter_user) and 6 or 2) then
  no_deadline('connect:' .. c.id)
  move(c, 'connected', { connected_at = now })
  count_answered(c)
  journal({ type = 'consultation.connected', consultation = c.id, link = c.link })
  tell_booth(c, 'connected')
  for _, user in ipairs({ c.consultant, set(c.interpreter_user) }) do
    tell_consultant(user, 'connected')
  end
  if c.recording_rule == 'always' and not set(c.interpreter_user) and args.keep_days > 0 then
    ask_recording(c, nil, args.keep_days)
  end
  changed()
end
return {'ok'}
