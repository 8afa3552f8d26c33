"""The least a consumer of Django Channels can do, as its tutorial does it: a group for each person.

Runs in an environment of its own (`channels.lock`), under Daphne.
"""

from __future__ import annotations

import os
from typing import Any
from urllib.parse import parse_qs

import django
from channels.generic.websocket import AsyncWebsocketConsumer
from channels.routing import ProtocolTypeRouter, URLRouter
from django.conf import settings
from django.urls import path

_CAPACITY = 10_000
"""Messages under way in a channel; what is beyond is thrown away."""
_REDIS = {"address": os.environ["RELAY_REDIS"], "max_connections": _CAPACITY}

settings.configure(
    CHANNEL_LAYERS={
        "default": {
            "BACKEND": "channels_redis.core.RedisChannelLayer",
            "CONFIG": {"hosts": [_REDIS], "capacity": _CAPACITY},
        }
    }
)
django.setup()


class Relay(AsyncWebsocketConsumer):  # type: ignore[misc] # Channels ships no types
    """`/ws?me=…&other=…`."""

    other = ""

    async def connect(self) -> None:
        query = parse_qs(self.scope["query_string"].decode())
        self.other = f"person.{query['other'][0]}"
        await self.channel_layer.group_add(f"person.{query['me'][0]}", self.channel_name)
        await self.accept()

    async def receive(self, text_data: str = "", bytes_data: bytes = b"") -> None:
        del bytes_data
        await self.channel_layer.group_send(self.other, {"type": "told", "text": text_data})

    async def told(self, event: dict[str, Any]) -> None:
        await self.send(text_data=event["text"])


application = ProtocolTypeRouter({"websocket": URLRouter([path("ws", Relay.as_asgi())])})
