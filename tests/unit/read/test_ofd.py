"""OFD: what is drawn where, what is seen of it, what is missing, and what is refused."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path

import pytest
from ofd_drawing import (
    GRID,
    box,
    file,
    filled,
    grid,
    layer,
    line,
    only_grid,
    page,
    path,
    read,
    rows_of,
    text,
)
from reportlab.pdfbase import pdfmetrics

from samples.fonts import FILE, NAME, registered
from samples.ofd import element, root
from samples.report import make_report
from samples.styles import render
from tasks.detect import detect
from tasks.model.document import Document, DoubtKind, Format
from tasks.model.refusal import Refusal, RefusalCode
from tasks.render.wording import told

ROOT = Path(__file__).parents[3]
TITLE = text(20, 20, "某县财政局政府信息公开工作年度报告")


def one_page(*objects: str) -> Document:
    return read(file(page(layer("".join(objects)))))


def said(document: Document) -> str:
    return "".join(told(doubt.says, "zh") for doubt in document.doubts)


def all_text(document: Document) -> str:
    return "\n".join(paragraph.text for paragraph in document.paragraphs())


def refused(source: bytes) -> Refusal:
    with pytest.raises(Refusal) as caught:
        read(source)
    assert "OFD" in caught.value.message + caught.value.message_en
    return caught.value


# --- detection ------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["报告.ofd", "报告.pdf", "报告.zip", "报告"])
def test_known_by_its_entry_under_any_name(name: str) -> None:
    assert detect(file(page(layer(grid()))), name).format is Format.OFD


def test_one_that_is_cut_off_is_damaged_and_no_archive() -> None:
    source = file(page(layer(grid())))
    with pytest.raises(Refusal) as caught:
        detect(source[: len(source) // 2], "a.ofd")
    assert caught.value.code is RefusalCode.CORRUPT
    assert "OFD" in caught.value.message


# --- where things stand ---------------------------------------------------------------------


def test_a_table_and_the_places_of_its_cells() -> None:
    document = one_page(TITLE, grid())
    (table,) = document.tables()
    assert rows_of(table) == GRID
    assert (document.format, document.pages, table.id) == (Format.OFD, 1, "p1/t1")
    twelve = next(cell for cell in table.cells if cell.text == "12")
    millimetres = [round(value * 25.4 / 72) for value in twelve.where.box or ()]
    assert (twelve.where.page, millimetres) == (1, [100, 50, 140, 60])
    assert all_text(document) == "某县财政局政府信息公开工作年度报告"


@pytest.mark.parametrize(
    "how",
    [
        {"DeltaX": "2 2 2 2"},
        {"DeltaX": "g 4 2"},
        {"DeltaX": "2 g 2 2 2"},
        {"DeltaX": "2,2,2,2,2,2"},
        {"DeltaX": "1 1 1 1", "Size": 2, "CTM": "2 0 0 2 0 0", "Y": 1.7},
        {"DeltaX": "1.2 1.2 1.2 1.2", "HScale": 0.6},
        {"DeltaX": "2 2 2 2", "CTM": "1 0 0 -1 0 4", "Y": 1},
    ],
)
def test_distances_are_told_in_many_ways(how: dict[str, object]) -> None:
    assert all_text(one_page(text(20, 60, "90817", 4, **how))) == "90817"


def test_a_run_over_several_cells_is_parted_by_its_distances() -> None:
    rows = (("项目", "本年", "上年"), ("规章", "", ""), ("文件", "3", "8"))
    over = text(63, 56, "012", DeltaX="40 2", Boundary="60 50 80 10", Y=6)
    assert only_grid(grid(rows), over) == GRID


def test_further_texts_of_an_object_begin_where_they_say() -> None:
    codes = (
        element("TextCode", "规章", X=0, Y=4, DeltaX=4),
        element("TextCode", "12", X=40, DeltaX=2),
        element("TextCode", "文件", X=0, Y=14, DeltaX=4),
    )
    document = one_page(
        element("TextObject", *codes, Boundary="20 40 100 30", Font=1, Size=4),
    )
    assert "".join(all_text(document).split()) == "规章12文件"


def test_signs_of_several_characters_are_set_as_one() -> None:
    # f and i are one glyph: two distances for four characters.
    change = element("CGTransform", CodePosition=2, CodeCount=2, GlyphCount=1)
    document = one_page(text(20, 60, "12fi34", 4, change, DeltaX="2 2 2.2 2"))
    assert all_text(document) == "12fi34"


def test_text_down_a_narrow_cell() -> None:
    rows = (("项目", "本年", "上年"), ("", "0", "12"), ("文件", "3", "8"))
    down = text(23, 53.2, "规章", 3.5, DeltaY="3.6", Boundary="23 50.2 4 9")
    (table,) = one_page(grid(rows), down).tables()
    assert "".join(rows_of(table)[1].split()) == "规章|0|12"


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_a_page_that_is_drawn_on_its_side(turn: int) -> None:
    matrix = {90: "0 1 -1 0 250 0", 180: "-1 0 0 -1 250 250", 270: "0 -1 1 0 0 250"}[turn]
    whole = element("CompositeObject", ResourceID=7, Boundary="0 0 250 250", CTM=matrix)
    unit = element("CompositeGraphicUnit", element("Content", grid()), ID=7)
    resources = root("Res", element("CompositeGraphicUnits", unit))
    (table,) = read(
        file(
            page(layer(whole), size=(250, 250)),
            common=element("PublicRes", "Res.xml"),
            more={"Doc_0/Res.xml": resources},
        )
    ).tables()
    assert rows_of(table) == GRID


def test_lines_by_boxes_thin_boxes_and_curved_corners() -> None:
    cells = [(x, y, x + 40, y + 10) for x in (20, 60, 100) for y in (40, 50, 60)]
    texts = grid()[grid().index("<ofd:TextObject") :]
    assert only_grid(*(box(*cell) for cell in cells), texts) == GRID
    thin = [filled(x0, y, x1, y + 0.2, "0 0 0") for x0, y0, x1, y1 in cells for y in (y0, y1)] + [
        filled(x, y0, x + 0.2, y1, "0 0 0") for x0, y0, x1, y1 in cells for x in (x0, x1)
    ]
    assert only_grid(*thin, texts) == GRID


def test_what_its_boundary_cuts_off_of_a_line_is_not_there() -> None:
    beyond = path("M 0 0 L 0 200", boundary="80 10 0.2 20", LineWidth=0.2)
    whole = path("M 0 0 L 0 200", boundary="80 10 0.2 200", LineWidth=0.2)
    assert only_grid(grid(), beyond) == GRID
    assert only_grid(grid(), whole) != GRID


def test_layers_lie_as_they_say_and_not_as_they_follow() -> None:
    hidden = layer(filled(100, 50, 140, 60, "255 255 255"), "Background")
    (table,) = read(file(page(layer(grid()), hidden))).tables()
    assert rows_of(table) == GRID


def test_templates_and_what_is_missing_of_them() -> None:
    lines, texts = grid().split("<ofd:TextObject", 1)
    uses = element("Template", TemplateID=9, ZOrder="Background")
    common = element("TemplatePage", ID=9, BaseLoc="Tpls/t.xml")
    whole = page(layer("<ofd:TextObject" + texts), before=uses)
    template: dict[str, str | bytes] = {"Doc_0/Tpls/t.xml": page(layer(lines))}
    document = read(file(whole, whole, common=common, more=template))
    # The lines of both pages are one table's.
    assert [rows_of(table) for table in document.tables()] == [GRID + GRID[1:]]
    assert not document.doubts
    assert "第1页的内容已损坏" in said(read(file(whole, common=common)))


def test_sizes_of_pages_their_own_or_those_of_the_document() -> None:
    (table,) = read(file(page(layer(grid()), size=None))).tables()
    assert rows_of(table) == GRID
    absurd = page(layer(grid())).replace("0 0 210 297", "0 0 nan -1")
    document = read(file(absurd))
    assert [rows_of(one) for one in document.tables()] == [GRID]
    assert "第1页的内容已损坏" in said(document)


# --- what is seen ---------------------------------------------------------------------------

ROWS_WITHOUT = (("项目", "本年", "上年"), ("规章", "0", ""), ("文件", "3", "8"))
WITHOUT = ["项目|本年|上年", "规章|0|", "文件|3|8"]
WHITE = element("FillColor", Value="255 255 255")


@pytest.mark.parametrize(
    "unseen",
    [
        text(103, 56, "12", Visible="false"),
        text(103, 56, "12", Alpha=0),
        text(103, 56, "12", Fill="false"),
        text(103, 56, "12", 4, element("FillColor", Value="0 0 0", Alpha=0)),
        text(103, 56, "12", 4, WHITE),
        text(103, 56, "12", 4, element("FillColor", Value="#FF #FF #FF")),
        text(103, 56, "12") + filled(101, 51, 139, 59, "255 255 255"),
        text(103, 56, "12") + filled(101, 51, 139, 59, "90 90 200"),
        text(103, 56, "12", Boundary="103 52 0.5 0.5", Y=25),
        text(103, 56, "12", 4, element("Clips", element("Clip", element("Area", element(
            "Path", element("AbbreviatedData", "M 0 20 L 9 20 L 9 29 L 0 29 C")))))),
    ],
    ids=range(10),
)  # fmt: skip
def test_what_is_not_seen_is_left_out_and_told(unseen: str) -> None:
    document = one_page(grid(ROWS_WITHOUT), unseen)
    assert [rows_of(table) for table in document.tables()] == [WITHOUT]
    assert "第1页有2个看不见的字" in said(document)


@pytest.mark.parametrize(
    "seen",
    [
        text(103, 56, "12", Visible="true", Alpha=255),
        text(103, 56, "12", 4, element("FillColor", Value="200 0 0")),
        filled(101, 51, 139, 59, "255 255 255") + text(103, 56, "12"),
        filled(101, 51, 139, 59, "90 90 200") + text(103, 56, "12", 4, WHITE),
        text(103, 56, "12")
        + box(101, 51, 139, 59, element("FillColor", Value="255 255 0", Alpha=80),
              Stroke="false", Fill="true"),
    ],
    ids=range(5),
)  # fmt: skip
def test_what_is_seen_is_read(seen: str) -> None:
    document = one_page(grid(ROWS_WITHOUT), seen)
    assert [rows_of(table) for table in document.tables()] == [GRID]
    assert not document.doubts


def test_a_figure_that_is_cut_off_is_no_other_figure() -> None:
    cut = text(103, 56, "314159", Boundary="103 52.5 4 4")
    (table,) = one_page(grid(ROWS_WITHOUT), cut).tables()
    (cell,) = [one for one in table.cells if one.row == 1 and one.column == 2]
    assert cell.text.startswith("31")
    assert "\ufffd" in cell.text


def test_characters_without_places_are_told_of() -> None:
    source = text(20, 60, "规章12件", DeltaX="")
    assert all_text(one_page(source)) == "规章12件"
    assert "没有写明各字的位置" in said(one_page(source))


def test_colours_by_drawing_parameters_that_stand_on_others() -> None:
    parameters = (
        element("DrawParam", WHITE, ID=4),
        element("DrawParam", ID=5, Relative=4),
    )
    resources = root("Res", element("DrawParams", *parameters))
    hidden = layer(text(103, 56, "12"), DrawParam=5)
    document = read(
        file(
            page(layer(grid(ROWS_WITHOUT)), hidden),
            common=element("DocumentRes", "Res.xml"),
            more={"Doc_0/Res.xml": resources},
        )
    )
    assert [rows_of(table) for table in document.tables()] == [WITHOUT]


@pytest.mark.parametrize(("blank", "has_ink"), [(" ", True), ("\u00a0", True), (" ", False)])
def test_a_blank_whose_glyph_is_none_cannot_be_told(blank: str, has_ink: bool) -> None:
    registered()
    glyphs = pdfmetrics.getFont(NAME).face.charToGlyph
    shown = f"{glyphs[ord('1')]} {glyphs[ord('2' if has_ink else ' ')]}"
    change = element(
        "CGTransform", element("Glyphs", shown), CodePosition=0, CodeCount=2, GlyphCount=2
    )
    font = element("Font", element("FontFile", "f.ttf"), ID=1, FontName="a")
    document = read(
        file(
            page(layer(grid(ROWS_WITHOUT) + text(103, 56, f"1{blank}", 4, change))),
            common=element("PublicRes", "Res.xml"),
            more={
                "Doc_0/Res.xml": root("Res", element("Fonts", font), BaseLoc="Res"),
                "Doc_0/Res/f.ttf": FILE.read_bytes(),
            },
        )
    )
    (table,) = document.tables()
    (cell,) = [one for one in table.cells if one.row == 1 and one.column == 2]
    assert cell.text == ("1\ufffd" if has_ink else "1")


# --- notes ----------------------------------------------------------------------------------


def with_note(kind: str, look: str, *, objects: str = "", **how: object) -> Document:
    appearance = element("Appearance", look, Boundary="100 50 40 10")
    notes = root("PageAnnot", element("Annot", appearance, Type=kind, **how))
    listed = root("Annotations", element("Page", element("FileLoc", "n.xml"), PageID=100))
    return read(
        file(
            page(layer(objects or grid(ROWS_WITHOUT))),
            after=element("Annotations", "Annots/a.xml"),
            more={"Doc_0/Annots/a.xml": listed, "Doc_0/Annots/n.xml": notes},
        )
    )


def test_text_that_was_written_onto_the_page_is_read_and_its_frame_no_line() -> None:
    frame = path("M 0 0 L 20 0 L 20 5 L 0 5 C", boundary="0 0 40 10")
    document = with_note("Path", text(3, 6, "12") + frame)
    assert [rows_of(table) for table in document.tables()] == [GRID]


@pytest.mark.parametrize(
    ("kind", "how"), [("Stamp", {}), ("Watermark", {}), ("Path", {"Visible": "false"})]
)
def test_seals_watermarks_and_hidden_notes_are_no_text(kind: str, how: dict[str, str]) -> None:
    document = with_note(kind, text(3, 6, "12"), **how)
    assert [rows_of(table) for table in document.tables()] == [WITHOUT]


def test_what_a_note_strikes_out_is_left_out_and_told() -> None:
    document = with_note("Highlight", "", objects=grid(), Subtype="Strikeout")
    assert [rows_of(table) for table in document.tables()] == [WITHOUT]
    assert "被划去" in said(document)


def test_a_note_that_paints_over_a_figure_hides_it() -> None:
    paint = box(1, 1, 39, 9, WHITE, boundary="0 0 40 10", Stroke="false", Fill="true")
    document = with_note("Path", paint, objects=grid())
    assert [rows_of(table) for table in document.tables()] == [WITHOUT]


# --- pictures -------------------------------------------------------------------------------


def png(*, alpha: bool) -> bytes:
    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">L", len(body)) + name + body + struct.pack(
            ">L", zlib.crc32(name + body)
        )  # fmt: skip

    head = struct.pack(">LLBBBBB", 1, 1, 8, 6 if alpha else 0, 0, 0, 0)
    pixel = zlib.compress(b"\x00" + (bytes(4) if alpha else b"\xff"))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", pixel) + chunk(b"IEND", b"")


def with_picture(picture: bytes, objects: str) -> bytes:
    media = element("MultiMedia", element("MediaFile", "p.png"), ID=8, Type="Image")
    shown = element("ImageObject", ResourceID=8, Boundary="0 0 210 297", CTM="210 0 0 297 0 0")
    return file(
        page(layer(objects + shown)),
        common=element("DocumentRes", "Res.xml"),
        more={
            "Doc_0/Res.xml": root("Res", element("MultiMedias", media), BaseLoc="Res"),
            "Doc_0/Res/p.png": picture,
        },
    )


def test_text_beneath_a_picture_of_the_page_is_what_a_program_read() -> None:
    document = read(with_picture(png(alpha=False), TITLE + grid()))
    assert DoubtKind.SCAN in {doubt.kind for doubt in document.doubts}


def test_text_beneath_a_picture_with_holes_is_seen() -> None:
    document = read(with_picture(png(alpha=True), TITLE + grid()))
    assert [rows_of(table) for table in document.tables()] == [GRID]
    assert not document.doubts


def test_a_picture_on_which_nothing_is_seen_is_a_blank_page() -> None:
    assert refused(with_picture(png(alpha=False), "")).code is RefusalCode.EMPTY


def test_pictures_alone_of_a_kind_that_is_not_known_are_a_scan() -> None:
    refusal = refused(with_picture(b"\x97JB2\r\n\x1a\n", ""))
    assert refusal.code is RefusalCode.UNSUPPORTED_FORMAT
    assert "扫描件" in refusal.message


# --- what is missing or broken --------------------------------------------------------------


def test_a_page_that_is_missing_is_told_and_the_others_are_read() -> None:
    source = file(page(layer(grid())), "", page(layer(TITLE)))
    document = read(source)
    assert document.pages == 3
    assert "第2页已损坏，未能读取" in said(document)
    assert [table.id for table in document.tables()] == ["p1/t1"]


@pytest.mark.parametrize(
    "broken",
    [
        text(103, 56, "12", Boundary="a b c d"),
        text(103, 56, "12", Size="1e400"),
        text(103, 56, "12", CTM="1 0 0"),
        text(103, 56, "12", DeltaX="g"),
        path("M 1 2 L 3"),
        element("CompositeObject", ResourceID=77, Boundary="0 0 9 9"),
    ],
    ids=range(6),
)
def test_an_object_that_cannot_be_followed_is_told_and_the_others_are_read(broken: str) -> None:
    document = one_page(grid(ROWS_WITHOUT), broken)
    assert [rows_of(table) for table in document.tables()] == [WITHOUT]
    assert "第1页的内容已损坏" in said(document)


def test_further_documents_are_told_of() -> None:
    body = element("DocBody", element("DocRoot", "Doc_0/Document.xml"))
    document = read(file(page(layer(grid())), entry=root("OFD", body, body, body)))
    assert "另有2个文档未读取" in said(document)


def test_the_version_that_is_shown_is_read() -> None:
    version = element("Version", BaseLoc="Doc_0/Versions/1.xml", Current="true", ID=1)
    body = element("DocBody", element("DocRoot", "Doc_9/None.xml"), element("Versions", version))
    named = root("DocVersion", element("DocRoot", "../Document.xml"))
    source = file(
        page(layer(grid())), entry=root("OFD", body), more={"Doc_0/Versions/1.xml": named}
    )
    assert [rows_of(table) for table in read(source).tables()] == [GRID]


def climbing(name: str) -> bytes:
    body = element("DocBody", element("DocRoot", name))
    return file(page(layer(grid())), entry=root("OFD", body))


@pytest.mark.parametrize(
    ("source", "code"),
    [
        (b"PK\x03\x04 and no zip", RefusalCode.CORRUPT),
        (file(page(layer(grid())), entry=root("OFD")), RefusalCode.CORRUPT),
        (file(page(layer(grid())), entry="<no xml"), RefusalCode.CORRUPT),
        (climbing("../Doc_0/Document.xml"), RefusalCode.CORRUPT),
        (climbing("Doc_0/../../Doc_0/Document.xml"), RefusalCode.CORRUPT),
        (climbing("/../../etc/passwd"), RefusalCode.CORRUPT),
        (climbing(""), RefusalCode.CORRUPT),
        (file(), RefusalCode.CORRUPT),
        (file("", ""), RefusalCode.CORRUPT),
        (file("<broken"), RefusalCode.CORRUPT),
        (file(page(layer(""))), RefusalCode.EMPTY),
        (file(page(layer(box(1, 1, 99, 99)))), RefusalCode.UNSUPPORTED_FORMAT),
        (file(page(layer(grid())), more={"Encryptions.xml": root("E")}), RefusalCode.ENCRYPTED),
    ],
    ids=range(13),
)
def test_refusals(source: bytes, code: RefusalCode) -> None:
    assert refused(source).code is code


@pytest.mark.parametrize(
    "name", ["/Doc_0/Document.xml", "./Doc_0/x/../Document.xml", "doc_0\\DOCUMENT.xml"]
)
def test_names_are_followed_inside_of_the_container(name: str) -> None:
    assert [rows_of(table) for table in read(climbing(name)).tables()] == [GRID]


@pytest.mark.parametrize(
    "many",
    [
        path("M 1 1 L 2 2 " * 110_000),
        text(1, 9, "数" * 100_001, DeltaX="g 9999999 1"),
        text(1, 9, "数数数", DeltaX=" 1" * 2_100_000),
        element("PageBlock") * 200_001,
    ],
    ids=range(4),
)
def test_too_many_marks_are_refused(many: str) -> None:
    source = file(page(layer(line(1, 1, 2, 1) + many)))
    assert refused(source).code is RefusalCode.TOO_COMPLEX


def test_two_reports_of_one_paper_have_the_figures_of_the_pdf() -> None:
    report = make_report(3)
    document = read(render(report, Format.OFD, "runs"))
    assert document.title == "" or report.organ in document.title
    assert len(list(document.tables())) == 3
