-- What a booth and a consultant are shown, and how it reaches them.
-- The tables are the structs BoothState and ConsultantState of signaling/messages.py.

local TALKING = { connecting = true, active = true }
local LINKED = { offered = true, connecting = true, active = true }

local function consultation(id)
  local found = set(id) and record(key('consultation', id))
  return found and found.id and found or nil
end

local function consultant(user)
  return record(key('consultant', user))
end

-- The consultation that the consultant or interpreter is asked for, talks in or wraps up.
local function current(user)
  return consultation(consultant(user).consultation)
end

-- The links of a consultation as one of its people sees them: the main one, those to further people,
-- and for the node that relays: ids and people at their other ends, separated by spaces.
local function links(c, side)
  if not LINKED[c.state] then return nil, nil, '', '' end
  local visitor, consultant = 'booth:' .. c.booth, 'consultant:' .. c.consultant
  local aid = set(c.interpreter_user) and 'consultant:' .. c.interpreter_user
  local main = c.link
  if not aid then
    local other = side == 'visitor' and consultant or visitor
    local to = side == 'visitor' and 'consultant' or 'visitor'
    local info = { id = main, owner = side == 'consultant', to = to }
    local recorder = recorder_link(c, side)
    if not recorder then return info, nil, main, other end
    return info, nil, main .. ' ' .. recorder, other .. ' ' .. recorder_person(c)
  end
  local heard, between = main .. '-vi', main .. '-ci'
  if side == 'visitor' then
    return { id = main, owner = false, to = 'consultant' },
      { { id = heard, owner = false, to = 'interpreter' } },
      main .. ' ' .. heard, consultant .. ' ' .. aid
  elseif side == 'consultant' then
    return { id = main, owner = true, to = 'visitor' },
      { { id = between, owner = true, to = 'interpreter' } },
      main .. ' ' .. between, visitor .. ' ' .. aid
  end
  return { id = heard, owner = true, to = 'visitor' },
    { { id = between, owner = false, to = 'consultant' } },
    heard .. ' ' .. between, visitor .. ' ' .. consultant
end

local function side_of(c, user)
  return c.interpreter_user == user and 'interpreter' or 'consultant'
end

-- Whether it is a link of the consultation's present offer.
local function is_link(c, link)
  local base = string.match(link, '^%w+%-%d+')
  return base ~= nil and c.link == base
end

-- The consultation of a link's offer, also when that talk is over, and the side on which that person is
-- in it; nil when it has another by now, or is not theirs, or for the recorder's links, on which people's
-- talk does not depend.
local function party_of(link, who, side)
  if is_recorder_link(link) then return nil end
  local c = consultation(string.match(link, '^%w+') or '')
  if not c or not is_link(c, link) then return nil end
  local holder = { visitor = c.booth, consultant = c.consultant, interpreter = c.interpreter_user }
  if side == 'consultant' then side = side_of(c, who) end
  if holder[side] ~= who then return nil end
  return c, side
end

-- The same while the link lasts, and only if it ends at that person.
local function on_link(link, who, side)
  local c
  c, side = party_of(link, who, side)
  if not c then return nil end
  local _, _, theirs = links(c, side)
  if not string.find(' ' .. theirs .. ' ', ' ' .. link .. ' ', 1, true) then return nil end
  return c, side
end

-- What the booth's checks of itself have found, or nil before the first.
local function health_of(booth)
  local text = redis.call('HGET', key('health'), booth)
  return text and cjson.decode(text) or nil
end

-- Whether the booth cannot serve visitors who talk in that mode.
local function unfit(booth, mode)
  local health = set(booth) and health_of(booth)
  return health and string.find(' ' .. (health.cannot or '') .. ' ', ' ' .. mode .. ' ', 1, true)
end

