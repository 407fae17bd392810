"""`gouji check` on archives and mails: each member as if it lay beside the other files."""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Callable
from dataclasses import replace
from io import BytesIO, TextIOWrapper
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from samples import STYLES, make_report, next_year, render
from samples.archives import mailed, zipped
from samples.poison_archives import ARCHIVE_POISON
from samples.report import LogicalReport, broken
from tasks.model.document import Format
from workers.cli import run

EDITIONS = {"disclosure": "2021", "requests": "2021"}
FIRST = make_report(3, organ="霁川县财政局", year=2022, zero_share=0.3, editions=EDITIONS)
NEXT = next_year(FIRST, 4)
#: A report that does not go on from last year's.
WRONG = replace(broken(NEXT, "requests.carried_over.natural_person", 900), narrative={})


def page(report: LogicalReport) -> bytes:
    return render(report, Format.HTML, next(iter(STYLES[Format.HTML])))


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


Check = Callable[..., tuple[int, str, str]]


@pytest.fixture
def check(capfd: pytest.CaptureFixture[str]) -> Check:
    def check(*arguments: str) -> tuple[int, str, str]:
        code = run(["check", *arguments])
        return (code, *capfd.readouterr())

    return check


def put(name: str, body: bytes) -> str:
    Path(name).write_bytes(body)
    return name


def envelopes(out: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in out.splitlines()]


def rules_of(envelope: dict[str, Any]) -> set[str]:
    return {finding["rule"] for finding in envelope["findings"]}


def test_a_line_a_member_and_none_for_the_archive(check: Check) -> None:
    inner = zipped([("乙.html", page(NEXT))])
    put("a.zip", zipped([("甲/年报.html", page(FIRST)), ("空.docx", b""), ("乙镇.zip", inner)]))
    put("b.html", page(FIRST))
    code, out, _ = check("./a.zip", "b.html", "--json")
    assert code == 2
    found = envelopes(out)
    assert [one["source"].get("member") for one in found] == [
        "甲/年报.html", "空.docx", "乙镇.zip!乙.html", None,
    ]  # fmt: skip
    for one in found[:3]:
        assert (one["source"]["name"], one["source"]["path"]) == ("a.zip", "./a.zip")
    assert found[0]["source"]["size"] == len(page(FIRST))
    assert found[0]["source"]["sha256"] == hashlib.sha256(page(FIRST)).hexdigest()
    assert [one["status"] for one in found] == ["done", "refused", "done", "done"]


@pytest.mark.parametrize(
    ("held", "arguments", "code"),
    [
        ([("a.html", page(FIRST))], (), 0),
        ([("a.html", page(FIRST)), ("b.html", page(broken(NEXT, "requests.new.total", 9)))], (), 1),
        ([("a.html", page(FIRST)), ("b.docx", b"")], (), 2),
        ([("a.txt", "通知".encode())], (), 0),
        ([("a.txt", "通知".encode())], ("--strict",), 1),
    ],
)
def test_members_give_the_exit_code(
    check: Check, held: list[tuple[str, bytes]], arguments: tuple[str, ...], code: int
) -> None:
    put("a.eml", mailed(held))
    assert check("a.eml", "--json", *arguments)[0] == code


def test_a_refused_archive_has_a_line_of_its_own(check: Check) -> None:
    put("a.zip", ARCHIVE_POISON["encrypted.zip"].make())
    code, out, _ = check("a.zip", "--json")
    (only,) = envelopes(out)
    assert code == 2
    assert only["refusal"]["code"] == "encrypted"
    assert "member" not in only["source"]
    assert only["source"]["size"] == Path("a.zip").stat().st_size


def test_a_refused_member_has_its_own_name(check: Check) -> None:
    put("a.zip", ARCHIVE_POISON["climbing.zip"].make())
    _, out, _ = check("a.zip", "--json")
    first = envelopes(out)[0]
    assert first["source"]["member"] == "etc/passwd"
    assert first["refusal"]["code"] == "unsupported_format"
    assert first["source"]["sha256"] is None


def test_from_standard_input(check: Check, monkeypatch: pytest.MonkeyPatch) -> None:
    body = zipped([("a.html", page(FIRST))])
    monkeypatch.setattr("sys.stdin", TextIOWrapper(BytesIO(body)))
    code, out, _ = check("-", "--json")
    (only,) = envelopes(out)
    assert (code, only["source"]["name"], only["source"]["member"]) == (0, "-", "a.html")


