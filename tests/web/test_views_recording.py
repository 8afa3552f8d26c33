"""A recording is played by supervisors of its own organisation, and every look is written down."""

from __future__ import annotations

import asyncio
import io
import os
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import av
import pytest
import pytest_asyncio
from aiohttp import ClientError
from redis.exceptions import ConnectionError as NotConnectedError

from server.retention import sweep_recordings
from signaling import journal
from signaling.consent import RemovalReason
from signaling.errors import Code
from signaling.ids import ConsultationId, UserId, new_ulid
from signaling.model import Side
from signaling.ports import REDIS
from signaling.recording_events import Recorded, RecordingRemoved, RecordingViewed
from signaling.removal import remove_recording
from signaling.store import open_redis
from signaling.vault import Segment, Vault, new_key
from signaling.webm import AUDIO, Block, cluster
from tests.waiting import until
from tests.web.stage import House, Person, Stage, staged
from web.ports import SESSION_LOG, VAULT

pytestmark = pytest.mark.asyncio(loop_scope="module")

SILENCE = b"\xfc\xff\xfe"


KEY = new_key("tests")


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("node")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stage(redis_url: str, directory: Path) -> AsyncIterator[Stage]:
    """One node that has a key."""
    async with staged(redis_url, directory, recording_key=KEY) as stage:
        yield stage


async def okno(stage: Stage, redis_url: str, directory: Path, *words: str, code: int = 0) -> str:
    """What a command of the node's administrator says."""
    settings = {"REDIS_URL": redis_url, "DATA_DIR": str(directory), "RECORDING_KEY": KEY}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-P", "-m", "server", "recording", *words),
        *("--organisation", stage.home.id.lower()),
        env=os.environ | {f"OKNO_{name}": value for name, value in settings.items()},
        stdout=asyncio.subprocess.PIPE,
    )
    said, _ = await process.communicate()
    assert process.returncode == code, said.decode()
    return said.decode()


def vault_of(stage: Stage) -> Vault:
    vault = stage.app[VAULT]
    assert vault is not None
    return vault


async def recorded(stage: Stage, house: House) -> ConsultationId:
    """A finished consultation, ten seconds of which were recorded of each side."""
    consultation = await stage.consultation(house, ticket="B-300")
    for side in (Side.VISITOR, Side.CONSULTANT):
        for number, begin in enumerate((400, 5400)):
            blocks = [Block(AUDIO, begin + at, True, SILENCE) for at in range(0, 5000, 20)]
            segment = Segment(house.id, consultation, 1, side, number, begin, 4980)
            vault_of(stage).write(segment, cluster(blocks))
        event = Recorded(
            at=await journal.now_ms(stage.app[REDIS]),
            consultation=consultation,
            side=side,
            take=1,
            segments=2,
            milliseconds=9960,
        )
        await journal.append(stage.app[REDIS], house.id, event)

    async def archived() -> bool:
        found = await stage.app[SESSION_LOG].record(house.id, consultation)
        return found is not None and len(found[0].recorded) == 2

    await until(archived)
    return consultation


async def removals(stage: Stage) -> list[tuple[ConsultationId, RemovalReason, UserId | None]]:
    """What the journal says of recordings that were removed."""
    return [
        (entry.event.consultation, entry.event.reason, entry.event.user)
        async for entry in journal.read(stage.app[REDIS], stage.home.id)
        if isinstance(entry.event, RecordingRemoved)
    ]


async def record_without(stage: Stage, consultation: ConsultationId) -> str:
    """The page of the record, once it knows that the recording was removed."""

    async def archived() -> bool:
        found = await stage.app[SESSION_LOG].record(stage.home.id, consultation)
        return found is not None and found[0].recording_removed_at is not None

    await until(archived)
    supervisor = await stage.staff("supervisor")
    return await (await supervisor.get(f"/desk/log/{consultation}")).text()


async def bytes_of(person: Person, path: str, wanted: str) -> tuple[int, str, bytes]:
    """Status, what was sent, and the bytes, of a part of a file."""
    headers = {"Range": f"bytes={wanted}"}
    async with person.session.get(path, headers=headers) as answer:
        return answer.status, answer.headers.get("Content-Range", ""), await answer.read()


