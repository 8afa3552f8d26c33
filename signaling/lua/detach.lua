-- A page's socket is gone. Its person keeps their place until the lease runs out; nobody is offered
-- to them meanwhile, nor they to anybody.
--
-- args     organisation, person, connection; keep (ms)
-- returns  ok, or wrong_state when a newer socket has taken over

if redis.call('HGET', key('person', args.person), 'connection') ~= args.connection then
  return {'wrong_state'}
end
detach(args.person)
changed()
return {'ok'}
