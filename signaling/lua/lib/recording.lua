-- Whether a conversation is recorded. Fields of the consultation:
--
-- recording_rule  of its topic: empty (never), `ask` or `always` (asked as soon as both are there)
-- recording       a RecordingState of signaling/consent.py, or empty
-- agreed_at       when the visitor agreed (ms): the zero of all times in the recording
-- recorder        the process that records, or empty; its person in Redis is `recorder:<id>`
-- take            counts the recorders that worked at it
-- recorded        what is written of each side, as the recorder said last
-- takes_done      takes whose writing is in the journal, each between spaces

local CLAIM_WITHIN = 10 * 1000  -- after this nobody records, and people are told
local RECORDER_LEASE = 6 * 1000

local RECORDING = { agreed = true, running = true }

local function recorder_person(c)
  return 'recorder:' .. c.id
end

-- The link from one side to the recorder; nil while nobody records.
local function recorder_link(c, side)
  if not RECORDING[c.recording] or not set(c.recorder) or set(c.interpreter_user) then return nil end
  return c.link .. '-r' .. c.take .. string.sub(side, 1, 1)
end

local function is_recorder_link(link)
  return string.find(link, '^%w+%-%d+%-r') ~= nil
end

-- What a page is told of it; nil: nothing.
local function recording_state(c, side)
  if not set(c.recording) then return nil end
  return {
    state = c.recording, by = set(c.recording_by), keep_days = number(c.keep_days),
    link = recorder_link(c, side),
  }
end

local function set_recording(c, state, by)
  put(key('consultation', c.id), { recording = state, recording_by = by or '' })
end

local function journal_recording(c, what, by)
  journal({
    type = 'consultation.recording', consultation = c.id, what = what, by = by,
    take = number(c.take) or 0,
  })
end

-- What a recorder has written, for the record; false if it is there already.
local function journal_recorded(c, take, sides)
  local mark, done = ' ' .. take .. ' ', c.takes_done or ''
  if string.find(done, mark, 1, true) then return false end
  put(key('consultation', c.id), { takes_done = done .. mark })
  for _, side in ipairs({ 'visitor', 'consultant' }) do
    local written = sides[side]
    if written and written.segments > 0 then
      journal({
        type = 'consultation.recorded', consultation = c.id, side = side, take = take,
        segments = written.segments, milliseconds = written.milliseconds,
      })
    end
  end
  return true
end

-- Whoever is free takes it.
local function want_recorder(c)
  set_recording(c, 'agreed')
  put(key('consultation', c.id), { recorder = '' })
  redis.call('ZADD', key('recordings'), now, c.id)
  deadline('recording:' .. c.id, CLAIM_WITHIN)
  redis.call('PUBLISH', 'okno:recordings', args.organisation)
end

-- Nobody records any more, from this moment on: the pages' links to the recorder are no longer named,
-- and the recorder is told.
local function no_recorder(c)
  no_deadline('recording:' .. c.id)
  redis.call('ZREM', key('recordings'), c.id)
  if not set(c.recorder) then return end
  local person = recorder_person(c)
  post(c.recorder, 'stop', person, '', nil, tostring(c.take))
  -- Its lease goes on for what it still has to write.
  redis.call('PEXPIRE', key('person', person), RECORDER_LEASE)
end

-- The conversation is over, and with it what was agreed for it.
local function forget_recording(c)
  if RECORDING[c.recording] then
    no_recorder(c)
    journal_recording(c, 'ended')
  end
  if set(c.recording) then set_recording(c, '') end
end
