-- One side sees or hears the other for the first time; when both do, the visitor is answered.
--
-- args     organisation, side (visitor or consultant), who (booth or user), link; keep (ms)
-- returns  ok, or wrong_state when that link is over

local c = consultation(string.match(args.link, '^(.*)%-%d+$') or '')
if not c or c.link ~= args.link or c[args.side == 'visitor' and 'booth' or 'consultant'] ~= args.who then
  return {'wrong_state'}
end
if not TALKING[c.state] then return {'wrong_state'} end
if set(c['seen_' .. args.side]) then return {'ok'} end

save(c, { ['seen_' .. args.side] = now })
journal({
  type = 'consultation.media_arrived', consultation = c.id, side = args.side, link = c.link,
})
if c.state == 'connecting' and set(c.seen_visitor) and set(c.seen_consultant) then
  no_deadline('connect:' .. c.id)
  move(c, 'connected')
  save(c, { connected_at = now })
  journal({ type = 'consultation.connected', consultation = c.id, link = c.link })
  tell_booth(c, 'connected')
  tell_consultant(c.consultant, 'connected')
  changed()
end
return {'ok'}
