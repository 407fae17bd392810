"""The wording: one table says all that is said, of what it is given, in both languages."""

from __future__ import annotations

import ast
import pickle
import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from string import Formatter

import pytest

from tasks.check.series import COMPARED
from tasks.check.tellings import TELLINGS
from tasks.model.saying import (
    About,
    FigureOf,
    LinesOf,
    RelationOf,
    Saying,
    TableOf,
    TermsOf,
    say,
)
from tasks.render.wording import WORDING, plausible, text, told
from tasks.render.wording.words import Words

ROOT = Path(__file__).parents[3]
#: Rooms that find things, and say nothing.
ROOMS = ("check", "recognise", "read", "detect")
LANGUAGES = Words._fields
HAN = re.compile(r"[\u3400-\u9fff]")


def lines(*ids: str, axis: str = "row") -> LinesOf:
    return LinesOf("requests", "2021", axis, ids)


def terms(*amounts: tuple[str, int | Decimal]) -> TermsOf:
    return TermsOf("requests", "2021", "row", amounts)


#: Something for each name that a template may have in braces; texts of documents as “<text>”.
ABOUT: dict[str, About] = {
    "agreeing": say("witness.date"),
    "amount": 3,
    "because": say("narrative.of_a_part"),
    "before": 4,
    "codec": "gb18030",
    "column": lines("natural_person", axis="column"),
    "compared": say("series.duplicate.differing", n=2),
    "difference": "5",
    "edition": "2021",
    "expected": 6,
    "figure": FigureOf("received"),
    "file": "<file>",
    "files": ("<one>", "<two>"),
    "first": "<text>",
    "given": say("narrative.given", amount=Decimal("7.50")),
    "in_force": 8,
    "in_wan": "9.5",
    "into": lines("carried_over"),
    "issued": 10,
    "line": lines("total", axis="column"),
    "lines": lines("natural_person", "business", axis="column"),
    "lowest": "0.62",
    "month": 6,
    "n": 2,
    "n_columns": 11,
    "named": "<organ>",
    "now": 12,
    "one": lines("denied_security_stability"),
    "organ": "<organ>",
    "other": lines("other_remaining"),
    "page": 13,
    "pages": "2–4",
    "parts": terms(("new", 14), ("carried_over", 0)),
    "quote": "<text>",
    "relation": RelationOf("requests", "2021", "requests.balance"),
    "repealed": 15,
    "row": lines("processed_total"),
    "rows": lines("partly_granted", "denied_work_secret"),
    "said": (say("extraction.organ"), say("relation.in_doubt")),
    "seen": ("<text>", ""),
    "second": 22,
    "short": (2, 3),
    "sign": "?",
    "symbol": "<symbol>",
    "table": TableOf("disputes"),
    "taken": "2023",
    "text": "<text>",
    "then": 16,
    "times": 5,
    "titled": "<organ>",
    "stored": "<text>",
    "told": 17,
    "totals": terms(("new", 18), ("carried_over", 19)),
    "whole": lines("total", axis="column"),
    "wholes": terms(("processed_total", 20), ("carried_forward", 21)),
    "why": say("unreadable.several"),
    "witness": say("witness.signature"),
    "written": "<text>",
    "year": "2022",
}


def calls(*names: str, within: tuple[str, ...]) -> Iterator[ast.Call]:
    for folder in within:
        for file in sorted((ROOT / folder).rglob("*.py")):
            source = file.read_text(encoding="utf-8")
            if "say" in names and "from tasks.model.saying import" not in source:
                continue  # a command that says something itself
            for node in ast.walk(ast.parse(source)):
                if (
                    isinstance(node, ast.Call)
                    and isinstance(node.func, ast.Name)
                    and node.func.id in names
                ):
                    yield node


def said_in_code() -> Iterator[tuple[str, set[str | None]]]:
    """Id and names of what it is about, of every saying that the code makes."""
    for call in calls("say", within=("tasks", "workers")):
        [id] = call.args
        # written out, so that it can be looked for
        assert isinstance(id, ast.Constant), ast.unparse(call)
        yield id.value, {keyword.arg for keyword in call.keywords}


def braces(template: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(template) if name is not None}


def given(id: str) -> Saying:
    """The saying, of something that could be so."""
    return say(id, **{name: ABOUT[name] for name in braces(WORDING[id].zh)})


# One table


def test_what_code_says_has_words_and_no_words_are_left_over() -> None:
    assert {id for id, _ in said_in_code()} == WORDING.keys()


def test_each_file_of_the_table_has_ids_of_its_own() -> None:
    folder = ROOT / "tasks" / "render" / "wording"
    ids = [
        key.value
        for file in sorted(folder.glob("*.py"))
        for node in ast.parse(file.read_text(encoding="utf-8")).body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Dict)
        and [ast.unparse(target) for target in node.targets] == ["WORDING"]
        for key in node.value.keys
        if isinstance(key, ast.Constant)
    ]  # fmt: skip
    assert sorted(ids) == sorted(WORDING)


