"""Rows against the lines of the form: one lost or odd row never shifts the others."""

import pytest

from tasks.forms.annual_report import FORM
from tasks.forms.vocabulary import Line
from tasks.model.report import PlacedBy
from tasks.recognise.align import Lines, RowLabel, align

#: Four lines and a variant's.
LINES = [
    Line(id="state", numbering="1.", labels=("属于国家秘密",), group=("（三）不予公开",)),
    Line(id="law", numbering="2.", labels=("其他法律行政法规禁止公开",), group=("（三）不予公开",)),
    Line(id="safety", numbering="3.", labels=("危及“三安全一稳定”",), group=("（三）不予公开",)),
    Line(id="secret", labels=("属于工作秘密",), group=("（三）不予公开",), optional=True),
    Line(id="repeat", numbering="2.", labels=("重复申请",), group=("（五）不予处理",)),
]
LABELS = {line.id: line.numbering + line.label for line in LINES}
FULL = [LABELS[id] for id in ("state", "law", "safety", "repeat")]


def rows(*labels: str) -> list[RowLabel]:
    return [RowLabel(leaf=label) for label in labels]


def score(label: RowLabel, line: Line) -> float:
    return Lines([line]).scores(label)[0]


def said(*labels: str) -> list[str]:
    """For each row the line it was placed on, `~` before it if by order, or what else it is."""
    found = align(rows(*labels), Lines(LINES))
    marks = []
    for row in range(len(labels)):
        if row in found.placed:
            mark = "~" if found.by[row] is PlacedBy.ORDER else ""
            marks.append(mark + found.placed[row])
        elif row in found.doubled:
            marks.append(f"again {found.doubled[row]}")
        elif row in found.unknown:
            marks.append("unknown")
        elif row in found.ambiguous:
            marks.append("ambiguous")
        else:
            marks.append("nothing")
    return marks


def test_all_lines_in_order():
    assert said(*FULL) == ["state", "law", "safety", "repeat"]


def test_a_row_of_a_variant_is_placed_where_it_is():
    assert said(*FULL[:3], "9.属于工作秘密", FULL[3]) == [
        "state", "law", "safety", "secret", "repeat",
    ]  # fmt: skip


@pytest.mark.parametrize("lost", range(4))
def test_one_lost_label_is_placed_by_order(lost):
    expected = ["state", "law", "safety", "repeat"]
    expected[lost] = "~" + expected[lost]

    assert said(*FULL[:lost], "", *FULL[lost + 1 :]) == expected


def test_neighbouring_lost_labels_are_placed_by_order_where_as_many_lines_are_missing():
    assert said(FULL[0], "", "", FULL[3]) == ["state", "~law", "~safety", "repeat"]


@pytest.mark.parametrize("gone", range(4))
def test_a_dropped_row_shifts_nothing(gone):
    ids = ["state", "law", "safety", "repeat"]

    assert said(*FULL[:gone], *FULL[gone + 1 :]) == ids[:gone] + ids[gone + 1 :]


def test_a_lost_label_and_a_dropped_row_between_two_anchors_are_not_guessed():
    assert said(FULL[0], "", FULL[3]) == ["state", "ambiguous", "repeat"]
    found = align(rows(FULL[0], "", FULL[3]), Lines(LINES))
    assert set(found.ambiguous_lines) >= {"law", "safety"}


@pytest.mark.parametrize("at", range(5))
def test_a_row_too_many_is_unknown(at):
    expected = ["state", "law", "safety", "repeat"]
    expected.insert(at, "unknown")

    assert said(*FULL[:at], "其他主动公开文件", *FULL[at:]) == expected


def test_an_unlabelled_row_too_many_is_not_placed():
    assert said(*FULL[:2], "", *FULL[2:])[2] in ("unknown", "ambiguous")
    assert [m for m in said(*FULL[:2], "", *FULL[2:]) if m[:1] != "~"][:2] == ["state", "law"]


def test_an_extra_row_beside_a_lost_label_is_not_taken_for_it():
    assert said(FULL[0], "", "其他主动公开文件", FULL[2], FULL[3]) == [
        "state", "~law", "unknown", "safety", "repeat",
    ]  # fmt: skip


def test_a_doubled_row_is_told():
    assert said(FULL[0], FULL[1], FULL[1], *FULL[2:]) == [
        "state", "law", "again law", "safety", "repeat",
    ]  # fmt: skip


