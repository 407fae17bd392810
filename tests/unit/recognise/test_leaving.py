"""Working copies, and the tables that leave in their place."""

from pictures import table

from tasks.model.document import Document, Format, Paragraph, Table
from tasks.recognise import recognise
from tasks.recognise.leaving import free_id, with_own_tables
from tasks.recognise.mend import mended
from tasks.recognise.rows import table_rows, tables_to_segments, turned

LIST = """
    序号 | 单位 | 数量
    1 | 霁川局 | 7
    2 | 澜柘局 | 107
    3 | 云浔局 | 207
"""


def document(*blocks: Table | Paragraph) -> Document:
    return Document(format=Format.TEXT, blocks=blocks)


def test_what_is_no_report_leaves_as_it_was_read() -> None:
    for columns_sure in (True, False):
        read = document(table(LIST, columns_sure=columns_sure))
        assert recognise(read) == (read, None, ())


def test_a_cell_that_was_moved_has_the_address_of_its_place() -> None:
    read = document(table(LIST, columns_sure=False))
    [copy] = mended(read).tables()
    moved = copy.cells[3]
    assert (moved.text, moved.column) == ("7", 1)
    assert copy.at(moved) == "t1/r2c3"
    assert with_own_tables(document(copy)) == read


def test_moved_twice_it_still_has() -> None:
    picture = """
           | 第二十条第（五）项 | 第二十条第（五）项 | 第二十条第（五）项 | 第二十条第（五）项
        序号 | 信息内容 | 本年处理决定数量 | 本年处理决定数量 | 说明
        1 | 行政许可 | 4 | 4 | 甲
        2 | 行政处罚 | 5 | 5 | 乙
        3 | 行政强制 | 6 | 6 | 丙
    """
    read = document(table(picture, columns_sure=False))
    [copy] = mended(read).tables()
    [cell] = (cell for cell in copy.cells if cell.text == "乙")
    assert cell.column == 2
    assert copy.at(cell) == "t1/r4c5"
    assert with_own_tables(document(copy)) == read


def test_on_its_side_too() -> None:
    found = table("信息内容 | 规章 | 行政规范性文件\n本年制发件数 | 3 | 4")
    [segment] = tables_to_segments([found])["disclosure"]
    on_its_side = turned(segment).table
    [four] = (cell for cell in on_its_side.cells if cell.text == "4")
    assert (four.row, four.column) == (2, 1)
    assert on_its_side.at(four) == "t1/r2c3"
    assert [row.index for row in table_rows(on_its_side)] == [0, 1, 2]


def test_a_restored_table_takes_no_number_that_another_has() -> None:
    one, two = table("1 | 2", id="t1"), table("3 | 4", id="t2")
    assert free_id(document(one, two)) == "t3"
    assert free_id(document(two)) == "t3"
    assert free_id(document()) == "t1"
