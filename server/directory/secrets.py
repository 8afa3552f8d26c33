"""What proves who somebody is: passwords, booth credentials and one-time codes.

Only hashes are stored. A password is slow to hash because people choose badly; a credential is
256 random bits, for which SHA-256 is enough.
"""

from __future__ import annotations

import asyncio
import hashlib
import secrets
from functools import cached_property
from typing import NamedTuple

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

CODE_HOURS = 24
"""How long a one-time code is good for."""

_CODE_LENGTH = 8
_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_MISREAD = str.maketrans("OIL", "011", " -")
_HASHES_AT_ONCE = 2
"""Each takes 64 MiB and a core for some 50 ms."""


class Verdict(NamedTuple):
    """What became of a password that was tried."""

    right: bool
    better_hash: str | None = None
    """To be stored instead, when the old hash was made with other parameters than today's."""


class Passwords:
    """argon2id with the library's parameters, which grow with its releases."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher()
        self._turns = asyncio.Semaphore(_HASHES_AT_ONCE)

    async def hash(self, password: str) -> str:
        """What to store for this password."""
        async with self._turns:
            return await asyncio.to_thread(self._hasher.hash, password)

    async def verify(self, password: str, stored: str | None) -> Verdict:
        """Try a password. Without a stored hash the answer is no, and takes as long as any."""
        async with self._turns:
            return await asyncio.to_thread(self._verify, password, stored)

    def _verify(self, password: str, stored: str | None) -> Verdict:
        decoy = self._decoy
        try:
            self._hasher.verify(stored or decoy, password)
        except (VerifyMismatchError, InvalidHashError):
            return Verdict(right=False)
        if stored is None:
            return Verdict(right=False)
        stale = self._hasher.check_needs_rehash(stored)
        return Verdict(right=True, better_hash=self._hasher.hash(password) if stale else None)

    @cached_property
    def _decoy(self) -> str:
        return self._hasher.hash(secrets.token_urlsafe())


def new_credential() -> str:
    """256 random bits that a booth keeps in its cookie."""
    return secrets.token_urlsafe(32)


def new_code() -> str:
    """A one-time code as people read it aloud, such as ``K7QM-3XPA``."""
    code = "".join(secrets.choice(_CROCKFORD) for _ in range(_CODE_LENGTH))
    return f"{code[:4]}-{code[4:]}"


def code_digest(code: str) -> str:
    """The stored form of a code, however it was typed: case, hyphens and O for 0 do not matter."""
    return digest(code.upper().translate(_MISREAD))


def digest(secret: str) -> str:
    """The stored form of a credential."""
    return hashlib.sha256(secret.encode()).hexdigest()
