"""Tables without lines between their columns, and prose that is no table."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate, pairwise

import pytest
from pdf_drawing import Paper, drawn, read, tables
from reportlab.pdfbase import pdfmetrics

LATIN = "Helvetica"
COLUMNS = (60.0, 260.0, 340.0, 420.0)
BODY = [
    ("Austria", "1,204", "3.5%", "-0.2"),
    ("Belgium and Luxembourg", "87", "12.0%", "1.4"),
    ("Denmark", "-", "9.1%", "0.0"),
    ("Total", "1,291", "24.6%", "1.2"),
]
HEAD = ("Country", "Number", "Share", "Change")
GRID = [
    "Country|Number|Share|Change",
    "Austria|1,204|3.5%|-0.2",
    "Belgium and Luxembourg|87|12.0%|1.4",
    "Denmark|-|9.1%|0.0",
    "Total|1,291|24.6%|1.2",
]
PROSE = (
    "The figures of this chapter were taken from the national accounts of the years",
    "from 2004 to 2009, and from the survey of 12 regions that the office carried out",
    "in 2010. Changes of less than 0.5 per cent are not significant, as in earlier years.",
)


def rows(
    paper: Paper,
    y: float,
    texts: Sequence[Sequence[str]],
    columns: Sequence[float] = COLUMNS,
    pitch: float = 14,
    font: str = LATIN,
) -> float:
    """Rows with a left-aligned first column and right-aligned others."""
    for row in texts:
        paper.text(columns[0], y, row[0], font=font)
        for x, text in zip(columns[1:], row[1:], strict=True):
            paper.text(x, y, text, font=font, align="right")
        y += pitch
    return y


def prose(paper: Paper, x: float, y: float, lines: Sequence[str] = PROSE, size: float = 10) -> None:
    for n, line in enumerate(lines):
        paper.text(x, y + 14 * n, line, font=LATIN, size=size)


def test_a_table_without_any_line() -> None:
    paper = Paper()
    prose(paper, 60, 80)
    paper.text(60, 150, "Table 1. Numbers by country", font=LATIN)
    rows(paper, 180, [HEAD, *BODY])
    paper.text(60, 260, "Source: national accounts.", font=LATIN, size=8)
    prose(paper, 60, 300)
    document = read(paper.done())
    (table,) = document.tables()
    assert drawn(table) == GRID
    assert table.caption == "Table 1. Numbers by country"
    texts = [paragraph.text for paragraph in document.paragraphs()]
    assert len(texts) == 4
    assert texts[0].startswith("The figures of this chapter")


def test_three_lines() -> None:
    paper = Paper()
    rows(paper, 180, [HEAD, *BODY], pitch=16)
    for y in (167, 184, 250):
        paper.line(55, y, 425, y)
    prose(paper, 60, 262)
    assert tables(paper.done()) == [GRID]


def test_words_between_two_lines_above_prose_that_begins_with_a_number() -> None:
    paper = Paper()
    words = [
        ("Hotels", "Food and beverages"),
        ("Schools", "Education"),
        ("Mines", "Metal and coal"),
    ]
    for number, (name, text) in enumerate(words):
        paper.text(72, 110 + 15 * number, name, font=LATIN)
        paper.text(160, 110 + 15 * number, text, font=LATIN)
    for y in (98, 145):
        paper.line(70, y, 360, y)
    paper.text(70, 180, "1372", font=LATIN)
    paper.text(
        110, 180, "services were counted in the survey of the regions in this year,", font=LATIN
    )
    assert tables(paper.done()) == [["|".join(row) for row in words]]


def test_only_a_frame() -> None:
    paper = Paper()
    rows(paper, 180, [HEAD, *BODY], pitch=16)
    paper.frame(55, 166, 425, 250)
    assert tables(paper.done()) == [GRID]


def test_lines_between_the_columns_only() -> None:
    paper = Paper()
    rows(paper, 180, [HEAD, *BODY], pitch=16)
    for x in (55, 180, 270, 350, 425):
        paper.line(x, 166, x, 250)
    for y in (166, 184, 250):
        paper.line(55, y, 425, y)
    assert tables(paper.done()) == [GRID]


def test_heads_over_several_columns() -> None:
    paper = Paper()
    columns = (60.0, 200.0, 270.0, 340.0, 410.0)
    paper.text(200, 166, "2009", font=LATIN, align="center")
    paper.text(340, 166, "2010", font=LATIN, align="center")
    for x0, x1 in ((160, 275), (300, 415)):
        paper.line(x0, 170, x1, 170)
    rows(
        paper,
        182,
        [
            ("Sector", "Men", "Women", "Men", "Women"),
            ("Fishing", "12", "3", "14", "5"),
            ("Mining", "1,020", "33", "998", "41"),
            ("Trade", "77", "81", "79", "90"),
        ],
        columns,
    )
    assert tables(paper.done()) == [
        [
            "|2009|<|2010|<",
            "Sector|Men|Women|Men|Women",
            "Fishing|12|3|14|5",
            "Mining|1,020|33|998|41",
            "Trade|77|81|79|90",
        ]
    ]


def test_a_label_of_two_lines() -> None:
    paper = Paper()
    rows(paper, 180, [HEAD, *BODY[:2]])
    rows(paper, 222, [("Denmark, with the Faroe", "", "", "")])
    rows(paper, 233, [("islands", "5", "9.1%", "0.0"), BODY[3]])
    assert tables(paper.done())[0][3] == "Denmark, with the Faroe/islands|5|9.1%|0.0"


def test_figures_in_the_middle_of_a_label_of_two_lines() -> None:
    paper = Paper()
    rows(paper, 180, [HEAD, *BODY], pitch=24)
    paper.text(60, 300, "Estonia, Latvia and the", font=LATIN)
    paper.text(60, 311, "other Baltic states", font=LATIN)
    rows(paper, 305.5, [("", "8", "1.0%", "0.3")])
    assert tables(paper.done())[0][5] == "Estonia, Latvia and the/other Baltic states|8|1.0%|0.3"


def test_group_heads_stay_rows() -> None:
    paper = Paper()
    y = rows(paper, 180, [HEAD, ("Old members", "", "", "")])
    y = rows(paper, y, BODY[:2])
    y = rows(paper, y, [("New members", "", "", ""), BODY[2]])
    assert [line.split("|")[0] for line in tables(paper.done())[0]] == [
        "Country",
        "Old members",
        "Austria",
        "Belgium and Luxembourg",
        "New members",
        "Denmark",
    ]


def test_a_blank_cell_moves_no_figure() -> None:
    paper = Paper()
    rows(paper, 180, [HEAD, *BODY, ("Estonia", "", "2.0%", "")])
    assert tables(paper.done())[0][5] == "Estonia||2.0%|"


def test_heads_centred_beside_their_columns() -> None:
    """As browsers set `th` over `td`: the head ends before the column begins."""
    paper = Paper()
    for x, text in ((130, "Region"), (300, "2020"), (440, "2021")):
        paper.text(x, 180, text, font=LATIN, align="center")
    for y, texts in ((196, ("North", "1,200", "1,300")), (212, ("South", "900", "870"))):
        for x, text in zip((60, 250, 390), texts, strict=True):
            paper.text(x, y, text, font=LATIN)
    paper.text(60, 228, "East", font=LATIN)
    paper.text(250, 228, "15", font=LATIN)
    paper.text(390, 228, "17", font=LATIN)
    assert tables(paper.done()) == [
        ["Region|2020|2021", "North|1,200|1,300", "South|900|870", "East|15|17"]
    ]


def test_chinese_columns() -> None:
    paper = Paper()
    paper.text(60, 150, "表1 各县情况")
    rows(
        paper,
        180,
        [
            ("地区", "本年新收", "上年结转", "合计"),
            ("青砚县", "12", "0", "12"),
            ("白鹭汀区", "103", "7", "110"),
            ("总计", "115", "7", "122"),
        ],
        font="STSong-Light",
    )
    assert tables(paper.done()) == [
        ["地区|本年新收|上年结转|合计", "青砚县|12|0|12", "白鹭汀区|103|7|110", "总计|115|7|122"]
    ]


def test_prose_in_two_columns_is_read_column_by_column() -> None:
    paper = Paper()
    left = [f"left {n} of these lines stands at the outer edge" for n in range(14)]
    right = [f"right {n} of those lines stands at the inner one" for n in range(14)]
    prose(paper, 50, 80, left)
    prose(paper, 310, 80, right)
    document = read(paper.done())
    assert not list(document.tables())
    text = " ".join(paragraph.text for paragraph in document.paragraphs())
    assert text.index("left 13") < text.index("right 0")


def test_tables_beside_one_another_in_two_columns_of_prose() -> None:
    paper = Paper()
    lines = [f"line {n} of the prose in this narrow column here" for n in range(8)]
    for x in (50, 310):
        prose(paper, x, 80, lines)
        columns = (x, x + 110, x + 160, x + 210)
        rows(paper, 220 if x == 50 else 226, [HEAD, *BODY[:1], *BODY[2:]], columns)
    found = tables(paper.done())
    assert found == [[GRID[0], GRID[1], *GRID[3:]]] * 2


@pytest.mark.parametrize(
    "lines",
    [
        ("1.    The office shall answer within 20 days.", "2.    It may ask for 15 more days."),
        ("（一）主动公开情况。", "（二）依申请公开情况。", "（三）平台建设情况。"),
        ("Tel.    0517 87290606", "Fax     0517 87290607"),
        PROSE,
    ],
)
def test_no_table_in_lists_and_prose(lines: Sequence[str]) -> None:
    paper = Paper()
    for n, line in enumerate(lines):
        paper.text(60, 100 + 14 * n, line, font="STSong-Light")
    assert tables(paper.done()) == []


def test_justified_prose_is_no_table() -> None:
    """Its wide spaces stand below one another only by chance."""
    paper = Paper()
    for n in range(12):
        words = f"In {1990 + n} {'a number' if n % 2 else 'it'} of {7**n} was reported".split()
        lengths = [pdfmetrics.stringWidth(word, LATIN, 10) for word in words]
        space = (260 - sum(lengths)) / (len(words) - 1)
        x = 60.0
        for word, length in zip(words, lengths, strict=True):
            paper.text(x, 100 + 14 * n, word, font=LATIN)
            x += length + min(space, 14)
    assert tables(paper.done()) == []


def test_a_table_without_lines_over_two_pages() -> None:
    paper = Paper()
    rows(paper, 740, [HEAD, *BODY[:2]])
    paper.text(297, 810, "7", font=LATIN)
    paper.page()
    rows(paper, 80, BODY[2:])
    rows(paper, 108, [("Whole of the European Union", "1", "2.0%", "3.0")])
    (table,) = read(paper.done()).tables()
    assert drawn(table) == [*GRID, "Whole of the European Union|1|2.0%|3.0"]


def columns(rows: list[list[str]], heads: list[list[tuple[int, float, str]]]) -> bytes:
    """A table without lines: labels, then columns of 50 points; heads by column and height."""
    paper = Paper()
    for level in heads:
        for column, y, text in level:
            paper.text(225 + 50 * column, y, text, align="center")
    for number, row in enumerate(rows):
        paper.text(60, 140 + 20 * number, row[0])
        for column, text in enumerate(row[1:]):
            paper.text(225 + 50 * column, 140 + 20 * number, text, align="center")
    return paper.done()


#: No figure stands in the second of four columns.
GAPPED = [[f"第{n}项的内容", str(n + 3), "", str(n + 5), str(2 * n + 8)] for n in range(5)]


def test_a_head_in_the_white_heads_a_column_of_blanks() -> None:
    heads = [[(n, 120, text) for n, text in enumerate(("商业", "科研", "公益", "总计"))]]
    (grid,) = tables(columns(GAPPED, heads))

    assert grid[0].endswith("商业|科研|公益|总计")
    assert grid[1:] == ["|".join(row) for row in GAPPED]


def test_a_last_column_of_blanks_is_shown_by_its_head() -> None:
    rows = [[*row[:2], row[3], row[4], ""] for row in GAPPED]
    heads = [[(n, 120, text) for n, text in enumerate(("商业", "公益", "其他", "总计"))]]
    (grid,) = tables(columns(rows, heads))

    assert grid[1:] == ["|".join(row) for row in rows]


def test_a_head_above_two_columns_is_no_column() -> None:
    rows = [[*row[:2], row[3]] for row in GAPPED]
    heads = [[(0.5, 105, "其中"), (0, 120, "商业"), (1, 120, "公益")]]
    (grid,) = tables(columns(rows, heads))

    assert grid[-5:] == ["|".join(row) for row in rows]


def test_a_figure_alone_in_the_white_is_a_column() -> None:
    rows = [[*row] for row in GAPPED] + [["总计", "25", "7", "35", "60"]]
    rows += [[f"其中{n}", "1", "", "2", "3"] for n in range(5)]
    (grid,) = tables(columns(rows, []))

    assert grid == ["|".join(row) for row in rows]


def test_a_frame_ends_where_its_sides_end() -> None:
    paper = Paper()
    paper.frame(50, 60, 400, 100)
    paper.text(60, 84, "行政强制")
    paper.text(60, 124, "三、收到和处理政府信息公开申请情况")
    paper.frame(50, 140, 400, 250)
    for number, row in enumerate((["项目", "商业", "公益"], *(r[:2] + r[3:4] for r in GAPPED[:4]))):
        paper.text(60, 160 + 20 * number, row[0])
        for column, text in enumerate(row[1:]):
            paper.text(225 + 80 * column, 160 + 20 * number, text)
    (grid,) = tables(paper.done())

    assert grid[0] == "项目|商业|公益"


def heads(paper: Paper, y: float, texts: Sequence[tuple[float, str]]) -> None:
    for x, text in texts:
        paper.text(x, y, text, font=LATIN, align="center")


def test_heads_over_three_each_begin_where_the_middle_one_does() -> None:
    paper = Paper()
    columns = (100.0, 190.0, 240.0, 290.0, 340.0, 390.0, 440.0)
    heads(paper, 100, [(224, "Men"), (374, "Women")])
    heads(
        paper,
        113,
        [(c - 16, t) for c, t in zip(columns[1:], ("Town", "Land", "All") * 2, strict=True)],
    )
    rows(
        paper,
        126,
        [(age, *(str(n * 137 + 1000) for n in range(6))) for age in ("0-14", "15-24", "25-54")],
        columns,
    )
    assert tables(paper.done())[0][:2] == ["|Men|<|<|Women|<|<", "|Town|Land|All|Town|Land|All"]


def test_a_head_of_all_levels_beside_heads_over_others() -> None:
    paper = Paper()
    columns = (60.0, 190.0, 240.0, 290.0, 340.0, 400.0)
    heads(paper, 100, [(199, "Quarter 1"), (299, "Quarter 2"), (382, "Year")])
    heads(paper, 114, [(174, "Jan"), (224, "Feb"), (274, "Mar"), (324, "Apr")])
    rows(
        paper,
        128,
        [(name, *(str(n * 137 + 1000) for n in range(5))) for name in ("North", "South", "East")],
        columns,
    )
    assert tables(paper.done())[0][:2] == [
        "|Quarter 1|<|Quarter 2|<|Year",
        "|Jan|Feb|Mar|Apr|",
    ]


#: Heads of one column each, and how many the heads above them stand over.
LOWER = ("Men", "Change", "Total", "Rural areas", "Index", "Under 25")


@pytest.mark.parametrize("align", ["right", "center"])
@pytest.mark.parametrize("size", [9.0, 10.0, 11.0])
@pytest.mark.parametrize(
    "widths", [[2, 2], [3], [4], [5], [3, 3], [2, 4], [4, 2], [2, 2, 2]], ids=str
)
def test_heads_over_columns_of_unlike_widths(widths: list[int], size: float, align: str) -> None:
    lower = LOWER[: sum(widths)]
    edges = [130.0]
    for text in lower:
        edges.append(edges[-1] + pdfmetrics.stringWidth(text, LATIN, size) + 22)
    places = [
        right - 3 if align == "right" else (left + right) / 2 for left, right in pairwise(edges)
    ]
    paper = Paper()
    starts = [0, *accumulate(widths)]
    for (first, end), text in zip(pairwise(starts), ("2009", "Of which", "EU"), strict=False):
        paper.text((edges[first] + edges[end]) / 2, 100, text, size, LATIN, "center")
    figures = [[str((n + 3) * 37 ** (row % 2 + 1)) for n in range(len(lower))] for row in range(5)]
    body = [("Sector", *lower), *(("Trade", *row) for row in figures)]
    for number, row in enumerate(body):
        y = 100 + 1.4 * size * (number + 1)
        paper.text(90, y, row[0], size, LATIN)
        for x, text in zip(places, row[1:], strict=True):
            paper.text(x, y, text, size, LATIN, align)
    spans = [
        text + "|<" * (n - 1) for text, n in zip(("2009", "Of which", "EU"), widths, strict=False)
    ]
    assert tables(paper.done())[0][:2] == ["|".join(["", *spans]), "|".join(body[0])]


def test_a_line_of_the_middle_one_of_three_heads_is_no_head_of_all() -> None:
    paper = Paper()
    heads(paper, 100, [(240, "Land")])
    heads(paper, 112, [(170, "Town"), (240, "and water"), (310, "All")])
    for number in range(4):
        paper.text(60, 130 + 18 * number, "Trade", font=LATIN)
        heads(
            paper, 130 + 18 * number, [(x, str(n * 137)) for x, n in ((170, 8), (240, 3), (310, 1))]
        )
    assert tables(paper.done())[0][0] == "|Town|Land/and water|All"


def test_heads_of_all_levels_stand_between_those_of_two() -> None:
    paper = Paper()
    columns = (60.0, 190.0, 240.0, 290.0, 340.0, 400.0)
    heads(paper, 100, [(199, "Quarter 1"), (299, "Quarter 2")])
    paper.text(60, 110, "Region", font=LATIN)
    paper.text(400, 110, "Year", font=LATIN, align="right")
    for x, text in zip(columns[1:5], ("Jan", "Feb", "Mar", "Apr"), strict=True):
        paper.text(x, 120, text, font=LATIN, align="right")
    body = [(name, *(str(n * 137 + 1000) for n in range(5))) for name in ("North", "South", "East")]
    rows(paper, 140, body, columns, pitch=20)
    assert tables(paper.done())[0][:2] == [
        "Region|Quarter 1|<|Quarter 2|<|Year",
        "|Jan|Feb|Mar|Apr|",
    ]


def test_a_head_that_reaches_over_the_column_before_it() -> None:
    paper = Paper()
    columns = (60.0, 154.0, 230.0, 300.0)
    rows(paper, 100, [("County", "Precincts", "Democratic", "Green")], columns)
    rows(
        paper,
        114,
        [
            ("Graham County", "23", "4,517", "7"),
            ("Apache County", "44", "9,120", "5"),
            ("Pima County", "9", "4,777", "8"),
        ],
        columns,
    )
    assert tables(paper.done())[0][0] == "County|Precincts|Democratic|Green"


def test_a_head_that_reaches_over_the_column_behind_it() -> None:
    paper = Paper()
    columns = (60.0, 154.0, 200.0, 260.0)
    heads(paper, 100, [(142, "Compress"), (205, "Decompress"), (258, "Corpus")])
    rows(paper, 114, [(flag, "12", "350", "9146") for flag in ("one", "two", "three")], columns)
    assert tables(paper.done())[0][0] == "|Compress|Decompress|Corpus"


def test_a_label_of_three_lines_with_its_figures_beside_the_last() -> None:
    paper = Paper()
    rows(paper, 100, [HEAD, *BODY], pitch=16)
    for n, line in enumerate(("Wholesale and retail", "trade; repair of motor")):
        paper.text(60, 180 + 11 * n, line, font=LATIN)
    rows(paper, 202, [("vehicles", "12", "1.1%", "0.4"), *BODY[1:]], pitch=16)
    assert tables(paper.done())[0] == [
        *GRID,
        "Wholesale and retail/trade; repair of motor/vehicles|12|1.1%|0.4",
        *GRID[2:],
    ]


def test_rules_that_are_drawn_in_a_part_for_each_column() -> None:
    paper = Paper()
    starts, ends = (60, 200, 300, 400), (188, 288, 388, 488)
    table = [
        ("Body", "Chair", "Town", "Since"),
        ("Council of wardens", "Ann Miller", "Bath", "spring"),
        ("Board of trade", "Tom Baker", "York", "autumn"),
    ]
    for y in (100, 118, 165):
        for x0, x1 in zip(starts, ends, strict=True):
            paper.line(x0, y, x1, y)
    for n, texts in enumerate(table):
        for x, text in zip(starts, texts, strict=True):
            paper.text(x + 4, 112 + 20 * n, text, font=LATIN)
    assert tables(paper.done()) == [["|".join(texts) for texts in table]]


@pytest.mark.parametrize("dots", ["." * 30, ". " * 18, "…" * 10, "·" * 10])
def test_dots_that_lead_to_figures_are_in_no_cell(dots: str) -> None:
    paper = Paper()
    rows = (("项目", "本年", "上年"), ("规章", "0", "12"), ("文件", "3", "8"), ("总计", "3", "20"))
    for n, (label, *figures) in enumerate(rows):
        y = 100 + 20 * n
        paper.text(60, y, label)
        if n:
            paper.text(84, y, dots, font=LATIN if dots.isascii() else "STSong-Light")
        for x, figure in zip((250, 350), figures, strict=True):
            paper.text(x, y, figure, align="right")
    assert tables(paper.done()) == [["|".join(row) for row in rows]]


def test_dots_that_stand_for_figures_side_by_side_lead_to_nothing() -> None:
    paper = Paper()
    rows = [("规章", "0", "12", "4"), ("文件", "..", "..", ".."), ("总计", "3", "20", "7")]
    for n, (label, *figures) in enumerate(rows):
        paper.text(60, 100 + 20 * n, label)
        for x, figure in zip((130, 160, 190), figures, strict=True):
            paper.text(x, 100 + 20 * n, figure, align="right", font=LATIN)
    assert tables(paper.done()) == [["|".join(row) for row in rows]]
