"""Recordings at rest: files that say nothing without a key.

A segment is sealed in memory with AES-256-GCM and only then written: under a temporary name, forced
to the disk, renamed. What it is (organisation, consultation, take, side, number, times) is sealed
with it, so that one file cannot stand in for another. The key's name stands in front, so that keys
can be changed: the first one seals, all of them open.
"""

from __future__ import annotations

import base64
import binascii
import contextlib
import os
import re
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from signaling.ids import ConsultationId, OrganisationId
from signaling.model import Side

_MAGIC = b"OKNO1"
_KEY_BYTES = 32
_NONCE_BYTES = 12
_TAG_BYTES = 16
_KEY_NAME = re.compile(r"[A-Za-z0-9_-]{1,32}")
_ASIDE = ".gone"
_FOLDER = re.compile(r"[A-Za-z0-9_-]{1,64}")
_FILE = re.compile(
    r"(?P<take>\d{1,6})-(?P<side>visitor|consultant)-(?P<index>\d{1,6})"
    r"-(?P<begin>\d{1,9})-(?P<length>\d{1,6})-(?P<width>\d{1,5})x(?P<height>\d{1,5})\.okno"
)


_NUMBERS = ("take", "index", "begin", "length", "width", "height")


class BadKeyError(ValueError):
    """A key that cannot be used; the text says why and holds nothing of it."""


class SealError(Exception):
    """A segment that does not open: it was changed, belongs elsewhere, or its key is missing."""

    def __init__(self, path: Path, reason: str) -> None:
        self.path = path
        self.reason = reason
        super().__init__(f"{path.name}: {reason}")


class Segment(NamedTuple):
    """A few seconds of what one person sent."""

    organisation: OrganisationId
    consultation: ConsultationId
    take: int
    """Counts the recorders that worked at this consultation, from 1."""
    side: Side
    number: int
    """Counts the segments of a take and a side, from 0."""
    begin_ms: int
    """Since recording was agreed to, on the same clock for everybody."""
    length_ms: int
    width: int = 0
    """Of the picture at the beginning, in pixels; 0: there is sound alone."""
    height: int = 0

    @property
    def end_ms(self) -> int:
        return self.begin_ms + self.length_ms


class Keys:
    """The keys of a node or recorder, by name."""

    def __init__(self, keys: Mapping[str, bytes]) -> None:
        """At least one; the first is the one that seals."""
        self._keys = {name: AESGCM(key) for name, key in keys.items()}
        self.first = next(iter(self._keys))

    def named(self, name: str) -> AESGCM | None:
        return self._keys.get(name)


def parse_keys(text: str) -> Keys:
    """Keys as a setting holds them: ``name:base64`` of 32 bytes each, separated by commas.

    Raises:
        BadKeyError: it is not that.
    """
    keys = {}
    for part in (each.strip() for each in text.split(",") if each.strip()):
        name, colon, encoded = part.partition(":")
        if not colon or not _KEY_NAME.fullmatch(name) or name in keys:
            raise BadKeyError("each key needs a name of its own: name:base64")
        try:
            key = base64.b64decode(encoded, validate=True)
        except binascii.Error:
            raise BadKeyError(f"the key {name} is not base64") from None
        if len(key) != _KEY_BYTES:
            raise BadKeyError(f"the key {name} has {len(key)} bytes; it must have {_KEY_BYTES}")
        keys[name] = key
    if not keys:
        raise BadKeyError("there is no key in it")
    return Keys(keys)


def new_key(name: str) -> str:
    """A fresh key as the setting takes it."""
    return f"{name}:{base64.b64encode(AESGCM.generate_key(8 * _KEY_BYTES)).decode()}"


