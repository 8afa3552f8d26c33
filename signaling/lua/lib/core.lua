-- What every script stands on: the organisation's keys, its arguments, the time, the journal.
--
-- KEYS[1]  prefix of the organisation's keys. The other keys are made from it; they share its
--          hash tag, so they are in the same slot of a cluster.
-- ARGV[1]  arguments, a JSON object.
-- A script answers {code} or {code, text}; `ok` or a code of signaling.errors.

local prefix = KEYS[1]
local args = cjson.decode(ARGV[1])
local clock = redis.call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)
local now_us = clock[1] * 1000000 + clock[2]

local DAY = 24 * 60 * 60 * 1000
local AFTER_TALK = 10 * 60 * 1000

local function key(...)
  return prefix .. table.concat({...}, ':')
end

-- Every event carries the time of its script, so that all it wrote happened at one moment.
local function journal(event)
  event.at = now
  redis.call('XADD', key('journal'), '*', 'e', cjson.encode(event))
end

local function deadline(member, milliseconds)
  redis.call('ZADD', key('deadlines'), now + milliseconds, member)
end

local function no_deadline(member)
  redis.call('ZREM', key('deadlines'), member)
end

-- True once: the deadline stands and has run out. Whoever is told so must act on it.
local function claim(member)
  local due = redis.call('ZSCORE', key('deadlines'), member)
  if not due or tonumber(due) > now then return false end
  no_deadline(member)
  return true
end

-- Views of the line are stale; every node that shows one is told.
local function changed()
  redis.call('PUBLISH', 'okno:changed', args.organisation)
end

local function hash(name)
  local flat = redis.call('HGETALL', name)
  local found = {}
  for i = 1, #flat, 2 do found[flat[i]] = flat[i + 1] end
  return found
end

-- Empty text stands for "not set" in a hash and for a missing field in a message.
local function set(value)
  if value ~= nil and value ~= '' then return value end
  return nil
end

local function number(value)
  return tonumber(set(value))
end
