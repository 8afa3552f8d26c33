-- A call for a person of the centre is over: taken back at the booth, left behind, or settled.
--
-- args     organisation, booth, reason (not_needed, left, or done by staff), user (of staff, or
--          empty); keep (ms)
-- returns  ok, also when there is none
-- why      a visitor who has left needs nobody any more, but a broken booth still does

local call = host_call(args.booth)
if not call or (call.left and args.reason ~= 'done') then return {'ok'} end

if args.reason == 'left' and is_broken(call) then
  call.left = true
  keep_host_call(args.booth, call)
else
  end_host_call(args.booth, call, args.reason, args.user)
end
local c = consultation(redis.call('GET', key('booth', args.booth)) or '')
tell_page(args.booth, c, 'host_released')
return {'ok'}
