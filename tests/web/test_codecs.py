"""In which order codecs of pictures are offered: asked by node."""

from __future__ import annotations

import pytest

from tests.web.test_screens import call

_KNOWN = ("VP8", "rtx", "VP9", "H264/1", "H264/2", "AV1", "red")
"""In a browser's own order; H.264 is there once for each profile."""


@pytest.mark.parametrize(
    ("ours", "theirs", "order"),
    [
        ("", "", "VP8 rtx VP9 H264/1 H264/2 AV1 red"),
        ("H264", "", "VP8 rtx VP9 H264/1 H264/2 AV1 red"),
        ("", "H264", "VP8 rtx VP9 H264/1 H264/2 AV1 red"),
        ("VP9", "H264", "VP8 rtx VP9 H264/1 H264/2 AV1 red"),
        ("H264", "H264", "H264/1 H264/2 VP8 rtx VP9 AV1 red"),
        ("H264 VP9", "AV1 H264 VP9", "VP9 H264/1 H264/2 VP8 rtx AV1 red"),
        ("VP8 H264", "H264 VP8", "VP8 H264/1 H264/2 rtx VP9 AV1 red"),
        ("H265", "H265", "VP8 rtx VP9 H264/1 H264/2 AV1 red"),
    ],
    ids=[
        "none",
        "only ours",
        "only theirs",
        "different ones",
        "one",
        "two in our order",
        "the usual one is among them",
        "one that is not known here",
    ],
)
async def test_what_both_do_in_hardware_goes_first(ours: str, theirs: str, order: str) -> None:
    known = [{"mimeType": f"video/{each.partition('/')[0]}", "shown": each} for each in _KNOWN]
    codecs = await call("core/codecs.js", "hardwareFirst", ours.split(), theirs.split(), known)
    assert [codec["shown"] for codec in codecs] == order.split()
