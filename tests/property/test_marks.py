"""Marks beside figures, torn heads, stray lines and lost labels: never a wrong figure, and none
lost without a word.

The shapes and defects are those of `samples.hard.marks` and `samples.hard.forms`; what is done
to whole texts here can happen to any of them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from random import Random

import pytest
from against_truth import BLANKS, compare, seeds, silently_lost

from samples.hard.forms import UNCOMMON
from samples.hard.marks import MARKS
from samples.hard.shape import Shape
from samples.layout import Draft, draft, with_texts
from samples.report import make_report
from samples.style import Lost
from samples.styles import STYLES, render
from tasks.flow import examine
from tasks.model.document import Format
from tasks.model.report import Outcome

SUITE = "marks"


def drawn(seed: int, name: str) -> Draft:
    at = seed + sum(map(ord, name))
    return draft(
        make_report(
            at,
            year=(2020, 2023)[at % 2],
            blanks=BLANKS[at // 2 % len(BLANKS)],
            zero_share=(0.3, 0.6, 0.9)[at % 3],
        )
    )


def told(
    drafted: Draft, outcome: Outcome, count: Callable[..., None]
) -> tuple[list[str], list[str], list[str]]:
    """What is wrong, what is lost without a word, and what is lost."""
    compared = compare(drafted.truth, outcome.report)
    silent = silently_lost(compared, outcome)
    count(
        SUITE,
        documents=1,
        figures_right=compared.right + compared.rewritten,
        figures_wrong=len(compared.wrong),
        figures_lost=len(compared.lost),
        figures_lost_in_silence=len(silent),
    )
    wrong, silently, lost = (
        [str(one) for one in found] for found in (compared.wrong, silent, compared.lost)
    )
    return wrong, silently, lost


@pytest.mark.parametrize("shape", MARKS, ids=lambda shape: f"{shape.format}-{shape.name}")
def test_a_marked_form(shape: Shape, count: Callable[..., None]):
    for seed in seeds(1):
        drafted = drawn(seed, shape.name)
        wrong, silent, lost = told(drafted, examine(shape.make(drafted, seed), "a"), count)
        assert (wrong, silent) == ([], []), seed
        if Lost.BLANK_CELLS not in shape.loses:
            assert lost == [], seed


@pytest.mark.parametrize("defect", ["bare_changes", "money_in_units"])
@pytest.mark.parametrize(
    "where",
    [
        "text/pipe_rows",
        "text/pipe_after_cell",
        "text/pipe_before_cell",
        "text/tab_before_cell",
        "text/csv_rows",
        "text/cell_a_line",
        "text/spaced_rows",
        "html/plain",
        "docx/plain",
        "pdf/ruled",
    ],
)
def test_marks_in_cells(where: str, defect: str, count: Callable[..., None]):
    format, _, style = where.partition("/")
    for seed in seeds(1):
        random = Random(f"{where} {defect} {seed}")
        drafted = UNCOMMON[defect].apply(drawn(seed, where), random)
        outcome = examine(render(drafted, Format(format), style, seed), "a")
        wrong, silent, _ = told(drafted, outcome, count)
        assert (wrong, silent) == ([], []), seed


#: PDFs in which nothing but heads and labels tells where figures belong.
UNRULED = [name for name in STYLES[Format.PDF] if name.startswith("unruled")] + ["horizontal"]


def _heads_beside_others(drafted: Draft) -> list[str]:
    """Heads of table 二 that always have another one beside them."""
    heads = [cell for cell in drafted.tables[0].cells if cell.role == "header"]
    rows = Counter(cell.row for cell in heads if cell.column > 0)
    alone = {cell.text for cell in heads if cell.column == 0 or rows[cell.row] < 2}
    return sorted({cell.text for cell in heads} - alone)


@pytest.mark.parametrize("style", UNRULED)
def test_a_head_that_is_not_the_form_s_has_its_own_figures(style: str, count: Callable[..., None]):
    for seed in seeds(3):
        random = Random(f"unknown head {style} {seed}")
        drafted = drawn(seed, style)
        gone = random.choice(_heads_beside_others(drafted))
        tables = [
            with_texts(table, {cell: "变动情况说明" for cell in table.cells if cell.text == gone})
            for table in drafted.tables
        ]
        drafted = replace(drafted, tables=tuple(tables))
        body = render(drafted, Format.PDF, style, seed)
        wrong, silent, _ = told(drafted, examine(body, "a"), count)
        assert (wrong, silent) == ([], []), (seed, gone)


def written(seed: int, style: str) -> tuple[Draft, list[str], int, int]:
    """A report, its lines in a style, and where the rows of table 三 begin and end."""
    drafted = drawn(seed, style)
    lines = render(drafted, Format.TEXT, style, seed).decode().split("\n")
    begin = next(at for at, line in enumerate(lines) if "新收政府" in line)
    end = next(at for at, line in enumerate(lines) if "存在的主要问题" in line)
    return drafted, lines, begin, end


_STRAY = (
    "2020年报_审计局 | 9",
    "审计局年报",
    "政府信息公开",
    "打印日期：2021-01-20",
    "— 9 —",
    "9",
    "扫一扫在手机打开当前页",
    "Page 9",
)


@pytest.mark.parametrize(
    "style", ["cell_a_line", "cell_a_paragraph", "spaced_rows", "page_words", "pipe_after_cell"]
)
def test_a_stray_line_moves_no_figure(style: str, count: Callable[..., None]):
    for seed in seeds(1):
        random = Random(f"stray {style} {seed}")
        drafted, lines, begin, end = written(seed, style)
        for _ in range(random.choice((1, 2))):
            lines.insert(random.randrange(begin + 1, end), random.choice(_STRAY))
        wrong, silent, _ = told(drafted, examine("\n".join(lines).encode(), "a"), count)
        assert (wrong, silent) == ([], []), seed


@pytest.mark.parametrize("style", ["pipe_rows", "pipe_after_cell", "markdown", "tab_rows"])
def test_a_sign_for_a_digit_is_no_space(style: str, count: Callable[..., None]):
    """`?7`, `7?`: among signs that stand apart, too."""
    for seed in seeds(1):
        random = Random(f"sign {style} {seed}")
        drafted, lines, begin, end = written(seed, style)
        for at in random.sample(range(begin, end), min(6, end - begin)):
            figures = [n for n, sign in enumerate(lines[at]) if sign.isdigit()]
            if figures:
                n = random.choice(figures[-6:])
                sign = random.choice(("?", "? ", "\ufffd"))
                lines[at] = lines[at][:n] + sign + lines[at][n + 1 :]
        wrong, _, _ = told(drafted, examine("\n".join(lines).encode(), "a"), count)
        assert wrong == [], seed


@pytest.mark.parametrize(
    "style", ["cell_a_line", "cell_a_paragraph", "spaced_rows", "pipe_rows", "blank_lines"]
)
def test_a_lost_label_moves_no_figure(style: str, count: Callable[..., None]):
    for seed in seeds(1):
        random = Random(f"label {style} {seed}")
        drafted, lines, _, _ = written(seed, style)
        text = "\n".join(lines)
        labels = [
            cell.text
            for table in drafted.tables
            for cell in table.cells
            if cell.role == "label" and cell.text in text
        ]
        gone = random.choice(labels)
        begin = text.index("第二十条")
        text = text[:begin] + text[begin:].replace(gone, "", 1)
        wrong, silent, _ = told(drafted, examine(text.encode(), "a"), count)
        assert (wrong, silent) == ([], []), (seed, gone)


def _with_last_figures_first(drafted: Draft, n: int, between: str) -> list[str]:
    """Table 三 without its blanks, the figures of its last n rows before their labels."""
    cells = [cell for cell in drafted.table("requests").cells if cell.text.strip()]
    rows = {row: [c for c in cells if c.row == row] for row in sorted({c.row for c in cells})}
    lines: list[str] = []
    for row, told_in in rows.items():
        ends = row in list(rows)[-n:]
        in_order = sorted(told_in, key=lambda c: (ends and c.role != "value", c.column))
        lines += between.join(cell.text for cell in in_order).split("\n")
    return lines


@pytest.mark.parametrize("between", [" ", "\n"], ids=["rows", "cells"])
@pytest.mark.parametrize("year", [2020, 2023])
def test_figures_before_labels_at_the_end_of_a_table(
    year: int, between: str, count: Callable[..., None]
):
    for seed in seeds(4):
        options = {"zero_share": (0.3, 0.6, 0.9)[seed % 3], "blanks": BLANKS[1 + seed % 2]}
        drafted = draft(make_report(seed + 7000, year=year, **options))
        lines = render(drafted, Format.TEXT, "spaced_rows", seed).decode().split("\n")
        begin = next(at for at, line in enumerate(lines) if "勾稽关系" in line)
        end = next(at for at, line in enumerate(lines) if "行政复议、" in line)
        for n in range(2, 6):
            table = _with_last_figures_first(drafted, n, between)
            text = "\n".join((*lines[:begin], *table, *lines[end:]))
            wrong, silent, _ = told(drafted, examine(text.encode(), "a"), count)
            assert (wrong, silent) == ([], []), (seed, n)
