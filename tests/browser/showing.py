"""Browsers of people who show something: a booth with more cameras, a desk with windows."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

from playwright.async_api import Browser, Playwright

from tests.browser.chromium import executable, has_network
from tests.browser.media import Appearance, write_tone

EXHIBIT = "[data-exhibit-picture]"
"""The moving picture of what is shown."""
PHOTO = "[data-exhibit-photo]"
CAPTURE = ("camera", "microphone")
"""What a context must grant: without it a page is not told which cameras there are."""
WINDOW_TITLE = "Price list"
"""The window that the consultant's browser picks by itself."""

KEPT_PHOTOS = """
  globalThis.photos = [];
  const make = URL.createObjectURL.bind(URL);
  const revoke = URL.revokeObjectURL.bind(URL);
  URL.createObjectURL = (blob) => {
    const url = make(blob);
    photos.push({ url, blob, isRevoked: false });
    return url;
  };
  URL.revokeObjectURL = (url) => {
    revoke(url);
    for (const each of photos) if (each.url === url) each.isRevoked = true;
  };
  globalThis.digest = async (index) => {
    const bytes = await photos.at(index).blob.arrayBuffer();
    const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
    const text = [...hash].map((byte) => byte.toString(16).padStart(2, '0')).join('');
    return { hash: text, bytes: bytes.byteLength, type: photos.at(index).blob.type };
  };
  globalThis.captured = [];
  for (const name of ['getUserMedia', 'getDisplayMedia']) {
    const media = navigator.mediaDevices;
    const ask = media?.[name].bind(media);
    if (ask) media[name] = async (wanted) => {
      const stream = await ask(wanted);
      captured.push(...stream.getTracks());
      return stream;
    };
  }
  /** Somebody pulls out what was opened last. */
  globalThis.unplug = () => {
    const track = captured.at(-1);
    track.stop();
    track.dispatchEvent(new Event('ended'));
  };
  globalThis.running = () => captured.filter(({ readyState }) => readyState === 'live').length;
"""
"""Lets a test see which photos a page holds and which cameras it has open, and pull one out."""


@contextlib.asynccontextmanager
async def browser(
    playwright: Playwright, files: Path, appearance: Appearance, *, cameras: int = 1
) -> AsyncIterator[Browser]:
    """One with so many cameras that make a picture up, and that shows a window without asking."""
    tone = write_tone(files / f"{appearance.frequency}.wav", appearance.frequency)
    arguments = [
        "--force-color-profile=srgb",
        f"--use-fake-device-for-media-stream=device-count={cameras}",
        f"--use-file-for-fake-audio-capture={tone}",
        f"--auto-select-tab-capture-source-by-title={WINDOW_TITLE}",
    ]
    if not has_network():
        arguments.append("--allow-loopback-in-peer-connection")
    running = await playwright.chromium.launch(executable_path=executable(), args=arguments)
    try:
        yield running
    finally:
        await running.close()
