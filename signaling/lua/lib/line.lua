-- The line, the consultants on duty, and pairing. TRANSITIONS comes from signaling/model.py.

local RESERVE = 1e15  -- added to a rank: behind everyone who is not of the reserve

local function save(c, fields)
  local flat = {}
  for field, value in pairs(fields) do
    c[field] = tostring(value)
    flat[#flat + 1] = field
    flat[#flat + 1] = c[field]
  end
  redis.call('HSET', key('consultation', c.id), unpack(flat))
end

-- Moves a consultation along the transition table; false if the table has no such step.
local function move(c, trigger)
  local to = TRANSITIONS[c.state .. ' ' .. trigger]
  if not to then return false end
  c.was = c.state
  save(c, { state = to, deadline = '' })
  return true
end

local function enter_line(c)
  redis.call('ZADD', key('line', c.line), c.effective_at, c.id)
  redis.call('SADD', key('lines'), c.line)
end

local function leave_line(c)
  redis.call('ZREM', key('line', c.line), c.id)
  if redis.call('EXISTS', key('line', c.line)) == 0 then redis.call('SREM', key('lines'), c.line) end
end

local function lines_of(who)
  return cjson.decode(who.lines or '[]')
end

local function unable(user, who)
  for _, line in ipairs(lines_of(who)) do redis.call('ZREM', key('able', line), user) end
end

local function attached(person)
  return redis.call('HEXISTS', key('person', person), 'node') == 1
end

-- Reserves the consultation for the consultant and asks them.
local function offer(c, user, rivals)
  local who = hash(key('consultant', user))
  leave_line(c)
  unable(user, who)
  move(c, 'offer')
  local attempt = (number(c.attempt) or 0) + 1
  save(c, {
    attempt = attempt, consultant = user, link = c.id .. '-' .. attempt, offered_at = now,
    accepted_at = '', connected_at = '', seen_visitor = '', seen_consultant = '',
    deadline = now + args.offer,
  })
  redis.call('HSET', key('consultant', user), 'consultation', c.id)
  redis.call('HSET', key('staff'), user, 'offered')
  deadline('offer:' .. c.id, args.offer)
  journal({
    type = 'consultation.offered', consultation = c.id, consultant = user, link = c.link,
    rule = who.reserve == '1' and 'reserve' or 'longest_available', rivals = rivals,
  })
  tell_booth(c, 'offer')
  tell_consultant(user, 'offer')
end

-- The first of a line whose page is there, and since when they count as waiting. One whose page is
-- away keeps the place and is passed over until it is back.
local function first_present(line)
  local name, from = key('line', line), 0
  while true do
    local batch = redis.call('ZRANGE', name, from, from + 9, 'WITHSCORES')
    if #batch == 0 then return nil end
    for i = 1, #batch, 2 do
      local booth = redis.call('HGET', key('consultation', batch[i]), 'booth')
      if attached('booth:' .. booth) then return batch[i], tonumber(batch[i + 1]) end
    end
    from = from + 10
  end
end

-- A visitor waits and is there: asks the consultant of the line who has been idle longest.
local function pair_visitor(c)
  if not attached('booth:' .. c.booth) then return end
  local able = key('able', c.line)
  local first = redis.call('ZRANGE', able, 0, 0, 'WITHSCORES')
  if not first[1] then return end
  -- The reserve is no rival of those who come before it.
  local limit = tonumber(first[2]) < RESERVE and '(' .. string.format('%.0f', RESERVE) or '+inf'
  offer(c, first[1], redis.call('ZCOUNT', able, '-inf', limit) - 1)
end

-- A consultant is idle: they are asked for the visitor of their lines who came first, or are
-- noted as able in each of them.
local function pair_consultant(user)
  local who = hash(key('consultant', user))
  if who.status ~= 'available' or set(who.consultation) then return end
  if not attached('consultant:' .. user) then return end
  local first, best
  for _, line in ipairs(lines_of(who)) do
    local id, at = first_present(line)
    if id and (not best or at < best or (at == best and id < first)) then first, best = id, at end
  end
  if first then
    offer(consultation(first), user, 0)
    return
  end
  local rank = number(who.idle_since) + (who.reserve == '1' and RESERVE or 0)
  for _, line in ipairs(lines_of(who)) do redis.call('ZADD', key('able', line), rank, user) end
end

local function set_duty(user, who, on)
  for _, line in ipairs(lines_of(who)) do
    redis.call(on and 'SADD' or 'SREM', key('duty', line), user)
  end
end

-- The word the wall counts a consultant by.
local function note_staff(user)
  local who = hash(key('consultant', user))
  if who.status == 'offline' then
    redis.call('HDEL', key('staff'), user)
  elseif set(who.consultation) then
    local asked = redis.call('HGET', key('consultation', who.consultation), 'state') == 'offered'
    redis.call('HSET', key('staff'), user, asked and 'offered' or 'busy')
  else
    redis.call('HSET', key('staff'), user, who.status)
  end
end

local function status(user, to, reason)
  local name = key('consultant', user)
  local who = hash(name)
  unable(user, who)
  set_duty(user, who, to == 'available')
  redis.call('HSET', name, 'status', to, 'reason', reason, 'since', now)
  if to == 'offline' then redis.call('PEXPIRE', name, DAY) else redis.call('PERSIST', name) end
  if who.status ~= to or who.reason ~= reason then
    journal({ type = 'consultant.status', consultant = user, status = to, reason = reason })
  end
  note_staff(user)
end

-- The consultant's consultation is over or taken away; pairing is the caller's next step.
local function release(user)
  redis.call('HSET', key('consultant', user), 'consultation', '', 'idle_since', now)
  note_staff(user)
end

local function drop_deadlines(c)
  no_deadline('offer:' .. c.id)
  no_deadline('connect:' .. c.id)
  no_deadline('wrap_up:' .. c.id)
end
