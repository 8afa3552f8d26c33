"""Networks that are as bad as a test wants: places with an address each, and what lies between.

```
with Network() as network:
    booth, service = network.place("booth"), network.place("service")
    booth.set(Condition(delay=0.1, loss=0.05, rate=1_000_000))
    async with Proxy(node.port, at=service).running() as entrance:
        browser = await launch(playwright, files, VISITOR, seat=Seat(booth, entrance.site))
        booth.cut()
```

Browser tests in `tests/browser/far` have their booth, their consultant and their service at places.
"""

from tests.network.condition import PERFECT, Condition
from tests.network.places import Network, Place, why_not

__all__ = ["PERFECT", "Condition", "Network", "Place", "why_not"]
