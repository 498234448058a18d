"""Importing this module opens the shop, which connects its receivers."""

from __future__ import annotations

from pathlib import Path

from examples.shop.chain import Chain

chain = Chain(["Bern"], Path(__file__).parent / "shop" / "data" / "products.csv")
