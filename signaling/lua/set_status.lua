-- A consultant becomes available or takes a break; in a conversation, for afterwards.
--
-- args     organisation, consultant, status, note, duty (lines, levels, tags, interprets, reserve);
--          offer, keep (ms)
-- returns  ok, or wrong_state when they have signed out or were away for too long: no page of theirs
--          would ever be missed
-- why      the duty comes with the request, so that a change of skills holds from the next
--          "available" on

local user = args.consultant
local who = consultant(user)
if not who.status or who.status == 'offline' then return {'wrong_state'} end
local busy = current(user)
take_up(user, args.duty)
if who.status ~= 'available' or not who.idle_since then
  put(key('consultant', user), { idle_since = now })
end
status(user, args.status, 'chosen', args.note)
next_visitor(user, args.status)
if busy then tell_consultant(user, args.status) end
changed()
return {'ok'}
