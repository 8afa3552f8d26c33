"""The system's Chromium, one process for each person, with a camera and a microphone from files."""

from __future__ import annotations

import shutil
import socket
from pathlib import Path

from playwright.async_api import Browser, Playwright

from tests.browser.media import Appearance, write_picture, write_tone

PROBE = Path(__file__).parent / "probe.js"
"""Put into every page by `Browser.new_context().add_init_script`, for tests to ask."""

_NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")


def executable() -> str:
    """Where Chromium is; `RuntimeError` says what to install when it is nowhere."""
    for name in _NAMES:
        if path := shutil.which(name):
            return path
    raise RuntimeError("No Chromium: install it with 'apt-get install chromium'.")


async def launch(
    playwright: Playwright,
    files: Path,
    appearance: Appearance | None = None,
    *,
    width: int = 640,
    height: int = 360,
    rate: int = 20,
) -> Browser:
    """A browser of its own whose camera and microphone give this appearance; None: it has neither.

    Args:
        playwright: Drives it.
        files: A directory for what the camera and the microphone give.
        appearance: Who is in front of the camera.
        width: Of the camera's picture, pixels.
        height: Of the camera's picture, pixels.
        rate: Pictures a second.
    """
    arguments = ["--use-fake-ui-for-media-stream", "--force-color-profile=srgb"]
    if appearance is not None:
        stem = f"{appearance.code}-{width}x{height}"
        picture, tone = files / f"{stem}.y4m", files / f"{appearance.frequency}.wav"
        write_picture(picture, appearance.code, width=width, height=height, rate=rate)
        write_tone(tone, appearance.frequency)
        arguments += [
            "--use-fake-device-for-media-stream",
            f"--use-file-for-fake-video-capture={picture}",
            f"--use-file-for-fake-audio-capture={tone}",
        ]
    if not has_network():
        arguments.append("--allow-loopback-in-peer-connection")
    return await playwright.chromium.launch(executable_path=executable(), args=arguments)


def has_network() -> bool:
    """Whether this machine has an address besides loopback, as WebRTC uses no other by itself."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # sends nothing; RFC 5737 keeps the address unused
        except OSError:
            return False
    return True