class Vault:
    """The directory of recordings: a folder for each organisation, in it one a consultation.

    Every method reads or writes files and takes its time: call it from a thread.
    """

    def __init__(self, directory: Path, keys: Keys) -> None:
        self._directory = directory
        self._keys = keys

    def write(self, segment: Segment, data: bytes) -> None:
        """Seal it; when this returns it outlives the machine's death."""
        folder = self._folder(segment.organisation, segment.consultation)
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = folder / _file_name(segment)
        nonce = os.urandom(_NONCE_BYTES)
        name = self._keys.first
        key = self._keys.named(name)
        assert key is not None  # noqa: S101 - the first is one of them
        sealed = key.encrypt(nonce, data, _what(segment, name))
        temporary = path.with_suffix(".part")
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with open(descriptor, "wb") as file:  # noqa: PTH123 - it is open already
            file.write(_MAGIC + bytes([len(name)]) + name.encode() + nonce + sealed)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
        _sync(folder)

    def read(self, segment: Segment) -> bytes:
        """What was sealed.

        Raises:
            SealError: it is not there, was changed, or its key is missing.
        """
        path = self._path(segment)
        try:
            raw = path.read_bytes()
        except FileNotFoundError:
            raise SealError(path, "is not there") from None
        at = len(_MAGIC) + 1
        if not raw.startswith(_MAGIC) or len(raw) <= at:
            raise SealError(path, "is no recording")
        end = at + raw[at - 1]
        name = raw[at:end].decode("ascii", "replace")
        key = self._keys.named(name)
        if key is None:
            raise SealError(path, f"was sealed with the key {name!r}, which is not set")
        nonce, sealed = raw[end : end + _NONCE_BYTES], raw[end + _NONCE_BYTES :]
        try:
            return key.decrypt(nonce, sealed, _what(segment, name))
        except (InvalidTag, ValueError):
            raise SealError(path, "was changed, or is not what its name says") from None

    def size(self, segment: Segment) -> int:
        """Bytes that `read` gives; `SealError` if it is not there."""
        path = self._path(segment)
        try:
            with path.open("rb") as file:
                start = file.read(len(_MAGIC) + 1)
                whole = os.fstat(file.fileno()).st_size
        except FileNotFoundError:
            raise SealError(path, "is not there") from None
        if not start.startswith(_MAGIC) or len(start) <= len(_MAGIC):
            raise SealError(path, "is no recording")
        return whole - len(start) - start[-1] - _NONCE_BYTES - _TAG_BYTES

    def segments(self, organisation: OrganisationId, consultation: ConsultationId) -> list[Segment]:
        """What there is of a consultation, in order of time."""
        folder = self._folder(organisation, consultation)
        found = []
        for path in folder.iterdir() if folder.is_dir() else ():
            match = _FILE.fullmatch(path.name)
            if match is not None:
                take, index, *rest = (int(match[name]) for name in _NUMBERS)
                side = Side(match["side"])
                found.append(Segment(organisation, consultation, take, side, index, *rest))
        return sorted(found, key=lambda each: (each.begin_ms, each.side, each.take, each.number))

    def set_aside(self, organisation: OrganisationId, consultation: ConsultationId) -> bool:
        """Take a consultation's recording away from who plays; whether there was one.

        Of several who do it at once one succeeds.
        """
        folder = self._folder(organisation, consultation)
        try:
            folder.rename(_aside(folder))
        except FileNotFoundError:
            return False
        return True

    def put_back(self, organisation: OrganisationId, consultation: ConsultationId) -> None:
        """Let what was set aside be played again."""
        folder = self._folder(organisation, consultation)
        _aside(folder).rename(folder)

    def erase(self, organisation: OrganisationId, consultation: ConsultationId) -> None:
        """Remove for good what was set aside, if anything was."""
        with contextlib.suppress(FileNotFoundError):
            shutil.rmtree(_aside(self._folder(organisation, consultation)))

    def aside(self, organisation: OrganisationId) -> list[ConsultationId]:
        """Those whose recording was set aside and is not erased yet."""
        folder = self._directory / organisation
        return sorted(ConsultationId(path.stem) for path in folder.glob(f"*{_ASIDE}"))

    def consultations(self, organisation: OrganisationId) -> list[ConsultationId]:
        """Those of which there is a recording."""
        folder = self._directory / organisation
        names = (path.name for path in folder.iterdir()) if folder.is_dir() else ()
        return sorted(ConsultationId(name) for name in names if _FOLDER.fullmatch(name))

    def organisations(self) -> list[OrganisationId]:
        """Those of which there are recordings."""
        if not self._directory.is_dir():
            return []
        names = (path.name for path in self._directory.iterdir())
        return sorted(OrganisationId(name) for name in names if _FOLDER.fullmatch(name))

    def _path(self, segment: Segment) -> Path:
        return self._folder(segment.organisation, segment.consultation) / _file_name(segment)

    def _folder(self, organisation: OrganisationId, consultation: ConsultationId) -> Path:
        for name in (organisation, consultation):
            if not _FOLDER.fullmatch(name):
                raise ValueError(f"no id: {name!r}")
        return self._directory / organisation / consultation


def _file_name(segment: Segment) -> str:
    _, _, take, side, index, begin, length, width, height = segment
    return f"{take}-{side}-{index:05}-{begin}-{length}-{width}x{height}.okno"


def _aside(folder: Path) -> Path:
    return folder.with_suffix(_ASIDE)


def _what(segment: Segment, key: str) -> bytes:
    return "\n".join((*map(str, segment), key)).encode()


def _sync(folder: Path) -> None:
    """A renamed file is only there for good when its folder is."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
