"""Recorder processes on a real node: real Redis, real sockets, real media, real deaths."""

from __future__ import annotations

import asyncio
import contextlib
import io
import os
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import av
import msgspec
import numpy as np

from signaling.client import Client
from signaling.consent import RecordingRule, RecordingState
from signaling.ids import ConsultationId, OrganisationId, TopicId
from signaling.journal import read
from signaling.media.picture import Picture
from signaling.media.studio import CAPTIONS
from signaling.messages import (
    AnswerRecording,
    AskRecording,
    BoothState,
    StopRecording,
    TakeTicket,
)
from signaling.model import Side, Topic
from signaling.ports import IceSettings
from signaling.recording_events import Recorded, RecordingChanged
from signaling.vault import Segment, Vault, new_key, parse_keys
from signaling.webm import Part, Size, head
from tests.signaling.cast import TIMINGS_OF_TESTS, Cast, Stage, staged
from tests.signaling.media.relay import until
from tests.signaling.media.test_people import at_booth, at_work

KEY = new_key("tests")


class RecordedCast(Cast):
    """As usual, but conversations may be recorded."""

    async def topic(self, organisation: OrganisationId, topic: TopicId) -> Topic | None:
        found = await super().topic(organisation, topic)
        return found and msgspec.structs.replace(found, recording=RecordingRule.ASK)


@contextlib.asynccontextmanager
async def recorder(redis_url: str, directory: Path) -> AsyncIterator[asyncio.subprocess.Process]:
    """``okno recorder`` while the block runs."""
    env = {name: value for name, value in os.environ.items() if not name.startswith("OKNO_")}
    settings = {"REDIS_URL": redis_url, "RECORDING_KEY": KEY, "RECORDING_DIR": str(directory)}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-P", "-m", "server", "recorder"),
        env=env | {f"OKNO_{name}": value for name, value in settings.items()},
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()


async def is_told(booth: Client, state: RecordingState) -> BoothState:
    def holds(told: BoothState) -> bool:
        found = told.consultation and told.consultation.recording
        return found is not None and found.state is state

    return await booth.until(BoothState, holds, within=30)


async def test_one_dies_another_goes_on_and_the_visitor_stops_it(
    redis_url: str, tmp_path: Path
) -> None:
    timings = msgspec.structs.replace(TIMINGS_OF_TESTS, recording_days=30)
    vault = Vault(tmp_path, parse_keys(KEY))
    async with (
        staged(redis_url, cast=RecordedCast(), timings=timings, ice=IceSettings()) as stage,
        at_work(stage) as (consultant, _),
        at_booth(stage) as (booth, _),
        recorder(redis_url, tmp_path) as first,
    ):
        await booth.request(TakeTicket(topic="passport", language="ru"))
        state = await booth.until(
            BoothState, lambda told: bool(told.consultation and told.consultation.connected_at)
        )
        assert state.consultation is not None
        talk = state.consultation.id
        await consultant.request(AskRecording(consultation=talk))
        await is_told(booth, RecordingState.ASKED)
        await booth.request(AnswerRecording(consultation=talk, agree=True))
        await is_told(booth, RecordingState.RUNNING)

        async def written(take: int, number: int) -> None:
            await until(
                lambda: all(
                    len(of(vault, stage, talk, side, take)) >= number
                    for side in (Side.VISITOR, Side.CONSULTANT)
                ),
                within=40,
                what=f"{number} segments of both in take {take}",
            )

        await written(1, 2)
        first.kill()
        await first.wait()
        await is_told(booth, RecordingState.AGREED)
        async with recorder(redis_url, tmp_path):
            await is_told(booth, RecordingState.RUNNING)
            await written(2, 1)
            await booth.request(StopRecording(consultation=talk))
            stopped = await is_told(booth, RecordingState.STOPPED)
            assert stopped.consultation is not None
            assert stopped.consultation.recording is not None
            assert stopped.consultation.recording.link is None
            await on_record(stage, 4)
        assert stopped.consultation.state == "active"

        parts = [each for each in await events(stage) if isinstance(each, Recorded)]
        for part in parts:
            found = of(vault, stage, talk, part.side, part.take)
            assert len(found) >= part.segments > 0
            assert [each.number for each in found] == list(range(len(found)))
        ticket = stopped.consultation.ticket
        for side in (Side.VISITOR, Side.CONSULTANT):
            everything = vault.segments(stage.cast.home, talk)
            shows(vault, [each for each in everything if each.side is side], ticket)
        files_are_sealed(tmp_path)
        steps = [each.what for each in await events(stage) if isinstance(each, RecordingChanged)]
        assert steps == ["asked", "agreed", "began", "interrupted", "began", "stopped"]


def of(vault: Vault, stage: Stage, talk: ConsultationId, side: Side, take: int) -> list[Segment]:
    return [
        each
        for each in vault.segments(stage.cast.home, talk)
        if (each.side, each.take) == (side, take)
    ]


def shows(vault: Vault, segments: list[Segment], ticket: str) -> None:
    """A player that is given all of it sees that person, from the first picture to the last."""
    first = next(each for each in segments if each.width)
    data = [vault.read(each) for each in segments]
    parts = [
        Part(each.begin_ms, each.end_ms, len(body))
        for each, body in zip(segments, data, strict=True)
    ]
    whole = head(parts, Size(first.width, first.height)) + b"".join(data)
    look: Callable[[], Picture] = lambda: Picture(  # noqa: E731
        ticket,
        CAPTIONS[first.side.value]["ru"],  # type: ignore[index]
        look=first.side.value,  # type: ignore[arg-type]
    )
    drawn = look().planes(0)
    with av.open(io.BytesIO(whole), "r") as file:
        frames = [frame.to_ndarray(format="yuv420p") for frame in file.decode(video=0)]
    assert len(frames) > 40
    for frame in frames:
        assert np.abs(frame.astype(int) - drawn).mean() < 6


def files_are_sealed(directory: Path) -> None:
    for path in directory.rglob("*"):
        assert path.is_dir() or path.read_bytes().startswith(b"OKNO1"), path


async def events(stage: Stage) -> list[object]:
    return [entry.event async for entry in read(stage.redis, stage.cast.home)]


async def on_record(stage: Stage, parts: int) -> None:
    async with asyncio.timeout(10):
        while sum(isinstance(each, Recorded) for each in await events(stage)) < parts:  # noqa: ASYNC110 - another process writes them
            await asyncio.sleep(0.05)
