-- The consultant takes the visitor who is offered; the tracks go on the link now.
--
-- args     organisation, consultant, link; connect, keep (ms)
-- returns  ok, or wrong_state when that offer is over

local c = consultation(redis.call('HGET', key('consultant', args.consultant), 'consultation') or '')
if not c or c.link ~= args.link or c.state ~= 'offered' then return {'wrong_state'} end

no_deadline('offer:' .. c.id)
move(c, 'accept')
save(c, { accepted_at = now })
redis.call('HSET', key('staff'), args.consultant, 'busy')
deadline('connect:' .. c.id, args.connect)
journal({
  type = 'consultation.accepted', consultation = c.id, consultant = args.consultant, link = c.link,
})
tell_booth(c, 'accept')
tell_consultant(args.consultant, 'accept')
changed()
return {'ok'}
