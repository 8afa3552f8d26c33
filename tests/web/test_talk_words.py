"""How a conversation is put into words: a pure class of the pages, with the words of a booth."""

from __future__ import annotations

from typing import Any

from tests.web.test_screens import SCRIPTS, evaluate

_RUN = """
globalThis.document = { getElementById: () => ({ textContent: '{"texts": {}}' }) };
const { TalkWords } = await import(%s);
const { VOCABULARY } = await import(BOOTH);
const words = new TalkWords(VOCABULARY);
const party = {
  side: 'consultant', condition: 'good', hasArrived: true, isEnded: false, ours: 'nothing',
  theirs: { microphone: true, camera: true, holds: 'nothing', shows: 'none', ...THEIRS },
  alarms: [], ...PARTY,
};
const talk = { others: [party], alarms: new Set(party.alarms) };
const shown = [words.onStage(party), words.connection(talk), words.alarms(talk)];
"""


VOCABULARY = (SCRIPTS / "booth" / "talk_vocabulary.js").as_uri()


async def told(*, theirs: dict[str, str] | None = None, **party: Any) -> list[str]:
    """In place of the picture, of the connection, and of what is wrong with it."""
    shown: list[str] = await evaluate(
        "ui/talk_words.js", _RUN, THEIRS=theirs or {}, PARTY=party, BOOTH=VOCABULARY
    )
    return shown


async def test_nothing_is_said_twice_of_a_connection_that_is_weak_both_ways() -> None:
    both = ["weak_sending", "weak_receiving"]
    stage, connection, alarms = await told(theirs={"holds": "picture"}, ours="picture", alarms=both)
    assert stage == "The specialist’s picture is paused to keep the sound. You can talk."
    assert connection == "Your picture is paused to keep the sound."
    assert alarms.count("The connection is weak") == 1
    assert "each other" in alarms


async def test_it_is_said_to_be_weak_where_no_alarm_says_so() -> None:
    assert await told(ours="size") == [
        "",
        "The connection is weak. The pictures are smaller for now.",
        "",
    ]
    assert (await told(theirs={"holds": "picture"}))[1] == "The connection is weak."


async def test_what_was_held_back_before_an_interruption_is_not_said_during_it() -> None:
    stage, connection, _ = await told(theirs={"holds": "picture"}, condition="interrupted")
    assert stage == ""
    assert connection == "The connection is interrupted. Stay here, it is being restored."


async def test_a_good_connection_is_said_to_be_good_unless_something_is_wrong() -> None:
    assert (await told())[1] == "The connection is good."
    assert (await told(alarms=["other_silent"]))[1] == ""
