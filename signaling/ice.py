"""The servers that help two pages reach each other, with TURN credentials that run out.

The credentials are those of draft-uberti-behave-turn-rest-00, which coturn calls
``use-auth-secret``: the name is the time of expiry, the password its HMAC-SHA1 under the secret the
TURN server knows too.
"""

from __future__ import annotations

import base64
import hashlib
import hmac

from signaling.messages import Ice
from signaling.parts import IceServer
from signaling.ports import IceSettings


def turn_credential(secret: str, expires_at: int, who: str) -> tuple[str, str]:
    """User name and password, good until `expires_at` (seconds since 1970), for `who`."""
    username = f"{expires_at}:{who}"
    digest = hmac.new(secret.encode(), username.encode(), hashlib.sha1).digest()
    return username, base64.b64encode(digest).decode()


def ice_servers(settings: IceSettings, *, request: int | None, now: int, who: str) -> Ice:
    """The reply to `ice.get`; `now` in ms."""
    servers = [IceServer(urls=list(settings.stun_urls))] if settings.stun_urls else []
    expires_at = None
    if settings.turn_urls and settings.turn_secret is not None:
        seconds = now // 1000 + settings.turn_ttl
        username, credential = turn_credential(settings.turn_secret, seconds, who)
        servers.append(
            IceServer(urls=list(settings.turn_urls), username=username, credential=credential)
        )
        expires_at = seconds * 1000
    return Ice(id=request, servers=servers, relay_only=settings.relay_only, expires_at=expires_at)
