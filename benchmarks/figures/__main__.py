"""`python -m benchmarks.figures teach FOLDER...` and `python -m benchmarks.figures examine`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import cv2

from benchmarks.figures import examine, faces, teach
from tasks.read.scan.figures.network import FILE

EPILOG = f"To teach, FOLDER holds what these Debian packages hold: {faces.TAUGHT_FROM}"


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.figures", description=__doc__, epilog=EPILOG
    )
    parser.add_argument("what", choices=("teach", "examine"))
    parser.add_argument("folders", nargs="*", type=Path, help="of typefaces")
    parser.add_argument("--lines", type=int, default=90_000, help="drawn to teach from")
    parser.add_argument("--rounds", type=int, default=12)
    parser.add_argument("--each", type=int, default=400, help="crops a kind of examination")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--to", type=Path, default=FILE)
    arguments = parser.parse_args()
    cv2.setNumThreads(1)
    if arguments.what == "examine":
        return examine.run(arguments.folders, arguments.each, arguments.seed)
    families = faces.families(arguments.folders, held_out=False)
    given = teach.lessons(families, arguments.lines, arguments.seed)
    print(f"{len(families)} families, {len(given.answers)} glyphs", file=sys.stderr)
    teach.write(teach.taught(given, arguments.rounds, arguments.seed), arguments.to)
    return 0


if __name__ == "__main__":
    sys.exit(main())
