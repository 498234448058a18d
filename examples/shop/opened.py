"""A chain that is open as soon as this is imported, for the catalog: it tells who listens once all are connected."""

from __future__ import annotations

from pathlib import Path

from .chain import Chain

chain = Chain(["Bern"], Path(__file__).with_name("data") / "products.csv")
