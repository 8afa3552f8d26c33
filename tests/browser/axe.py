"""axe-core over a page as it stands."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from playwright.async_api import Page

_AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"


async def violations(page: Page) -> list[str]:
    """What axe finds wrong, one line for each element; `FileNotFoundError` before ``npm ci``."""
    if not await page.evaluate("'axe' in globalThis"):
        await page.evaluate(_AXE.read_text())
    found: list[dict[str, Any]] = (
        await page.evaluate("axe.run(document, { resultTypes: ['violations'] })")
    )["violations"]
    return [
        f"{rule['id']}: {rule['help']}: {node['html'][:160]} ({node['failureSummary'][:200]})"
        for rule in found
        for node in rule["nodes"]
    ]
