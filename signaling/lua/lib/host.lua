-- Calls for a person of the centre: at most one is open for each booth.

local HOST_WITHIN = 15 * 60 * 1000       -- so long a call waits to be answered, and then to be settled
local HOST_MENDS = 12 * 60 * 60 * 1000   -- and one from a booth where something is broken

local function host_call(booth)
  local text = redis.call('HGET', key('hosts'), booth)
  return text and cjson.decode(text) or nil
end

-- What the booth is told. Of the call of somebody who has left the next visitor knows nothing.
local function host_state(booth)
  local call = host_call(booth)
  if not call or call.left then return nil end
  return { at = call.at, coming_at = call.coming_at }
end

local function is_broken(call)
  return call.issues ~= nil or call.failed ~= nil
end

local function keep_host_call(booth, call)
  redis.call('HSET', key('hosts'), booth, cjson.encode(call))
  deadline('host:' .. booth, is_broken(call) and HOST_MENDS or HOST_WITHIN)
  changed()
end

local function count_host(figure, by)
  redis.call('HINCRBY', key('totals'), figure, by or 1)
end

local function end_host_call(booth, call, reason, user)
  redis.call('HDEL', key('hosts'), booth)
  no_deadline('host:' .. booth)
  journal({
    type = 'booth.host_released', booth = booth, consultation = call.consultation,
    reason = reason, user = set(user),
  })
  changed()
end
