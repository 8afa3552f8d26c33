-- Somebody at a booth calls a person of the centre. While a call is open, another changes nothing.
--
-- args     organisation, booth, issues (what its page has noticed of its devices); keep (ms)
-- returns  ok
-- why      the call, the journal and what the booth shows change in one step, and the line does not

local before = host_call(args.booth)
if before and not before.left then return {'ok'} end
if before then end_host_call(args.booth, before, 'again') end

local c = consultation(redis.call('GET', key('booth', args.booth)) or '')
local health = health_of(args.booth)
local failed = {}
for part, known in pairs(health and health.parts or {}) do
  if known.grade == 'failed' then failed[#failed + 1] = part end
end
table.sort(failed)

-- An empty Lua table would be read as an object.
local call = {
  booth = args.booth, at = now, consultation = c and c.state ~= 'closed' and c.id or nil,
  issues = #args.issues > 0 and args.issues or nil, failed = #failed > 0 and failed or nil,
}
keep_host_call(args.booth, call)
count_host('host_calls')
journal({
  type = 'booth.host_called', booth = args.booth, consultation = call.consultation,
  issues = call.issues, failed = call.failed,
})
tell_page(args.booth, c, 'host_called')
return {'ok'}
