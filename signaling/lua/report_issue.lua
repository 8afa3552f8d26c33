-- Somebody's page says that something is wrong on its side, or not any more. Each change is journaled
-- once: what is reported again, or over without having begun, changes nothing.
--
-- args     organisation, side (visitor or consultant), who (booth or user), issue, on (true or false),
--          link (empty: all of the consultation they are in)
-- returns  ok, wrong_state when they are in no such consultation, or too_fast when it changed too often

local MOST = 200

local c, side
if args.link ~= '' then
  c, side = on_link(args.link, args.who, args.side)
elseif args.side == 'visitor' then
  c, side = consultation(redis.call('GET', key('booth', args.who)) or ''), 'visitor'
else
  c = current(args.who)
  side = c and side_of(c, args.who)
end
if not c or not (LINKED[c.state] or c.state == 'waiting') then return {'wrong_state'} end

local one = side .. ':' .. args.issue .. ':' .. args.link
local open, is_on = {}, false
for each in string.gmatch(c.issues or '', '%S+') do
  if each == one then is_on = true else open[#open + 1] = each end
end
if is_on == args.on then return {'ok'} end
local changes_so_far = number(c.issue_changes) or 0
if changes_so_far >= MOST then return {'too_fast'} end

if args.on then open[#open + 1] = one end
save(c, { issues = table.concat(open, ' '), issue_changes = changes_so_far + 1 })
journal({
  type = 'consultation.issue', consultation = c.id, side = side, issue = args.issue, on = args.on,
  link = set(args.link),
})
return {'ok'}
