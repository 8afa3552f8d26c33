-- A recorder takes the conversation that has waited longest for one.
--
-- args     organisation, node; keep (ms)
-- returns  ok and JSON {consultation, take, agreed_at, now, ends}, or ok and nothing when none waits
-- why      from this moment the pages know their links to the recorder, and it knows theirs

while true do
  local first = redis.call('ZPOPMIN', key('recordings'))
  if not first[1] then return {'ok'} end
  local c = consultation(first[1])
  if c and c.state == 'active' and c.recording == 'agreed' then
    save(c, { recorder = args.node, take = (number(c.take) or 0) + 1, recorded = '' })
    local person = key('person', recorder_person(c))
    redis.call('HSET', person, 'node', args.node)
    redis.call('PEXPIRE', person, RECORDER_LEASE)
    deadline('recording:' .. c.id, RECORDER_LEASE)
    tell_both(c, 'recording')
    local ends = {}
    for side, who in pairs({
      visitor = 'booth:' .. c.booth, consultant = 'consultant:' .. c.consultant,
    }) do
      ends[#ends + 1] = { side = side, person = who, link = recorder_link(c, side) }
    end
    return {'ok', cjson.encode({
      consultation = c.id, take = number(c.take), agreed_at = number(c.agreed_at), now = now,
      ends = ends,
    })}
  end
end
