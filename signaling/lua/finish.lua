-- The consultant writes down the outcome and closes the consultation.
--
-- args     organisation, consultant, consultation, outcome; offer, keep (ms)
-- returns  ok, not_found or wrong_state

local c = consultation(args.consultation)
if not c or c.consultant ~= args.consultant then return {'not_found'} end
if c.state ~= 'wrapping_up' then return {'wrong_state'} end

finish(c, 'finish', args.outcome)
next_visitor(args.consultant, 'finish')
changed()
return {'ok'}
