-- Keeps what waiting visitors are shown of their wait, and journals what is new to them.
--
-- args     organisation, promises: a list of {consultation, before, after, told}; before and after
--          are what is stored, as JSON (before: empty when nothing is); told is false when only the
--          circumstances changed and not what is shown
-- returns  ok and how many were kept; one whose visitor waits no longer, or was told something else
--          meanwhile, is passed over
-- why      two nodes may compute at once; the visitor must not be told two things, and the journal
--          must say what they were told

local kept, told = 0, 0
for _, each in ipairs(args.promises) do
  local name = key('consultation', each.consultation)
  local c = redis.call('HMGET', name, 'state', 'promise', 'first_high')
  if c[1] == 'waiting' and (c[2] or '') == each.before then
    redis.call('HSET', name, 'promise', each.after)
    kept = kept + 1
    if each.told then
      local shown = cjson.decode(each.after)
      if not set(c[3] or nil) then
        redis.call('HSET', name, 'first_low', shown.low_minutes, 'first_high', shown.high_minutes)
      end
      journal({
        type = 'consultation.promised', consultation = each.consultation,
        low_minutes = shown.low_minutes, high_minutes = shown.high_minutes,
        method = shown.method, samples = shown.samples, reason = shown.reason,
      })
      told = told + 1
    end
  end
end
if told > 0 then redis.call('PUBLISH', 'okno:promised', args.organisation) end
return {'ok', tostring(kept)}
