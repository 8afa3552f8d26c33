"""What a node logs: readable or JSON, and nothing personal."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator

import pytest
import structlog
from aiohttp import ClientSession, web

from server import logs
from server.settings import Form


@pytest.fixture(autouse=True)
def _restore() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()


def configured(form: Form) -> io.StringIO:
    stream = io.StringIO()
    logs.log_as(form, "info", stream)
    return stream


def lines(stream: io.StringIO) -> list[dict[str, object]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_json_is_one_object_a_line_whoever_logs() -> None:
    stream = configured("json")
    structlog.stdlib.get_logger("server.part").info("thing.done", number=3, word="талон")
    logging.getLogger("library").warning("it said %s", "so")
    ours, theirs = lines(stream)
    assert ours | {"timestamp": ""} == {
        "event": "thing.done",
        "number": 3,
        "word": "талон",
        "level": "info",
        "logger": "server.part",
        "timestamp": "",
    }
    assert (theirs["event"], theirs["level"]) == ("it said so", "warning")


def test_a_trace_stays_in_its_line() -> None:
    stream = configured("json")
    try:
        int("broken")
    except ValueError:
        logging.getLogger("library").exception("failed")
    (line,) = lines(stream)
    assert "ValueError" in json.dumps(line)


def test_text_is_for_people() -> None:
    stream = configured("text")
    structlog.stdlib.get_logger("server.part").info("thing.done", number=3)
    assert "thing.done" in stream.getvalue()
    assert "number=3" in stream.getvalue()


def test_less_important_things_are_left_out() -> None:
    stream = configured("json")
    structlog.stdlib.get_logger("server.part").debug("detail")
    logging.getLogger("library").debug("detail")
    assert lines(stream) == []


async def test_requests_are_logged_without_anything_personal() -> None:
    stream = configured("json")

    async def answer(_: web.Request) -> web.Response:
        return web.Response(text="hello")

    app = web.Application()
    app.router.add_get("/desk/log/{consultation}", answer)
    app.router.add_get("/healthz", answer)
    runner = web.AppRunner(app, access_log_class=logs.RequestLogger)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    base = "http://{}:{}".format(*runner.addresses[0])
    async with ClientSession(headers={"Cookie": "c=SECRET1"}) as client:
        for path in ("/desk/log/SECRET2?code=SECRET3", "/healthz", "/SECRET4"):
            async with client.get(base + path) as response:
                await response.read()
    await runner.cleanup()
    written = stream.getvalue()
    assert "SECRET" not in written
    assert "127.0.0.1" not in written
    known, unknown = [line for line in lines(stream) if line["event"] == "request"]
    assert (known["method"], known["path"]) == ("GET", "/desk/log/{consultation}")
    assert known["status"] == 200
    assert isinstance(known["milliseconds"], float)
    assert (unknown["path"], unknown["status"]) == ("(unknown)", 404)
