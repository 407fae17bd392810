"""`python -m samples FOLDER --count 50 --seed 1`: invented documents to try things on."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from samples.folder import write_folder


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(
        prog="python -m samples",
        description="Write invented reports in many shapes, and truth.json with their figures.",
        epilog="example: python -m samples reports --count 50 --seed 1",
    )
    parser.add_argument("folder", type=Path, help="where to write; made if it is not there")
    parser.add_argument("--count", type=int, default=50, help="number of documents (50)")
    parser.add_argument("--seed", type=int, default=1, help="other seeds, other reports (1)")
    given = parser.parse_args(arguments)
    write_folder(given.folder, given.count, given.seed)
    sys.stderr.write(f"{given.count} documents in {given.folder}\n")


if __name__ == "__main__":
    main()
