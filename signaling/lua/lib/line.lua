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
  local flat = {}
  for field, value in pairs(fields) do
    c[field] = tostring(value)
    flat[#flat + 1] = field
    flat[#flat + 1] = c[field]
  end
  redis.call('HSET', key('consultation', c.id), unpack(flat))
end

-- Moves a consultation along the transition table and sets fields with it; false if the table has
-- no such step.
local function move(c, trigger, fields)
  local to = TRANSITIONS[c.state .. ' ' .. trigger]
  if not to then return false end
  c.was = c.state
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

local function lines_of(who)
  return cjson.decode(set(who.lines) or '[]')
end

-- Calls `act` with every place a consultant's name may stand in: `<line>`, `<line>@<scope>`.
local function each_place(who, act)
  local tags = cjson.decode(set(who.tags) or '[]')
  for _, line in ipairs(lines_of(who)) do
    act(line, line)
    for _, tag in ipairs(tags) do act(line .. '@' .. tag, line) end
  end
end

local function unable(user, who)
  if who.able ~= '1' then return end
  each_place(who, function(place) redis.call('ZREM', key('able', place), user) end)
  for _, kind in ipairs(cjson.decode(set(who.interprets) or '[]')) do
    redis.call('ZREM', key('able', '+' .. kind), user)
  end
  who.able = ''
  redis.call('HSET', key('consultant', user), 'able', '')
end

local function able(user, who)
  local levels = cjson.decode(set(who.levels) or '{}')
  local rank = number(who.idle_since) + (who.reserve == '1' and RESERVE or 0)
  each_place(who, function(place, line)
    redis.call('ZADD', key('able', place), rank + ((levels[line] or 1) - 1) * LEVEL, user)
  end)
  for _, kind in ipairs(cjson.decode(set(who.interprets) or '[]')) do
    redis.call('ZADD', key('able', '+' .. kind), rank, user)
  end
  redis.call('HSET', key('consultant', user), 'able', 1)
end

local function set_duty(user, who, on)
  if (who.duty == '1') == on then return end
  each_place(who, function(place)
    redis.call(on and 'SADD' or 'SREM', key('duty', place), user)
  end)
  who.duty = on and '1' or ''
  redis.call('HSET', key('consultant', user), 'duty', who.duty)
end

-- Remembers what the consultant may be offered, which may have changed since they were last here.
local function take_up(user, duty, who)
  who = who or hash(key('consultant', user))
  local fields = { reserve = duty.reserve and '1' or '0' }
  for _, field in ipairs({ 'lines', 'levels', 'tags', 'interprets' }) do
    local value = duty[field]
    fields[field] = value and next(value) and cjson.encode(value) or ''
  end
  unable(user, who)
  if who.lines ~= fields.lines or who.tags ~= fields.tags then set_duty(user, who, false) end
  local flat = {}
  for field, value in pairs(fields) do
    flat[#flat + 1], flat[#flat + 2] = field, value
  end
  redis.call('HSET', key('consultant', user), unpack(flat))
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

local function status(user, to, reason, note)
  local name = key('consultant', user)
  local who = hash(name)
  note = note or ''
  unable(user, who)
  set_duty(user, who, to == 'available')
  redis.call('HSET', name, 'status', to, 'reason', reason, 'note', note, 'since', now)
  if to == 'offline' then redis.call('PEXPIRE', name, DAY) else redis.call('PERSIST', name) end
  if who.status ~= to or who.reason ~= reason or (who.note or '') ~= note then
    journal({
      type = 'consultant.status', consultant = user, status = to, reason = reason, note = note,
    })
  end
  note_staff(user)
end

-- The consultant's or interpreter's part is over or taken away; pairing is the caller's next step.
local function release(user)
  redis.call('HSET', key('consultant', user), 'consultation', '', 'idle_since', now)
  note_staff(user)
end

local function drop_deadlines(c)
  no_deadline('offer:' .. c.id)
  no_deadline('connect:' .. c.id)
  no_deadline('wrap_up:' .. c.id)
end
