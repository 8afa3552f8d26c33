from __future__ import annotations

import asyncio
import hashlib
import hmac

import msgspec
import pytest

from server.webhooks.notification import Notification
from server.webhooks.sender import Sender, open_sender
from tests.server.webhooks.receiver import Receiver
from tests.server.webhooks.test_notification import NOTIFICATION

SECRET = "shared"


async def test_a_receiver_can_verify_who_sent_it(sender: Sender, receiver: Receiver) -> None:
    assert await sender.send(receiver.url, SECRET, NOTIFICATION) is None

    (told,) = receiver.accepted
    at, _, proof = told.headers["Okno-Signature"].removeprefix("t=").partition(",v1=")
    expected = hmac.new(SECRET.encode(), f"{at}.".encode() + told.body, hashlib.sha256)
    assert proof == expected.hexdigest()
    assert told.headers["Content-Type"] == "application/json"
    assert (told.event, told.type) == (NOTIFICATION.id, NOTIFICATION.type)
    assert msgspec.json.decode(told.body, type=Notification) == NOTIFICATION


@pytest.mark.parametrize("status", [200, 202, 204])
async def test_any_2xx_is_enough(sender: Sender, receiver: Receiver, status: int) -> None:
    receiver.status = status
    assert await sender.send(receiver.url, SECRET, NOTIFICATION) is None


@pytest.mark.parametrize("status", [301, 307, 400, 404, 410, 429, 500, 503])
async def test_anything_else_is_not_and_no_redirect_is_followed(
    sender: Sender, receiver: Receiver, status: int
) -> None:
    receiver.status = status
    assert await sender.send(receiver.url, SECRET, NOTIFICATION) == f"answered {status}"
    assert len(receiver.told) == 1


async def test_a_receiver_that_hangs_is_left(receiver: Receiver) -> None:
    receiver.hanging = True
    async with open_sender(private=True, seconds=0.2) as sender:
        assert await sender.send(receiver.url, SECRET, NOTIFICATION) == "no answer in 0.2 s"


async def test_a_dead_receiver_is_said_to_be(sender: Sender, receiver: Receiver) -> None:
    url = receiver.url
    await receiver.die()
    error = await sender.send(url, SECRET, NOTIFICATION)
    assert error is not None
    assert error.startswith("cannot be reached")
    assert "127.0.0.1" not in error


@pytest.mark.parametrize("host", ["okno.invalid", "a..b", f"{'a' * 64}.invalid"])
async def test_a_name_nobody_has_is_said_to_be(sender: Sender, host: str) -> None:
    error = await sender.send(f"https://{host}/", SECRET, NOTIFICATION)
    assert error == "its name is not found"


async def test_what_is_no_http_is_said_to_be(sender: Sender) -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(10)
        writer.write(b"220 mail.example ESMTP\r\n")
        writer.close()

    async with await asyncio.start_server(talk, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        error = await sender.send(f"http://127.0.0.1:{port}/", SECRET, NOTIFICATION)
    assert error == "answered something that is not HTTP"


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1"])
async def test_nothing_is_sent_inside_without_the_setting(receiver: Receiver, host: str) -> None:
    inside = receiver.url.replace("http://127.0.0.1", f"https://{host}")
    async with open_sender(private=False, seconds=5) as guarded:
        error = await guarded.send(inside, SECRET, NOTIFICATION)
        plain = await guarded.send(receiver.url, SECRET, NOTIFICATION)
    assert error == "the address must not lead into a private network"
    assert plain == "the address must begin with https://"
    assert receiver.told == []
