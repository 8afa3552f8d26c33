-- A visitor takes a ticket at a booth.
--
-- args     organisation, booth, centre, booth_name, centre_name, letter, day, consultation, topic,
--          language, mode, line, handling (ms); offer, keep (ms)
-- returns  ok and the consultation's id, or already_waiting
-- why      numbering, queueing, journaling and pairing are one step, so a ticket is never without a
--          place and an idle consultant never misses a visitor

local before = redis.call('GET', key('booth', args.booth))
local old = before and consultation(before)
if old and old.state ~= 'closed' and old.state ~= 'wrapping_up' then return {'already_waiting'} end

local counter = key('number', args.centre, args.day)
local count = redis.call('INCR', counter)
redis.call('PEXPIRE', counter, 2 * DAY)

local c = { id = args.consultation }
save(c, {
  id = args.consultation, ticket = string.format('%s-%03d', args.letter, count),
  centre = args.centre, centre_name = args.centre_name, booth = args.booth,
  booth_name = args.booth_name, topic = args.topic, language = args.language, mode = args.mode,
  line = args.line, handling = args.handling, state = 'waiting', joined_at = now, effective_at = now,
})
redis.call('ZADD', key('open'), now, c.id)
redis.call('SET', key('booth', args.booth), c.id)
enter_line(c)
journal({
  type = 'consultation.joined', consultation = c.id, centre = c.centre, booth = c.booth,
  ticket = c.ticket, topic = c.topic, language = c.language, mode = c.mode,
  place = redis.call('ZRANK', key('line', c.line), c.id) + 1,
  waiting = redis.call('ZCARD', key('line', c.line)),
})
tell_booth(c, 'join')
pair_visitor(c)
changed()
return {'ok', c.id}
