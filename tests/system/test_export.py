"""`gouji export`, and the catalogue that it asks, on a running service."""

from __future__ import annotations

import csv
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import duckdb
import pandas as pd
import pytest
from served import Up, gouji, until

from samples import make_report, next_year, render
from samples.report import broken
from tasks.model.document import Format

ORGAN = "淮安市洪泽区霁川服务中心"
FIRST = make_report(3, organ=ORGAN, year=2022, zero_share=0.3)
NEXT = next_year(FIRST, 4)
CELL = "requests.new.natural_person"
DOCS = Path(__file__).parents[2] / "docs" / "data.md"


def pages() -> dict[str, bytes]:
    one = render(FIRST, Format.HTML, "cms")
    return {
        "panel/2022.html": one,
        "panel/2022 copy.html": one,
        "panel/2023.docx": render(NEXT, Format.DOCX, "plain"),
        "panel/2024.html": render(broken(next_year(NEXT, 5), CELL, 3), Format.HTML, "cms"),
        "panel/empty.pdf": b"",
    }


def example(language: str) -> str:
    return re.findall(rf"```{language}\n(.*?)```", DOCS.read_text(encoding="utf-8"), re.S)[0]


@pytest.fixture(scope="module")
def folder(up: Up, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """With the data sets of a bucket with a few reports of one organ."""
    for path, body in pages().items():
        up.put(path, body)
    until(lambda: up.result("panel/2024.html") and up.failure("panel/empty.pdf"))
    until(lambda: all(up.result(path) for path in pages() if "empty" not in path))
    made = tmp_path_factory.mktemp("data")
    for name, more in (
        ("long.parquet", ()),
        ("wide.parquet", ("--wide",)),
        ("wide.csv", ("--wide",)),
    ):
        told = gouji(up.home, "export", "--to", str(made / name), "--prefix", "panel/", *more)
        assert told.returncode == 0, told.stderr
        assert "4 reports" in told.stderr
        assert "1 refused" in told.stderr
        assert "more than one report of an organ and year" in told.stderr
    return made


def test_the_data_set_says_what_the_records_say(up: Up, folder: Path) -> None:
    long = pd.read_parquet(folder / "long.parquet")
    for path in pages():
        result = up.result(path)
        rows = long[long.file == f"inbox/{path}"]
        if result is None:
            assert rows.empty
            continue
        for table in ("disclosure", "requests", "disputes"):
            for row, columns in result["report"][table].items():
                for column, value in columns.items():
                    (one,) = rows[
                        (rows.table == table) & (rows.row == row) & (rows.column == column)
                    ].itertuples()
                    assert (one.kind, one.raw) == (value["kind"], value["raw"])
                    if value["value"] is not None:
                        assert one.value == float(value["value"])
    assert list(long.file.unique()) == sorted(long.file.unique())
    wrong = long[long.suspect]
    assert list(wrong.file + wrong.table + wrong.row + wrong.column) == [
        "inbox/panel/2024.html" + CELL.replace(".", "")
    ]
    occurrences = long.groupby("file").occurrence.first().to_dict()
    assert occurrences["inbox/panel/2022 copy.html"] == 1
    assert occurrences["inbox/panel/2022.html"] == 2
    assert set(long.organ_key) == {"320813:霁川服务中心"}
    for name in ("long.parquet", "wide.parquet"):
        beside = folder / f"{name}.dictionary.csv"
        with beside.open(encoding="utf-8-sig", newline="") as file:
            names = [line[0] for line in csv.reader(file)][1:]
        assert names == list(pd.read_parquet(folder / name).columns)


def test_filters(up: Up, folder: Path) -> None:
    to = folder / "one.csv"
    gouji(up.home, "export", "--to", str(to), "--wide", "--prefix", "panel/", "--year", "2024")
    assert list(pd.read_csv(to).file) == ["inbox/panel/2024.html"]
    gouji(up.home, "export", "--to", str(to), "--wide", "--prefix", "panel/", "--verdict", "error")
    assert list(pd.read_csv(to).file) == ["inbox/panel/2024.html"]


def test_the_example_of_duckdb(folder: Path) -> None:
    asked = example("sql").replace("'long.parquet'", f"'{folder}/long.parquet'")
    found = {
        year: (province, requests) for province, year, requests, _ in duckdb.sql(asked).fetchall()
    }
    assert found == {
        2022: ("32", FIRST.amount("requests.new.total")),
        2023: ("32", NEXT.amount("requests.new.total")),
    }


def test_the_example_of_pandas(folder: Path) -> None:
    told = subprocess.run(
        [sys.executable, "-c", example("python")],
        cwd=folder, capture_output=True, text=True, timeout=180,
    )  # fmt: skip
    assert told.returncode == 0, told.stderr
    assert told.stdout.count(ORGAN) == 2
    assert str(float(FIRST.amount("requests.new.total"))) in told.stdout


@pytest.mark.skipif(
    shutil.which("Rscript") is None, reason="R is not installed: apt install r-base-core"
)
def test_the_example_of_r(folder: Path) -> None:
    (folder / "a.R").write_text(example("r"), encoding="utf-8")
    told = subprocess.run(
        ["Rscript", "a.R"], cwd=folder, capture_output=True, text=True, timeout=180
    )
    assert told.returncode == 0, told.stderr
    assert re.search(rf"2022\s+{FIRST.amount('requests.new.total')}\b", told.stdout)


def test_a_target_that_will_not_do_leaves_nothing(up: Up, tmp_path: Path) -> None:
    for name in ("nowhere/a.csv", "a.doc", "."):
        told = gouji(up.home, "export", "--to", str(tmp_path / name))
        assert told.returncode == 64
        assert len(told.stderr.strip().splitlines()) == 1
    assert list(tmp_path.iterdir()) == []


def test_the_service_goes_on_without_its_catalogue(
    start: Callable[..., Up], tmp_path: Path
) -> None:
    """Broken while it runs, and made anew by one command; the numbers are the same throughout."""
    up = start()
    up.put("a.html", pages()["panel/2022.html"])
    until(lambda: up.result("a.html"))

    def counted(status: str) -> tuple[int, int, int]:
        told = json.loads(status)
        return told["inbox"], told["done"], told["pending"]

    def counts() -> tuple[int, int, int]:
        return counted(gouji(up.home, "status", "--json").stdout)

    assert counts() == (1, 1, 0)
    for name in ("catalogue.db", "catalogue.db-wal", "catalogue.db-shm"):
        (up.home / name).unlink(missing_ok=True)
    (up.home / "catalogue.db").write_bytes(b"no database" * 1000)
    told = gouji(up.home, "status", "--json")
    assert "without the catalogue" in told.stderr
    assert counted(told.stdout) == (1, 1, 0)
    up.put("b.html", pages()["panel/2024.html"])
    until(lambda: up.result("b.html"))
    assert counts() == (2, 2, 0)
    assert "requests" in gouji(up.home, "list", "--errors", "--json").stdout
    failed = gouji(up.home, "catalogue", "rebuild")
    assert failed.returncode == 1
    assert "take away catalogue.db*" in failed.stderr
    (up.home / "catalogue.db").unlink()
    made = gouji(up.home, "catalogue", "rebuild")
    assert made.returncode == 0, made.stderr
    assert "2 documents" in made.stderr
    assert counts() == (2, 2, 0)