def test_words_are_of_all_that_is_given_and_of_nothing_else() -> None:
    for id, about in said_in_code():
        for template in WORDING[id]:
            assert (id, braces(template)) == (id, about)


def test_figures_have_names() -> None:
    assert text.FIGURES.keys() == {telling.called for telling in TELLINGS}
    assert plausible.FIGURES.keys() == set(COMPARED)


def test_nothing_is_put_into_words_where_it_is_found() -> None:
    rooms = tuple(f"tasks/{room}" for room in ROOMS)
    for call in (*calls("Finding", "Doubt", within=rooms), *calls("say", within=rooms)):
        texts = [one.value for one in ast.walk(call) if isinstance(one, ast.Constant)]
        assert [one for one in texts if isinstance(one, str) and HAN.search(one)] == []


def test_no_sentence_waits_in_a_name() -> None:
    """Docstrings and patterns apart, rooms that refuse nothing hold labels and names only."""
    for room in ("check", "recognise"):
        for file in sorted((ROOT / "tasks" / room).rglob("*.py")):
            tree = ast.parse(file.read_text(encoding="utf-8"))
            others = {
                id(part)
                for node in ast.walk(tree)
                if (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant))
                or (
                    isinstance(node, ast.Call)
                    and ast.unparse(node.func) in ("re.compile", "_patterns")
                )
                for part in ast.walk(node)
            }
            texts = [
                node.value
                for node in ast.walk(tree)
                if isinstance(node, ast.Constant)
                and isinstance(node.value, str)
                and id(node) not in others
            ]
            sentences = [one for one in texts if HAN.search(one) and re.search("[，。]", one)]
            assert (file.name, sentences) == (file.name, [])


# Both languages


@pytest.mark.parametrize("id", WORDING)
def test_each_is_said_in_one_language(id: str) -> None:
    zh, en = (told([given(id)], language) for language in LANGUAGES)
    assert HAN.search(zh)
    assert not HAN.search(en)
    assert not re.search(r"[{}]|\bOf\(", zh + en)
    # ids are for programs
    assert not re.search(r"[a-z]_[a-z]", en)


def test_there_is_something_for_every_name() -> None:
    assert ABOUT.keys() == {name for words in WORDING.values() for name in braces(words.zh)}


# What stands in braces


@pytest.mark.parametrize(
    ("saying", "zh", "en"),
    [
        (
            say(
                "relation.broken",
                line=lines("natural_person", axis="column"),
                parts=terms(("new", 12), ("carried_over", 0)),
                wholes=terms(("processed_total", 11), ("carried_forward", 0)),
                difference="1",
            ),
            "表三“自然人”栏不相符：一、本年新收政府信息公开申请数量 12 + "
            "二、上年结转政府信息公开申请数量 0 = 12，而三（七）总计 11 + 四、结转下年度继续办理 0"
            " = 11，相差 1",
            "requests, column natural persons: “new requests” 12 + “carried over from last year” 0"
            " = 12, but “processed in all” 11 + “carried forward to next year” 0 = 11, "
            "a difference of 1",
        ),
        (
            say(
                "relation.blank_totals",
                totals=terms(("new", 12), ("granted", Decimal("1.50"))),
                n=2,
                whole=lines("total", axis="column"),
            ),
            "表三有 2 处“总计”没有填写，按各项之和：“一、本年新收政府信息公开申请数量”应为 12；"
            "“三（一）予以公开”应为 1.50",
            "requests: “total” is blank 2 times; as the items add up, “new requests” should be 12; "
            "“granted” should be 1.50",
        ),
        (
            say(
                "relation.not_assessed",
                lines=lines("total", axis="column"),
                relation=RelationOf("requests", "2021", "requests.balance"),
            ),
            "表三有 1 栏无法核对“一 + 二 = 三（七） + 四”，因为有的格读不出或文中没有：“总计”",
            "requests: 1 column not checked for “new + carried over = processed + carried forward”,"
            " as cells are unreadable or not there: “total”",
        ),
        (
            say("extraction.missing_table", table=TableOf("disputes")),
            "没有找到“政府信息公开行政复议、行政诉讼情况”表",
            "no table of disputes was found",
        ),
        (
            say(
                "extraction.unreadable",
                rows=lines("new"),
                n=1,
                why=say("unreadable.several"),
                seen=("1 2", ""),
            ),
            "表三有 1 格读不出，这一栏里有几个数：一、本年新收政府信息公开申请数量。"
            "原文：1 2；（空）",
            "requests: 1 cell cannot be read, as several figures stand in one column: new requests;"
            " seen: 1 2; (blank)",
        ),
    ],
    ids=lambda one: one.id if isinstance(one, Saying) else "",
)
def test_what_is_said(saying: Saying, zh: str, en: str) -> None:
    assert told([saying], "zh") == zh
    assert told([saying], "en") == en


