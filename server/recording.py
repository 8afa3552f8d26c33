"""Where a node or recorder keeps recordings, as its settings say."""

from __future__ import annotations

from pathlib import Path

from server.settings import Settings
from signaling.vault import Vault, parse_keys


def directory_of(settings: Settings) -> Path:
    """The directory of recordings, there or not."""
    return settings.recording_dir or settings.data_dir / "recordings"


def vault_of(settings: Settings) -> Vault | None:
    """The vault, or None without a key: then nothing is recorded, nor can anything be played."""
    if settings.recording_key is None:
        return None
    return Vault(directory_of(settings), parse_keys(settings.recording_key.get_secret_value()))
