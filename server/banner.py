"""What a node says to the person who started it."""

from __future__ import annotations

from yarl import URL

import signaling
from server.demo import PASSWORD, PEOPLE
from server.settings import Settings
from server.tls import local_names

_EVERYWHERE = {"", "0.0.0.0", "::"}  # noqa: S104 - what people write, not what we bind


def banner(settings: Settings, *, port: int, demo: bool) -> str:
    """The three addresses, and with the demo how to sign in."""
    base = address(settings, port)
    consultant, supervisor, _ = PEOPLE if demo else ("", "", "")
    lines = [
        "",
        f"Okno {signaling.__version__} is running" + (" with its demo." if demo else "."),
        "",
        _row("Booth", base / "booth", "this browser becomes a demo booth" if demo else ""),
        _row("Workspace", base / "workspace", consultant),
        _row("Desk", base / "desk", supervisor),
        "",
    ]
    if demo:
        lines += [f"The password of everyone in the demo is {PASSWORD}.", ""]
    lines += _from_elsewhere(settings, port)
    lines += [f"Data is kept in {settings.data_dir.absolute()}. Ctrl-C stops everything.", ""]
    return "\n".join(lines)


def address(settings: Settings, port: int) -> URL:
    """Where the person who started it opens it."""
    if settings.public_url is not None:
        return URL(settings.public_url)
    host = "127.0.0.1" if settings.host in _EVERYWHERE else settings.host
    return URL.build(scheme=_scheme(settings), host=host, port=port)


def _row(surface: str, where: URL, note: str) -> str:
    return f"  {surface:<11}{where!s:<40}{note}".rstrip()


def _scheme(settings: Settings) -> str:
    return "http" if settings.tls == "off" else "https"


def _from_elsewhere(settings: Settings, port: int) -> list[str]:
    if settings.host not in _EVERYWHERE or settings.public_url is not None:
        return []
    own = {"localhost", "127.0.0.1", "::1"}
    bases = [
        URL.build(scheme=_scheme(settings), host=each, port=port)
        for each in sorted(local_names() - own)
    ]
    lines = ["From other machines:", *(f"  {each}" for each in bases), ""]
    if settings.tls == "off":
        lines += ["Their browsers give camera and microphone over https only: add --tls auto.", ""]
    return lines
