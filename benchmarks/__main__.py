"""`python -m benchmarks`: each benchmark at a small size, one after the other.

Each is a program of its own; run it by its name for its full size and its choices.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

#: module, what it tells, arguments for a small run
PARTS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    (
        "speed",
        "what a document costs, beside the peers; growth, memory, start (small)",
        ("--documents", "2", "--sizes", "1,10", "--pages", "50", "--runs", "2"),
    ),
    (
        "corpus",
        "cells of the hard corpus, ours beside the peers' (each tenth file)",
        ("compare", "--every", "10", "--no-programs"),
    ),
    (
        "vector",
        "figures of known files beside those that were read before (each tenth file)",
        ("check", "--every", "10", "--no-programs"),
    ),
    (
        "ablate",
        "what each step of recognising is good for (each hundredth file)",
        ("--every", "100"),
    ),
    (
        "grids",
        "tables of other PDFs by the measure of ICDAR 2013",
        ("--pages", "9", "--each", "2", "--only", "ours,pdfplumber"),
    ),
    (
        "scans",
        "figures of drawn scans, read right, said and silent (one of most kinds)",
        ("--n", "25", "--only", "ours"),
    ),
    ("counting", "how long `gouji status` takes, beside reading every record", ("300",)),
    ("catalogue", "lists and filters beside reading every record", ("2000", "--export")),
    ("outputs", "what report.html and report.xlsx cost beside reading", ("18",)),
    ("sums", "sums over many reports beside reading their records", ("2000",)),
    ("site", "what a page costs, beside the sign-in form", ("2000",)),
    ("sandbox", "what reading in a confined process costs", ()),
    (
        "service",
        "what a document costs in the service, by its processes",
        ("--documents", "24", "--rounds", "1", "--rest", "5", "--only-ours"),
    ),
    (
        "growth.bucket",
        "rounds of the sweep beside a bucket",
        ("--sizes", "200", "--new", "5", "--hasty"),
    ),
    ("growth.broker", "what jobs take in the broker", ("2000",)),
    ("growth.rows", "the catalogue of many documents", ("2000",)),
    (
        "growth.january",
        "a month of reports, simulated",
        ("--documents", "5000", "--slots", "1+1+1"),
    ),
    (
        "scans_among",
        "how long pages take while scans are read",
        ("--pages", "40", "--scans", "4", "--singles", "4", "--rounds", "1"),
    ),
)


def main() -> int:
    here = Path(__file__).parent
    worst = 0
    for module, about, arguments in PARTS:
        print(f"\n== {module}: {about}", flush=True)
        command = [sys.executable, "-m", f"benchmarks.{module}", *arguments]
        worst = max(worst, subprocess.run(command, cwd=here.parent, check=False).returncode)
    return worst


if __name__ == "__main__":
    sys.exit(main())
