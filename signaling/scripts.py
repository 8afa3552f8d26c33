"""Loads the Lua functions into Redis and runs them: one verb, one atomic step."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from enum import StrEnum
from importlib.resources import files
from typing import cast

import msgspec

from signaling import keys
from signaling.errors import Code, NotFoundError, OknoError, WrongStateError
from signaling.ids import OrganisationId
from signaling.model import TRANSITIONS
from signaling.ports import RedisClient
from signaling.store import Library

_LIBRARY = ("core", "recording", "host", "state", "line", "presence", "pairing", "endings")

Argument = (
    str
    | int
    | float
    | bool
    | Sequence[tuple[str, int]]
    | Sequence[msgspec.Struct]
    | msgspec.Struct
    | Sequence[str]
    | Mapping[str, object]
    | None
)


class Verb(StrEnum):
    """Every script, by its file name."""

    JOIN = "join"
    CLAIM = "claim"
    CALL_BACK = "call_back"
    LEAVE = "leave"
    MOVE = "move"
    PRIORITISE = "prioritise"
    REMOVE = "remove"
    GATE = "gate"
    CLOSE_AT = "close_at"
    SET_STATUS = "set_status"
    ACCEPT = "accept"
    DECLINE = "decline"
    MEDIA_ARRIVED = "media_arrived"
    MEDIA_FAILED = "media_failed"
    REPORT_ISSUE = "report_issue"
    REPORT_SHOWING = "report_showing"
    REPORT_QUALITY = "report_quality"
    REPORT_TEXT = "report_text"
    HANG_UP = "hang_up"
    FINISH = "finish"
    RATE = "rate"
    PROMISE = "promise"
    RECORDING_ASK = "recording_ask"
    RECORDING_ANSWER = "recording_answer"
    RECORDING_STOP = "recording_stop"
    RECORDING_CLAIM = "recording_claim"
    RECORDING_RENEW = "recording_renew"
    RECORDING_DONE = "recording_done"
    EXPIRE_OFFER = "expire_offer"
    EXPIRE_CONNECT = "expire_connect"
    EXPIRE_WRAP_UP = "expire_wrap_up"
    EXPIRE_LEASE = "expire_lease"
    EXPIRE_WIDEN = "expire_widen"
    EXPIRE_CLAIM = "expire_claim"
    EXPIRE_HOURS = "expire_hours"
    EXPIRE_RECORDING = "expire_recording"
    EXPIRE_HOST = "expire_host"
    HOST_CALL = "host_call"
    HOST_COMING = "host_coming"
    HOST_RELEASE = "host_release"
    CHECK = "check"
    SIGN_OUT = "sign_out"
    ATTACH = "attach"
    DETACH = "detach"
    RENEW = "renew"
    RELAY = "relay"
    REVIVE = "revive"
    LAPSE = "lapse"


def transitions_in_lua() -> str:
    """The transition table as a Lua table ``'state trigger' -> 'state'``."""
    rows = ", ".join(
        f"['{state} {trigger}'] = '{to}'" for (state, trigger), to in TRANSITIONS.items()
    )
    return f"local TRANSITIONS = {{ {rows} }}\n"


def library() -> tuple[str, str]:
    """Name and text of the library of functions: what they share, then each verb.

    The name holds a digest of the text, so nodes of two versions can work on one Redis.
    """
    lua = files("signaling") / "lua"
    shared = [(lua / "lib" / f"{name}.lua").read_text("utf-8") for name in _LIBRARY]
    verbs = {verb: (lua / f"{verb}.lua").read_text("utf-8") for verb in Verb}
    body = transitions_in_lua() + "".join(shared) + "".join(verbs.values())
    name = f"okno_{hashlib.sha256(body.encode()).hexdigest()[:12]}"
    functions = [
        f"do local function verb()\n{text}\nend\n"
        f"redis.register_function('{name}_{verb}',\n"
        "function(keys, argv) return run(verb, keys, argv) end) end\n"
        for verb, text in verbs.items()
    ]
    head = f"#!lua name={name}\n{transitions_in_lua()}"
    return name, head + "".join(shared) + "".join(functions)


class Scripts:
    """The verbs, ready to run on one Redis."""

    def __init__(self, redis: RedisClient) -> None:
        self._name, text = library()
        self._library = Library(redis, text)

    async def run(self, verb: Verb, organisation: OrganisationId, **args: Argument) -> str | None:
        """Run a verb for an organisation; the text it answers with, if any.

        Raises:
            OknoError: the script refused, with its code; nothing has changed.
        """
        arguments: dict[str, Argument] = {"organisation": organisation, **args}
        body = msgspec.json.encode(arguments).decode()
        function = f"{self._name}_{verb}"
        answer = cast("list[str]", await self._library(function, keys.prefix(organisation), body))
        code = answer[0]
        if code == "ok":
            return answer[1] if len(answer) > 1 else None
        if code == Code.NOT_FOUND:
            raise NotFoundError
        if code == Code.WRONG_STATE:
            raise WrongStateError
        raise OknoError(Code(code))
