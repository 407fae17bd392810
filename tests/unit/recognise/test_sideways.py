"""Table 四 in the shapes it is turned into, drawn as text."""

import pytest
from pictures import figures, reading, rules, table

from tasks.forms.annual_report import FORM
from tasks.model.report import Kind
from tasks.recognise.rows import tables_to_segments
from tasks.recognise.sideways import place_sideways

PRINTED = """
    行政复议 | < | < | < | < | 行政诉讼 | < | < | < | < | < | < | < | < | <
    结果维持 | 结果纠正 | 其他结果 | 尚未审结 | 总计 | 未经复议直接起诉 | < | < | < | < | 复议后起诉 | < | < | < | <
    ^ | ^ | ^ | ^ | ^ | 结果维持 | 结果纠正 | 其他结果 | 尚未审结 | 总计 | 结果维持 | 结果纠正 | 其他结果 | 尚未审结 | 总计
    1 | 0 | 2 | 0 | 3 | 4 | 0 | 0 | 1 | 5 | 0 | 6 | / |  | 6
"""  # noqa: E501 -- fifteen columns
READ = {
    "review": "1 0 2 0 3",
    "litigation_direct": "4 0 0 1 5",
    "litigation_after_review": "0 6 / _ 6",
}


def read(*pictures: str, sure: bool = True) -> dict[str, str]:
    found = reading("disputes", *pictures, sure=sure)
    return {row: figures(found, row) for row in found.values}


def rows(picture: str) -> list[list[str]]:
    return [[c.strip() for c in line.split("|")] for line in picture.strip().splitlines()]


def drawn(cells: list[list[str]]) -> str:
    return "\n".join(" | ".join(line) for line in cells)


def test_as_printed():
    assert read(PRINTED) == READ


def test_the_address_is_that_of_the_cell():
    found = reading("disputes", PRINTED)

    assert found.values["litigation_direct"]["pending"].at == "t1/r4c9"


@pytest.mark.parametrize("parted", [[], [0]])
def test_a_column_that_a_program_parted(parted):
    """LibreOffice writes an edge that two rows have a hair apart as two edges."""
    wider = [[*line[:5], "<", *line[5:]] for line in rows(PRINTED)]
    wider[2][5] = "^"
    for row in parted:
        wider[row][4:7] = ["<", "行政诉讼", "<"]

    assert read(drawn(wider)) == READ


def test_the_fields_under_one_figure_are_in_the_order_of_their_columns():
    merged = rows(PRINTED)
    merged[3][6:] = ["<"] * 9
    segments = tables_to_segments([table(drawn(merged))])["disputes"]
    [edition] = FORM.of("disputes")

    spots = place_sideways(segments, edition).spots

    assert list(spots) == [(row.id, column.id) for row, column in edition.fields()]


def test_a_figure_over_two_columns_is_neither_s():
    merged = rows(PRINTED)
    merged[3][7] = "<"

    found = reading("disputes", drawn(merged))

    assert figures(found, "review") == READ["review"]
    direct = found.values["litigation_direct"]
    unreadable = [column for column, value in direct.items() if value.kind is Kind.UNREADABLE]
    assert unreadable == ["corrected", "other"]


def test_turned_on_its_side():
    """Fifteen lines of one figure, as narrow pages have it."""
    turned = [list(line) for line in zip(*rows(PRINTED), strict=True)]
    signs = {"<": "^", "^": "<"}
    picture = drawn([[signs.get(text, text) for text in line] for line in turned])

    found = reading("disputes", picture)

    assert {row: figures(found, row) for row in found.values} == READ
    assert found.values["litigation_direct"]["pending"].at == "t1/r9c4"


MATRIX = [
    ["类别", "结果维持", "结果纠正", "其他结果", "尚未审结", "总计"],
    ["行政复议", "1", "0", "2", "0", "3"],
    ["未经复议直接起诉", "4", "0", "0", "1", "5"],
    ["复议后起诉", "0", "6", "/", "", "6"],
]


def test_as_a_matrix_of_three_lines():
    found = read(drawn(MATRIX))

    assert {row: text.replace("~", "") for row, text in found.items()} == READ


def test_a_matrix_goes_by_its_labels():
    assert read(drawn(MATRIX)) == READ


@pytest.mark.parametrize("sure", [True, False])
@pytest.mark.parametrize("order", [(2, 3, 1), (1, 3, 2), (3, 2, 1)])
def test_the_lines_of_a_matrix_in_another_order(order, sure):
    """The sums tie all the same, so nothing else would show it."""
    found = read(drawn([MATRIX[0], *(MATRIX[line] for line in order)]), sure=sure)

    assert found == READ


def test_the_columns_of_a_matrix_in_another_order():
    cells = [[line[at] for at in (0, 5, 1, 2, 3, 4)] for line in MATRIX]

    found = reading("disputes", drawn(cells))

    assert {c: v.amount for c, v in found.values["review"].items()} == {
        "total": 3, "upheld": 1, "corrected": 0, "other": 2, "pending": 0,
    }  # fmt: skip


def test_a_matrix_with_a_line_for_all_litigation():
    cells = [MATRIX[0], MATRIX[1], ["行政诉讼", "4", "6", "0", "1", "11"], *MATRIX[2:]]

    found = reading("disputes", drawn(cells))

    assert {row: figures(found, row) for row in found.values} == READ
    assert [left.label for left in found.left_over] == ["行政诉讼"]


def test_columns_exchanged_go_by_their_labels():
    cells = rows(PRINTED)
    order = [1, 0, *range(2, 15)]
    cells[1:] = [[line[at] for at in order] for line in cells[1:]]

    assert read(drawn(cells)) == READ


