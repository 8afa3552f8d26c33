-- One of the two finishes the conversation.
--
-- args     organisation, side, who, consultation; wrap_up, keep (ms)
-- returns  ok, not_found or wrong_state

local c = consultation(args.consultation)
if not c or c[args.side == 'visitor' and 'booth' or 'consultant'] ~= args.who then
  return {'not_found'}
end
if not TALKING[c.state] then return {'wrong_state'} end

end_talk(c, 'hang_up', args.side)
changed()
return {'ok'}
