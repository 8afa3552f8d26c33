"""The WebSocket at `/ws`: a page's socket from its opening to its end."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
from typing import cast

import structlog
from aiohttp import WSMsgType, web
from aiohttp.http import WSMessageDecodeText, WSMessageNoDecodeText
from aiohttp.typedefs import Handler
from redis.exceptions import RedisError

from signaling.arrival import arrive
from signaling.connection import Bucket, CloseCode, Connection
from signaling.decoding import FAULTS, Head, head_of, refusal, requests, tag
from signaling.errors import TEXTS, Code, OknoError, WrongStateError
from signaling.frames import Reply
from signaling.handlers import HANDLERS
from signaling.handlers.talk import RELAYED, all_are_here, forwarded, other_end, relay
from signaling.ids import PersonId, booth_person, consultant_person
from signaling.messages import (
    MAX_MESSAGE_BYTES,
    SUBPROTOCOL,
    AnyOutgoing,
    AnyRequest,
    Error,
    Hello,
    Ok,
    Ping,
    Pong,
)
from signaling.model import BoothPrincipal, Principal
from signaling.node import NODE, Node
from signaling.outlet import CLOSE_SECONDS, SocketOutlet
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
from signaling.tap import TappedSocket

_log = structlog.stdlib.get_logger(__name__)

SURFACES = ("booth", "workspace", "desk")
_HELLO_SECONDS = 10.0
_MISSED_BEATS = 3
_BUSY_SECONDS = 0.1
"""How soon a silent page is looked at again while a request of it is being answered."""
_RATE = 40.0
_BURST = 200.0
_TOO_FAST_LIMIT = 200
"""Refusals for haste after which the socket is closed."""
_RELAYED = b'{"type":"link.'
"""How what pages say to each other begins, as our pages write it."""
_PING = b'{"type":"ping"'
_CHECK_SECONDS = 60.0
"""How often a credential is looked at again while its socket is open."""
_KNOW_SECONDS = 2.0
"""How long that look may take before the answer is taken for yes; a page waits for its pong."""
_TRANSPORT_BYTES = 4 * MAX_MESSAGE_BYTES
"""Beyond this aiohttp closes the socket (1009); below, the page is told what was too large."""


async def websocket(request: web.Request) -> web.StreamResponse:
    """Serve one page until its socket ends."""
    surface = request.query.get("surface", "")
    if surface not in SURFACES:
        raise OknoError(Code.BAD_FIELD, field="surface")
    if not request.app[ALLOWED_ORIGIN](request):
        raise OknoError(Code.BAD_ORIGIN)
    socket = TappedSocket(
        protocol=SUBPROTOCOL, max_message_bytes=_TRANSPORT_BYTES, close_seconds=CLOSE_SECONDS
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
    transport = request.transport
    if transport is None:
        return socket  # it went away while it was looked up
    # Nobody asks for the headers of an answer that is out, and there are as many as pages.
    socket.headers.clear()
    request[_CONVERSATION] = _Conversation(request, socket, transport, surface, principal)
    return socket


@web.middleware
async def converse(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Hold the conversation of a socket that was opened; the outermost middleware.

    The others are done with the request by then: neither do their frames stay for as long as the
    page does, nor does each message wake them on its way.
    """
    response = await handler(request)
    conversation = request.pop(_CONVERSATION, None)
    if conversation is not None:
        await conversation.run()
    return response


def _text(message: WSMessageDecodeText | WSMessageNoDecodeText) -> bytes | None:
    """The text as bytes, nothing for what is no text, or None when the socket is over."""
    if message.type is WSMsgType.TEXT:
        return cast("bytes", message.data)
    return b"" if message.type is WSMsgType.BINARY else None


def _person(principal: Principal, surface: str) -> PersonId | None:
    if isinstance(principal, BoothPrincipal):
        return booth_person(principal.booth)
    return consultant_person(principal.user) if surface == "workspace" else None


