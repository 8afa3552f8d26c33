-- Somebody at the desk goes to the booth, or sends somebody. The first who says so does.
--
-- args     organisation, booth, user; keep (ms)
-- returns  ok, or wrong_state when the call is over or somebody else goes

local call = host_call(args.booth)
if not call or (call.user and call.user ~= args.user) then return {'wrong_state'} end
if call.user then return {'ok'} end

call.user, call.coming_at = args.user, now
keep_host_call(args.booth, call)
count_host('host_answers')
count_host('host_answer_seconds', math.floor((now - call.at) / 1000 + 0.5))
journal({
  type = 'booth.host_coming', booth = args.booth, consultation = call.consultation,
  user = args.user,
})
local c = consultation(redis.call('GET', key('booth', args.booth)) or '')
if not call.left then tell_page(args.booth, c, 'host_coming') end
return {'ok'}
