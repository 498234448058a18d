"""The shop, open as soon as this is imported: its catalog tells who listens, as by then all are connected."""

from __future__ import annotations

from pathlib import Path

from examples.shop.chain import Chain

chain = Chain(["Bern"], Path(__file__).parent / "shop" / "data" / "products.csv")
