"""`gouji check` as a clerk uses it: folders, what is not there, the list, the summary, series."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from io import BytesIO, TextIOWrapper
from pathlib import Path
from typing import Any

import pytest

from samples import STYLES, make_report, next_year, render
from samples.folder import sample
from samples.report import LogicalReport, broken, with_figure
from tasks.model.document import Format
from workers.cli import run

EDITIONS = {"disclosure": "2021", "requests": "2021"}
FIRST = make_report(3, organ="霁川县财政局", year=2022, zero_share=0.3, editions=EDITIONS)
NEXT = next_year(FIRST, 4)
CARRIED = "requests.carried_over.natural_person"
#: A report that does not go on from last year's.
WRONG = replace(broken(NEXT, CARRIED, 900), narrative={})


def page(report: LogicalReport) -> bytes:
    return render(report, Format.HTML, next(iter(STYLES[Format.HTML])))


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def check(capfd: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str, str]]:
    def check(*arguments: str) -> tuple[int, str, str]:
        code = run(["check", *arguments])
        return (code, *capfd.readouterr())

    return check


def put(name: str, body: bytes | LogicalReport) -> str:
    file = Path(name)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(body if isinstance(body, bytes) else page(body))
    return name


def envelopes(out: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in out.splitlines()]


def series_of(envelope: dict[str, Any]) -> list[str]:
    return [f["rule"] for f in envelope["findings"] if f["rule"].startswith("series.")]


# Which files


def test_a_folder_is_walked_and_each_path_is_as_given(here: Path, check: Any) -> None:
    put("年报/b/2.txt", "通知".encode())
    put("年报/a.html", FIRST)
    put("年报/~$a.docx", b"x")
    put("年报/Thumbs.db", b"x")
    code, out, err = check("年报/", "--json")
    assert code == 0
    assert [one["source"]["path"] for one in envelopes(out)] == ["年报/a.html", "年报/b/2.txt"]
    assert [one["source"]["name"] for one in envelopes(out)] == ["a.html", "2.txt"]
    assert "2 temporary or system files were skipped" in err


def test_a_name_that_is_missing_is_told_and_the_others_are_done(here: Path, check: Any) -> None:
    put("a.html", FIRST)
    code, out, err = check("missing.pdf", "a.html", "gone/b.pdf", "--json")
    assert code == 64
    assert [one["source"]["path"] for one in envelopes(out)] == ["a.html"]
    assert err.count("does not exist") == 2
    code, out, err = check("missing.pdf", "a.html", "a.html")
    assert err.splitlines()[-1].startswith("gouji: some names or folders were not read")


def test_standard_input_is_read(here: Path, check: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", TextIOWrapper(BytesIO(page(FIRST))))
    code, out, _ = check("-", "--json")
    (envelope,) = envelopes(out)
    assert code == 0
    assert envelope["source"]["path"] == envelope["source"]["name"] == "-"
    assert envelope["source"]["size"] == len(page(FIRST))
    assert envelope["report"]["organ"] == "霁川县财政局"


def test_standard_input_has_the_limits_of_a_file(
    here: Path, check: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GOUJI_MAX_DOCUMENT_MIB", "1")
    monkeypatch.setattr("sys.stdin", TextIOWrapper(BytesIO(bytes(5 << 20))))
    code, out, _ = check("-", "--json")
    assert code == 2
    assert envelopes(out)[0]["refusal"]["code"] == "too_large"


# What is printed


def test_each_file_is_printed_as_it_ends(here: Path) -> None:
    """The second is a pipe into which nothing is written until the first has been printed."""
    put("a.html", FIRST)
    os.mkfifo("b.html")
    with subprocess.Popen(
        [sys.executable, "-m", "workers.cli", "check", "a.html", "b.html"],
        stdout=subprocess.PIPE,
        env={**os.environ, "GOUJI_LANG": "zh", "PYTHONPATH": str(Path(__file__).parents[3])},
    ) as process:
        assert process.stdout is not None
        first = process.stdout.readline().decode()
        Path("b.html").write_bytes(page(WRONG))
        rest = process.stdout.read().decode()
    assert first.startswith("a.html: 霁川县财政局  2022 年度")
    assert "b.html: 霁川县财政局  2023 年度" in rest
    assert rest.endswith("2 份：1 份有错误，1 份未发现问题\n")


def test_a_summary_ends_a_run_of_several(here: Path, check: Any) -> None:
    put("a/1.html", FIRST)
    put("a/2.txt", "通知".encode())
    put("a/3.pdf", b"")
    _, out, err = check("a")
    assert out.splitlines()[-1] == "3 files: 1 refused, 1 no annual report, 1 with nothing found"
    assert err == ""
    _, out, err = check("a", "--json")
    assert len(envelopes(out)) == 3
    assert err == "gouji: 3 files: 1 refused, 1 no annual report, 1 with nothing found\n"
    _, out, err = check("a/1.html")
    assert len(out.splitlines()) == 1


def test_notes_are_told_when_they_are_asked_for(here: Path, check: Any) -> None:
    put("a.html", with_figure(FIRST, "disclosure.regulations.in_force", 3))
    _, out, _ = check("a.html")
    assert "[note]" not in out
    assert "nothing found" in out
    _, out, _ = check("a.html", "--notes")
    assert "[note] regulations other than 0" in out


def test_a_report_that_was_hardly_read_is_not_clean(here: Path, check: Any) -> None:
    report = FIRST
    for row in FIRST.values["requests"]:
        report = with_figure(report, f"requests.{row}.total", None, written="？")
    put("a.html", report)
    code, out, _ = check("a.html")
    assert code == 0
    assert "much could not be checked (requests: 25 of 175 cells" in out.splitlines()[0]
    assert check("a.html", "--strict")[0] == 1
    put("b.html", FIRST)
    assert check("b.html", "--strict")[0] == 0
    put("c.txt", "通知".encode())
    assert check("c.txt", "--strict")[0] == 1


@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_a_full_disk_is_called_so(here: Path, unbuffered: str) -> None:
    """Once, whether Python writes at once or keeps some for the end."""
    put("a.html", FIRST)
    language = {"GOUJI_LANG": "en", "PYTHONUNBUFFERED": unbuffered}
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "workers.cli", "check", "a.html"],
            stdout=full,
            stderr=subprocess.PIPE,
            env={**os.environ, **language, "PYTHONPATH": str(Path(__file__).parents[3])},
        )
    assert done.returncode == 74
    assert done.stderr.decode().splitlines() == ["gouji: the disk is full: make room and try again"]


# Series


@pytest.mark.parametrize(
    "names", [("2022.html", "2023.html"), ("2023.html", "2022.html"), ("a.html", "b.html")]
)
def test_a_report_is_held_against_last_years_in_any_order(
    here: Path, check: Any, names: tuple[str, str]
) -> None:
    """Where names tell that last year's is to come, the report waits for it."""
    for name in names:
        put(name, FIRST if name in ("2022.html", "a.html") else WRONG)
    code, out, _ = check(*names, "--json")
    found = {one["report"]["year"]: one for one in envelopes(out)}
    assert code == 1
    assert [one["source"]["path"] for one in envelopes(out)] == list(names)
    assert "series.carried_over" in series_of(found[2023])
    assert series_of(found[2022]) == []


