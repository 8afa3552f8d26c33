-- The line and the consultants on duty. TRANSITIONS comes from signaling/model.py.
--
-- A *queue* holds those of a line who can be called now: `<line>` for everyone's, `<line>@<scope>`
-- for those who are only some consultants' yet; `+<kind>` behind it when an interpreter is needed.
-- The line itself holds all who wait and gives the places.

local RESERVE = 1e15  -- added to a rank: behind everyone who is not of the reserve
local LEVEL = 1e13    -- a level of skill outweighs any time of being idle

-- A place in the line is a time in microseconds, so that no two visitors share one; as text, because
-- Lua would round so large a number when it writes it.
local function place_in_time(us, head_start)
  return string.format('%.0f', us - head_start * 1000)
end

local function save(c, fields)
  put(key('consultation', c.id), fields)
end

-- Moves a consultation along the transition table and sets fields with it; false if the table has
-- no such step.
local function move(c, trigger, fields)
  local to = TRANSITIONS[c.state .. ' ' .. trigger]
  if not to then return false end
  c.was = c.state
  if TALKING[c.state] and not TALKING[to] then forget_recording(c) end
  fields = fields or {}
  fields.state = to
  if not fields.deadline then fields.deadline = '' end
  save(c, fields)
  return true
end

local function attached(person)
  return redis.call('HEXISTS', key('person', person), 'node') == 1
end

local function topic_of(line)
  return string.match(line, '^[^:]+')
end

local function queue_of(c)
  return set(c.scope) and c.line .. '@' .. c.scope or c.line
end

local function ready_key(queue, kind)
  return key('ready', set(kind) and queue .. '+' .. kind or queue)
end

-- The visitor can be called: they wait, and a page is open for them.
local function set_ready(c)
  if c.ready == '1' or not set(c.booth) or not attached('booth:' .. c.booth) then return end
  local queue = queue_of(c)
  redis.call('ZADD', ready_key(queue, c.interpreter), c.effective_at, c.id)
  if set(c.interpreter) then
    redis.call('SADD', key('wanted'), c.interpreter)
    redis.call('SADD', key('want', c.interpreter), queue)
  end
  save(c, { ready = 1 })
end

local function unset_ready(c)
  if c.ready ~= '1' then return end
  local queue, kind = queue_of(c), set(c.interpreter)
  local name = ready_key(queue, kind)
  redis.call('ZREM', name, c.id)
  if kind and redis.call('EXISTS', name) == 0 then
    redis.call('SREM', key('want', kind), queue)
    if redis.call('EXISTS', key('want', kind)) == 0 then redis.call('SREM', key('wanted'), kind) end
  end
  save(c, { ready = '' })
end

local FOREVER = 9e15

-- Until then (ms), and for the rest of that day, the visitor's numbers are nobody else's.
local function hold_numbers(c, till)
  local shown = key('shown', c.centre)
  redis.call('ZADD', shown, till, c.ticket)
  if set(c.claim) and c.claim ~= c.ticket then redis.call('ZADD', shown, till, c.claim) end
  redis.call('PEXPIRE', shown, 30 * DAY)
end

-- The hour of closing of a topic's lines (ms; 0: never) is a deadline, for everyone in them.
local function close_by_hours(topic, at)
  if at > 0 then
    redis.call('HSET', key('closing'), topic, string.format('%.0f', at))
    redis.call('ZADD', key('deadlines'), at, 'hours:' .. topic)
  else
    redis.call('HDEL', key('closing'), topic)
    no_deadline('hours:' .. topic)
  end
end

local function enter_line(c)
  redis.call('ZADD', key('line', c.line), c.effective_at, c.id)
  redis.call('SADD', key('lines'), c.line)
  set_ready(c)
end

local function leave_line(c)
  unset_ready(c)
  redis.call('ZREM', key('line', c.line), c.id)
  if redis.call('EXISTS', key('line', c.line)) == 0 then redis.call('SREM', key('lines'), c.line) end
end

