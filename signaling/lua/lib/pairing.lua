-- Pairing: who is asked for whom. It runs inside every script that makes a ticket, a consultant or
-- an interpreter free, so nobody ever looks for work.

-- Reserves the consultation for the consultant, and the interpreter with them, and asks them: both
-- or neither.
local function offer(c, user, why)
  local who = consultant(user)
  local passed_over = redis.call('ZRANK', key('line', c.line), c.id)
  local attempt = (number(c.attempt) or 0) + 1
  leave_line(c)
  move(c, 'offer', {
    attempt = attempt, consultant = user, interpreter_user = why.interpreter or '',
    link = c.id .. '-' .. attempt, offered_at = now, accepted_at = '', connected_at = '',
    agreed_consultant = '', agreed_interpreter = '', seen = '', deadline = now + args.offer,
  })
  local asked = { user, why.interpreter }
  for _, each in ipairs(asked) do
    unable(each, consultant(each))
    put(key('consultant', each), { consultation = c.id })
    redis.call('HSET', key('staff'), each, 'offered')
  end
  deadline('offer:' .. c.id, args.offer)
  journal({
    type = 'consultation.offered', consultation = c.id, consultant = user, link = c.link,
    rule = who.reserve == '1' and 'reserve' or why.rule, rivals = why.rivals,
    level = constant(who.levels)[c.line] or 1, scope = c.scope, interpreter = why.interpreter,
    passed_over = passed_over,
  })
  tell_booth(c, 'offer')
  for _, each in ipairs(asked) do tell_consultant(each, 'offer') end
end

local function paused(line)
  return redis.call('HGET', key('gates'), topic_of(line)) == 'paused'
end

-- The best of those who are able, and how many others were as good.
local function choose(place, but)
  local found = redis.call('ZRANGE', key('able', place), 0, 1, 'WITHSCORES')
  local user, rank = found[1], tonumber(found[2])
  local others = 0
  if user and user == but then
    user, rank, others = found[3], tonumber(found[4]), 1
  end
  if not user then return nil end
  -- Those of another level, and the reserve, are no rivals of those who come before them.
  local floor = rank - rank % LEVEL
  local count = redis.call('ZCOUNT', key('able', place), string.format('%.0f', floor),
    '(' .. string.format('%.0f', floor + LEVEL))
  if others == 1 and tonumber(found[2]) < floor then others = 0 end
  return user, count - 1 - others
end

-- Both who are needed, each of them another person; nil when that cannot be now.
local function choose_two(place, kind)
  local consultant, rivals = choose(place)
  local interpreter = choose('+' .. kind)
  if consultant and consultant == interpreter then
    interpreter = choose('+' .. kind, consultant)
    if not interpreter then
      interpreter = consultant
      consultant, rivals = choose(place, interpreter)
    end
  end
  if consultant and interpreter then return consultant, rivals, interpreter end
  return nil
end

-- A visitor waits and is there: asks the best skilled consultant who has been idle longest.
local function pair_visitor(c)
  if c.ready ~= '1' or paused(c.line) then return end
  local user, rivals, interpreter
  if set(c.interpreter) then
    user, rivals, interpreter = choose_two(queue_of(c), c.interpreter)
  else
    user, rivals = choose(queue_of(c))
  end
  if user then
    offer(c, user, { rule = 'longest_available', rivals = rivals, interpreter = interpreter })
  end
end

-- Kinds of interpreting that are wanted and for which somebody other than the user is able.
local function free_interpreters(user)
  local free = {}
  for _, kind in ipairs(redis.call('SMEMBERS', key('wanted'))) do
    local who = choose('+' .. kind, user)
    if who then free[kind] = who end
  end
  return free
end

-- The visitor who came first, in effective time, among those the idle consultant may serve.
local function first_visitor(user, who)
  local gates, free = hash(key('gates')), free_interpreters(user)
  local first, best, helper
  local function look(name, interpreter)
    local head = redis.call('ZRANGE', name, 0, 0, 'WITHSCORES')
    local id, at = head[1], tonumber(head[2])
    if id and (not best or at < best or (at == best and id < first)) then
      first, best, helper = id, at, interpreter
    end
  end
  for _, at in ipairs(places_of(who)) do
    local place, line = at[1], at[2]
    if gates[topic_of(line)] ~= 'paused' then
      look(ready_key(place))
      for kind, interpreter in pairs(free) do look(ready_key(place, kind), interpreter) end
    end
  end
  return first, helper
end

-- The visitor who came first among those whom only this idle interpreter was missing.
local function first_to_interpret(user, who)
  local first, best, helped
  for _, kind in ipairs(constant(who.interprets)) do
    for _, queue in ipairs(redis.call('SMEMBERS', key('want', kind))) do
      local head = redis.call('ZRANGE', ready_key(queue, kind), 0, 0, 'WITHSCORES')
      local id, at = head[1], tonumber(head[2])
      local sooner = id and (not best or at < best or (at == best and id < first))
      local consultant = sooner and not paused(queue) and choose(queue, user)
      if consultant then first, best, helped = id, at, consultant end
    end
  end
  return first, helped
end

-- A consultant or interpreter is idle: they are asked for the visitor who came first, or are noted
-- as able.
local function pair_consultant(user)
  local who = consultant(user)
  if who.status ~= 'available' or set(who.consultation) then return end
  if not attached('consultant:' .. user) then return end
  local first, interpreter = first_visitor(user, who)
  if first then
    local c = consultation(first)
    offer(c, user, { rule = 'first_in_line', rivals = 0, interpreter = interpreter })
    return
  end
  local helped
  first, helped = first_to_interpret(user, who)
  if first then
    offer(consultation(first), helped, { rule = 'interpreter_came', rivals = 0, interpreter = user })
    return
  end
  unable(user, who)
  able(user, who)
end

-- A topic's lines are open again: everyone who is able is asked for the visitor who came first among
-- all their lines, as if they came free one after the other. Looking at who is able and not at who
-- waits keeps the order between lines, and the cost does not grow with the line.
local function pair_topic(topic)
  local looked = {}
  for _, line in ipairs(redis.call('SMEMBERS', key('lines'))) do
    local users = topic_of(line) == topic and redis.call('ZRANGE', key('able', line), 0, -1) or {}
    for _, user in ipairs(users) do
      local who = consultant(user)
      if who.able == '1' and not looked[user] then
        looked[user] = true
        local first, interpreter = first_visitor(user, who)
        if first then
          offer(consultation(first), user,
            { rule = 'first_in_line', rivals = 0, interpreter = interpreter })
        end
      end
    end
  end
end