def test_the_name_of_a_member_is_a_witness_of_the_year(check: Check) -> None:
    """Of the file alone, not of the folders and the archive around it."""
    text = page(FIRST).decode().replace("2022", "____").encode()
    put("2019.zip", zipped([("2018/霁川县财政局2022年政府信息公开工作年度报告.html", text)]))
    (only,) = envelopes(check("2019.zip", "--json")[1])
    Path("霁川县财政局2022年政府信息公开工作年度报告.html").write_bytes(text)
    (alone,) = envelopes(check("霁川县财政局2022年政府信息公开工作年度报告.html", "--json")[1])
    assert (only["report"]["year"], alone["report"]["year"]) == (2022, 2022)


# Across years.


@pytest.mark.parametrize(
    "members",
    [[("2022.html", FIRST), ("2023.html", WRONG)], [("2023.html", WRONG), ("2022.html", FIRST)]],
    ids=["in order", "the other way round"],
)
def test_members_are_held_against_last_years(
    check: Check, members: list[tuple[str, LogicalReport]]
) -> None:
    put("a.zip", zipped([(name, page(report)) for name, report in members]))
    found = {one["report"]["year"]: one for one in envelopes(check("a.zip", "--json")[1])}
    assert "series.carried_over" in rules_of(found[2023])
    assert "series.carried_over" not in rules_of(found[2022])


@pytest.mark.parametrize("order", [("2022.zip", "2023.html"), ("2023.html", "2022.zip")])
def test_so_are_files_and_members(check: Check, order: tuple[str, str]) -> None:
    """Also where only the archive is named after its year."""
    put("2022.zip", zipped([("说明.txt", b"a"), ("财政局.html", page(FIRST))]))
    put("2023.html", page(WRONG))
    lines = envelopes(check(*order, "--json")[1])
    found = {one["report"]["year"]: one for one in lines if one["report"]}
    assert "series.carried_over" in rules_of(found[2023])
    assert "series.carried_over" not in rules_of(found[2022])


def test_a_second_report_names_the_other_member(check: Check) -> None:
    put("a.zip", zipped([("甲.html", page(NEXT)), ("乙.html", page(WRONG))]))
    last = envelopes(check("a.zip", "--json")[1])[-1]
    (told,) = [one for one in last["findings"] if one["rule"] == "series.duplicate"]
    assert "a.zip!甲.html" in told["message_en"]


# For people.


def test_people_see_the_archive_and_the_member(check: Check) -> None:
    put("a.zip", zipped([("甲/年报.html", page(FIRST)), ("空.docx", b"")]))
    _, out, _ = check("a.zip")
    assert out.splitlines()[0].startswith("a.zip!甲/年报.html: 霁川县财政局")
    assert "a.zip!空.docx: " in out
    assert "2 files: " in out


@pytest.mark.parametrize("ending", ["csv", "html", "xlsx"])
def test_the_list_has_members_as_rows(check: Check, ending: str) -> None:
    put("a.zip", zipped([("甲/年报.html", page(WRONG)), ("空.docx", b"")]))
    code, _, _ = check("a.zip", "--to", f"list.{ending}")
    assert code == 2
    if ending == "csv":
        lines = Path("list.csv").read_text(encoding="utf-8-sig").splitlines()
        assert {row["file"] for row in csv.DictReader(lines)} >= {"a.zip!空.docx"}
    elif ending == "html":
        assert "a.zip!甲/年报.html" in Path("list.html").read_text(encoding="utf-8")
    else:
        cells = [row[0].value for sheet in openpyxl.load_workbook("list.xlsx") for row in sheet]
        assert {"a.zip!甲/年报.html", "a.zip!空.docx"} <= set(cells)


def test_a_folder_takes_a_report_of_each_member(check: Check) -> None:
    held = [("甲/年报.html", page(FIRST)), ("甲/年报.html", page(NEXT)), ("../../b.txt", b"a")]
    with pytest.warns(UserWarning, match="Duplicate name"):
        put("a.zip", zipped(held))
    code, _, err = check("a.zip", "--to", "out/")
    assert code == 2
    assert "3 files" in err
    made = {str(one.parent.relative_to("out")) for one in Path("out").rglob("result.json")}
    assert made == {"a.zip/!/甲/年报.html", "a.zip/!/甲/年报 (2).html", "a.zip/!/b.txt"}
    shown = Path("out/a.zip/!/甲/年报.html/report.html").read_text(encoding="utf-8")
    assert "a.zip!甲/年报.html" in shown


# Time and size.


def test_a_member_as_large_as_no_document_may_be(
    check: Check, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GOUJI_MAX_DOCUMENT_MIB", "1")
    put("a.zip", zipped([("大.txt", b"ab" * (1 << 20)), ("小.txt", b"a")]))
    found = envelopes(check("a.zip", "--json")[1])
    assert [one.get("refusal", {}).get("code") for one in found] == ["too_large", None]
