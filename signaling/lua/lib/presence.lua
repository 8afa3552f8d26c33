-- Sockets that are gone.

-- Forgets the person's socket: nobody is offered to them, nor they to anybody. True if they were in
-- the middle of something.
local function forget_socket(person)
  local name = key('person', person)
  local node = redis.call('HGET', name, 'node')
  if node then redis.call('SREM', key('node', node), person) end
  redis.call('HDEL', name, 'node', 'connection')
  local kind, id = string.match(person, '^(%a+):(.+)$')
  if kind == 'consultant' then
    local who = consultant(id)
    unable(id, who)
    return who.status and who.status ~= 'offline'
  end
  local c = consultation(redis.call('GET', key('booth', id)) or '')
  if c and c.state == 'waiting' then unset_ready(c) end
  return c and c.state ~= 'closed' and c.state ~= 'wrapping_up'
end

-- Whether no timer would ever miss the person: Redis knows of no page of theirs, or not any more.
local function unheard_of(person)
  return not redis.call('ZSCORE', key('deadlines'), 'lease:' .. person)
end

local function detach(person)
  if forget_socket(person) then
    redis.call('HSET', key('person', person), 'lost', '1')
    journal({ type = 'presence.lost', person = person })
  end
end
