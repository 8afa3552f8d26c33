"""How a simulated person looks and sounds, drawn and sung before it is needed."""

from __future__ import annotations

import asyncio
import fractions

from aiortc.codecs import get_encoder
from aiortc.codecs.base import Encoder
from aiortc.rtcrtpparameters import RTCRtpCodecParameters
from av import AudioFrame, VideoFrame

from signaling.media.greeting import ANSWER, NOTES, GreetingTrack, Sound, sing
from signaling.media.peer import Tracks
from signaling.media.picture import Fonts, Look, Picture, PictureTrack

CAPTIONS: dict[Look, dict[str, str]] = {
    "consultant": {"en": "Simulated consultant", "ru": "Имитация консультанта"},
    "visitor": {"en": "Simulated visitor", "ru": "Имитация посетителя"},
}
"""Painted into the picture, in the language of the consultation."""

_WARM_FRAMES = 2


class Studio:
    """One simulated person's looks and voice."""

    def __init__(self, look: Look, sound: Sound, *, fonts: Fonts = ()) -> None:
        self._look = look
        self._sound = sound
        self._fonts = fonts
        self._drawn: tuple[str, Picture] = ("", self._draw("", "en"))

    @classmethod
    async def prepare(cls, look: Look, *, fonts: Fonts = ()) -> Studio:
        """Sing, and wake the encoders: the first picture is seconds late otherwise."""
        notes = NOTES if look == "consultant" else ANSWER
        studio = cls(look, await asyncio.to_thread(sing, notes), fonts=fonts)
        await asyncio.to_thread(studio.warm_up)
        return studio

    async def show(self, ticket: str, language: str) -> None:
        """Have the picture for that ticket ready; later tracks show it."""
        if self._drawn[0] != ticket:
            self._drawn = (ticket, await asyncio.to_thread(self._draw, ticket, language))

    def tracks(self) -> Tracks:
        """Fresh sound and picture, which begin when first asked."""
        return GreetingTrack(self._sound), PictureTrack(self._drawn[1])

    def warm_up(self) -> None:
        """Encode a little of both kinds, so that libraries are loaded and code is paged in."""
        picture = self._drawn[1]
        video = get_encoder(_codec("video/VP8", 90_000))
        for index in range(_WARM_FRAMES):
            _encode(video, picture.frame(index))
        audio = get_encoder(_codec("audio/opus", 48_000, channels=2))
        silence = AudioFrame(format="s16", layout="mono", samples=960)
        silence.sample_rate, silence.pts = 48_000, 0
        silence.time_base = fractions.Fraction(1, 48_000)
        _encode(audio, silence)

    def _draw(self, ticket: str, language: str) -> Picture:
        captions = CAPTIONS[self._look]
        caption = captions.get(language) or captions["en"]
        return Picture(ticket, caption, look=self._look, fonts=self._fonts)


def _codec(mime: str, rate: int, channels: int | None = None) -> RTCRtpCodecParameters:
    return RTCRtpCodecParameters(mimeType=mime, clockRate=rate, channels=channels, payloadType=96)


def _encode(encoder: Encoder, frame: AudioFrame | VideoFrame) -> None:
    encoder.encode(frame)
