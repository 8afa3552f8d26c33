-- A page has opened a socket and introduced itself. The person's older socket, wherever it is, is
-- told to go; but a page that comes back does not drive out one that has taken over meanwhile.
--
-- args     organisation, person, node, connection, token, resume, seq, since (ms; 0: the page is
--          new), duty (lines, levels, tags, interprets, reserve; empty when nobody knows); latest
--          (ms, server time); grace, keep, offer (ms)
-- returns  ok, and JSON {resumed, token, seq, since, at, missed: [entries]} or {…, snapshot:
--          entry}; an entry is {seq, body, link, other}; ok alone when it is later than `latest`;
--          wrong_state when a page that came later holds the socket
-- why      reading what was missed and taking over the socket are one step: nothing can be pushed
--          in between and be lost. What was held up on its way to Redis for so long that nobody
--          waits for it any more must not tell the page to go that has come back elsewhere since.

if now > args.latest then return {'ok'} end

local person = args.person
local name = key('person', person)
local was = hash(name)
local since = args.since > 0 and args.since or now
if was.node and (number(was.since) or 0) > since then return {'wrong_state'} end
if was.node then
  post(was.node, 'evict', person, '', nil, nil, nil, was.connection)
end

local seq = number(was.seq) or 0
local answer = { seq = seq, since = since, resumed = false, at = now }
local missed = {}
if was.token and was.token == args.resume and args.seq <= seq then
  missed = redis.call('XRANGE', key('mail', person), (args.seq + 1) .. '-0', '+')
  answer.resumed = #missed == seq - args.seq
end
answer.token = answer.resumed and was.token or args.token

if was.node then redis.call('SREM', key('node', was.node), person) end
redis.call('SADD', key('node', args.node), person)
redis.call('PEXPIRE', key('node', args.node), args.keep)
redis.call('HSET', name, 'node', args.node, 'connection', args.connection, 'token', answer.token,
  'seq', seq, 'since', since)
redis.call('PEXPIRE', name, args.keep)
redis.call('PEXPIRE', key('mail', person), args.keep)
deadline('lease:' .. person, args.grace)

local kind, id = string.match(person, '^(%a+):(.+)$')
local here
if kind == 'booth' then
  local c = consultation(redis.call('GET', key('booth', id)) or '')
  here = c
  answer.snapshot = booth_state(id, c)
else
  local who = consultant(id)
  if not who.status or who.status == 'offline' then
    put(key('consultant', id), { consultation = '' })
    take_up(id, args.duty)
    status(id, 'break', 'chosen')
  end
  answer.snapshot, here = consultant_state(id)
end

if was.lost == '1' then
  redis.call('HDEL', name, 'lost')
  if kind == 'consultant' or (here and here.state ~= 'closed') then
    journal({ type = 'presence.returned', person = person })
  end
end

if answer.resumed then
  answer.snapshot = nil
  answer.missed = {}
  for i, entry in ipairs(missed) do
    local fields = entry[2]
    answer.missed[i] = {
      seq = tonumber(string.match(entry[1], '^%d+')), body = fields[2], link = fields[4],
      other = fields[6],
    }
  end
  -- An empty Lua table would be read as an object.
  if #missed == 0 then answer.missed = nil end
else
  answer.snapshot.seq, answer.snapshot.cause, answer.snapshot.at = seq, 'snapshot', now
  answer.snapshot = { seq = seq, body = cjson.encode(answer.snapshot) }
end
local side = kind == 'booth' and 'visitor' or (here and side_of(here, id))
answer.link, answer.other = across(here, side)

-- Only now: an offer made here is pushed after the sequence number above.
if kind == 'consultant' then
  pair_consultant(id)
elseif here and here.state == 'waiting' then
  set_ready(here)
  pair_visitor(here)
end
changed()
return {'ok', cjson.encode(answer)}
