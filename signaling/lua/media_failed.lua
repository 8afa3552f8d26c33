-- One side cannot make or mend the link.
--
-- args     organisation, side, who, link; offer, keep (ms)
-- returns  ok, or wrong_state when that link is over or not yet accepted

local c = consultation(string.match(args.link, '^(.*)%-%d+$') or '')
if not c or c.link ~= args.link or c[args.side == 'visitor' and 'booth' or 'consultant'] ~= args.who then
  return {'wrong_state'}
end
if not TALKING[c.state] then return {'wrong_state'} end

media_failed(c)
changed()
return {'ok'}
