"""Workbooks as a person sees them: XLSX by openpyxl and by hand, XLS by the samples' records."""

from __future__ import annotations

import io
import re
import struct
import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from office import needs_calc
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.styles import Border, Font, PatternFill, Side

from samples.book import Placed, Plan
from samples.report import make_report, truth
from samples.styles import STYLES, render
from samples.xls import compound, workbook
from tasks.detect import detect
from tasks.flow import examine
from tasks.model.document import Document, Format, Table
from tasks.model.refusal import Refusal, RefusalCode
from tasks.read import read

HEAD = ("信息内容", "本年制发件数", "现行有效件数")


def read_book(source: bytes) -> Document:
    return read(source, detect(source, "报告"))


def xlsx(fill: Callable[[openpyxl.Workbook], None]) -> bytes:
    book = openpyxl.Workbook()
    fill(book)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def sheet_of(*rows: tuple[object, ...], **cells: object) -> bytes:
    """One sheet: rows from A1, then cells by their address."""

    def fill(book: openpyxl.Workbook) -> None:
        for row in rows:
            book.active.append(row)
        for address, value in cells.items():
            book.active[address] = value

    return xlsx(fill)


def changed(source: bytes, part: str, change: Callable[[str], str]) -> bytes:
    """The package with one part changed."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(source)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            body = old.read(name)
            if name == part:
                body = change(body.decode()).encode()
            new.writestr(name, body, zipfile.ZIP_DEFLATED)
    return out.getvalue()


SHEET = "xl/worksheets/sheet1.xml"


def grid(table: Table) -> list[list[str | None]]:
    return [[cell.text if cell else None for cell in row] for row in table.grid()]


def only_grid(source: bytes) -> list[list[str | None]]:
    (table,) = read_book(source).tables()
    return grid(table)


def said(document: Document) -> list[str]:
    doubts = [*document.doubts]
    doubts += [
        doubt for table in document.tables() for cell in table.cells for doubt in cell.doubts
    ]
    return [doubt.says[0].id for doubt in doubts]


# Paragraphs, tables and their places.


def test_titles_tables_and_places() -> None:
    rows = (
        ("霁川县财政局2023年政府信息公开工作年度报告",), ("一、总体情况",), ("本局公开信息3条。",),
        ("二、主动公开政府信息情况",), HEAD, ("规章", 0, 12), ("规范性文件", 1, 2.5),
    )  # fmt: skip
    document = read_book(sheet_of(*rows))
    assert [block.text for block in document.paragraphs()] == [row[0] for row in rows[:4]]
    (table,) = document.tables()
    assert grid(table) == [list(HEAD), ["规章", "0", "12"], ["规范性文件", "1", "2.5"]]
    assert [cell.where.path for cell in table.cells[3:6]] == ["Sheet!A6", "Sheet!B6", "Sheet!C6"]
    assert [block.where.path for block in document.paragraphs()][-1] == "Sheet!A4"
    assert said(document) == []


def test_merged_cells_and_blanks() -> None:
    def fill(book: openpyxl.Workbook) -> None:
        sheet = book.active
        for row in (("项目", "甲", "乙", None), (None, "1", "2", "3"), ("规章", 0, None, 5)):
            sheet.append(row)
        sheet.merge_cells("A1:A2")
        sheet.merge_cells("C1:D1")
        sheet.merge_cells("B3:C3")

    (table,) = read_book(xlsx(fill)).tables()
    spans = {cell.text: (cell.rowspan, cell.colspan) for cell in table.cells}
    assert spans["项目"] == (2, 1)
    assert spans["乙"] == (1, 2)
    assert spans["0"] == (1, 2)
    assert grid(table)[2] == ["规章", "0", "0", "5"]


def test_two_tables_below_one_another_and_a_gap_in_one() -> None:
    rows = (HEAD, ("规章", 0, 12), (), ("规范性文件", 1, 2), (), ("结果维持", "总计"), (1, 1))
    tables = [grid(table) for table in read_book(sheet_of(*rows)).tables()]
    assert tables == [
        [list(HEAD), ["规章", "0", "12"], ["规范性文件", "1", "2"]],
        [["结果维持", "总计"], ["1", "1"]],
    ]


def test_a_label_beside_blanks_stays_in_its_table() -> None:
    rows = (HEAD, ("规章", 1, 2), ("其他对外管理服务事项",), ("一、本年新收政府信息公开申请数量",))
    assert only_grid(sheet_of(*rows))[2:] == [[rows[2][0], "", ""], [rows[3][0], "", ""]]


def test_the_row_below_heads_is_there_though_nothing_is_filled_in() -> None:
    rows = (("结果维持", "结果纠正", "总计"), ("件", "件", "件"))
    assert only_grid(sheet_of(*rows)) == [*map(list, rows), ["", "", ""]]


@pytest.mark.parametrize("figure", [3, "3", "/", "3件"])
def test_the_only_figure_of_a_row_is_no_paragraph(figure: object) -> None:
    rows = (("结果维持", "结果纠正", "总计"), (None, figure))
    assert only_grid(sheet_of(*rows)) == [[*rows[0]], ["", str(figure), ""]]


def test_below_heads_stands_what_follows_and_no_blank_row() -> None:
    document = read_book(sheet_of(("结果维持", "总计"), ("件", "件"), ("二、其他情况",)))
    assert [len(grid(table)) for table in document.tables()] == [2]


def test_lines_part_tables_from_what_stands_around_them() -> None:
    def fill(book: openpyxl.Workbook) -> None:
        sheet, line = book.active, Side(style="thin")
        for row in (("附件1",), HEAD, ("规章", 1, 2), ("总计",), ("经办人",)):
            sheet.append(row)
        for row in sheet["A2:C4"]:
            for cell in row:
                cell.border = Border(left=line, right=line, top=line, bottom=line)

    document = read_book(xlsx(fill))
    assert [block.text for block in document.paragraphs()] == ["附件1", "经办人"]
    assert [grid(table) for table in document.tables()] == [
        [list(HEAD), ["规章", "1", "2"], ["总计", "", ""]]
    ]


def test_where_only_the_heads_have_lines_labels_beside_blanks_stay() -> None:
    def fill(book: openpyxl.Workbook) -> None:
        sheet, line = book.active, Side(style="thin")
        for row in (
            ("二、主动公开政府信息情况",),
            HEAD,
            HEAD,
            ("规章",),
            ("规范性文件",),
            ("许可", 1, 2),
        ):
            sheet.append(row)
        for row in sheet["A2:C3"]:
            for cell in row:
                cell.border = Border(bottom=line)

    document = read_book(xlsx(fill))
    assert [block.text for block in document.paragraphs()] == ["二、主动公开政府信息情况"]
    assert [[row[0] for row in grid(table)] for table in document.tables()] == [
        [HEAD[0], HEAD[0], "规章", "规范性文件", "许可"]
    ]


def test_labels_that_are_not_merged_stay_beside_their_blanks() -> None:
    rows = (
        ("项目", None, "甲", "乙"), ("三、办理结果", "（一）予以公开"), (None, "（二）部分公开"),
        (None, "（三）不予公开", 1, 2),
    )  # fmt: skip
    assert [row[1] for row in only_grid(sheet_of(*rows))] == ["", *(row[1] for row in rows[1:])]


def test_heads_that_reach_further_begin_another_table() -> None:
    rows = (HEAD, ("规章", 1, 2), ("甲", "乙", "丙", "丁"), (1, 2, 3, 4))
    tables = [grid(table) for table in read_book(sheet_of(*rows)).tables()]
    assert [len(table[0]) for table in tables] == [3, 4]


def test_who_signs_and_when_is_no_row() -> None:
    rows = (HEAD, ("规章", 1, 2), ("霁川县财政局",), ("2024年1月12日",))
    document = read_book(sheet_of(*rows))
    assert [block.text for block in document.paragraphs()] == ["霁川县财政局", "2024年1月12日"]
    assert [len(grid(table)) for table in document.tables()] == [2]


# What is hidden.


def test_hidden_sheets_rows_and_columns_are_left_out_and_said() -> None:
    def fill(book: openpyxl.Workbook) -> None:
        sheet = book.active
        for row in ((*HEAD, "核"), ("规章", 1, 2, 9), ("草稿", 7, 7, 9), ("规范性文件", 3, 4, 9)):
            sheet.append(row)
        sheet.row_dimensions[3].hidden = True
        sheet.column_dimensions["D"].hidden = True
        for state in ("hidden", "veryHidden"):
            other = book.create_sheet(state)
            other.append(HEAD)
            other.sheet_state = state
        book.create_sheet("空").sheet_state = "hidden"

    document = read_book(xlsx(fill))
    assert [grid(table) for table in document.tables()] == [
        [list(HEAD), ["规章", "1", "2"], ["规范性文件", "3", "4"]]
    ]
    found = {doubt.says[0].id: dict(doubt.says[0].about) for doubt in document.doubts}
    assert found == {
        "workbook.hidden_sheet": {"n": 2, "first": "hidden"},
        "workbook.hidden_row": {"n": 4, "first": "草稿"},
        "workbook.hidden_column": {"n": 3, "first": "核"},
    }
    assert document.doubts[1].where.path == "Sheet!A3"


def test_of_a_merged_range_that_is_partly_hidden_the_rest_is_seen() -> None:
    def fill(book: openpyxl.Workbook) -> None:
        sheet = book.active
        for row in (("总", "甲", 1), (None, "乙", 2), (None, "丙", 3)):
            sheet.append(row)
        sheet.merge_cells("A1:A3")
        sheet.row_dimensions[1].hidden = True

    (table,) = read_book(xlsx(fill)).tables()
    assert grid(table) == [["总", "乙", "2"], ["总", "丙", "3"]]


def test_struck_white_and_unshown_figures_are_left_out_and_said() -> None:
    def fill(book: openpyxl.Workbook) -> None:
        sheet = book.active
        sheet.append(("甲", "乙", "丙", "丁"))
        sheet.append((1, 2, 3, 4))
        sheet["A2"].font = Font(strike=True)
        sheet["B2"].font = Font(color="FFFFFFFF")
        sheet["C2"].number_format = ";;;"
        sheet["D2"].font = Font(color="FFFFFFFF")
        sheet["D2"].fill = PatternFill("solid", fgColor="FF0070C0")

    document = read_book(xlsx(fill))
    assert [grid(table)[1] for table in document.tables()] == [["", "", "", "4"]]
    assert said(document) == ["workbook.formatted", "stray_text.struck", "stray_text.unseen"]


def test_parts_of_a_text_that_are_struck_or_raised() -> None:
    def fill(book: openpyxl.Workbook) -> None:
        sheet = book.active
        sheet.append(("甲", "乙", "丙"))
        raised = TextBlock(InlineFont(vertAlign="superscript"), "1")
        sheet["A2"] = CellRichText(TextBlock(InlineFont(strike=True), "3"), "5")
        sheet["B2"] = CellRichText("22", raised)
        sheet["C2"] = CellRichText("22", TextBlock(InlineFont(vertAlign="subscript"), "1"))

    document = read_book(xlsx(fill))
    assert [grid(table)[1] for table in document.tables()] == [["5", "22¹", "221\ufffd"]]
    assert said(document) == ["stray_text.struck"]


def test_what_lies_under_a_merged_range_and_in_text_boxes_is_said() -> None:
    def under(sheet: str) -> str:
        return sheet.replace("</sheetData>", '</sheetData><mergeCells><mergeCell ref="A2:B2"/>'
                             "</mergeCells>")  # fmt: skip

    document = read_book(changed(sheet_of(("甲", "乙", "丙"), (1, 2, 3)), SHEET, under))
    assert [grid(table)[1] for table in document.tables()] == [["1", "1", "3"]]
    assert said(document) == ["workbook.covered"]


# Figures, formulas, errors.


def test_numbers_as_they_are_shown() -> None:
    def fill(book: openpyxl.Workbook) -> None:
        sheet = book.active
        sheet.append(("甲", "乙", "丙", "丁", "戊"))
        sheet.append((1234, 1690.234, 1230000, "0012", 12))
        for address, code in (
            ("A2", "#,##0"), ("B2", "0.00"), ("C2", '0!.0,"万"'), ("E2", "# ?/?")
        ):  # fmt: skip
            sheet[address].number_format = code

    document = read_book(xlsx(fill))
    (table,) = document.tables()
    assert grid(table)[1] == ["1,234", "1690.23", "123.0万", "0012", "12\ufffd"]
    assert said(document) == ["workbook.shown_otherwise", "workbook.format"]


def test_sums_without_a_result_are_added_up_and_other_formulas_are_not() -> None:
    source = sheet_of(
        ("甲", "乙", "总计", "比"), (1, 2, "=SUM(A2:B2)", "=A2/B2"), (3, None, "=A3+B3", "=C9*2"),
        ("=A2+A3", "=SUM(B2:B3)", "=SUM(C2:C3)", '=IF(A2=1,"","x")'),
    )  # fmt: skip
    document = read_book(source)
    (table,) = document.tables()
    assert grid(table)[1:] == [
        ["1", "2", "3", "\ufffd"], ["3", "", "3", "\ufffd"], ["4", "2", "6", "\ufffd"]
    ]  # fmt: skip
    assert said(document) == ["workbook.not_calculated"] * 3


def stored(results: dict[str, str], *, anew: bool = False) -> Callable[[bytes], bytes]:
    """Results put beside the formulas, as a program does that calculates."""

    def change(sheet: str) -> str:
        for address, value in results.items():
            sheet = re.sub(rf'(<c r="{address}"[^>]*><f>[^<]*</f>)<v\s*/?>(</v>)?',
                           rf"\1<v>{value}</v>", sheet)  # fmt: skip
        return sheet

    def book(part: str) -> str:
        return part if anew else part.replace('fullCalcOnLoad="1"', "")

    return lambda source: changed(changed(source, SHEET, change), "xl/workbook.xml", book)


FORMULAS = sheet_of(("甲", "乙", "总计", "比"), (1, 2, "=SUM(A2:B2)", "=A2/B2"))


@pytest.mark.parametrize(
    ("results", "anew", "seen", "doubts"),
    [
        ({"C2": "3", "D2": "0.5"}, False, ["3", "0.5"], []),
        ({"C2": "3", "D2": "0.5"}, True, ["3", "\ufffd"], ["workbook.not_calculated"]),
        ({"C2": "0", "D2": "0"}, True, ["3", "\ufffd"], ["workbook.not_calculated"]),
        ({"C2": "0", "D2": "0"}, False, ["\ufffd", "0"], ["workbook.old_result"]),
    ],
)
def test_results_that_are_stored(
    results: dict[str, str], anew: bool, seen: list[str], doubts: list[str]
) -> None:
    document = read_book(stored(results, anew=anew)(FORMULAS))
    (table,) = document.tables()
    assert grid(table)[1][2:] == seen
    assert said(document) == doubts


def test_cells_that_failed_are_told_and_no_figures() -> None:
    def fail(sheet: str) -> str:
        return sheet.replace("<v>2</v>", "<v>#REF!</v>").replace('r="B2" t="n"', 'r="B2" t="e"')

    document = read_book(changed(sheet_of(("甲", "乙"), (1, 2)), SHEET, fail))
    (table,) = document.tables()
    assert grid(table)[1] == ["1", "#REF!"]
    assert said(document) == ["workbook.error"]


def test_strict_packages() -> None:
    def strict(part: str) -> str:
        return part.replace(
            "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
            "http://purl.oclc.org/ooxml/spreadsheetml/main",
        )

    source = sheet_of(("甲", "乙"), (1, 2))
    for part in (SHEET, "xl/workbook.xml", "xl/sharedStrings.xml", "xl/styles.xml"):
        source = changed(source, part, strict)
    assert only_grid(source) == [["甲", "乙"], ["1", "2"]]


# XLS.


def plan(*rows: tuple[str | int, ...]) -> Plan:
    cells = tuple(
        Placed(row=row, column=column, value=value)
        for row, values in enumerate(rows)
        for column, value in enumerate(values)
    )
    return Plan(name="表", cells=cells)


def test_an_xls_with_strings_over_many_records() -> None:
    rows = tuple((f"第{n}号" + "甲乙丙丁" * 30, "abc" * 40 + str(n), n) for n in range(200))
    found = only_grid(compound(workbook([plan(("标题", "文", "数"), *rows)])))
    assert found[1:] == [[first, second, str(n)] for first, second, n in rows]


def test_a_small_xls_lies_in_short_sectors() -> None:
    """As some programs write it: a stream below 4 KiB lies in sectors of 64 bytes."""
    body = workbook([plan(("甲", "乙"), (1, 2))])
    body = body.ljust(-(-len(body) // 64) * 64, b"\0")
    assert len(body) < 4_096
    source = bytearray(compound(body))
    n_short = len(body) // 64
    sectors = -(-len(body) // 512)
    # A table of short sectors takes the last but one sector of the data; the root holds them.
    table = struct.pack(f"<{n_short}L", *range(1, n_short), 0xFFFFFFFE).ljust(512, b"\xff")
    source[512 * 9 : 512 * 10] = table
    source[60:68] = struct.pack("<2L", 8, 1)
    directory = source.index("Root Entry".encode("utf-16-le"))
    source[directory + 116 : directory + 124] = struct.pack("<2L", 0, sectors * 512)
    source[directory + 128 + 116 : directory + 128 + 124] = struct.pack("<2L", 0, len(body))
    assert only_grid(bytes(source)) == [["甲", "乙"], ["1", "2"]]


def refused(source: bytes) -> RefusalCode:
    with pytest.raises(Refusal) as caught:
        read_book(source)
    assert caught.value.message
    assert caught.value.message_en
    return caught.value.code


def test_what_cannot_be_read_of_an_xls() -> None:
    whole = workbook([plan(("甲", "乙"), (1, 2))])
    begin = whole[:20]
    lock = struct.pack("<2H", 0x002F, 4) + bytes(4)
    assert refused(compound(begin + lock + whole[20:])) is RefusalCode.ENCRYPTED
    older = begin.replace(b"\x00\x06", b"\x00\x05", 1) + whole[20:]
    assert refused(compound(older)) is RefusalCode.UNSUPPORTED_FORMAT
    assert refused(compound(whole[:-40])) is RefusalCode.CORRUPT
    assert refused(compound(b"\0" * 5_000)) is RefusalCode.CORRUPT
    assert refused(compound(whole)[:3_000]) is RefusalCode.CORRUPT
    assert refused(bytes.fromhex("d0cf11e0a1b11ae1") + bytes(4_096)) is (
        RefusalCode.UNSUPPORTED_FORMAT
    )


def test_sectors_that_go_round_in_circles() -> None:
    source = bytearray(compound(workbook([plan(*(("甲" * 90, n) for n in range(99)))])))
    table = struct.unpack_from("<L", source, 76)[0]
    source[(table + 1) * 512 + 8 : (table + 1) * 512 + 12] = struct.pack("<L", 0)
    assert refused(bytes(source)) is RefusalCode.CORRUPT


# Hostile packages.


def filled(xml: str) -> bytes:
    def change(sheet: str) -> str:
        return re.sub(r"<sheetData>.*</sheetData>", xml, sheet, flags=re.DOTALL)

    return changed(sheet_of(("甲", "乙"), (1, 2)), SHEET, change)


def test_a_million_empty_rows_are_nothing() -> None:
    rows = "".join(f'<row r="{n}" spans="1:3"/>' for n in range(3, 1_000_000))
    source = filled(f'<sheetData><row r="1"><c r="A1"><v>1</v></c></row>{rows}</sheetData>')
    assert [len(table.cells) for table in read_book(source).tables()] in ([], [1])


@pytest.mark.parametrize(
    "xml",
    [
        "<sheetData>" + "".join(f'<row><c r="A{n}"><v>1</v></c></row>' for n in range(1, 250_000))
        + "</sheetData>",
        "<sheetData>"
        + "".join(f'<row r="{n}"><c r="A{n}"><v>1</v></c><c><v>2</v></c><c><v>3</v></c></row>'
                  for n in range(1, 5_000))
        + "</sheetData><mergeCells>"
        + '<mergeCell ref="A1:XFD1048576"/>' * 90_000
        + "</mergeCells>",
        "<sheetData><row><c><v>1</v></c></row></sheetData><mergeCells>"
        + '<mergeCell ref="A1:B2"/>' * 150_000 + "</mergeCells>",
    ],
    ids=["cells", "ranges on one another", "ranges"],
)  # fmt: skip
def test_too_much_is_refused(xml: str) -> None:
    assert refused(filled(xml)) is RefusalCode.TOO_COMPLEX


@pytest.mark.parametrize(
    ("xml", "code"),
    [
        ("<sheetData><row></sheetData>", RefusalCode.CORRUPT),
        ('<sheetData><row r="1048577"/></sheetData>', RefusalCode.CORRUPT),
        ('<sheetData><row><c r="ZZZ1"><v>1</v></c></row></sheetData>', RefusalCode.CORRUPT),
        ('<sheetData><row><c t="s"><v>99</v></c></row></sheetData>', RefusalCode.CORRUPT),
        ("<sheetData>" + "<row>" * 100_000 + "</sheetData>", RefusalCode.TOO_COMPLEX),
    ],
)
def test_broken_sheets_are_refused(xml: str, code: RefusalCode) -> None:
    assert refused(filled(xml)) is code


def test_document_types_and_missing_parts_are_refused() -> None:
    source = sheet_of(("甲", "乙"), (1, 2))
    entity = '<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]>'
    assert refused(changed(source, SHEET, lambda s: entity + s)) is RefusalCode.CORRUPT
    assert refused(source[: len(source) // 2]) is RefusalCode.CORRUPT
    lost = changed(source, "xl/_rels/workbook.xml.rels", lambda s: s.replace("sheet1", "sheet9"))
    assert refused(lost) is RefusalCode.CORRUPT


# One report, other programs.


@needs_calc
@pytest.mark.slow
@pytest.mark.parametrize("format", [Format.XLSX, Format.XLS])
def test_what_libreoffice_makes_of_our_workbooks_reads_alike(
    format: Format, tmp_path: Path
) -> None:
    report = make_report(17, blanks="mixed", zero_share=0.5)
    given, other = (("xlsx", "xls"), ("xls", "xlsx"))[format is Format.XLS]
    files = []
    for style in STYLES[format]:
        files.append(tmp_path / f"{style}.{given}")
        files[-1].write_bytes(render(report, format, style, 3))
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    command = ["soffice", profile, "--headless", "--convert-to", other, "--outdir", str(tmp_path)]
    subprocess.run([*command, *map(str, files)], check=True, capture_output=True, timeout=180)
    for file in files:
        found = examine(file.with_suffix(f".{other}").read_bytes(), file.name).report
        assert found is not None, file.name
        for table, rows in truth(report).items():
            for row, columns in rows.items():
                for column, (kind, value) in columns.items():
                    got = found.values[table][row][column]
                    # LibreOffice keeps the 0 of sums that it was to calculate anew.
                    is_old = file.stem == "zeroed" and got.kind == "unreadable"
                    assert is_old or (str(got.kind), got.value) == (kind, value), file.name
