-- What every verb stands on: the organisation's keys, its arguments, the time, the journal.
--
-- keys[1]  prefix of the organisation's keys. The other keys are made from it; they share its
--          hash tag, so they are in the same slot of a cluster.
-- argv[1]  arguments, a JSON object.
-- A verb answers {code} or {code, text}; `ok` or a code of signaling.errors.

local prefix, args, now, now_us
local records, changes

-- Before each verb.
local function begin(keys, argv)
  prefix = keys[1]
  args = cjson.decode(argv[1])
  records, changes = {}, {}
  local clock = redis.call('TIME')
  now = clock[1] * 1000 + math.floor(clock[2] / 1000)
  now_us = clock[1] * 1000000 + clock[2]
end

local DAY = 24 * 60 * 60 * 1000
local AFTER_TALK = 10 * 60 * 1000

local function key(kind, first, second)
  if second then return prefix .. kind .. ':' .. first .. ':' .. second end
  if first then return prefix .. kind .. ':' .. first end
  return prefix .. kind
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

-- Tells a node something of one of its people. Lines and not JSON, because most of it is JSON already;
-- `parcel` of signaling/bus.py takes it apart.
local function post(node, kind, person, body, seq, link, other, connection)
  redis.call('PUBLISH', 'okno:node:' .. node, kind .. '\n' .. args.organisation .. '\n' .. person
    .. '\n' .. (seq or 0) .. '\n' .. (link or '') .. '\n' .. (other or '') .. '\n'
    .. (connection or '') .. '\n' .. body)
end

local function hash(name)
  local flat = redis.call('HGETALL', name)
  local found = {}
  for i = 1, #flat, 2 do found[flat[i]] = flat[i + 1] end
  return found
end

-- A consultation or a consultant: a hash that is read once for each verb.
local function record(name)
  local found = records[name]
  if not found then
    found = hash(name)
    records[name] = found
  end
  return found
end

-- Changes such a hash; it is written once, when the verb is done.
local function put(name, fields)
  local found, changed_fields = record(name), changes[name]
  if not changed_fields then
    changed_fields = {}
    changes[name] = changed_fields
  end
  for field, value in pairs(fields) do
    value = tostring(value)
    found[field], changed_fields[field] = value, value
  end
end

local function run(verb, keys, argv)
  begin(keys, argv)
  local answer = verb()
  for name, fields in pairs(changes) do
    local flat, size = {}, 0
    for field, value in pairs(fields) do
      flat[size + 1], flat[size + 2] = field, value
      size = size + 2
    end
    redis.call('HSET', name, unpack(flat))
  end
  return answer
end

local decoded, decoded_size = {}, 0

-- A JSON list or object that hardly ever changes. It is shared: nobody may change it.
local function constant(text)
  if text == nil or text == '' then text = '{}' end
  local value = decoded[text]
  if not value then
    if decoded_size > 10000 then decoded, decoded_size = {}, 0 end
    value = cjson.decode(text)
    decoded[text], decoded_size = value, decoded_size + 1
  end
  return value
end

-- Empty text stands for "not set" in a hash and for a missing field in a message.
local function set(value)
  if value ~= nil and value ~= '' then return value end
  return nil
end

local function number(value)
  return tonumber(set(value))
end
