-- A visitor takes a ticket: at a booth, at a machine outside Okno, or to come back as agreed.
--
-- args     organisation, booth (empty: elsewhere), booth_name, centre, centre_name, letter, day
--          and day_begins (ms; where the centre is), counted_day, consultation, topic, language,
--          mode, line, handling, service_level (ms), priority, declared_by, head_start, cut_off
--          (ms), interpreter, recording_rule, scopes, overflow_at (0: never), source, external, closes_at (0:
--          never), claim_within (ms), redeem (a ticket of an earlier visit, or empty), errand (name
--          of a request that may be sent again, or empty), request (which it is); offer, keep (ms)
-- returns  ok and JSON {id, ticket, place, waiting, called}, of the earlier ticket if the errand was
--          done before; already_waiting, line_closed, ticket_taken, key_reused (the errand was another),
--          not_found (nothing to redeem), booth_unfit or unavailable (the booth's page must come back first)
-- why      numbering, queueing, journaling and pairing are one step, so a ticket is never without a
--          place and an idle consultant never misses a visitor; what the ticket was taken for is
--          remembered in the same step, so whoever dies then, nobody gets a second one

local function place_of(c)
  local rank = redis.call('ZRANK', key('line', c.line), c.id)
  return rank and rank + 1 or 0, redis.call('ZCARD', key('line', c.line))
end

local function answer(c, place, waiting)
  return {'ok', cjson.encode({
    id = c.id, ticket = c.ticket, place = place, waiting = waiting, called = c.state ~= 'waiting',
  })}
end

-- Whether somebody is called by that number, or was today, or is to come back with it.
local function is_somebodys(number)
  local till = redis.call('ZSCORE', key('shown', args.centre), number)
  return till and tonumber(till) >= args.day_begins
end

local errand = set(args.errand) and key('errand', args.errand)
local done = errand and hash(errand) or {}
if done.request then
  if done.request ~= args.request then return {'key_reused'} end
  local c = consultation(done.consultation)
  return answer(c, place_of(c))
end

local before = set(args.booth) and redis.call('GET', key('booth', args.booth))
local old = before and consultation(before)
if old and old.state ~= 'closed' and old.state ~= 'wrapping_up' then return {'already_waiting'} end

local gate = redis.call('HGET', key('gates'), args.topic)
if gate == 'closed' or gate == 'ended' then return {'line_closed'} end
local external = set(args.external)
if external and is_somebodys(external) then return {'ticket_taken'} end

local agreed = set(args.redeem) and key('claim', args.centre, args.redeem)
local previous = agreed and redis.call('HGET', agreed, 'consultation') or nil
if agreed and not previous then return {'not_found'} end
if unfit(args.booth, args.mode) then return {'booth_unfit'} end
if set(args.booth) and unheard_of('booth:' .. args.booth) then return {'unavailable'} end

local ticket = args.redeem
if agreed then
  redis.call('DEL', agreed)
else
  local counter = key('number', args.centre, args.day)
  repeat
    local number_today = redis.call('INCR', counter)
    if number_today == 1 then
      redis.call('PEXPIRE', counter, 2 * DAY)
      redis.call('ZREMRANGEBYSCORE', key('shown', args.centre), '-inf', args.day_begins - DAY)
    end
    ticket = string.format('%s-%03d', args.letter, number_today)
  until not is_somebodys(ticket)
end

local c = record(key('consultation', args.consultation))
c.id = args.consultation
save(c, {
  id = args.consultation, ticket = ticket, centre = args.centre, centre_name = args.centre_name,
  booth = args.booth, booth_name = args.booth_name, topic = args.topic, language = args.language,
  mode = args.mode, line = args.line, handling = args.handling,
  service_level = args.service_level, priority = args.priority, cut_off = args.cut_off,
  interpreter = args.interpreter, recording_rule = args.recording_rule,
  scope = '', counted_day = args.counted_day, state = 'waiting', joined_at = now,
  joined_us = place_in_time(now_us, 0), effective_at = place_in_time(now_us, args.head_start),
})
redis.call('ZADD', key('open'), now, c.id)
if errand then
  redis.call('HSET', errand, 'request', args.request, 'consultation', c.id)
  redis.call('PEXPIRE', errand, DAY)
end
if set(c.booth) then
  redis.call('SET', key('booth', args.booth), c.id)
else
  save(c, { claim = external or ticket })
  if external then
    redis.call('SET', key('external', c.centre, external), c.id, 'PX', 2 * DAY)
  end
  local claim = key('claim', c.centre, c.claim)
  redis.call('HSET', claim, 'kind', 'ticket', 'consultation', c.id)
  redis.call('PEXPIRE', claim, args.claim_within + DAY)
  deadline('claim:' .. c.id, args.claim_within)
end
hold_numbers(c, FOREVER)
close_by_hours(c.topic, args.closes_at)
if args.overflow_at == 0 or redis.call('ZCARD', key('line', c.line)) < args.overflow_at then
  if args.scopes[1] then narrow(c, args.scopes) end
end
enter_line(c)

local place, waiting = place_of(c)
journal({
  type = 'consultation.joined', consultation = c.id, centre = c.centre, booth = set(c.booth),
  ticket = c.ticket, topic = c.topic, language = c.language, mode = c.mode, place = place,
  waiting = waiting, priority = c.priority, declared_by = args.declared_by,
  head_start = math.floor(args.head_start / 1000), interpreter = c.interpreter,
  scope = c.scope, source = args.source, external = args.external, previous = previous,
})
tell_booth(c, 'join')
pair_visitor(c)
changed()
return answer(c, place, waiting)
