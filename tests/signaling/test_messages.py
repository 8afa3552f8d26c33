"""Messages as they are decoded, without a socket."""

from __future__ import annotations

import msgspec
import pytest

from signaling.decoding import head_of, refusal, requests, tag
from signaling.issues import Issue
from signaling.messages import AnyRequest
from signaling.reports import ReportIssue
from signaling.tables import members

REPORTS = [
    (
        {"issue": "camera_lost", "on": True},
        ReportIssue(issue=Issue.CAMERA_LOST, on=True),
    ),
    (
        {"id": 7, "link": "l", "issue": "speaker_missing", "on": False},
        ReportIssue(id=7, link="l", issue=Issue.SPEAKER_MISSING, on=False),
    ),
    ({"on": True}, "issue"),
    ({"issue": "camera_tired", "on": True}, "issue"),
    ({"issue": "camera_lost"}, "on"),
    ({"issue": "camera_lost", "on": 1}, "on"),
    ({"issue": "camera_lost", "on": True, "link": ""}, "link"),
    ({"issue": "camera_lost", "on": True, "device": "Logitech"}, "device"),
]


@pytest.mark.parametrize(("fields", "expected"), REPORTS)
def test_a_report_is_read_or_refused_by_the_field(
    fields: dict[str, object], expected: ReportIssue | str
) -> None:
    body = msgspec.json.encode({"type": "issue.report", **fields})
    if isinstance(expected, ReportIssue):
        assert requests.decode(body) == expected
        return
    with pytest.raises(msgspec.ValidationError) as caught:
        requests.decode(body)
    assert refusal(caught.value, head_of(body)).field == expected


def test_every_request_has_a_type_of_its_own() -> None:
    tags = [each.__struct_config__.tag for each in members(AnyRequest)]
    assert len(set(tags)) == len(tags)
    assert tag(ReportIssue(issue=Issue.CAMERA_LOST, on=True)) == "issue.report"
