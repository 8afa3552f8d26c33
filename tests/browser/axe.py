"""axe-core over a page as it stands."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from playwright.async_api import Page

_AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
_RUN = """(onlyColours) => {
  // Booths promise the contrast of level AAA, which holds that of AA.
  const isBooth = document.documentElement.dataset.surface === 'booth';
  const rules = {
    'color-contrast': { enabled: !isBooth },
    'color-contrast-enhanced': { enabled: isBooth },
  };
  const contrast = Object.keys(rules).filter((rule) => rules[rule].enabled);
  return axe.run(document, {
    resultTypes: ['violations'],
    ...(onlyColours ? { runOnly: contrast } : { rules }),
  });
}"""


async def violations(page: Page, *, only_colours: bool = False) -> list[str]:
    """What axe finds wrong, one line for each element; `FileNotFoundError` before ``npm ci``.

    Args:
        page: as it stands.
        only_colours: whether to look at contrast alone, for a page that was seen in other colours.
    """
    if not await page.evaluate("'axe' in globalThis"):
        await page.evaluate(_AXE.read_text())
    found: list[dict[str, Any]] = (await page.evaluate(_RUN, only_colours))["violations"]
    return [
        f"{rule['id']}: {rule['help']}: {node['html'][:160]} ({node['failureSummary'][:200]})"
        for rule in found
        for node in rule["nodes"]
    ]
