"""When a link is tried again and when it is given up. Pure: told what happened and the time."""

from __future__ import annotations

ATTEMPT_SECONDS = 8.0
"""How long an attempt to connect may take before the next one begins, from the moment this side has
described itself. A browser answers at once; aiortc waits 5 s for a STUN server that is away."""
BROKEN_SECONDS = 1.0
"""How long a broken connection is left alone: it may be the end of the talk, not yet announced."""
UNDER_WAY_SECONDS = 1.5
"""How long an offer may be under way before the other side's `link.ready` asks for a new one."""
SILENCE_SECONDS = 2.0
"""How long nothing may arrive on a link that carries, before the other side is believed that it
is broken."""
GIVE_UP_SECONDS = 20.0
"""How long people should wait for each other before the server is told that the link failed."""


class Patience:
    """Of one side with one link. All times are the event loop's, in seconds."""

    def __init__(self, now: float) -> None:
        self.attempt_due = now + ATTEMPT_SECONDS
        """When the next attempt begins, should the link not stand by then."""
        self._give_up_at: float | None = None
        self._carrying = False
        self._offered_at: float | None = None
        self._expected_since = now

    def carries(self, carrying: bool, now: float) -> None:
        """People wait for each other from now on, or no longer."""
        self._carrying = carrying
        self._expected_since = now
        self._give_up_at = now + GIVE_UP_SECONDS if carrying else None

    def tried(self, now: float) -> None:
        """An attempt has begun; it has its time."""
        self.attempt_due = now + ATTEMPT_SECONDS

    def described(self, now: float, *, offer: bool) -> None:
        """This side has described itself: now it is the other's turn."""
        self.tried(now)
        self._expected_since = now
        if offer:
            self._offered_at = now

    def forgets_offer(self) -> None:
        """The last offer may be lost."""
        self._offered_at = None

    def stands(self) -> None:
        """The two sides are connected."""
        self._give_up_at = None

    def stands_not(self, now: float, *, broken: bool) -> None:
        """They are not (`broken`: not any more), as seen again and again."""
        if self._carrying and self._give_up_at is None:
            self._give_up_at = now + GIVE_UP_SECONDS
        if broken:
            self.attempt_due = min(self.attempt_due, now + BROKEN_SECONDS)

    def waited(self, seconds: float) -> None:
        """The socket was away, so that nothing could be tried."""
        if self._give_up_at is not None:
            self._give_up_at += seconds

    def gives_up(self, now: float) -> bool:
        """Whether it is hopeless; asked once, it is not said again before as much time is over."""
        if self._give_up_at is None or now < self._give_up_at:
            return False
        self._give_up_at = now + GIVE_UP_SECONDS
        return True

    def is_offer_under_way(self, now: float) -> bool:
        """Whether the other side has not had the time to answer."""
        return self._offered_at is not None and now - self._offered_at < UNDER_WAY_SECONDS

    def is_silent(self, now: float, last_at: float) -> bool:
        """Whether something should have arrived and did not; `last_at` is when something did.

        aiortc itself notices a dead path only after half a minute; the other side's page sooner.
        """
        last = max(last_at, self._expected_since)
        return self._carrying and now - last >= SILENCE_SECONDS
