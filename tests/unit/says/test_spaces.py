"""Signs that stand for a lost space are taken off; those that may be a lost digit are not."""

from __future__ import annotations

import pytest

from tasks.model.document import Cell, Document, DoubtKind, Format, Paragraph, Table
from tasks.recognise import recognise
from tasks.render.wording import told
from tasks.says.spaces import without_lost_spaces


def cells(*texts: str) -> Document:
    """One row of cells."""
    row = tuple(Cell(text=text, row=0, column=at) for at, text in enumerate(texts))
    table = Table(id="t1", n_rows=1, n_columns=len(row), cells=row)
    return Document(format=Format.HTML, blocks=(table,))


def cleared(*texts: str) -> list[str]:
    return [c.text for table in without_lost_spaces(cells(*texts)).tables() for c in table.cells]


@pytest.mark.parametrize(
    ("texts", "left"),
    [
        (("? 7", "? 12"), ["7", "12"]),
        (("?? 7", "? ? 12", "5"), ["7", "12", "5"]),
        (("7 ?", "? 12"), ["7", "12"]),
        (("？ 7", "？\u300012"), ["7", "12"]),
        (("\ufffd 7", "\ufffd 12"), ["7", "12"]),
        (("? 7件", "? 1,234.50"), ["7件", "1,234.50"]),
        (("?? 规章", "? 7"), ["?? 规章", "7"]),
        # what stands alone may be a blank, or a figure that was lost
        (("? 7", "? 12", "?"), ["7", "12", "?"]),
    ],
)
def test_a_sign_apart_from_its_figure_is_a_space(texts, left):
    assert cleared(*texts) == left


@pytest.mark.parametrize(
    "texts",
    [
        ("? 7", "3"),  # once is no habit
        ("?7", "?12"),
        ("7?", "12?"),
        ("? 7", "? 12", "?5"),
        ("? 7", "? 12", "5?"),
        ("? 7", "? 12", "1?5"),
        ("? 1 7", "? 1 2"),
        ("?", "?"),
        ("?? 规章", "?? 行政许可", "?"),
        ("? 7", "\ufffd 12"),
    ],
)
def test_a_sign_that_may_be_a_digit_stays(texts):
    assert cleared(*texts) == list(texts)


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("&nbsp;", " "),
        ("&nbsp;7", " 7"),
        ("&nbsp 7", "  7"),
        ("&amp;nbsp;&amp;nbsp;7", "  7"),
        ("7&#160;", "7 "),
        ("&#xA0;7", " 7"),
        ("Â 7", "7"),
        ("Â\u00a07", "7"),
        ("Â", ""),
        ("&nbspx", "&nbspx"),
        ("Âge", "Âge"),
    ],
)
def test_what_never_is_a_digit_goes(text, left):
    assert cleared(text) == [left]


def test_it_is_said():
    said = without_lost_spaces(cells("? 7", "? 12")).doubts

    assert [doubt.kind for doubt in said] == [DoubtKind.ENCODING]
    assert "2 个数" in told(said[0].says, "zh")
    assert "“?”" in told(said[0].says, "zh")


def test_the_tables_leave_as_they_stand():
    given = cells("? 7", "? 12")
    after, _, _ = recognise(given)

    assert [c.text for table in after.tables() for c in table.cells] == ["? 7", "? 12"]


def test_lines_of_a_paragraph():
    document = Document(format=Format.TEXT, blocks=(Paragraph(text="规章\n? 0\n行政许可\n? 15"),))
    (block,) = without_lost_spaces(document).blocks

    assert isinstance(block, Paragraph)
    assert block.text == "规章\n0\n行政许可\n15"


def test_a_document_without_any_is_left_alone():
    document = cells("7", "", "规章？")

    assert without_lost_spaces(document) is document
