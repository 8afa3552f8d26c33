-- The heartbeats of a moment.
--
-- args     organisation, holders ({person: connection}); grace, keep (ms)
-- returns  ok, and JSON {replaced: [people], forgotten: [people]}: those whom a newer socket has
--          replaced, and those who were forgotten meanwhile (Redis was away for long) and must
--          introduce themselves again; what is empty is left out

local replaced, forgotten, node = {}, {}, nil
for person, connection in pairs(args.holders) do
  local name = key('person', person)
  local who = redis.call('HMGET', name, 'connection', 'node')
  if not who[1] then
    forgotten[#forgotten + 1] = person
  elseif who[1] ~= connection then
    replaced[#replaced + 1] = person
  else
    redis.call('PEXPIRE', name, args.keep)
    redis.call('PEXPIRE', key('mail', person), args.keep)
    deadline('lease:' .. person, args.grace)
    node = who[2]
  end
end
if node then redis.call('PEXPIRE', key('node', node), args.keep) end
-- An empty Lua table would be read as an object.
return {'ok', cjson.encode({
  replaced = #replaced > 0 and replaced or nil, forgotten = #forgotten > 0 and forgotten or nil,
})}