async def test_both_sides_are_played_and_it_is_written_down(stage: Stage) -> None:
    consultation = await recorded(stage, stage.home)
    supervisor = await stage.staff("supervisor")
    record = await (await supervisor.get(f"/desk/log/{consultation}")).text()
    assert f'href="/desk/log/{consultation}/recording"' in record

    page = await supervisor.get(f"/desk/log/{consultation}/recording")
    assert page.headers["Cache-Control"] == "no-store"
    html = await page.text()
    for side in ("visitor", "consultant"):
        path = f"/desk/log/{consultation}/{side}.webm"
        assert f'src="{path}"' in html
        answer = await supervisor.get(path)
        assert (answer.status, answer.content_type) == (200, "video/webm")
        assert answer.headers["Cache-Control"] == "no-store"
        whole = await answer.read()
        with av.open(io.BytesIO(whole), "r") as file:
            assert len([each for each in file.demux() if each.size]) == 500
            assert file.duration == 10_380_000
        middle = len(whole) // 2
        status, sent, part = await bytes_of(supervisor, path, f"{middle}-{middle + 999}")
        assert (status, part) == (206, whole[middle : middle + 1000])
        assert sent == f"bytes {middle}-{middle + 999}/{len(whole)}"
        assert (await bytes_of(supervisor, path, "-10"))[2] == whole[-10:]
        assert (await bytes_of(supervisor, path, f"{len(whole)}-"))[0] == 416

    looks = [
        entry.event
        async for entry in journal.read(stage.app[REDIS], stage.home.id)
        if isinstance(entry.event, RecordingViewed)
    ]
    assert (looks[-1].consultation, looks[-1].user) == (consultation, supervisor.user)


async def test_nobody_else_gets_it(stage: Stage) -> None:
    consultation = await recorded(stage, stage.home)
    page, film = (f"/desk/log/{consultation}/{name}" for name in ("recording", "visitor.webm"))
    visitor, consultant = await stage.visitor(), await stage.staff("consultant")
    outsider = await stage.staff("supervisor", stage.elsewhere)
    supervisor = await stage.staff("supervisor")
    for path in (page, film):
        assert (await visitor.get(path, html=False)).status == 401
        assert (await consultant.get(path, html=False)).status == 403
        assert (await outsider.get(path, html=False)).status == 404
    unopened = await supervisor.get(film, html=False)
    assert (unopened.status, (await unopened.json())["code"]) == (404, Code.NOT_FOUND), (
        "not without the page, whose opening is written down"
    )
    for path in ("/desk/log/x/recording", f"/desk/log/{new_ulid()}/recording"):
        assert (await supervisor.get(path, html=False)).status == 404
    bare = await stage.consultation(stage.home, ticket="B-301")
    assert (await supervisor.get(f"/desk/log/{bare}/recording", html=False)).status == 404
    assert "recording" not in await (await supervisor.get(f"/desk/log/{bare}")).text()


async def test_it_goes_when_its_time_is_over_or_on_request(stage: Stage, directory: Path) -> None:
    old, young = ConsultationId("01ARZ3NDEKTSV4RRFFQ69G5FAV"), await recorded(stage, stage.home)
    house, vault, redis = stage.home, vault_of(stage), stage.app[REDIS]
    blocks = [Block(AUDIO, 0, True, SILENCE)]
    vault.write(Segment(house.id, old, 1, Side.VISITOR, 0, 0, 20), cluster(blocks))

    assert await sweep_recordings(redis, vault, 30) == 1
    assert vault.segments(house.id, old) == []
    assert len(vault.segments(house.id, young)) == 4

    administrator = await stage.staff("administrator")
    page = f"/desk/log/{young}/recording"
    assert "Remove for good" in await (await administrator.get(page)).text()
    for nothing in ({}, {"reason": ""}, {"reason": "retention"}, {"reason": "she said so"}):
        assert (await administrator.post(page, nothing, html=False)).status == 400
    assert len(vault.segments(house.id, young)) == 4, "a reason is needed, and one that people have"

    answer = await administrator.post(page, {"reason": "request"})

    assert (answer.status, answer.headers["Location"]) == (303, page)
    assert not list((directory / "recordings").glob(f"*/{young}*"))
    gone = await administrator.get(page)
    assert (gone.status, "There is no recording any more" in await gone.text()) == (410, True)
    assert (await administrator.get(f"/desk/log/{young}/visitor.webm", html=False)).status == 404
    assert (await administrator.post(page, {"reason": "request"}, html=False)).status == 404
    assert (await removals(stage))[-2:] == [
        (old, RemovalReason.RETENTION, None),
        (young, RemovalReason.REQUEST, administrator.user),
    ]
    record = await record_without(stage, young)
    assert "The recording was removed on " in record
    assert "The recording was removed: the visitor asked for it (" in record
    assert page not in record


