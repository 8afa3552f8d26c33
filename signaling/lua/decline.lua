-- The consultant refuses the visitor who is offered: the visitor keeps their place, the
-- consultant is paused, or the same two would be paired again at once.
--
-- args     organisation, consultant (or interpreter), link; offer, keep (ms)
-- returns  ok, or wrong_state when that offer is over

local c = current(args.consultant)
if not c or c.state ~= 'offered' or not is_link(c, args.link) then return {'wrong_state'} end

local interprets = side_of(c, args.consultant) == 'interpreter'
pause(c, interprets and 'interpreter_declined' or 'decline', 'offer_declined', { args.consultant })
changed()
return {'ok'}
