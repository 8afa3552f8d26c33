-- The ways out of a wait, an offer, a talk and a consultation.

local GIVE_UP_AFTER = 3       -- failed links of one consultation
local SOON = 10 * 1000        -- who leaves sooner than this never really waited

-- The figures of the day, of a line and of all, which the wall shows; and those since ever.
local function count(c, figure, by)
  for _, name in ipairs({ key('today', c.counted_day, c.line), key('today', c.counted_day) }) do
    redis.call('HINCRBY', name, figure, by or 1)
    redis.call('PEXPIRE', name, 3 * DAY)
  end
  redis.call('HINCRBY', key('totals'), figure, by or 1)
end

local function count_answered(c)
  if c.counted == '1' then return end
  save(c, { counted = 1 })
  local wait = number(c.accepted_at) - number(c.joined_at)
  count(c, 'answered')
  if wait <= number(c.service_level) then count(c, 'in_time') end
  local low, high = number(c.first_low), number(c.first_high)
  if high then
    count(c, 'promised')
    if wait <= high * 60000 then count(c, 'promise_kept') end
    local off = math.abs(wait / 1000 - (low + high) * 30)
    count(c, 'promise_error_seconds', math.floor(off + 0.5))
  end
end

-- The talk or the wait is over for the visitor: they are told, and their booth is soon forgotten.
-- Not when the booth has the next visitor already, whose page this would be.
local function part_with_booth(c, cause)
  if not set(c.booth) or redis.call('GET', key('booth', c.booth)) ~= c.id then return end
  redis.call('PEXPIRE', key('booth', c.booth), AFTER_TALK)
  tell_booth(c, cause)
end

-- Closes for good. The caller has made sure the table allows it. `by` is who did it: {user, token}.
local function close(c, trigger, outcome, by)
  if c.state == 'waiting' then leave_line(c) end
  move(c, trigger, { outcome = outcome, closed_at = now })
  drop_deadlines(c)
  no_deadline('widen:' .. c.id)
  hold_numbers(c, set(c.good_until) or now)
  if not set(c.booth) then
    no_deadline('claim:' .. c.id)
    redis.call('DEL', key('claim', c.centre, c.claim))
    -- The paper is void, and whoever gives such numbers knows it.
    if trigger == 'remove' and c.claim ~= c.ticket then
      redis.call('ZREM', key('shown', c.centre), c.claim)
    end
  end
  -- Who was answered once is counted as that, also when they leave after being cut off.
  if c.counted ~= '1' and (outcome == 'abandoned' or outcome == 'abandoned_offer') then
    count(c, 'abandoned')
    if now - number(c.joined_at) <= SOON then count(c, 'abandoned_soon') end
  end
  journal({
    type = 'consultation.closed', consultation = c.id, outcome = outcome, reason = trigger,
    was = c.was, user = by and set(by.user), token = by and set(by.token),
  })
  redis.call('ZREM', key('open'), c.id)
  redis.call('PEXPIRE', key('consultation', c.id), DAY)
  part_with_booth(c, trigger)
end

