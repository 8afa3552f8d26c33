-- Somebody has begun to write in a talk, or tells at its end how soon what they wrote had left. Each is
-- journaled once for each talk and side; of what was written nothing is known here.
--
-- args     organisation, side (visitor or consultant), who (booth or user), link (any of the talk),
--          delay (ms, or null: they have begun)
-- returns  ok, or wrong_state when they are in no talk on that link

local c, side = party_of(args.link, args.who, args.side)
local has_delay = args.delay ~= cjson.null
if not c or not (TALKING[c.state] or has_delay and c.state == 'wrapping_up') then
  return {'wrong_state'}
end

local known = c['wrote_' .. side] or ''
local begun, told = c.link, c.link .. ' told'
if known == told or known == begun and not has_delay then return {'ok'} end

save(c, { ['wrote_' .. side] = has_delay and told or begun })
journal({
  type = 'consultation.text', consultation = c.id, side = side, link = c.link,
  delay = has_delay and args.delay or nil,
})
return {'ok'}
