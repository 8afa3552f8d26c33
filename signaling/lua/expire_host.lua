-- Nobody has answered a call for a person of the centre in time, or said that it is settled.
--
-- args     organisation, subject (booth); keep (ms)
-- returns  ok, or wrong_state when it no longer holds

if not claim('host:' .. args.subject) then return {'wrong_state'} end
local call = host_call(args.subject)
if not call then return {'wrong_state'} end

end_host_call(args.subject, call, 'run_out')
local c = consultation(redis.call('GET', key('booth', args.subject)) or '')
tell_page(args.subject, c, call.user and 'host_released' or 'host_run_out')
return {'ok'}
