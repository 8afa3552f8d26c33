"""Writes the OpenAPI document: ``python -m server.api docs``."""

from __future__ import annotations

import sys
from pathlib import Path

from server.api import openapi

if __name__ == "__main__":
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else "docs")
    (folder / "openapi.json").write_text(openapi.text(), "utf-8")
