-- One end of a link tells how it was for some seconds. It is journaled as it is; the wall is told when
-- the connection becomes weak, worse or good again.
--
-- args     organisation, side (visitor or consultant), who (booth or user), link, sample (an object),
--          score (or null) of what that end gets; every (ms), fall, rise (shares of a change that
--          show at once), weak, lost (scores up to which a connection is that)
-- returns  ok, wrong_state when nobody talks over that link or it is not theirs, or too_fast

local c, side = on_link(args.link, args.who, args.side)
if not c or not TALKING[c.state] then return {'wrong_state'} end

local one = args.link .. ':' .. side
local at, shown = string.match(c['quality:' .. one] or '', '^(%d+) (%S*)$')
if at and now - at < args.every then return {'too_fast'} end

journal({
  type = 'consultation.quality', consultation = c.id, side = side, link = args.link,
  sample = args.sample,
})

local score, before = args.score, tonumber(shown)
if score == cjson.null then
  score = before
elseif before then
  score = before + (score - before) * (score < before and args.fall or args.rise)
end
local function word(points)
  if not points or points > args.weak then return 'good' end
  return points > args.lost and 'weak' or 'lost'
end
save(c, { ['quality:' .. one] = now .. ' ' .. (score and string.format('%.2f', score) or '') })
if word(score) == 'good' then
  redis.call('HDEL', key('weak'), one)
else
  redis.call('HSET', key('weak'), one, now .. ' ' .. math.floor(score))
end
if word(score) ~= word(before) then changed() end
return {'ok'}