def test_where_no_name_tells_the_finding_goes_with_the_later_file(here: Path, check: Any) -> None:
    put("a.html", WRONG)
    put("b.html", FIRST)
    code, out, _ = check("a.html", "b.html", "--json")
    this, last = envelopes(out)
    assert code == 1
    assert series_of(this) == []
    late = [f for f in last["findings"] if f["rule"] == "series.carried_over"]
    assert late
    assert "a.html" in late[0]["message"]
    assert late[0]["cells"] == late[0]["suspects"] == []


def test_years_in_the_folder_that_all_are_in_make_nobody_wait(here: Path, check: Any) -> None:
    put("2021-2022/a.html", FIRST)
    put("2021-2022/b.html", FIRST)
    _, out, _ = check("2021-2022", "--json")
    assert len(envelopes(out)) == 2


@pytest.mark.parametrize("copied", [FIRST, WRONG], ids=["last_years", "this_years"])
def test_a_copy_counts_once(here: Path, check: Any, copied: LogicalReport) -> None:
    put("2022.html", FIRST)
    put("2023.html", WRONG)
    put(f"{copied.year}-copy.html", copied)
    _, out, _ = check("2022.html", "2023.html", f"{copied.year}-copy.html", "--json")
    for one in envelopes(out):
        assert "series.duplicate" not in series_of(one)
        assert ("series.carried_over" in series_of(one)) == (one["report"]["year"] == 2023)


def test_two_that_differ_are_told_and_the_rest_is_compared(here: Path, check: Any) -> None:
    put("2022.html", FIRST)
    put("2023.html", WRONG)
    put("2023-again.html", replace(broken(WRONG, "requests.new.business", 1), narrative={}))
    code, out, _ = check("2022.html", "2023-again.html", "2023.html", "--json")
    _, again, this = envelopes(out)
    assert code == 1
    assert "series.carried_over" in series_of(again)
    assert {"series.carried_over", "series.duplicate"} <= set(series_of(this))
    (told,) = [f for f in this["findings"] if f["rule"] == "series.duplicate"]
    assert "2023-again.html" in told["message"]
    assert "requests.new.business" in told["cells"]


def test_where_two_differ_in_the_cell_it_is_not_compared(here: Path, check: Any) -> None:
    put("2022.html", FIRST)
    put("2023.html", WRONG)
    put("2023-again.html", NEXT)
    _, out, _ = check("2022.html", "2023.html", "2023-again.html", "--json")
    assert series_of(envelopes(out)[-1]) == ["series.duplicate"]


