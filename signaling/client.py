"""A scripted peer: what a page does on the wire, without the page.

`Client` speaks ``okno.v1`` over one WebSocket at a time, exactly as the booth's and the workspace's
pages do. Tests, simulated people and load tools drive it. Everything it is pushed goes to one
bounded history; any number of readers (`Client.pushes`) follow it, each at its own pace.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Awaitable, Callable
from typing import Literal, TypeVar, overload

import msgspec
from aiohttp import ClientSession
from yarl import URL

from signaling.client_socket import ClientSocket
from signaling.connection import CloseCode
from signaling.errors import Code, OknoError
from signaling.frames import Reply, Request
from signaling.messages import (
    AnyOutgoing,
    AnyReply,
    BoothState,
    ConsultantState,
    Error,
    GoingAway,
    Hello,
    Ok,
    Ping,
    Pong,
    Welcome,
)
from signaling.pushes import EndedError, History, Incoming, Pushes
from signaling.tasks import OwnedTasks

SignIn = Callable[[], Awaitable[None]]
"""Renews the cookies; raises `OknoError` when that cannot be done."""
Surface = Literal["booth", "workspace", "desk"]
P = TypeVar("P", bound=Incoming)
R = TypeVar("R", bound=Reply)
S = TypeVar("S", BoothState, ConsultantState)

_ANSWER_SECONDS = 10.0
_FIRST_PAUSE_SECONDS = 0.3
_LONGEST_PAUSE_SECONDS = 4.0
"""As those of the pages: web/static/js/core/sockets.js."""


class Client:
    """One page's conversation with the server, over as many sockets as it takes.

    A lost socket does not end it: `open` again resumes it by its token, and `stay` does so for
    ever. It ends when it is closed here, when a newer socket of the same person took its place or
    when the server does not know the person any more (`EndedError` for everyone who waits).
    """

    def __init__(
        self,
        session: ClientSession,
        base: str,
        surface: Surface,
        *,
        language: str = "en",
        sign_in: SignIn | None = None,
    ) -> None:
        """Prepare; nothing is sent before `open`.

        Args:
            session: Its cookie jar proves who this is; one session for each person.
            base: The server's address, such as ``http://127.0.0.1:8080``.
            surface: Which page this would be.
            language: Language of error texts.
            sign_in: Used by `stay` when the server does not know the person; without it that is
                the end.
        """
        self._session = session
        self._address = (URL(base) / "ws").with_query(surface=surface)
        self._language = language
        self._sign_in = sign_in
        self._encoder = msgspec.json.Encoder()
        self._history = History(limit=512)
        self._own_reader = self._history.reader()
        self._socket: ClientSocket | None = None
        self._beats = OwnedTasks()
        self._waiting: dict[int, asyncio.Future[AnyReply]] = {}
        self._last_id = 0
        self._retry_after = 0.0
        self._is_lost = asyncio.Event()
        self._is_lost.set()
        self._is_up = asyncio.Event()
        self.welcome: Welcome | None = None
        """The last `welcome`."""
        self.seq = 0
        """Of the last state that was seen."""
        self.state: BoothState | ConsultantState | None = None
        """The last state that was seen: the whole truth of this page."""

    # The socket.

    @property
    def up(self) -> bool:
        """Whether a socket stands and the server has greeted."""
        return self._is_up.is_set()

    async def wait_up(self) -> None:
        """Return once a socket stands and the server has greeted."""
        await self._is_up.wait()

    async def wait_lost(self) -> None:
        """Return once no socket stands."""
        await self._is_lost.wait()

    async def open(self) -> Welcome:
        """Connect and say hello; resume if this client was greeted before.

        Raises:
            OknoError: `NOT_SIGNED_IN` when the cookies prove nobody, `UNAVAILABLE` when the server
                cannot be reached.
        """
        await self._drop()
        self._socket = current = await ClientSocket.connect(self._session, self._address)
        self._is_lost.clear()
        current.read(self._take, lambda: self._over(current.close_code))
        hello = Hello(
            language=self._language,
            resume=self.welcome.token if self.welcome else None,
            seq=self.seq,
            since=self.welcome.since if self.welcome else None,
        )
        try:
            self.welcome = await self.request(hello, Welcome)
        except OknoError as error:
            await self._drop()
            if current.close_code == CloseCode.NOT_SIGNED_IN:
                raise OknoError(Code.NOT_SIGNED_IN) from error
            raise
        self._beats.start(self._beat(self.welcome.heartbeat), "okno client beats")
        self._is_up.set()
        return self.welcome

    async def stay(self) -> None:
        """Open again whenever the socket is lost, with growing pauses, until cancelled or ended.

        Raises:
            EndedError: A newer socket took this one's place.
            OknoError: `NOT_SIGNED_IN` when the server no longer knows the person, or what
                `sign_in` raised about it.
        """
        full = pause = 0.0
        while True:
            if self._history.ended is not None:
                raise self._history.ended
            if self.up:
                await self.wait_lost()
                full, pause = 0.0, self._retry_after
                continue
            await asyncio.sleep(pause)
            try:
                await self._open_or_sign_in()
            except OknoError as error:
                if error.code not in (Code.UNAVAILABLE, Code.TOO_FAST):
                    raise
                await asyncio.sleep(error.retry_after or 0)
            full = min(max(_FIRST_PAUSE_SECONDS, 2 * full), _LONGEST_PAUSE_SECONDS)
            pause = full * (0.5 + secrets.randbelow(500) / 1000)

    async def _open_or_sign_in(self) -> None:
        try:
            await self.open()
        except OknoError as error:
            if error.code is not Code.NOT_SIGNED_IN or self._sign_in is None:
                raise
            await self._sign_in()
            await self.open()

    async def cut(self) -> None:
        """Lose the socket the way a broken network loses it: without a word to the server."""
        if self._socket is not None:
            self._socket.cut()
        await self._drop()

    async def close(self) -> None:
        """Say goodbye and end; waiting readers get `EndedError`."""
        await self._drop()
        self._history.end(EndedError("closed here", 1000))

    # Asking and being told.

    @overload
    async def request(self, message: Request, *, within: float = ...) -> Ok: ...

    @overload
    async def request(self, message: Request, kind: type[R], *, within: float = ...) -> R: ...

    async def request(
        self,
        message: Request,
        kind: type[Reply] = Ok,
        *,
        within: float = _ANSWER_SECONDS,
    ) -> Reply:
        """Send a request and return its reply, which must be of that kind.

        Raises:
            OknoError: The server's refusal; `UNAVAILABLE` when no answer came in time or the
                socket was lost meanwhile (then it is unknown whether the request was done).
        """
        self._last_id += 1
        number = self._last_id
        answer: asyncio.Future[AnyReply] = asyncio.get_running_loop().create_future()
        self._waiting[number] = answer
        try:
            await self.send_text(self._encoder.encode(msgspec.structs.replace(message, id=number)))
            async with asyncio.timeout(within):
                reply = await answer
        except TimeoutError as silence:
            raise OknoError(Code.UNAVAILABLE) from silence
        finally:
            del self._waiting[number]
        if isinstance(reply, Error):
            raise OknoError(reply.code, field=reply.field, retry_after=reply.retry_after)
        if not isinstance(reply, kind):
            raise TypeError(f"{message} was answered by {reply}")
        return reply

    async def tell(self, message: Request) -> None:
        """Send without asking for a reply; a refusal arrives among the pushes as an `Error`."""
        await self.send_text(self._encoder.encode(message))

    async def send_text(self, text: bytes) -> None:
        """Send those bytes as they are, in one text message; for what no struct would say."""
        if self._socket is None:
            raise OknoError(Code.UNAVAILABLE)
        await self._socket.send(text)

    def pushes(self) -> Pushes:
        """A reader of everything pushed from now on."""
        return self._history.reader()

    async def wait_for(
        self,
        kind: type[P],
        predicate: Callable[[P], bool] = lambda _: True,
        *,
        within: float = 5,
    ) -> P:
        """The next push of that kind that satisfies; those before it are passed over.

        Raises:
            TimeoutError: None came; the text shows what did.
            EndedError: The conversation is over.
        """
        return await self._own_reader.wait_for(kind, predicate, within=within)

    async def until(
        self,
        kind: type[S],
        predicate: Callable[[S], bool] = lambda _: True,
        *,
        within: float | None = 5,
    ) -> S:
        """The latest state once it satisfies: at once if it does already.

        Raises:
            TimeoutError: It did not; the text shows the latest state.
            EndedError: The conversation is over.
        """
        reader = self.pushes()
        try:
            async with asyncio.timeout(within):
                while True:
                    if isinstance(self.state, kind) and predicate(self.state):
                        return self.state
                    await reader.next()
        except TimeoutError:
            raise TimeoutError(
                f"no such {kind.__name__} within {within} s; the latest is {self.state}"
            ) from None

    # What the tasks of a socket do.

    def _take(self, message: AnyOutgoing) -> None:
        if isinstance(message, Welcome):
            self._history.add(message)
        if isinstance(message, Reply):
            answer = self._waiting.get(message.id) if message.id is not None else None
            if answer is not None:
                if not answer.done():
                    answer.set_result(message)
                return
            if not isinstance(message, Error):
                return  # an answer that came after its time
        if isinstance(message, BoothState | ConsultantState):
            self.state, self.seq = message, message.seq
        elif isinstance(message, GoingAway):
            self._retry_after = message.retry_after
        self._history.add(message)

    async def _beat(self, every: float) -> None:
        while True:
            await asyncio.sleep(every)
            try:
                await self.request(Ping(), Pong, within=every)
            except OknoError:
                if self._socket is not None:
                    await self._socket.hang_up()
                return

    def _over(self, close_code: int | None) -> None:
        self._lose()
        if close_code == CloseCode.REPLACED:
            self._history.end(EndedError("a newer socket took its place", close_code))
        elif close_code == CloseCode.NOT_SIGNED_IN and self._sign_in is None:
            self._history.end(EndedError("the server does not know us", close_code))

    def _lose(self) -> None:
        self._is_up.clear()
        self._is_lost.set()
        for answer in self._waiting.values():
            if not answer.done():
                answer.set_exception(OknoError(Code.UNAVAILABLE))

    async def _drop(self) -> None:
        await self._beats.stop()
        if self._socket is not None:
            await self._socket.close()
            self._socket = None
            self._lose()
