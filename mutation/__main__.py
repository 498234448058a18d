"""Change modules, and list the changes that no test notices: ``python -m mutation FILE... --tests=tests``."""

from __future__ import annotations

import argparse
import shlex
import sys
from pathlib import Path

import pytest

from .reach import measured
from .trials import Trying


def main() -> int:
    """Try all changes; return how many tests fail without any."""
    options = _options()
    options.output.mkdir(parents=True, exist_ok=True)
    as_written = "-q -s -p no:cacheprovider --assert=plain -o addopts=--import-mode=importlib"
    arguments = [*as_written.split(), *options.tests]
    reach = measured(options.files, arguments, options.output / "reach.json")
    if reach.failed:
        print("tests that fail without any change:", *reach.failed, sep="\n    ")
        return len(reach.failed)
    survivors = options.output / "survivors.txt"
    pytest.main(
        [*arguments, "-o", "faulthandler_timeout=0"], plugins=[Trying(options.files, reach, survivors, options.jobs)]
    )
    print(f"what no test noticed is in {survivors}")
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m mutation", description=__doc__)
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE", help="the modules to change")
    parser.add_argument("--tests", type=shlex.split, required=True, metavar="ARGUMENTS", help="what to tell pytest")
    parser.add_argument("--jobs", type=int, default=4, help="how many changes to try at once (default: 4)")
    parser.add_argument("--output", type=Path, default=Path("build/mutation"), metavar="FOLDER")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