-- Who alone may serve the visitor at first: steps of {scope, milliseconds}, then everyone. A step
-- whose people are not at work is no step.
local function narrow(c, steps)
  while steps[1] and redis.call('EXISTS', key('duty', c.line .. '@' .. steps[1][1])) == 0 do
    table.remove(steps, 1)
  end
  local step = table.remove(steps, 1)
  save(c, { scope = step and step[1] or '', scopes = #steps > 0 and cjson.encode(steps) or '' })
  if step then deadline('widen:' .. c.id, step[2]) else no_deadline('widen:' .. c.id) end
end

local places = {}
local places_size = 0

-- Every place a consultant's name may stand in, as {place, line}: `<line>` and `<line>@<scope>`.
local function places_of(who)
  local name = (who.lines or '') .. ' ' .. (who.tags or '')
  local found = places[name]
  if not found then
    if places_size > 10000 then places, places_size = {}, 0 end
    found = {}
    for _, line in ipairs(constant(who.lines)) do
      found[#found + 1] = { line, line }
      for _, tag in ipairs(constant(who.tags)) do found[#found + 1] = { line .. '@' .. tag, line } end
    end
    places[name], places_size = found, places_size + 1
  end
  return found
end

local function unable(user, who)
  if who.able ~= '1' then return end
  for _, at in ipairs(places_of(who)) do redis.call('ZREM', key('able', at[1]), user) end
  for _, kind in ipairs(constant(who.interprets)) do
    redis.call('ZREM', key('able', '+' .. kind), user)
  end
  put(key('consultant', user), { able = '' })
end

local function able(user, who)
  local levels = constant(who.levels)
  local rank = number(who.idle_since) + (who.reserve == '1' and RESERVE or 0)
  for _, at in ipairs(places_of(who)) do
    redis.call('ZADD', key('able', at[1]), rank + ((levels[at[2]] or 1) - 1) * LEVEL, user)
  end
  for _, kind in ipairs(constant(who.interprets)) do
    redis.call('ZADD', key('able', '+' .. kind), rank, user)
  end
  put(key('consultant', user), { able = 1 })
end

local function set_duty(user, who, on)
  if (who.duty == '1') == on then return end
  local duty = key('duty') .. ':'
  for _, at in ipairs(places_of(who)) do
    local place, line = at[1], at[2]
    redis.call(on and 'SADD' or 'SREM', duty .. place, user)
    if not on and place == line and redis.call('EXISTS', duty .. line) == 0 then
      redis.call('SREM', key('served'), line)
    end
  end
  local lines = constant(who.lines)
  if on and lines[1] then redis.call('SADD', key('served'), unpack(lines)) end
  put(key('consultant', user), { duty = on and 1 or '' })
end

-- Remembers what the consultant may be offered, which may have changed since they were last here.
local function take_up(user, duty)
  local who = consultant(user)
  local fields = { reserve = duty.reserve and '1' or '0' }
  for _, field in ipairs({ 'lines', 'levels', 'tags', 'interprets' }) do
    fields[field] = duty[field] or ''
  end
  unable(user, who)
  if who.lines ~= fields.lines or who.tags ~= fields.tags then set_duty(user, who, false) end
  put(key('consultant', user), fields)
end

-- The word the wall counts a consultant by.
local function note_staff(user)
  local who = consultant(user)
  if who.status == 'offline' then
    redis.call('HDEL', key('staff'), user)
    return
  end
  local c = current(user)
  local word = not c and who.status or c.state == 'offered' and 'offered' or 'busy'
  redis.call('HSET', key('staff'), user, word)
end

local function status(user, to, reason, note)
  local name, who = key('consultant', user), consultant(user)
  note = note or ''
  unable(user, who)
  set_duty(user, who, to == 'available')
  local before = who.status
  local was = (before or '') .. ' ' .. (who.reason or '') .. ' ' .. (who.note or '')
  put(name, { status = to, reason = reason, note = note, since = now })
  if to == 'offline' then
    redis.call('PEXPIRE', name, DAY)
  elseif before == 'offline' then
    redis.call('PERSIST', name)
  end
  if was ~= to .. ' ' .. reason .. ' ' .. note then
    journal({
      type = 'consultant.status', consultant = user, status = to, reason = reason, note = note,
    })
  end
  note_staff(user)
end

-- The consultant's or interpreter's part is over or taken away; pairing is the caller's next step.
local function release(user)
  put(key('consultant', user), { consultation = '', idle_since = now })
  note_staff(user)
end

local function drop_deadlines(c)
  no_deadline('offer:' .. c.id)
  no_deadline('connect:' .. c.id)
  no_deadline('wrap_up:' .. c.id)
end
