"""The WebSocket at `/ws`: a page's socket from its opening to its end."""

from __future__ import annotations

import asyncio
import contextlib

import msgspec
import structlog
from aiohttp import WSMsgType, web
from redis.exceptions import RedisError

from signaling.arrival import arrive
from signaling.connection import Bucket, CloseCode, Connection
from signaling.errors import TEXTS, Code, NotFoundError, OknoError, WrongStateError
from signaling.handlers import HANDLERS
from signaling.ids import PersonId, booth_person, consultant_person, new_ulid
from signaling.journal import now_ms
from signaling.messages import (
    MAX_MESSAGE_BYTES,
    SUBPROTOCOL,
    AnyOutgoing,
    AnyRequest,
    Error,
    Hello,
    Ping,
    Pong,
    Reply,
)
from signaling.model import BoothPrincipal, Principal
from signaling.node import NODE, Node
from signaling.ports import (
    ALLOWED_ORIGIN,
    AUTHENTICATE,
    DIRECTORY,
    ICE,
    OBSERVER,
    TRANSLATE,
    Observer,
)
from signaling.session import Session

_log = structlog.stdlib.get_logger(__name__)

SURFACES = ("booth", "workspace", "desk")
_HELLO_SECONDS = 10.0
_MISSED_BEATS = 3
_RATE = 40.0
_BURST = 200.0
_TOO_FAST_LIMIT = 200
"""Refusals for haste after which the socket is closed."""
_CHECK_SECONDS = 60.0
"""How often a credential is looked at again while its socket is open."""
_KNOW_SECONDS = 2.0
"""How long that look may take before the answer is taken for yes; a page waits for its pong."""
_CLOSE_SECONDS = 2.0
_SEND_SECONDS = 10.0
_TRANSPORT_BYTES = 4 * MAX_MESSAGE_BYTES
"""Beyond this aiohttp closes the socket (1009); below, the page is told what was too large."""

_requests: msgspec.json.Decoder[AnyRequest] = msgspec.json.Decoder(AnyRequest)


class _Head(msgspec.Struct):
    """What can be read of a message that is not valid."""

    id: int | None = None
    type: str | None = None


async def websocket(request: web.Request) -> web.StreamResponse:
    """Serve one page until its socket ends."""
    surface = request.query.get("surface", "")
    if surface not in SURFACES:
        raise OknoError(Code.BAD_FIELD, field="surface")
    if not request.app[ALLOWED_ORIGIN](request):
        raise OknoError(Code.BAD_ORIGIN)
    socket = web.WebSocketResponse(
        protocols=(SUBPROTOCOL,),
        max_msg_size=_TRANSPORT_BYTES,
        timeout=_CLOSE_SECONDS,
        compress=False,
    )
    await socket.prepare(request)
    if socket.ws_protocol != SUBPROTOCOL:
        await socket.close(code=1002, message=f"speak {SUBPROTOCOL}".encode())
        return socket
    try:
        principal = await request.app[AUTHENTICATE](request, surface)
    except OknoError:
        # Nobody can be recognised now: the page tries again and keeps what it shows.
        await socket.close(code=CloseCode.GOING_AWAY, message=b"unavailable")
        return socket
    if principal is None:
        await socket.close(code=CloseCode.NOT_SIGNED_IN, message=b"not signed in")
        return socket
    if request.app[NODE].stopping:
        await socket.close(code=CloseCode.GOING_AWAY, message=b"going away")
        return socket
    await _Conversation(request, socket, surface, principal).run()
    return socket


def _person(principal: Principal, surface: str) -> PersonId | None:
    if isinstance(principal, BoothPrincipal):
        return booth_person(principal.booth)
    return consultant_person(principal.user) if surface == "workspace" else None


