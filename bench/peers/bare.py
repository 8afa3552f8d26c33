"""The least aiohttp and uvloop can do: pass on what one says to the other, and check nothing."""

from __future__ import annotations

import socket
import sys

import uvloop
from aiohttp import WSMsgType, web

_SOCKETS: web.AppKey[dict[str, web.WebSocketResponse]] = web.AppKey("sockets")


async def relay(request: web.Request) -> web.WebSocketResponse:
    """`/ws?me=…&other=…`."""
    mine = web.WebSocketResponse(compress=False)
    await mine.prepare(request)
    sockets = request.app[_SOCKETS]
    me, other = request.query["me"], request.query["other"]
    sockets[me] = mine
    async for message in mine:
        if message.type is WSMsgType.TEXT:
            await sockets[other].send_str(message.data)
    return mine


def main() -> None:
    """Serve on the listening socket of that descriptor."""
    app = web.Application()
    app[_SOCKETS] = {}
    app.router.add_get("/ws", relay)
    listener = socket.socket(fileno=int(sys.argv[1]))
    web.run_app(app, sock=listener, print=None, access_log=None, loop=uvloop.new_event_loop())


if __name__ == "__main__":
    main()
