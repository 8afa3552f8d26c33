-- The time is over in which only some consultants may serve the visitor.
--
-- args     organisation, subject (consultation); offer, keep (ms)
-- returns  ok, or wrong_state when another node was first or the visitor is served

if not claim('widen:' .. args.subject) then return {'wrong_state'} end
local c = consultation(args.subject)
if not c or (c.state ~= 'waiting' and c.state ~= 'offered') then return {'wrong_state'} end

if c.state == 'waiting' then unset_ready(c) end
narrow(c, cjson.decode(set(c.scopes) or '[]'))
journal({ type = 'consultation.widened', consultation = c.id, scope = c.scope })
if c.state == 'waiting' then
  set_ready(c)
  pair_visitor(c)
end
changed()
return {'ok'}