def test_of_many_lines_the_first_are_named() -> None:
    rows = lines("new", "carried_over", "granted", "partly_granted", *REJECTED)
    few = lines(*rows.ids[:6])
    zh, en = (told([say("extraction.missing_row", rows=rows)], one) for one in LANGUAGES)
    assert zh.endswith("三（五）2.重复申请等 9 行")
    assert en.endswith("“rejected, petition”, “rejected, repeated” … (9 in all)")
    assert told([say("extraction.missing_row", rows=few)], "zh").endswith("三（五）2.重复申请")
    said = say(
        "relation.not_assessed",
        lines=rows,
        relation=RelationOf("requests", "2021", "requests.applicants"),
    )
    assert told([said], "zh").endswith("、“三（五）2.重复申请”等")
    assert told([said], "en").endswith(", “rejected, repeated” …")


REJECTED = (
    "rejected_petition", "rejected_repeat", "rejected_publication", "rejected_excessive",
    "rejected_reconfirmation",
)  # fmt: skip


def test_sums_leave_out_what_is_nothing_among_many_and_what_is_too_long() -> None:
    def summed(*amounts: tuple[str, int | Decimal]) -> list[str]:
        said = say(
            "relation.broken",
            line=lines("total", axis="column"),
            parts=terms(*amounts),
            wholes=terms(("processed_total", 0)),
            difference="1",
        )
        return [
            re.split("：|: ", told([said], one))[1].removesuffix("，而三（七）总计 0，相差 1")
            for one in LANGUAGES
        ]

    assert summed(("granted", 1), ("partly_granted", 0), ("rejected_repeat", 2)) == [
        "三（一）予以公开 1 + 三（五）2.重复申请 2 = 3",
        "“granted” 1 + “rejected, repeated” 2 = 3, but “processed in all” 0, a difference of 1",
    ]
    assert summed(("granted", 1), ("partly_granted", 0), ("rejected_repeat", 0))[0] == (
        "三（一）予以公开 1"
    )
    assert summed(*((row, 0) for row in REJECTED))[0] == "各项合计 0"
    zh, en = summed(*((row, 100) for row in REJECTED), ("granted", 100))
    assert zh == "各项合计 600"
    assert en.startswith("all items together are 600, but")


def test_rows_and_files_beyond_a_few_are_counted() -> None:
    short = say("ragged_rows", n_columns=4, n=7, short=(1, 2, 3, 4, 5, 6, 7))
    assert told([short], "zh") == "表格有 4 列，但第 1、2、3、4、5 行等（共 7 行）单元格不足。"
    assert told([short], "en").endswith("cells for fewer (1, 2, 3, 4, 5 …).")
    files = say(
        "series.duplicate",
        year="2023",
        files=("a", "b", "c", "d"),
        compared=say("series.duplicate.alike"),
    )
    assert "另有 a、b、c等 4 份：各格的数相同；" in told([files], "zh")
    assert "also a, b, c … (4 in all): all figures are the same; " in told([files], "en")


def test_what_was_seen_is_shortened() -> None:
    said = say(
        "extraction.unreadable",
        rows=lines("new"),
        n=200,
        why=say("unreadable.no_figure"),
        seen=tuple(map(str, range(200))),
    )
    assert all(told([said], one).endswith("…") for one in LANGUAGES)
    assert len(told([said], "zh").partition("原文：")[2]) == 121


def test_texts_of_documents_stay_as_they_are() -> None:
    raw = "{table} {0} %s 一行"
    for language in LANGUAGES:
        said = say("extraction.unknown_row", table=TableOf("requests"), text=raw)
        assert told([said], language).endswith(raw)


def test_several_sayings_are_one_line() -> None:
    says = (say("extraction.organ"), say("extraction.year"))
    assert told(says, "zh") == "没有找到编制机关的名称；没有找到报告的年度"
    assert told(says, "en").count("; ") == 1


# Sayings


def test_sayings_are_values() -> None:
    one = say("extraction.edition", table=TableOf("requests"), edition="2021")
    other = say("extraction.edition", edition="2021", table=TableOf("requests"))
    assert one == other
    assert hash(one) == hash(other)
    assert pickle.loads(pickle.dumps(one)) == one  # noqa: S301 -- our own
    assert one != say("extraction.edition", table=TableOf("disputes"), edition="2021")


@pytest.mark.parametrize(("axis", "ids"), [("along", ("new",)), ("row", ())])
def test_lines_are_of_a_table(axis: str, ids: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match="no lines"):
        LinesOf("requests", "2021", axis, ids)
    if ids:
        with pytest.raises(ValueError, match="no lines"):
            TermsOf("requests", "2021", axis, ())