-- Whoever is asked for the consultation or talks in it is free again; the caller says what they
-- do next.
local function release_all(c)
  local freed = {}
  for _, user in ipairs({ set(c.consultant) or '', set(c.interpreter_user) or '' }) do
    if user ~= '' then
      release(user)
      freed[#freed + 1] = user
    end
  end
  return freed
end

-- The consultant is free again: asked for the next visitor, or told why they are idle.
local function next_visitor(user, cause)
  pair_consultant(user)
  if not current(user) then tell_consultant(user, cause) end
end

local function next_visitors(users, cause, but)
  for _, user in ipairs(users) do
    if user ~= but then next_visitor(user, cause) end
  end
end

-- How a consultation ended when its consultant has not said so.
local function assumed_outcome(c)
  if c.end_reason == 'visitor_lost' then return 'technical_booth' end
  if set(c.connected_at) then return 'served' end
  if c.ended_by == 'consultant' then return 'no_show' end
  return 'visitor_left'
end

-- Somebody cut off in a talk is let ahead by the organisation's head start for that.
local function let_ahead(c)
  local at = place_in_time(c.joined_us, number(c.cut_off))
  if c.was == 'offered' or number(at) >= number(c.effective_at) then return end
  save(c, { priority = 'cut_off', effective_at = at })
  journal({
    type = 'consultation.prioritised', consultation = c.id, priority = 'cut_off',
    declared_by = 'system', head_start = math.floor(number(c.cut_off) / 1000),
  })
end

-- Whether everyone who waited in the visitor's line was sent home already, by staff or by the clock.
local function over_for(c)
  if redis.call('HGET', key('gates'), c.topic) == 'ended' then return true end
  local closed_at = number(redis.call('HGET', key('closing'), c.topic) or nil)
  return closed_at and closed_at <= now
    and not redis.call('ZSCORE', key('deadlines'), 'hours:' .. c.topic)
end

-- The troubles of a talk are over with it; those of the booth's own devices stay with the visitor.
local function keep_own_issues(c)
  local kept = {}
  for each in string.gmatch(c.issues or '', '%S+') do
    if string.find(each, '^visitor:[%w_]+:$') then kept[#kept + 1] = each end
  end
  save(c, { issues = table.concat(kept, ' ') })
end

-- Nobody talks over the present link any more.
local function forget_quality(c)
  local link = c.link
  redis.call('HDEL', key('weak'), link .. ':visitor', link .. ':consultant', link .. '-vi:visitor',
    link .. '-vi:interpreter', link .. '-ci:consultant', link .. '-ci:interpreter')
end

-- Back to the line: to the own place after an offer, ahead of others after a talk that broke. Who
-- was asked or talked is freed; what they do next is for the caller, because that depends on why.
local function return_to_line(c, trigger)
  move(c, trigger)
  drop_deadlines(c)
  journal({
    type = 'consultation.returned', consultation = c.id, consultant = c.consultant,
    reason = trigger, was = c.was,
  })
  local freed = release_all(c)
  keep_own_issues(c)
  forget_quality(c)
  save(c, { consultant = '', interpreter_user = '', link = '', connected_at = '' })
  let_ahead(c)
  enter_line(c)
  -- Who is not called again at once goes home like the others.
  if over_for(c) then deadline('hours:' .. c.topic, 0) end
  tell_booth(c, trigger)
  return freed
end

-- The talk is over. The consultant writes it down; the interpreter is free.
local function end_talk(c, trigger, by)
  local interpreter = set(c.interpreter_user)
  forget_quality(c)
  move(c, trigger, {
    ended_at = now, ended_by = by, end_reason = trigger, deadline = now + args.wrap_up,
    interpreter_user = '',
  })
  drop_deadlines(c)
  deadline('wrap_up:' .. c.id, args.wrap_up)
  journal({
    type = 'consultation.talk_ended', consultation = c.id, by = by, reason = trigger, was = c.was,
  })
  part_with_booth(c, trigger)
  tell_consultant(c.consultant, trigger)
  if interpreter then
    release(interpreter)
    next_visitor(interpreter, trigger)
  end
end

-- The end of wrap-up: closes, remembers how long it all took, frees the consultant.
local function finish(c, trigger, outcome)
  local user = c.consultant
  close(c, trigger, outcome)
  if set(c.connected_at) then
    local past = key('durations', c.topic)
    redis.call('LPUSH', past, now - number(c.connected_at))
    redis.call('LTRIM', past, 0, 99)
  end
  release(user)
end

-- A link failed. The visitor returns; after too many failures they are let go with the truth.
local function media_failed(c)
  local freed = return_to_line(c, 'media_failed')
  local failures = (number(c.failures) or 0) + 1
  save(c, { failures = failures })
  if failures >= GIVE_UP_AFTER then
    close(c, 'give_up', 'technical_network')
  else
    pair_visitor(c)
  end
  next_visitors(freed, 'media_failed')
end

-- The visitor returns, and who did not take the offer is paused, with the reason shown to them.
-- Somebody asked together with them is free for the next.
local function pause(c, trigger, reason, users)
  local freed = return_to_line(c, trigger)
  local paused = {}
  for _, user in ipairs(users) do
    status(user, 'break', reason)
    tell_consultant(user, trigger)
    paused[user] = true
  end
  pair_visitor(c)
  for _, user in ipairs(freed) do
    if not paused[user] then
      -- Who may have accepted already hears that nothing came of it, also when the next one waits.
      tell_consultant(user, trigger)
      pair_consultant(user)
    end
  end
end

-- The consultant or interpreter is gone: their visitor goes back to the line, or their wrap-up ends.
local function consultant_gone(user, reason)
  local c = current(user)
  local trigger, freed = 'consultant_lost', {}
  if c and c.state == 'wrapping_up' then
    finish(c, trigger, assumed_outcome(c))
  elseif c then
    if side_of(c, user) == 'interpreter' then trigger = 'interpreter_lost' end
    freed = return_to_line(c, trigger)
  end
  status(user, 'offline', reason)
  tell_consultant(user, 'consultant_lost')
  if c and c.state == 'waiting' then pair_visitor(c) end
  next_visitors(freed, trigger, user)
end

-- The booth is gone: leaves the line, or the talk ends.
local function visitor_gone(c)
  if c.state == 'waiting' then
    close(c, 'visitor_lost', 'technical_booth')
  elseif c.state == 'offered' then
    close(c, 'visitor_lost', 'technical_booth')
    next_visitors(release_all(c), 'visitor_lost')
  elseif TALKING[c.state] then
    end_talk(c, 'visitor_lost', 'system')
  end
end

-- The line is over for everyone who still waits in it: so many at once, and whether that was all.
local function send_home(topic, limit)
  for _, line in ipairs(redis.call('SMEMBERS', key('lines'))) do
    if topic_of(line) == topic then
      for _, id in ipairs(redis.call('ZRANGE', key('line', line), 0, limit)) do
        if limit == 0 then return false end
        close(consultation(id), 'line_closed', 'closed_by_hours')
        limit = limit - 1
      end
    end
  end
  return true
end
