"""The system's Chromium, one process for each person, with a camera and a microphone from files."""

from __future__ import annotations

import shutil
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from playwright.async_api import Browser, Playwright

from tests.browser.media import Appearance, write_picture, write_tone
from tests.network import Place

PROBE = Path(__file__).parent / "probe.js"
"""Put into every page by `Browser.new_context().add_init_script`, for tests to ask."""

_NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")


def executable() -> str:
    """Where Chromium is; `RuntimeError` says what to install when it is nowhere."""
    for name in _NAMES:
        if path := shutil.which(name):
            return path
    raise RuntimeError("No Chromium: install it with 'apt-get install chromium'.")


@dataclass(frozen=True)
class Seat:
    """Where in a network of the tests a browser is."""

    place: Place
    site: str
    """Addresses of pages, ``http://host:port``, separated by commas; they may use the camera as if
    they were https."""


async def launch(
    playwright: Playwright,
    files: Path,
    appearance: Appearance | None = None,
    *,
    seat: Seat | None = None,
    camera: Mapping[str, int] = MappingProxyType({}),
) -> Browser:
    """A browser of its own whose camera and microphone give this appearance; None: it has neither.

    Args:
        playwright: Drives it.
        files: A directory for what the camera and the microphone give.
        appearance: Who is in front of the camera.
        seat: Where it is; None: on this machine, with its network.
        camera: What `write_picture` may be told: width, height and rate.
    """
    if appearance is None:
        return await start(playwright, seat=seat)
    picture = files / f"{appearance.code}.y4m"
    write_picture(picture, appearance.code, **camera)
    tone = write_tone(files / f"{appearance.frequency}.wav", appearance.frequency)
    return await start(playwright, picture, tone, seat=seat)


async def start(
    playwright: Playwright,
    picture: Path | None = None,
    tone: Path | None = None,
    *,
    seat: Seat | None = None,
    asks: bool = False,
) -> Browser:
    """A browser of its own; with files, they are what its camera and its microphone give.

    One that `asks` lets a page use them only as far as its context grants.
    """
    arguments = ["--force-color-profile=srgb"]
    if not asks:
        arguments.append("--use-fake-ui-for-media-stream")
    if picture is not None and tone is not None:
        arguments += [
            "--use-fake-device-for-media-stream",
            f"--use-file-for-fake-video-capture={picture}",
            f"--use-file-for-fake-audio-capture={tone}",
        ]
    program = executable()
    if seat is not None:
        arguments.append(f"--unsafely-treat-insecure-origin-as-secure={seat.site}")
        arguments.append("--ignore-certificate-errors")  # of the TURN server, made for the test
        program = str(seat.place.program(program))
    elif not has_network():
        arguments.append("--allow-loopback-in-peer-connection")
    return await playwright.chromium.launch(executable_path=program, args=arguments)


def has_network() -> bool:
    """Whether this machine has an address besides loopback, as WebRTC uses no other by itself."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # sends nothing; RFC 5737 keeps the address unused
        except OSError:
            return False
    return True
