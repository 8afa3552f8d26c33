-- A consultant becomes available or takes a break; in a conversation, for afterwards.
--
-- args     organisation, consultant, status, note, duty (lines, levels, tags, interprets, reserve);
--          offer, keep (ms)
-- returns  ok
-- why      the duty comes with the request, so that a change of skills holds from the next
--          "available" on

local user = args.consultant
local name = key('consultant', user)
local who = hash(name)
take_up(user, args.duty, who)
if who.status ~= 'available' or not who.idle_since then
  redis.call('HSET', name, 'idle_since', now)
end
status(user, args.status, 'chosen', args.note)
next_visitor(user, args.status)
if set(redis.call('HGET', name, 'consultation')) and set(who.consultation) then
  tell_consultant(user, args.status)
end
changed()
return {'ok'}
