from __future__ import annotations

import json

from signaling.media.photos import PhotoBox


def test_a_photo_is_said_to_be_taken_when_all_of_it_is_here() -> None:
    box = PhotoBox()
    assert box.hear(json.dumps({"type": "photo", "id": "one", "size": 5})) is None
    assert box.hear(b"abc") is None
    answer = box.hear(b"de")
    assert answer is not None
    assert json.loads(answer) == {"type": "taken", "id": "one"}
    assert box.hear(b"more") is None


def test_what_is_not_understood_is_passed_over() -> None:
    box = PhotoBox()
    for message in ("", "no JSON", "[]", '{"type": "wanted"}', '{"type": "photo", "size": "x"}'):
        assert box.hear(message) is None
    assert box.hear(b"bytes of nothing") is None
