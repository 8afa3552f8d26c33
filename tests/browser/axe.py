"""axe-core over a page as it stands."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from playwright.async_api import Page

from tests.browser.people import Person
from tests.browser.tour import dress

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


class Audit:
    """What axe finds wrong along a walk."""

    def __init__(self, *themes: str) -> None:
        """Look at each page as it is, which is in light colours, and in these colours besides."""
        self._themes = themes
        self._found: list[str] = []

    async def look(self, name: str, page: Page) -> None:
        self._found.extend(f"{name}: {each}" for each in await violations(page))
        chosen = await page.evaluate("document.documentElement.dataset.theme")
        for theme in self._themes:
            await dress(page, theme)
            wrong = await violations(page, only_colours=True)
            self._found.extend(f"{name}, {theme}: {each}" for each in wrong)
        await dress(page, chosen)

    def ends(self, *people: Person) -> None:
        """Nothing was found, and the pages of these people made no fault."""
        for person in people:
            # axe measures with styles of its own, which the pages' policy refuses.
            person.faults = [each for each in person.faults if "inline style" not in each]
        assert not self._found, "\n".join(self._found)
