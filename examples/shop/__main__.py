"""Open the shops and place the orders of a file: ``python -m examples.shop [--dry-run] [FILE]``."""

from __future__ import annotations

import argparse
import logging
from contextlib import nullcontext
from pathlib import Path
from types import TracebackType

from .chain import Chain
from .domain import Shop, order_placed
from .intake import Rejection, place_orders
from .report import full_message, rejection_lines

DATA = Path(__file__).with_name("data")


def main() -> None:
    arguments = _arguments()
    _log_to_console()
    chain = Chain(["Bern", "Dublin"], DATA / "products.csv")
    rejections = _place(arguments.file, chain.shops, dry_run=arguments.dry_run)
    if not arguments.dry_run:
        print(*chain.summary(), sep="\n")
    print(*rejection_lines(rejections), sep="\n")
    print(*full_message(rejections), sep="\n")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m examples.shop", description="Place the orders of a file.")
    parser.add_argument("file", nargs="?", type=Path, default=DATA / "orders.jsonl", help="one JSON object per line")
    parser.add_argument("--dry-run", action="store_true", help="only check the fields of the orders; call no receiver")
    return parser.parse_args()


def _place(file: Path, shops: dict[str, Shop], *, dry_run: bool) -> list[Rejection]:
    with file.open(encoding="utf-8") as lines, order_placed.muted() if dry_run else nullcontext():
        return list(place_orders(lines, shops))


class _OneLine(logging.Formatter):
    """Logs what happened, without tracebacks."""

    def formatException(  # noqa: N802 - it overrides logging's
        self, ei: tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]
    ) -> str:
        return f"  {ei[1]}"


def _log_to_console() -> None:
    handler = logging.StreamHandler()
    handler.setFormatter(_OneLine("%(levelname)s: %(message)s"))
    logging.basicConfig(handlers=[handler])


if __name__ == "__main__":
    main()
