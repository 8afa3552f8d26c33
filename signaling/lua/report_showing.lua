-- Somebody shows something besides their face, or stops, or has sent a photo. Each change is journaled
-- once: what is reported again, or over without having begun, changes nothing. What is still shown when
-- the talk ends is over with it, because it is remembered by the link.
--
-- args     organisation, side (visitor or consultant), who (booth or user), link, what, on (true or
--          false), photo (its id, or empty), kib
-- returns  ok, wrong_state when they are in no talk on that link, wrong_role for an interpreter, or
--          too_fast when it changed too often

local MOST = 200

local c, side = on_link(args.link, args.who, args.side)
if not c or not TALKING[c.state] then return {'wrong_state'} end
if side == 'interpreter' then return {'wrong_role'} end

local is_photo = args.what == 'photo'
local field = is_photo and 'photo' or 'shown_by_' .. side
local present = args.link .. ' ' .. (is_photo and args.photo or args.what)
if (c[field] == present) == args.on then return {'ok'} end
local changes_so_far = number(c.showing_changes) or 0
if args.on and changes_so_far >= MOST then return {'too_fast'} end

save(c, { [field] = args.on and present or '', showing_changes = changes_so_far + 1 })
journal({
  type = 'consultation.shown', consultation = c.id, side = side, link = args.link, what = args.what,
  on = args.on, kib = is_photo and args.kib or nil,
})
return {'ok'}
