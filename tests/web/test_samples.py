"""Two looks at a connection's counters become a sample: the pages' own pure function."""

from __future__ import annotations

from typing import Any

import msgspec

from signaling.measures import Path, Picture, Sample, Sound, Way
from tests.web.test_screens import call

Facts = dict[str, Any]


def facts(at: int, **streams: dict[str, Any]) -> Facts:
    """What was counted by then of streams `heard`, `seen` and `said`, and of the `way`."""
    path = {"local": "relay", "remote": "host", "protocol": "tls", "ufrag": "a"}
    way = {"signs": at, "asked": at // 1000, "waited": at * 0.00004} | streams.get("way", {})
    return {
        "at": at,
        "received": {"audio": streams.get("heard"), "video": streams.get("seen")},
        "sent": {"audio": streams.get("said"), "video": None},
        "path": path | way,
    }


def stream(packets: int, lost: int = 0, **counted: object) -> dict[str, Any]:
    kind = {"id": "1", "codec": "opus", "fec": True}
    return kind | {"packets": packets, "lost": lost, "bytes": packets * 100, **counted}


async def sample(before: Facts, after: Facts) -> Any:
    return await call("core/sample.js", "sampleOf", before, after)


async def test_counters_become_shares_rates_and_means() -> None:
    heard = stream(
        *(250, 0), jitter=0.004, energy=0.05, heard=5, samples=240_000, concealed=0, playing=9_000
    )
    later = stream(
        *(490, 10), jitter=0.007, energy=0.1, heard=10, samples=480_000, concealed=2_400
    ) | {"playing": 14_000}
    seen = {"codec": "VP8", "width": 1280, "height": 720}
    measured = await sample(
        facts(5_000, heard=heard, seen=stream(100, frames=150, frozen=0, playing=8_000) | seen),
        facts(
            10_000, heard=later, seen=stream(900, frames=265, frozen=0.75, playing=13_880) | seen
        ),
    )
    assert measured["received"]["audio"] == {
        "codec": "opus",
        "fec": True,
        "kbps": 38,
        "loss": 40,
        "jitter": 7,
        "level": 20,
        "concealed": 10,
    }
    assert measured["received"]["video"] == {
        "codec": "VP8",
        "kbps": 128,
        "loss": 0,
        "jitter": None,
        "fps": 23,
        "width": 1280,
        "height": 720,
        "freeze": 750,
    }
    assert measured["sent"] == {"audio": None, "video": None}
    assert (measured["span"], measured["rtt"], measured["offset"]) == (5_000, 40, 120)
    assert measured["path"] == {"local": "relay", "remote": "host", "protocol": "tls"}


async def test_a_dead_microphone_shows_in_its_level_and_in_no_loss() -> None:
    measured = await sample(
        facts(0, said=stream(0, energy=0, heard=0, remote=None)),
        facts(5_000, said=stream(250, energy=0, heard=5, remote={"at": 1, "loss": 0})),
    )
    said = measured["sent"]["audio"]
    assert (said["level"], said["loss"]) == (127, 0)


async def test_of_what_is_sent_nobody_knows_the_loss_before_a_report() -> None:
    remote = {"at": 1, "loss": 0.5, "jitter": 0.001}
    measured = await sample(
        facts(0, said=stream(0, remote=remote)), facts(1_000, said=stream(50, remote=remote))
    )
    assert measured["sent"]["audio"]["loss"] is None


async def test_nothing_is_scored_that_nobody_sends() -> None:
    """The camera of the other was switched off; their sound goes on."""
    seen = stream(900, frames=300)
    measured = await sample(
        facts(5_000, heard=stream(250), seen=seen), facts(10_000, heard=stream(500), seen=seen)
    )
    assert measured["received"]["video"] is None
    assert measured["received"]["audio"]["loss"] == 0


async def test_all_is_lost_when_no_sign_of_the_other_side_comes() -> None:
    heard, way = stream(250), {"signs": 7}
    measured = await sample(facts(5_000, heard=heard, way=way), facts(10_000, heard=heard, way=way))
    assert measured["received"]["audio"]["loss"] == 1000
    assert measured["received"]["video"] is None


async def test_a_new_sender_counts_from_zero() -> None:
    measured = await sample(
        facts(5_000, heard=stream(9_000)), facts(10_000, heard=stream(250) | {"id": "2"})
    )
    assert measured["received"]["audio"]["kbps"] == 40


async def test_the_server_reads_what_the_page_tells() -> None:
    """Short names on both sides, and nothing the protocol does not know."""
    before = facts(0, heard=stream(0), seen=stream(0), said=stream(0, remote=None))
    heard = stream(490, 10, jitter=0.007, energy=0.05, heard=5, samples=240_000, concealed=2_400)
    seen = stream(800, frames=120, width=640, height=480, frozen=0.2) | {"codec": "VP8"}
    said = stream(250, energy=0, heard=5, remote=None) | {"codec": "a codec of <tomorrow>"}
    measured = await sample(before, facts(5_000, heard=heard, seen=seen, said=said))
    told = await call(
        "core/reporter.js", "toWire", {"sample": measured, "connections": 2, "restarts": 1}
    )
    assert msgspec.convert(told, Sample) == Sample(
        span=5_000,
        rtt=40,
        path=Path(local="relay", protocol="tls"),
        connections=2,
        restarts=1,
        received=Way(
            audio=Sound(kbps=78, loss=20, jitter=7, level=20, concealed=10),
            video=Picture(kbps=128, jitter=None, fps=24, width=640, height=480, freeze=200),
        ),
        sent=Way(audio=Sound(codec="", kbps=40, loss=None, jitter=None, level=127)),
    )
    strange = {**measured, "path": {**measured["path"], "local": "serverreflexive"}}
    told = await call(
        "core/reporter.js", "toWire", {"sample": strange, "connections": 1, "restarts": 0}
    )
    assert told["p"] is None
