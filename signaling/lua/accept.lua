-- The consultant takes the visitor who is offered; the tracks go on the link now. When an interpreter
-- is asked too, both must have accepted.
--
-- args     organisation, consultant (or interpreter), link; connect, keep (ms)
-- returns  ok, or wrong_state when that offer is over

local c = current(args.consultant)
if not c or c.state ~= 'offered' or not is_link(c, args.link) then return {'wrong_state'} end

if set(c.interpreter_user) then
  local mine = side_of(c, args.consultant)
  local theirs = mine == 'consultant' and 'interpreter' or 'consultant'
  if c['agreed_' .. mine] == '1' then return {'wrong_state'} end
  if c['agreed_' .. theirs] ~= '1' then
    save(c, { ['agreed_' .. mine] = 1 })
    journal({ type = 'consultation.agreed', consultation = c.id, user = args.consultant })
    tell_consultant(args.consultant, 'agree')
    return {'ok'}
  end
end

no_deadline('offer:' .. c.id)
no_deadline('widen:' .. c.id)
-- Who returns after this is everyone's.
move(c, 'accept', { accepted_at = now, scope = '', scopes = '' })
deadline('connect:' .. c.id, args.connect)
journal({
  type = 'consultation.accepted', consultation = c.id, consultant = c.consultant, link = c.link,
})
tell_booth(c, 'accept')
for _, user in ipairs({ c.consultant, set(c.interpreter_user) }) do
  redis.call('HSET', key('staff'), user, 'busy')
  tell_consultant(user, 'accept')
end
changed()
return {'ok'}
