"""Run the demo in a temporary folder: ``python -m examples.shop_relayed``."""

from __future__ import annotations

import os
import sys
import tempfile


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="shop-") as folder:
        os.environ["SHOP_FOLDER"] = folder  # also that of the workers

        from .demo import run  # noqa: PLC0415 - it opens the database in that folder

        mistakes = run()
    if mistakes:
        sys.exit("\n".join(mistakes))


if __name__ == "__main__":
    main()
