-- What a booth and a consultant are shown, and how it reaches them.
-- The tables are the structs BoothState and ConsultantState of signaling/messages.py.

local TALKING = { connecting = true, active = true }
local LINKED = { offered = true, connecting = true, active = true }

local function consultation(id)
  local found = hash(key('consultation', id))
  return found.id and found or nil
end

local function linked(c, owner)
  if LINKED[c.state] then return { id = c.link, owner = owner } end
  return nil
end

local function booth_state(c)
  if not c then return { type = 'booth.state' } end
  return { type = 'booth.state', consultation = {
    id = c.id, ticket = c.ticket, topic = c.topic, language = c.language, state = c.state,
    joined_at = number(c.joined_at), connected_at = number(c.connected_at),
    link = linked(c, false), outcome = set(c.outcome), rated = c.rated == '1',
  } }
end

local function consultant_state(user)
  local who = hash(key('consultant', user))
  local state = {
    type = 'consultant.state', status = who.status or 'offline',
    reason = who.reason or 'signed_out', since = number(who.since) or now,
  }
  local c = set(who.consultation) and consultation(who.consultation)
  if c then
    state.consultation = {
      id = c.id, ticket = c.ticket, topic = c.topic, language = c.language, state = c.state,
      centre = c.centre_name, booth = c.booth_name, joined_at = number(c.joined_at),
      offered_at = number(c.offered_at), connected_at = number(c.connected_at),
      deadline = number(c.deadline), link = linked(c, true),
    }
  end
  return state, c
end

-- Who is at the other end of the person's link, for the node that relays between them.
local function across(c, from_booth)
  if not c or not LINKED[c.state] then return '', '' end
  if from_booth then return c.link, 'consultant:' .. c.consultant end
  return c.link, 'booth:' .. c.booth
end

local function send(person, cause, state, link, other)
  local name = key('person', person)
  local seq = redis.call('HINCRBY', name, 'seq', 1)
  state.seq, state.cause, state.at = seq, cause, now
  local body = cjson.encode(state)
  local mail = key('mail', person)
  redis.call('XADD', mail, 'MAXLEN', 64, seq .. '-0', 'm', body, 'link', link, 'other', other)
  redis.call('PEXPIRE', mail, args.keep)
  redis.call('PEXPIRE', name, args.keep)
  local node = redis.call('HGET', name, 'node')
  if node then
    redis.call('PUBLISH', 'okno:node:' .. node, cjson.encode({
      kind = 'state', organisation = args.organisation, person = person, seq = seq,
      body = body, link = link, other = other,
    }))
  end
end

local function tell_booth(c, cause)
  local link, other = across(c, true)
  send('booth:' .. c.booth, cause, booth_state(c), link, other)
end

local function tell_consultant(user, cause)
  local state, c = consultant_state(user)
  local link, other = across(c, false)
  send('consultant:' .. user, cause, state, link, other)
end
