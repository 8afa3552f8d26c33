-- The visitor rates the talk that has just ended, once.
--
-- args     organisation, booth, consultation, score; keep (ms)
-- returns  ok, not_found or wrong_state

local c = consultation(args.consultation)
if not c or c.booth ~= args.booth or redis.call('GET', key('booth', args.booth)) ~= c.id then
  return {'not_found'}
end
if (c.state ~= 'wrapping_up' and c.state ~= 'closed') or c.rated == '1' or not set(c.ended_at) then
  return {'wrong_state'}
end

save(c, { rated = 1 })
journal({ type = 'consultation.rated', consultation = c.id, score = args.score })
tell_booth(c, 'rated')
return {'ok'}
