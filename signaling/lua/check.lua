-- An idle booth has checked itself. Twice in a row bad marks a part, once good returns it.
--
-- args     organisation, booth, verdict ({part = {grade, why}}), needs ({mode = [parts]}), with_sound
--          (whether a tone was played); keep (ms)
-- returns  ok, or wrong_state while the booth has a visitor: nobody is told of a fault that the
--          check itself may have caused, nor is a talk disturbed
-- why      what the booth cannot do, the journal and what its page is told change in one step, so
--          a ticket is refused from the very moment the log says so

local BAD_IN_A_ROW = 2

local c = consultation(redis.call('GET', key('booth', args.booth)) or '')
if c and c.state ~= 'closed' and c.state ~= 'wrapping_up' then return {'wrong_state'} end

local health = health_of(args.booth) or { parts = {} }
local differs = false
health.bad = nil

for part, found in pairs(args.verdict) do
  local known = health.parts[part]
  local grade = found.grade
  -- A probe that nobody here has ever reached says more about itself than about this booth.
  if part == 'network' and found.why == 'no_path' and not known then grade = 'unknown' end
  if grade ~= 'unknown' then
    known = known or { bad = 0 }
    local before, why = known.grade, known.why
    if grade ~= 'failed' then
      known.grade, known.why, known.bad = grade, found.why, 0
    else
      known.bad = known.bad + 1
      if known.bad >= BAD_IN_A_ROW then
        known.grade, known.why = 'failed', found.why
      end
    end
    if known.grade ~= before or known.why ~= why then differs = true end
    if known.grade ~= before then known.since = now end
    health.parts[part] = known
  end
  if known and known.bad > 0 then health.bad = true end
end

local cannot = {}
for _, mode in ipairs(args.modes) do
  for _, part in ipairs(args.needs[mode]) do
    local known = health.parts[part]
    if known and known.grade == 'failed' then
      cannot[#cannot + 1] = mode
      break
    end
  end
end
local words = table.concat(cannot, ' ')
if words ~= (health.cannot or '') then
  health.cannot, health.since = words, now
end
health.at = now
if args.with_sound then health.sound_at = now end

if differs or now - (health.told or 0) >= DAY then
  health.told = now
  local grades, reasons = {}, {}
  for part, known in pairs(health.parts) do
    grades[part] = known.grade
    reasons[part] = known.why
  end
  journal({
    type = 'booth.checked', booth = args.booth, grades = grades, reasons = reasons,
    cannot = #cannot > 0 and cannot or nil,
  })
  changed()
end
redis.call('HSET', key('health'), args.booth, cjson.encode(health))
tell_page(args.booth, c, 'checked')
return {'ok'}