class _Conversation:
    """Reads what a page asks and answers it; its outlet writes."""

    __slots__ = (
        "_beaten",
        "_bucket",
        "_busy",
        "_checked",
        "_connection",
        "_hasty",
        "_node",
        "_observer",
        "_outlet",
        "_request",
        "_session",
        "_silence",
        "_socket",
    )

    def __init__(
        self,
        request: web.Request,
        socket: TappedSocket,
        transport: asyncio.Transport,
        surface: str,
        principal: Principal,
    ) -> None:
        app = request.app
        self._request = request
        self._socket = socket
        self._node: Node = app[NODE]
        self._observer: Observer = app[OBSERVER]
        self._connection = Connection(
            name=secrets.token_hex(8),
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
            observer=self._observer,
        )
        self._outlet = SocketOutlet(self._connection, socket, transport)
        self._bucket = Bucket(_RATE, _BURST)
        self._hasty = 0
        self._beaten = self._checked = self._node.clock()
        self._silence: asyncio.TimerHandle | None = None
        self._busy = False
        """Whether a request is being answered."""

    async def run(self) -> None:
        """Until the page goes, is replaced, or falls silent."""
        try:
            hello = await self._hello()
            if hello is None:
                self._connection.close(CloseCode.TOO_SLOW, "no hello")
            else:
                await self._serve(hello)
        finally:
            self._connection.close(CloseCode.GOING_AWAY, "done")
            await self._outlet.stop()

    async def _serve(self, hello: Hello) -> None:
        self._observer.connected(self._connection.surface)
        try:
            try:
                await arrive(self._session, hello)
            except WrongStateError:
                self._connection.close(CloseCode.REPLACED, "replaced")
                return
            self._beaten = self._node.clock()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(None) as patience:
                    self._listen_for_silence(patience)
                    self._socket.tap(self._deal_with)
                    while True:
                        await self._connection.unhurried.wait()
                        body = _text(await self._socket.receive())
                        if body is None:
                            break
                        self._busy = True
                        message = self._decode(body)
                        if message is not None:
                            await self._answer(message, body)
                        self._busy = False
        except (RedisError, OSError) as fault:
            _log.warning("socket.unattached", fault=str(fault))
        finally:
            self._socket.tap(None)
            if self._silence is not None:
                self._silence.cancel()
            self._node.peers.remove(self._connection)
            self._observer.disconnected(self._connection.surface)
            await self._detach()

    def _listen_for_silence(self, patience: asyncio.Timeout) -> None:
        """A page that does not say `ping` is taken for gone, whatever else it says.

        One timer for each page, set again when it runs out and not at each message. What a page
        has asked for is never broken off.
        """
        left = self._beaten + self._node.timings.heartbeat * _MISSED_BEATS - self._node.clock()
        if left > 0 or self._busy:
            later = max(left, _BUSY_SECONDS)
            loop = asyncio.get_running_loop()
            self._silence = loop.call_later(later, self._listen_for_silence, patience)
        else:
            patience.reschedule(self._node.clock())

    async def _hello(self) -> Hello | None:
        try:
            async with asyncio.timeout(_HELLO_SECONDS):
                while (body := _text(await self._socket.receive())) is not None:
                    await self._connection.unhurried.wait()
                    message = self._decode(body)
                    if isinstance(message, Hello):
                        self._connection.language = message.language
                        return message
                    if message is not None:
                        self._refuse(OknoError(Code.HELLO_FIRST), Head(id=message.id))
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

    def _decode(self, body: bytes) -> AnyRequest | None:
        """The message, or None after its refusal was sent."""
        if not self._bucket.take(self._node.clock()):
            self._hasty += 1
            self._refuse(OknoError(Code.TOO_FAST, retry_after=1), Head())
            if self._hasty > _TOO_FAST_LIMIT:
                self._connection.close(CloseCode.TOO_SLOW, "too fast")
            return None
        if len(body) > MAX_MESSAGE_BYTES:
            self._refuse(OknoError(Code.TOO_LARGE), Head())
            return None
        try:
            message = requests.decode(body)
        except FAULTS as fault:
            head = head_of(body)
            self._refuse(refusal(fault, head), head)
            return None
        self._observer.received(tag(message))
        return message

    def _deal_with(self, body: bytes) -> bool:
        """Deal at once with what waits for nothing, if nothing is before it. True: this was all.

        Most messages are for the other page or say that the page lives; they need no task.
        """
        if self._busy or not self._connection.unhurried.is_set():
            return False
        if body.startswith(_RELAYED) and all_are_here(self._session):
            return self._pass_on(body)
        if body.startswith(_PING) and not self._must_be_checked:
            return self._beat_at_once(body)
        return False

    def _pass_on(self, body: bytes) -> bool:
        """`relay` does the same for what has to wait."""
        message = self._decode(body)
        if message is None:
            return True
        if not isinstance(message, RELAYED):
            return False
        here = other_end(self._session, message.link)
        if here is None:
            self._refuse(WrongStateError(), Head(id=message.id, type=tag(message)))
        else:
            here.pass_on(forwarded(message, body))
            if message.id is not None:
                self._connection.send(Ok(id=message.id))
        return True

    def _beat_at_once(self, body: bytes) -> bool:
        message = self._decode(body)
        if isinstance(message, Ping):
            pong = self._beat(message)
            if message.id is not None:
                self._connection.send(pong)
        return message is None or isinstance(message, Ping)

    async def _answer(self, message: AnyRequest, body: bytes) -> None:
        try:
            reply = await self._reply(message, body)
        except OknoError as fault:
            self._refuse(fault, Head(id=message.id, type=tag(message)))
        except (RedisError, OSError) as fault:
            head = Head(id=message.id, type=tag(message))
            _log.warning("request.interrupted", type=head.type, fault=str(fault))
            self._refuse(OknoError(Code.UNAVAILABLE, retry_after=1), head)
        except Exception:  # noqa: BLE001 - one bad request must not cut a person off
            head = Head(id=message.id, type=tag(message))
            _log.exception("request.failed", type=head.type)
            self._refuse(OknoError(Code.INTERNAL), head)
        else:
            if message.id is not None:
                # Handlers answer with members of AnyReply only.
                self._connection.send(reply)  # type: ignore[arg-type]

    async def _reply(self, message: AnyRequest, body: bytes) -> Reply:
        if isinstance(message, RELAYED):
            return await relay(self._session, message, body)
        if isinstance(message, Hello):
            raise WrongStateError
        if isinstance(message, Ping):
            if self._must_be_checked:
                await self._check()
            return self._beat(message)
        return await HANDLERS[type(message)](self._session, message)

    def _beat(self, message: Ping) -> Pong:
        connection, node = self._connection, self._node
        self._beaten = node.clock()
        if connection.person is not None:
            node.leases.renew(connection)
        return Pong(id=message.id, at=node.presence.server_ms())

    @property
    def _must_be_checked(self) -> bool:
        """Whether it is time to look again at the page's credential."""
        return self._node.clock() - self._checked > _CHECK_SECONDS

    async def _check(self) -> None:
        self._checked = self._node.clock()
        if not await self._still_known():
            self._connection.close(CloseCode.NOT_SIGNED_IN, "not signed in")

    async def _still_known(self) -> bool:
        authenticate = self._request.app[AUTHENTICATE]
        try:
            async with asyncio.timeout(_KNOW_SECONDS):
                return await authenticate(self._request, self._connection.surface) is not None
        except (OknoError, TimeoutError):
            # Nobody is cut off because the directory is away; it is asked again next time.
            return True

    def _refuse(self, fault: OknoError, head: Head) -> None:
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


_CONVERSATION: web.RequestKey[_Conversation] = web.RequestKey("conversation", _Conversation)