local function booth_health(booth)
  local health = health_of(booth)
  if not health then return nil end
  local failed, cannot = {}, {}
  for part, known in pairs(health.parts) do
    if known.grade == 'failed' then failed[part] = known.why end
  end
  for mode in string.gmatch(health.cannot or '', '%a+') do cannot[#cannot + 1] = mode end
  return {
    at = health.at, sound_at = health.sound_at, bad = health.bad, failed = failed,
    cannot = #cannot > 0 and cannot or nil,
  }
end

local function booth_state(booth, c)
  local health, host = booth_health(booth), host_state(booth)
  if not c then return { type = 'booth.state', health = health, host = host } end
  local main, more = links(c, 'visitor')
  return { type = 'booth.state', health = health, host = host, consultation = {
    id = c.id, ticket = c.ticket, topic = c.topic, language = c.language, mode = c.mode,
    state = c.state, joined_at = number(c.joined_at), priority = set(c.priority),
    interpreter = set(c.interpreter), connected_at = number(c.connected_at), link = main,
    more = more, outcome = set(c.outcome), return_at = number(c.return_at), rated = c.rated == '1',
    recording = recording_state(c, 'visitor'),
  } }
end

local function consultant_state(user)
  local who = consultant(user)
  local state = {
    type = 'consultant.state', status = who.status or 'offline',
    reason = who.reason or 'signed_out', note = set(who.note), since = number(who.since) or now,
  }
  local c = current(user)
  if c then
    local side = side_of(c, user)
    local main, more = links(c, side)
    state.consultation = {
      id = c.id, ticket = c.ticket, topic = c.topic, language = c.language, mode = c.mode,
      state = c.state, interprets = side == 'interpreter', agreed = c['agreed_' .. side] == '1',
      priority = set(c.priority), interpreter = set(c.interpreter), centre = c.centre_name,
      booth = c.booth_name, joined_at = number(c.joined_at), offered_at = number(c.offered_at),
      connected_at = number(c.connected_at), deadline = number(c.deadline), link = main,
      more = more, recordable = side == 'consultant' and set(c.recording_rule) ~= nil,
      recording = recording_state(c, side),
    }
  end
  return state, c
end

-- What the node must know of the person to relay.
local function across(c, side)
  if not c then return '', '' end
  local _, _, ids, others = links(c, side)
  return ids, others
end

local function send(person, cause, state, link, other)
  local name = key('person', person)
  local seq = redis.call('HINCRBY', name, 'seq', 1)
  state.seq, state.cause, state.at = seq, cause, now
  local body = cjson.encode(state)
  local mail = key('mail', person)
  -- The person was forgotten before their mail, whose numbers are not to be gone behind.
  if seq == 1 then redis.call('DEL', mail) end
  redis.call('XADD', mail, 'MAXLEN', 64, seq .. '-0', 'm', body, 'link', link, 'other', other)
  redis.call('PEXPIRE', mail, args.keep)
  local node = redis.call('HGET', name, 'node')
  if node then
    post(node, 'state', person, body, seq, link, other)
  else
    -- While their page is open its heartbeat keeps it.
    redis.call('PEXPIRE', name, args.keep)
  end
end

local function tell_page(booth, c, cause)
  local link, other = across(c, 'visitor')
  send('booth:' .. booth, cause, booth_state(booth, c), link, other)
end

local function tell_booth(c, cause)
  if set(c.booth) then tell_page(c.booth, c, cause) end
end

local function tell_consultant(user, cause)
  local state, c = consultant_state(user)
  local link, other = across(c, c and side_of(c, user))
  send('consultant:' .. user, cause, state, link, other)
end

local function tell_both(c, cause)
  tell_booth(c, cause)
  tell_consultant(c.consultant, cause)
end

-- The visitor is asked, by the consultant or because the topic says so.
local function ask_recording(c, by, keep_days)
  put(key('consultation', c.id), { keep_days = keep_days })
  journal_recording(c, 'asked', by)
  set_recording(c, 'asked', by)
  tell_both(c, 'recording')
end
