-- The ways out of an offer, a talk and a consultation.

local GIVE_UP_AFTER = 3  -- failed links of one consultation

-- The talk or the wait is over for the visitor: they are told, and their booth is soon forgotten.
-- Not when the booth has the next visitor already, whose page this would be.
local function part_with_booth(c, cause)
  if redis.call('GET', key('booth', c.booth)) ~= c.id then return end
  redis.call('PEXPIRE', key('booth', c.booth), AFTER_TALK)
  tell_booth(c, cause)
end

-- Closes for good. The caller has made sure the table allows it.
local function close(c, trigger, outcome)
  if c.state == 'waiting' then leave_line(c) end
  move(c, trigger)
  drop_deadlines(c)
  save(c, { outcome = outcome, closed_at = now })
  journal({
    type = 'consultation.closed', consultation = c.id, outcome = outcome, reason = trigger,
    was = c.was,
  })
  redis.call('ZREM', key('open'), c.id)
  redis.call('PEXPIRE', key('consultation', c.id), DAY)
  part_with_booth(c, trigger)
end

-- The consultant is free again: asked for the next visitor, or told why they are idle.
local function next_visitor(user, cause)
  pair_consultant(user)
  if not set(redis.call('HGET', key('consultant', user), 'consultation')) then
    tell_consultant(user, cause)
  end
end

-- How a consultation ended when its consultant has not said so.
local function assumed_outcome(c)
  if c.end_reason == 'visitor_lost' then return 'technical_booth' end
  if set(c.connected_at) then return 'served' end
  if c.ended_by == 'consultant' then return 'no_show' end
  return 'visitor_left'
end

-- Back to the line at the original time. The consultant is freed; who is asked next is for
-- the caller, because that depends on why.
local function return_to_line(c, trigger)
  local user = c.consultant
  move(c, trigger)
  drop_deadlines(c)
  journal({
    type = 'consultation.returned', consultation = c.id, consultant = user, reason = trigger,
    was = c.was,
  })
  save(c, { consultant = '', link = '', connected_at = '' })
  enter_line(c)
  release(user)
  tell_booth(c, trigger)
end

local function end_talk(c, trigger, by)
  move(c, trigger)
  drop_deadlines(c)
  save(c, {
    ended_at = now, ended_by = by, end_reason = trigger, deadline = now + args.wrap_up,
  })
  deadline('wrap_up:' .. c.id, args.wrap_up)
  journal({
    type = 'consultation.talk_ended', consultation = c.id, by = by, reason = trigger, was = c.was,
  })
  part_with_booth(c, trigger)
  tell_consultant(c.consultant, trigger)
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

-- The link failed. The visitor returns; after too many failures they are let go with the truth.
local function media_failed(c)
  local user = c.consultant
  return_to_line(c, 'media_failed')
  local failures = (number(c.failures) or 0) + 1
  save(c, { failures = failures })
  if failures >= GIVE_UP_AFTER then
    close(c, 'give_up', 'technical_network')
  else
    pair_visitor(c)
  end
  next_visitor(user, 'media_failed')
end

-- The visitor returns and the consultant is paused, with the reason shown to them.
local function pause(c, trigger, reason)
  local user = c.consultant
  return_to_line(c, trigger)
  status(user, 'break', reason)
  tell_consultant(user, trigger)
  pair_visitor(c)
end

-- The consultant is gone: their visitor goes back to the line, or their wrap-up ends.
local function consultant_gone(user, reason)
  local c = consultation(redis.call('HGET', key('consultant', user), 'consultation') or '')
  if c and c.state == 'wrapping_up' then
    finish(c, 'consultant_lost', assumed_outcome(c))
  elseif c then
    return_to_line(c, 'consultant_lost')
  end
  status(user, 'offline', reason)
  tell_consultant(user, 'consultant_lost')
  if c and c.state == 'waiting' then pair_visitor(c) end
end

-- The booth is gone: leaves the line, or the talk ends.
local function visitor_gone(c)
  if c.state == 'waiting' then
    close(c, 'visitor_lost', 'technical_booth')
  elseif c.state == 'offered' then
    local user = c.consultant
    close(c, 'visitor_lost', 'technical_booth')
    release(user)
    next_visitor(user, 'visitor_lost')
  elseif TALKING[c.state] then
    end_talk(c, 'visitor_lost', 'system')
  end
end
