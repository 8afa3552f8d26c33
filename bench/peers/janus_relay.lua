-- For Janus' own Lua plugin: passes on what one handle says to the other of its pair, whole and
-- unread, which is the least a plugin can do. A handle first says who it is and whom it talks to:
-- {"me": "0", "other": "1"}.

local id_of, other_of = {}, {}

function init() end
function resumeScheduler() end
function destroy() end
function createSession() end
function setupMedia() end
function hangupMedia() end
function destroySession(id) other_of[id] = nil end
function querySession() return '{}' end

function handleMessage(id, _, message)
	local other = other_of[id]
	if other then
		pushEvent(id_of[other], nil, message, nil)
		return 1
	end
	id_of[message:match('"me": *"(%d+)"')] = id
	other_of[id] = message:match('"other": *"(%d+)"')
	return 0, '{}'
end
