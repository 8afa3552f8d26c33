"""What an organisation's ids and codes are called in the language of the page. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from signaling.ids import BoothId, CentreId, TopicId, UserId
from signaling.model import CALLED_BACK, RETURNED
from web.i18n import Texts
from web.ports import Organisation


class Names:
    """Names for ids and codes.

    An old record may name what is gone; then it says so instead of showing an id.
    """

    def __init__(self, organisation: Organisation, texts: Texts) -> None:
        self._organisation = organisation
        self._texts = texts

    def centre(self, centre: CentreId) -> str:
        found = self._organisation.centres.get(centre)
        return found.name if found else self._texts.gettext("a centre that is gone")

    def booth(self, booth: BoothId | None) -> str:
        """Its name; without a booth: that the ticket was never brought to one."""
        if booth is None:
            return self._texts.gettext("no booth")
        found = self._organisation.booths.get(booth)
        return found or self._texts.gettext("a booth that is gone")

    def topic(self, topic: TopicId) -> str:
        known = {**self._organisation.closed_topics, **self._organisation.topics}
        found = known.get(topic)
        return (
            found.name(self._texts.language)
            if found
            else self._texts.gettext("a topic that is gone")
        )

    def user(self, user: UserId | None) -> str:
        if user is None:
            return self._texts.gettext("the administrator of the server")
        found = self._organisation.users.get(user)
        return found.name if found else self._texts.gettext("someone who has left")

    def author(self, user: UserId | None, token: str) -> str:
        """Who did something: a person, or the program that has the API token of that id."""
        if not token:
            return self.user(user)
        name = self._organisation.tokens.get(token)
        if name is None:
            return self._texts.gettext("a program with an API token")
        return self._texts.gettext("the program %(name)s", name=name)

    def priority(self, code: str) -> str:
        """A priority class; Okno's own two are named here."""
        if code == RETURNED:
            return self._texts.gettext("cut off in a conversation")
        if code == CALLED_BACK:
            return self._texts.gettext("came back at the agreed time")
        found = self._organisation.policy.priority(code)
        return self._of(found.names, code) if found else code

    def interpreter(self, code: str) -> str:
        """What is interpreted, such as ``Sign language``."""
        return self._of(self._organisation.policy.interpreters.get(code, {}), code)

    def break_reason(self, code: str) -> str:
        return self._of(self._organisation.policy.breaks.get(code, {}), code)

    def scope(self, scope: str) -> str:
        """Who alone may serve a visitor, as a part of a sentence."""
        kind, _, what = scope.partition(":")
        match kind:
            case "centre":
                return self._texts.gettext(
                    "consultants of %(centre)s", centre=self.centre(CentreId(what))
                )
            case "region":
                return self._texts.gettext("consultants of the region %(region)s", region=what)
            case "user":
                return self.user(UserId(what))
            case _:
                return self._texts.gettext("every consultant of the line")

    def _of(self, names: Mapping[str, str], code: str) -> str:
        """A name that may lack languages, or else the code that stands for it."""
        return names.get(self._texts.language) or next(iter(names.values()), code)
