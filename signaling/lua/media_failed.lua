-- One side cannot make or mend the link.
--
-- args     organisation, side, who, link; offer, keep (ms)
-- returns  ok, or wrong_state when that link is over or not yet accepted

local c = on_link(args.link, args.who, args.side)
if not c or not TALKING[c.state] then return {'wrong_state'} end

media_failed(c)
changed()
return {'ok'}