def test_blocks_exchanged_go_by_their_labels():
    cells = rows(PRINTED)
    order = [*range(5), *range(10, 15), *range(5, 10)]
    cells[1:] = [[line[at] for at in order] for line in cells[1:]]

    assert read(drawn(cells)) == READ


def test_all_blank():
    cells = rows(PRINTED)
    cells[-1] = [""] * 15

    assert read(drawn(cells)) == dict.fromkeys(READ, "_ _ _ _ _")


def test_a_line_of_figures_in_its_order_only():
    cells = rows(PRINTED)
    header = [[text for text in line if text not in ("<", "^")] for line in cells[:-1]]

    assert read(drawn([*header, cells[-1]]), sure=False) == READ


def test_a_line_that_lost_cells_is_not_placed():
    cells = rows(PRINTED)
    header = [[text for text in line if text not in ("<", "^")] for line in cells[:-1]]
    lossy = [text for text in cells[-1] if text not in ("0", "")]

    found = reading("disputes", drawn([*header, lossy]), sure=False)

    read = {figures(found, row) for row in found.values}
    assert read == {"? ? ? ? ?"}
    assert "extraction.unreadable" in rules(found)
    assert "1 2 3 4 1 5 6 / 6" in found.values["review"]["upheld"].raw


def test_outcomes_in_another_order_are_not_placed_by_the_form_s():
    cells = rows(PRINTED)
    lines = [[text for text in line if text not in ("<", "^")] for line in cells]
    lines[1][:2] = ["结果纠正", "结果维持"]

    assert set(read(drawn(lines), sure=False).values()) == {"? ? ? ? ?"}


def test_a_blank_line_that_a_header_left_behind_is_no_figures():
    cells = rows(PRINTED)

    assert read(drawn([*cells[:3], [""] * 15, cells[3]])) == READ


def test_merged_figures_are_given_to_no_column():
    cells = rows(PRINTED)
    cells[-1][:5] = ["3", "<", "<", "<", "<"]

    found = read(drawn(cells))

    assert found["review"] in ("? ? ? ? ?", "? ? ? ? 3")
    assert "3" not in found["review"][:-1]


@pytest.mark.parametrize("lost", [0, 4, 5, 12])
def test_a_lost_label_leaves_the_figures_in_their_places(lost):
    cells = rows(PRINTED)
    line = 1 if lost < 5 else 2
    cells[line][lost] = ""

    found = read(drawn(cells))

    assert {row: text.replace("~", "") for row, text in found.items()} == READ


# In parts


REVIEW = """
    行政复议 | < | < | < | <
    结果维持 | 结果纠正 | 其他结果 | 尚未审结 | 总计
    1 | 0 | 2 | 0 | 3
"""
LITIGATION = """
    行政诉讼 | < | < | < | < | < | < | < | < | <
    未经复议直接起诉 | < | < | < | < | 复议后起诉 | < | < | < | <
    结果维持 | 结果纠正 | 其他结果 | 尚未审结 | 总计 | 结果维持 | 结果纠正 | 其他结果 | 尚未审结 | 总计
    4 | 0 | 0 | 1 | 5 | 0 | 6 | / |  | 6
"""  # noqa: E501 -- ten columns


def test_two_tables_and_the_addresses_of_both():
    found = reading("disputes", REVIEW, LITIGATION)

    assert {row: figures(found, row) for row in found.values} == READ
    assert found.values["review"]["total"].at == "t1/r3c5"
    assert found.values["litigation_after_review"]["corrected"].at == "t2/r4c7"


def test_one_of_two_tables_all_blank():
    """Ten figures in a line are no three lines of five."""
    blank = REVIEW.replace("1 | 0 | 2 | 0 | 3", " |  |  |  | ")

    assert read(blank, LITIGATION) == {**READ, "review": "_ _ _ _ _"}


def test_two_blocks_one_below_the_other():
    assert read(REVIEW.replace(" | ", " | < | ") + LITIGATION) == READ


def test_heads_that_are_not_merged():
    cells = [[text.strip("<^") for text in line] for line in rows(PRINTED)]

    assert read(drawn(cells)) == READ


def test_a_line_twice_with_other_figures_is_not_chosen_from():
    found = reading("disputes", PRINTED, PRINTED.replace("1 | 0 | 2 | 0 | 3", "1 | 0 | 9 | 0 | 10"))

    assert figures(found, "review") == "1 0 ? 0 ?"
    assert figures(found, "litigation_direct") == READ["litigation_direct"]
    assert "extraction.doubled_row" in rules(found)


@pytest.mark.parametrize("unit", ["（件）", "/件"])
def test_heads_with_the_unit_of_their_figures(unit):
    picture = PRINTED
    for head in ("结果维持", "结果纠正", "其他结果", "尚未审结", "总计"):
        picture = picture.replace(head, head + unit)

    assert read(picture) == READ


def test_a_line_that_counts_the_columns():
    cells = rows(PRINTED)
    numbers = [str(number) for number in range(1, 16)]

    assert read(drawn([*cells[:3], numbers, cells[3]])) == READ


def test_heads_out_of_joint_say_nothing():
    """行政复议 reaches over one head too few, so all that follows stands a column to the left."""
    cells = rows(PRINTED)
    cells[0] = ["行政复议", "<", "<", "<", "行政诉讼", *["<"] * 9, "."]
    cells[3][3] = ""

    assert "~" not in "".join(read(drawn(cells)).values())