class _Conversation:
    """Reads what a page asks, answers it, and writes what its connection holds."""

    def __init__(
        self,
        request: web.Request,
        socket: web.WebSocketResponse,
        surface: str,
        principal: Principal,
    ) -> None:
        app = request.app
        self._request = request
        self._socket = socket
        self._node: Node = app[NODE]
        self._observer: Observer = app[OBSERVER]
        self._connection = Connection(
            name=new_ulid(),
            organisation=principal.organisation,
            person=_person(principal, surface),
            surface=surface,
        )
        self._session = Session(
            node=self._node,
            connection=self._connection,
            principal=principal,
            directory=app[DIRECTORY],
            ice=app[ICE],
            request=request,
        )
        self._bucket = Bucket(_RATE, _BURST)
        self._hasty = 0
        self._beaten = self._checked = self._node.clock()

    async def run(self) -> None:
        """Until the page goes, is replaced, or falls silent."""
        writer = asyncio.create_task(self._write())
        try:
            hello = await self._hello()
            if hello is None:
                self._connection.close(CloseCode.TOO_SLOW, "no hello")
            else:
                await self._serve(hello)
        finally:
            self._connection.close(CloseCode.GOING_AWAY, "done")
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_CLOSE_SECONDS):
                    await writer
            writer.cancel()

    async def _serve(self, hello: Hello) -> None:
        self._observer.connected(self._connection.surface)
        try:
            await arrive(self._session, hello)
            self._beaten = self._node.clock()
            while (text := await self._receive(self._patience_left())) is not None:
                await self._answer(text)
        except (RedisError, OSError) as fault:
            _log.warning("socket.unattached", fault=str(fault))
        finally:
            self._node.peers.remove(self._connection)
            self._observer.disconnected(self._connection.surface)
            await self._detach()

    def _patience_left(self) -> float:
        """Seconds until a page that does not say `ping` is taken for gone, whatever it says."""
        limit = self._node.timings.heartbeat * _MISSED_BEATS
        return self._beaten + limit - self._node.clock()

    async def _hello(self) -> Hello | None:
        try:
            async with asyncio.timeout(_HELLO_SECONDS):
                while (text := await self._receive(_HELLO_SECONDS)) is not None:
                    message = self._decode(text)
                    if isinstance(message, Hello):
                        self._connection.language = message.language
                        return message
                    if message is not None:
                        self._refuse(OknoError(Code.HELLO_FIRST), _Head(id=message.id))
        except TimeoutError:
            return None
        return None

    async def _detach(self) -> None:
        connection = self._connection
        if connection.person is None:
            return
        with contextlib.suppress(OknoError, RedisError, OSError):
            await self._node.presence.detach(
                connection.organisation, connection.person, connection.name
            )

    async def _receive(self, patience: float) -> str | None:
        """The next text, or None when the socket is over or silent for too long."""
        if patience <= 0:
            # A time-out only strikes who waits; a page that never stops talking lets nobody wait.
            return None
        try:
            async with asyncio.timeout(patience):
                await self._connection.unhurried.wait()
                message = await self._socket.receive()
        except TimeoutError:
            return None
        if message.type is WSMsgType.TEXT:
            return str(message.data)
        if message.type is WSMsgType.BINARY:
            return ""
        return None

    def _decode(self, text: str) -> AnyRequest | None:
        """The message, or None after its refusal was sent."""
        if not self._bucket.take(self._node.clock()):
            self._hasty += 1
            self._refuse(OknoError(Code.TOO_FAST, retry_after=1), _Head())
            if self._hasty > _TOO_FAST_LIMIT:
                self._connection.close(CloseCode.TOO_SLOW, "too fast")
            return None
        body = text.encode()
        if len(body) > MAX_MESSAGE_BYTES:
            self._refuse(OknoError(Code.TOO_LARGE), _Head())
            return None
        try:
            message = _requests.decode(body)
        except msgspec.DecodeError as fault:
            head = _head(body)
            self._refuse(_fault(fault, head), head)
            return None
        self._observer.received(_tag(message))
        return message

    async def _answer(self, text: str) -> None:
        message = self._decode(text)
        if message is None:
            return
        head = _Head(id=message.id, type=_tag(message))
        try:
            reply = await self._reply(message)
        except OknoError as fault:
            self._refuse(fault, head)
        except (RedisError, OSError) as fault:
            _log.warning("request.interrupted", type=head.type, fault=str(fault))
            self._refuse(OknoError(Code.UNAVAILABLE, retry_after=1), head)
        except Exception:  # noqa: BLE001 - one bad request must not cut a person off
            _log.exception("request.failed", type=head.type)
            self._refuse(OknoError(Code.INTERNAL), head)
        else:
            if message.id is not None:
                # Handlers answer with members of AnyReply only.
                self._connection.send(reply)  # type: ignore[arg-type]

    async def _reply(self, message: AnyRequest) -> Reply:
        if isinstance(message, Hello):
            raise WrongStateError
        if isinstance(message, Ping):
            return await self._beat(message)
        return await HANDLERS[type(message)](self._session, message)

    async def _beat(self, message: Ping) -> Pong:
        connection = self._connection
        self._beaten = self._node.clock()
        if connection.person is not None:
            try:
                await self._node.presence.renew(
                    connection.organisation, connection.person, connection.name
                )
            except WrongStateError:
                connection.close(CloseCode.REPLACED, "replaced")
            except NotFoundError:
                connection.close(CloseCode.GOING_AWAY, "forgotten")
        if self._node.clock() - self._checked > _CHECK_SECONDS:
            self._checked = self._node.clock()
            if not await self._still_known():
                connection.close(CloseCode.NOT_SIGNED_IN, "not signed in")
        return Pong(id=message.id, at=await now_ms(self._node.redis))

    async def _still_known(self) -> bool:
        authenticate = self._request.app[AUTHENTICATE]
        try:
            async with asyncio.timeout(_KNOW_SECONDS):
                return await authenticate(self._request, self._connection.surface) is not None
        except (OknoError, TimeoutError):
            # Nobody is cut off because the directory is away; it is asked again next time.
            return True

    def _refuse(self, fault: OknoError, head: _Head) -> None:
        self._observer.refused(fault.code)
        error: AnyOutgoing = Error(
            id=head.id,
            code=fault.code,
            text=self._request.app[TRANSLATE](self._connection.language, TEXTS[fault.code]),
            about=head.type,
            field=fault.field,
            retry_after=fault.retry_after,
        )
        self._connection.send(error)

    async def _write(self) -> None:
        try:
            while True:
                item = await self._connection.next()
                if isinstance(item, bytes):
                    async with asyncio.timeout(_SEND_SECONDS):
                        await self._socket.send_str(item.decode())
                else:
                    code, reason = item
                    await self._socket.close(code=code, message=reason.encode())
                    return
        except TimeoutError:
            # The page has stopped reading: it will find its mail when it comes back.
            if self._request.transport is not None:
                self._request.transport.abort()
        except (ConnectionError, RuntimeError):
            # The page went away while we wrote; the reader sees the same and cleans up.
            return


def _tag(message: AnyRequest) -> str:
    return str(type(message).__struct_config__.tag)


def _head(body: bytes) -> _Head:
    try:
        return msgspec.json.decode(body, type=_Head)
    except msgspec.DecodeError:
        return _Head()


def _fault(fault: msgspec.DecodeError, head: _Head) -> OknoError:
    """Msgspec ends its texts with the path of the offending field: ``… - at `$.a.b` ``."""
    text = str(fault)
    if "Invalid value '" in text and "`$.type`" in text:
        return OknoError(Code.UNKNOWN_TYPE, field="type")
    _, found, path = text.rpartition(" - at `$.")
    if found:
        return OknoError(Code.BAD_MESSAGE, field=path.rstrip("`"))
    _, found, unknown = text.partition("unknown field `")
    if found:
        return OknoError(Code.BAD_MESSAGE, field=unknown.rstrip("`"))
    _, found, missing = text.partition("required field `")
    if found and head.type is not None:
        return OknoError(Code.BAD_MESSAGE, field=missing.rstrip("`"))
    return OknoError(Code.BAD_MESSAGE)
