-- The visitor comes to a booth with a ticket that was taken elsewhere.
--
-- args     organisation, booth, booth_name, centre, ticket; offer, keep (ms)
-- returns  ok and the consultation's id; already_waiting, not_found, booth_unfit or unavailable (the booth's page
--          must come back first)

local before = redis.call('GET', key('booth', args.booth))
local old = before and consultation(before)
if old and old.state ~= 'closed' and old.state ~= 'wrapping_up' then return {'already_waiting'} end

local claim = key('claim', args.centre, args.ticket)
local found = hash(claim)
local c = found.kind == 'ticket' and consultation(found.consultation)
if not c or c.state ~= 'waiting' or set(c.booth) then return {'not_found'} end
if unfit(args.booth, c.mode) then return {'booth_unfit'} end
if unheard_of('booth:' .. args.booth) then return {'unavailable'} end

redis.call('DEL', claim)
no_deadline('claim:' .. c.id)
save(c, { booth = args.booth, booth_name = args.booth_name, advanced_at = now })
redis.call('SET', key('booth', args.booth), c.id)
journal({ type = 'consultation.claimed', consultation = c.id, booth = c.booth })
set_ready(c)
tell_booth(c, 'claim')
pair_visitor(c)
changed()
return {'ok', c.id}