async def test_only_administrators_of_the_organisation_remove_it(stage: Stage) -> None:
    consultation = await recorded(stage, stage.home)
    page, reason = f"/desk/log/{consultation}/recording", {"reason": "mistake"}
    before = await removals(stage)
    supervisor = await stage.staff("supervisor")
    html = await (await supervisor.get(page)).text()
    assert "an administrator can do it here" in html
    assert "remove-recording" not in html
    for person, status in (
        (await stage.visitor(), 401),
        (await stage.staff("consultant"), 403),
        (supervisor, 403),
        (await stage.staff("administrator", stage.elsewhere), 404),
    ):
        assert (await person.post(page, reason, html=False)).status == status
    administrator = await stage.staff("administrator")
    for path in ("/desk/log/x/recording", f"/desk/log/{new_ulid()}/recording"):
        assert (await administrator.post(path, reason, html=False)).status == 404
    forged = await administrator.session.post(
        page, data=reason, headers={"Origin": "https://evil.example"}, allow_redirects=False
    )
    assert forged.status == 403
    assert len(vault_of(stage).segments(stage.home.id, consultation)) == 4
    assert await removals(stage) == before


async def test_nothing_is_erased_that_the_journal_was_not_told(stage: Stage) -> None:
    consultation, vault = await recorded(stage, stage.home), vault_of(stage)
    away = open_redis("redis://127.0.0.1:1/0")
    with pytest.raises(NotConnectedError):
        await remove_recording(
            away, vault, stage.home.id, consultation, reason=RemovalReason.REQUEST
        )
    await away.aclose()
    assert len(vault.segments(stage.home.id, consultation)) == 4

    assert vault.set_aside(stage.home.id, consultation)
    event = RecordingRemoved(
        at=await journal.now_ms(stage.app[REDIS]),
        consultation=consultation,
        reason=RemovalReason.REQUEST,
    )
    await journal.append(stage.app[REDIS], stage.home.id, event)
    await record_without(stage, consultation)
    await sweep_recordings(stage.app[REDIS], vault, 30)
    assert vault.aside(stage.home.id) == [], "whoever set it aside died before it was erased"


async def test_what_is_missing_or_changed_is_found_out(
    stage: Stage, redis_url: str, directory: Path
) -> None:
    consultation = await recorded(stage, stage.home)
    assert "Nothing is wrong." in await okno(stage, redis_url, directory, "check")
    first, second, *_ = sorted((directory / "recordings" / stage.home.id / consultation).iterdir())
    first.unlink()
    second.write_bytes(second.read_bytes()[:-1] + b"?")

    found = await okno(stage, redis_url, directory, "check", code=1)

    assert "1 of 2 files of the consultant are missing" in found
    assert "was changed" in found
    supervisor = await stage.staff("supervisor")
    await supervisor.get(f"/desk/log/{consultation}/recording")
    with pytest.raises(ClientError):
        await (await supervisor.get(f"/desk/log/{consultation}/consultant.webm")).read()

    why = ("--reason", "bystander")
    gone = await okno(stage, redis_url, directory, "remove", consultation, "--yes", *why)
    assert gone == "It is gone.\n"
    assert vault_of(stage).segments(stage.home.id, consultation) == []
    assert (await removals(stage))[-1] == (consultation, RemovalReason.BYSTANDER, None)