def test_swapped_rows_go_by_their_labels():
    found = align(rows(FULL[1], FULL[0], FULL[2], FULL[3]), Lines(LINES))

    assert [found.placed[row] for row in range(4)] == ["law", "state", "safety", "repeat"]
    assert len(found.reordered) == 1
    assert set(found.by.values()) == {PlacedBy.LABEL}


def test_rows_without_figures_are_no_candidates():
    group = RowLabel(leaf="", has_values=False)

    found = align([*rows(*FULL[:2]), group, *rows(*FULL[2:])], Lines(LINES))

    assert 2 not in found.placed
    assert (found.unknown, found.ambiguous) == ((), ())


def test_misspelt_labels_are_anchors():
    assert said("属于国家机密", "2.其他法律行政止公开", *FULL[2:]) == [
        "state", "law", "safety", "repeat",
    ]  # fmt: skip


def test_nothing_at_all():
    found = align([], Lines(LINES))
    assert (found.placed, found.unknown) == ({}, ())
    assert align(rows(*FULL), Lines([])).placed == {}


def test_the_group_and_the_item_in_one_cell():
    label = RowLabel(leaf="（三）不予公开1.属于国家秘密")

    assert score(label, LINES[0]) > 0.9


def test_number_and_group_tell_lines_of_one_name_apart():
    one = Line(id="one", numbering="3.", labels=("其他",), group=("（六）其他处理",))
    two = Line(id="two", numbering="8.", labels=("其他",), group=("（三）不予公开",))
    label = RowLabel(leaf="3.其他", groups=("（六）其他处理",))

    assert score(label, one) > score(label, two)


def test_a_piece_of_a_short_label_is_a_hint_only():
    regulations = Line(id="regulations", labels=("规章",))

    assert 0 < score(RowLabel(leaf="章"), regulations) < 0.72


@pytest.mark.parametrize("edition", FORM.editions, ids=lambda e: f"{e.table}-{e.edition}")
def test_every_edition_aligns_with_itself(edition):
    lines = [line for line in edition.rows() if not line.optional]
    labels = [RowLabel(leaf=line.numbering + line.label, groups=line.group) for line in lines]

    found = align(labels, Lines(edition.rows()))

    assert [found.placed[row] for row in range(len(lines))] == [line.id for line in lines]
    assert set(found.by.values()) == {PlacedBy.LABEL}


@pytest.mark.parametrize("name", ["2021", "2019"])
def test_any_one_lost_label_of_the_form_is_placed_by_order(name):
    every = list(FORM.edition("requests", name).rows())
    lines = [line for line in every if not line.optional]
    for lost in range(len(lines)):
        labels = [
            RowLabel(leaf="" if at == lost else line.numbering + line.label, groups=line.group)
            for at, line in enumerate(lines)
        ]
        found = align(labels, Lines(every))
        assert [found.placed.get(row) for row in range(len(lines))] == [line.id for line in lines]
        assert [row for row, by in found.by.items() if by is PlacedBy.ORDER] == [lost]


@pytest.mark.parametrize("name", ["2021", "2019"])
def test_any_one_dropped_row_of_the_form_shifts_nothing(name):
    every = list(FORM.edition("requests", name).rows())
    lines = [line for line in every if not line.optional]
    for gone in range(len(lines)):
        left = lines[:gone] + lines[gone + 1 :]
        labels = [RowLabel(leaf=line.numbering + line.label, groups=line.group) for line in left]
        found = align(labels, Lines(every))
        assert [found.placed.get(row) for row in range(len(left))] == [line.id for line in left]


def test_a_short_label_is_what_its_group_says():
    lines = [Line(id="rest", numbering="3.", labels=("其他",), group=("（六）其他处理",))]

    assert score(RowLabel(leaf="3.其他", groups=("（六）其他处理",)), lines[0]) > 0.9
    assert align([RowLabel(leaf="6.其他", groups=("（五）不予处理",))], Lines(lines)).placed == {
        0: "rest"
    }
    both = [
        RowLabel(leaf="6.其他", groups=("（五）不予处理",)),
        RowLabel(leaf="3.其他", groups=("（六）其他处理",)),
    ]
    assert align(both, Lines(lines)).placed == {1: "rest"}


@pytest.mark.parametrize("written", ["（七）总", "（的）总计", "（七）共"])
def test_what_is_left_of_a_short_label_is_placed_by_order(written):
    lines = [*LINES, Line(id="total", numbering="（七）", labels=("总计",))]

    assert align(rows(*FULL, written), Lines(lines)).by[4] is PlacedBy.ORDER