# The list


def read_list(path: str) -> list[dict[str, str]]:
    body = Path(path).read_bytes()
    assert body.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(body.decode("utf-8-sig").splitlines()))


def test_the_list_holds_what_is_to_be_mended(here: Path, check: Any) -> None:
    put("年报/2022.html", FIRST)
    put("年报/2023.html", WRONG)
    put("年报/锁.pdf", b"")
    code, _, err = check("年报", "--to", "年报/清单.csv", "--lang", "zh")
    assert code == 2
    listed = read_list("年报/清单.csv")
    assert f"共 {len(listed)} 行" in err
    assert {row["文件"] for row in listed} == {"年报/2023.html", "年报/锁.pdf"}
    assert {("表三", "自然人", str(NEXT.amount(CARRIED)))} <= {
        (row["表"], row["列"], row["应为"]) for row in listed
    }
    # the list lies in the folder and is no report
    _, out, err = check("年报", "--to", "年报/清单.csv", "--json")
    assert len(envelopes(out)) == 3
    assert "skipped" not in err


def test_a_folder_takes_a_report_of_each_file(here: Path, check: Any) -> None:
    put("年报/2022.html", FIRST)
    put("年报/下/2023.html", WRONG)
    put("年报/锁.pdf", b"")
    for _ in range(2):  # what lies there already is no document
        code, _, err = check("年报", "--to", "年报/核对结果/", "--lang", "zh")
        assert code == 2
        assert "3 份结果已写入" in err
    there = {str(one.relative_to("年报/核对结果")) for one in Path("年报/核对结果").rglob("*.*")}
    assert {name for name in there if name.endswith((".json", ".xlsx", "report.html"))} == {
        "年报/2022.html/result.json", "年报/2022.html/report.html", "年报/2022.html/report.xlsx",
        "年报/下/2023.html/result.json", "年报/下/2023.html/report.html",
        "年报/下/2023.html/report.xlsx", "年报/锁.pdf/result.json",
    }  # fmt: skip
    told = json.loads(Path("年报/核对结果/年报/下/2023.html/result.json").read_text())
    assert "series.carried_over" in {finding["rule"] for finding in told["findings"]}
    page = Path("年报/核对结果/年报/下/2023.html/report.html").read_text()
    assert "有 1 处错误" in page


def test_files_of_one_name_do_not_meet_in_a_folder(here: Path, check: Any) -> None:
    put("a.html", FIRST)
    put("../a.html", WRONG)
    check("a.html", "../a.html", "./a.html", "--to", "out/")
    made = sorted(one.parent.name for one in Path("out").rglob("result.json"))
    assert len(made) == 3
    assert made[0] == "a.html"
    assert all(name.startswith("a.html~") for name in made[1:])


def test_a_folder_that_cannot_be_written_is_told_before_anything_is_read(
    here: Path, check: Any
) -> None:
    put("a.html", FIRST)
    put("file", b"")
    code, out, err = check("a.html", "--to", "file/below/")
    assert (code, out) == (64, "")
    assert "cannot be written" in err


def test_a_target_that_will_not_do_is_told_before_anything_is_read(here: Path, check: Any) -> None:
    put("a.html", FIRST)
    code, out, err = check("a.html", "--to", "nowhere/list.csv")
    assert (code, out) == (64, "")
    assert "nowhere/list.csv cannot be written" in err
    code, out, err = check("a.html", "--to", "list.doc")
    assert (code, out) == (64, "")
    assert ".csv" in err
    code, out, err = check("a.html", "--to", "")
    assert (code, out) == (64, "")
    assert [path.name for path in here.iterdir()] == ["a.html"]


def test_a_folder_of_reports_becomes_a_list_in_one_command(here: Path, check: Any) -> None:
    """As a new user would, who has to report to a superior."""
    quick = (Format.HTML, Format.TEXT, Format.HTML, Format.DOCX)
    made = [sample(100 + n, Format.PDF if n % 16 == 5 else quick[n % 4]) for n in range(32)]
    for number, one in enumerate(made):
        put(f"年报/{number:02} {one.name.replace('/', ' ')}", one.body)
    code, out, err = check("年报", "--to", "清单.csv", "--lang", "zh")
    assert code in (1, 2)
    assert out.splitlines()[-1].startswith("32 份：")
    listed = read_list("清单.csv")
    assert f"清单已写入 清单.csv，共 {len(listed)} 行" in err
    named = {row["文件"] for row in listed}
    assert named <= {str(path) for path in Path("年报").iterdir()}
    for number, one in enumerate(made):
        # what cannot be right has a row that says so
        if one.outcomes == ("report",) and not one.relations_hold and one.certain:
            assert any(name.startswith(f"年报/{number:02} ") for name in named), one.name
    assert all(row["说明"] and row["类别"] for row in listed)
