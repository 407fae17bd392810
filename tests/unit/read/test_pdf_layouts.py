"""Layouts of statistical reports, each drawn small: what real pages showed to go wrong."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from pdf_drawing import Paper, drawn, read, tables

LATIN = "Helvetica"
RIGHT = (60.0, 200.0, 260.0, 320.0, 380.0)
FIGURES = (
    ("Northern region", "12.5", "11.0", "1,204", "17"),
    ("Southern region", "9.1", "10.4", "87", "3"),
    ("All regions", "10.8", "10.7", "1,291", "20"),
)


def rows(paper: Paper, y: float, texts: Sequence[Sequence[str]], pitch: float = 14) -> float:
    """A label, and figures on the right edges of their columns; returns the next base line."""
    for row in texts:
        for x, text in zip(RIGHT, row, strict=False):
            paper.text(x, y, text, font=LATIN, align="left" if x == RIGHT[0] else "right")
        y += pitch
    return y


def bars(texts: Sequence[Sequence[str]]) -> list[str]:
    return ["|".join(row) for row in texts]


def test_heads_set_as_evenly_as_justified_prose() -> None:
    paper = Paper()
    names = ("Jan", "Feb", "Mar", "Apr", "May", "Jun")
    for y in (100, 116, 160):
        paper.line(57, y, 250, y)
    x = 100.0
    for n, name in enumerate(names):
        paper.text(x, 112, name, font=LATIN)
        for line in range(3):
            paper.text(x + 18, 128 + 13 * line, str(40 + 7 * n + line), font=LATIN, align="right")
        x += 27
    for line in range(3):
        paper.text(60, 128 + 13 * line, str(1954 + line), font=LATIN)
    (table,) = tables(paper.done())
    assert table[0] == "|" + "|".join(names)
    assert table[1] == "1954|40|47|54|61|68|75"


def test_rules_of_another_width_are_another_table() -> None:
    paper = Paper()
    y = 100.0
    for width in (330, 390, 333):
        paper.text(60, y - 6, "Numbers of the year", font=LATIN)
        paper.line(57, y, width, y)
        paper.line(57, y + 16, width, y + 16)
        end = rows(
            paper, y + 12, [("Region", "2009", "2010", "Persons"), *(r[:4] for r in FIGURES)]
        )
        paper.line(57, end - 8, width, end - 8)
        y = end + 30
    assert [len(table) for table in tables(paper.done())] == [4, 4, 4]


def test_rules_between_groups_of_rows() -> None:
    paper = Paper()
    groups = [
        [("Beta", "inverse", "pbeta"), ("", "transformed", "ptrbeta"), ("", "mixed", "pmix")],
        [("Gamma", "plain", "pgamma"), ("", "inverse", "pinvgamma"), ("", "log", "plgamma")],
    ]
    ys = [100.0, 116.0]
    for x, name in zip((60, 180, 300), ("Family", "Distribution", "Root"), strict=True):
        paper.text(x, 112, name, font=LATIN)
    y = 128.0
    for group in groups:
        for row in group:
            for x, text in zip((60, 180, 300), row, strict=True):
                paper.text(x, y, text, font=LATIN)
            y += 13
        ys.append(y - 9)
        y += 3
    for place in ys:
        paper.line(57, place, 400, place)
    (table,) = tables(paper.done())
    assert table == [
        "Family|Distribution|Root",
        *bars([row for group in groups for row in group]),
    ]


def test_rules_between_rows_whose_texts_go_on() -> None:
    paper = Paper()
    texts = [
        (
            "Office",
            ["Sets limits of what may be", "let into the air, and sees", "to it"],
            "s. 3",
        ),
        ("Bureau", ["Answers for the land, and", "the leases of what is below", "it"], "s. 4"),
    ]
    for x, name in zip((60, 150, 330), ("Agency", "Task", "Law"), strict=True):
        paper.text(x, 112, name, font=LATIN)
    y, ys = 128.0, [100.0, 116.0]
    for name, lines, law in texts:
        paper.text(60, y, name, font=LATIN)
        paper.text(330, y, law, font=LATIN)
        for line in lines:
            paper.text(150, y, line, font=LATIN)
            y += 12
        ys.append(y - 8)
        y += 4
    for place in ys:
        paper.line(57, place, 400, place)
    (table,) = tables(paper.done())
    assert [row.split("|")[0] for row in table] == ["Agency", "Office", "Bureau"]


def test_a_head_alone_between_lines_heads_all_columns_there() -> None:
    paper = Paper()
    for y in (100, 116, 132, 182):
        paper.line(57, y, 390, y)
    for x in (57, 150, 270, 390):
        paper.line(x, 100, x, 182)
    paper.text(210, 112, "Share", font=LATIN, align="center")
    paper.text(330, 112, "Number", font=LATIN, align="center")
    rows(paper, 128, [("", "2009", "2010", "2009", "2010"), *FIGURES], pitch=15)
    (table,) = tables(paper.done())
    assert table[0] == "|Share|<|Number|<"
    assert table[2] == "|".join(FIGURES[0])


def test_heads_that_share_out_the_heads_below() -> None:
    """Centred over cells whose texts stand right in them, so beside their middle."""
    paper = Paper()
    paper.text(195, 112, "Unemployment", font=LATIN, align="center")
    paper.text(320, 112, "Employment", font=LATIN, align="center")
    rows(paper, 126, [("", "Men", "Women", "Men", "Women"), *FIGURES])
    (table,) = tables(paper.done())
    assert table[:2] == ["|Unemployment|<|Employment|<", "|Men|Women|Men|Women"]


def test_heads_of_different_heights_are_no_levels() -> None:
    paper = Paper()
    rows(paper, 100, [("", "", "Median"), ("", "Persons", "income"), ("Region", "(1000)", "(EUR)")])
    rows(paper, 142, [row[:3] for row in FIGURES])
    (table,) = tables(paper.done())
    assert table[0].replace("/", " ") == "Region|Persons (1000)|Median income (EUR)"


def test_a_unit_in_the_middle_belongs_to_all_columns() -> None:
    paper = Paper()
    rows(paper, 100, [("", "2008", "2009", "2010", "2011")])
    paper.text(285, 114, "(in thousands)", font=LATIN, align="center")
    rows(paper, 128, FIGURES)
    (table,) = tables(paper.done())
    assert table[:2] == ["|2008|2009|2010|2011", "|(in thousands)|<|<|<"]


def torn(space: float, *, ruled: bool = False) -> list[str]:
    """The heads of a table, with two words over two columns each, so far apart in the middle."""
    paper = Paper()
    for middle, (one, other) in ((225, ("Rural", "areas")), (345, ("Whole", "year"))):
        paper.text(middle - space / 2, 100, one, font=LATIN, align="right")
        paper.text(middle + space / 2, 100, other, font=LATIN)
        if ruled:
            paper.line(middle - 50, 103, middle + 38, 103)
    rows(paper, 114, [("Region", "Men", "Women", "Men", "Women"), *FIGURES])
    (table,) = tables(paper.done())
    assert table[2:] == bars(FIGURES)
    return table[:2]


def test_words_of_a_head_set_apart_over_the_white_of_columns_are_one_head() -> None:
    heads = ["|Rural areas|<|Whole year|<", "Region|Men|Women|Men|Women"]
    for space in (3.0, 5.0, 7.0):
        assert torn(space)[0] == heads[0]
        assert torn(space, ruled=True)[0] == heads[0]


def test_words_apart_that_stand_as_their_columns_do_are_heads_of_these() -> None:
    paper = Paper()
    rows(paper, 100, [("", "Rural", "Coastal", "Upland", "All")], pitch=12)
    rows(paper, 112, [("Region", "(1)", "area (2)", "(3)", "(4)")])
    rows(paper, 126, FIGURES)
    (table,) = tables(paper.done())
    assert table[0] == "Region|Rural/(1)|Coastal/area (2)|Upland/(3)|All/(4)"


def test_a_year_between_two_lines_is_what_the_rows_below_are_about() -> None:
    paper = Paper()
    end = rows(paper, 112, [("Region", "Men", "Women", "All", "Rank")])
    lines = [100.0, end - 9]
    for year in ("2009", "2010"):
        paper.text((145 + 390) / 2, end + 3, year, font=LATIN, align="center")
        lines.append(end + 7)
        end = rows(paper, end + 19, FIGURES)
        lines.append(end - 9)
    for y in lines:
        paper.line(57, y, 390, y)
    (table,) = tables(paper.done())
    about = [[f"|{year}|<|<|<", *bars(FIGURES)] for year in ("2009", "2010")]
    assert table == ["Region|Men|Women|All|Rank", *about[0], *about[1]]


def test_a_year_alone_in_a_row_that_lines_part_from_all_others_is_a_figure() -> None:
    paper = Paper()
    y = 100.0
    texts = [("Region", "Men", "Women", "All"), *(row[:4] for row in FIGURES), ("", "", "2010")]
    for row in (*texts, ("Islands", "1.0", "2.0", "3")):
        paper.line(57, y, 325, y)
        rows(paper, y + 11, [row])
        y += 16
    paper.line(57, y, 325, y)
    (table,) = tables(paper.done())
    assert table[-2:] == ["||2010|", "Islands|1.0|2.0|3"]


@pytest.mark.parametrize(
    ("ruled", "heads"),
    [
        (False, ["Region|Everyone|<|<|Rank", "|Men|Women|Others|"]),
        (True, ["|Everyone|<|<|", "Region|Men|Women|Others|Rank"]),
    ],
)
def test_a_head_of_all_levels_in_the_middle_of_their_height_joins_no_levels(
    ruled: bool, heads: list[str]
) -> None:
    paper = Paper()
    paper.text(251, 100, "Everyone", font=LATIN, align="center")
    paper.text(60, 107, "Region", font=LATIN)
    paper.text(380, 107, "Rank", font=LATIN, align="right")
    rows(paper, 114, [("", "Men", "Women", "Others")])
    rows(paper, 132, FIGURES)
    if ruled:
        paper.line(170, 103, 325, 103)
    (table,) = tables(paper.done())
    assert table == [*heads, *bars(FIGURES)]


def test_the_first_row_of_words_has_as_many_lines_as_the_others() -> None:
    paper = Paper()
    texts = (("Seeds", "Dressing by hand/or in a drum"), ("Bulbs", "Soaking"), ("Grain", "Dusting"))
    y = 112.0
    for label, text in (*texts, ("Stores", "Fumigation of all/that is kept")):
        paper.text(60, y, label, font=LATIN)
        for n, part in enumerate(text.split("/")):
            paper.text(180, y + 12 * n, part, font=LATIN)
        y += 12 * text.count("/") + 22
    for at in (98, y - 14):
        paper.line(57, at, 330, at)
    for x, text in ((60, "See also"), (180, "Farms")):  # below no figures
        paper.text(x, y, text, font=LATIN)
    (table,) = tables(paper.done())
    assert table == [*bars(texts), "Stores|Fumigation of all/that is kept"]


def test_upright_lines_alone_part_columns() -> None:
    paper = Paper()
    for x in (90, 300, 340, 400):
        paper.line(x, 95, x, 160)
    for y, row in enumerate(
        [
            ("Code", "Commodity", "Unit", "Number", "Value"),
            ("0102", "Live animals of the species that are", "head", "12,033", "8,410"),
            ("", "listed in the annex", "", "", ""),
            ("0201", "Meat, fresh or chilled", "t", "1,244", "5,120"),
        ]
    ):
        for x, text in zip((60, 92, 302, 342, 402), row, strict=True):
            paper.text(x, 107 + 14 * y, text, font=LATIN)
    (table,) = tables(paper.done())
    assert [row.replace("/", " ") for row in table] == [
        "Code|Commodity|Unit|Number|Value",
        "0102|Live animals of the species that are listed in the annex|head|12,033|8,410",
        "0201|Meat, fresh or chilled|t|1,244|5,120",
    ]


def test_rows_apart_by_white_in_tall_cells() -> None:
    paper = Paper()
    for x in (57, 160, 220, 400):
        paper.line(x, 100, x, 240)
    for y in (100, 118, 240):
        paper.line(57, y, 400, y)
    for x, name in zip((62, 164, 224), ("Agent", "Hours", "How"), strict=True):
        paper.text(x, 113, name, font=LATIN)
    y = 132.0
    for name, hours in (("Tebuconazole", "24"), ("Benomyl", "4-12"), ("Thiram", "6")):
        paper.text(62, y, name, font=LATIN)
        paper.text(62, y + 12, "(emulsion)", font=LATIN)
        paper.text(164, y, hours, font=LATIN)
        paper.text(224, y, "Soak the seed well before", font=LATIN)
        paper.text(224, y + 12, "it is put out", font=LATIN)
        y += 32
    (table,) = tables(paper.done())
    assert [row.replace("/", " ") for row in table][1:] == [
        "Tebuconazole (emulsion)|24|Soak the seed well before it is put out",
        "Benomyl (emulsion)|4-12|Soak the seed well before it is put out",
        "Thiram (emulsion)|6|Soak the seed well before it is put out",
    ]


def in_tall_boxes(records: Sequence[tuple[float, Sequence[str]]]) -> list[str]:
    """The body of a table with lines between its columns only: each record so far below the
    last line of the one before, its lines set evenly."""
    paper = Paper()
    paper.text(62, 113, "Agent", font=LATIN)
    paper.text(164, 113, "Use", font=LATIN)
    paper.text(315, 113, "Hours", font=LATIN)
    y = 118.0
    for white, texts in records:
        lines = [text.split("/") for text in texts]
        y += white
        for x, parts in zip((62, 164, 315), lines, strict=True):
            for n, part in enumerate(parts):
                paper.text(x, y + 12 * n, part, font=LATIN)
        y += 12 * (max(map(len, lines)) - 1)
    for x in (57, 160, 310, 360):
        paper.line(x, 100, x, y + 6)
    for at in (100, 118, y + 6):
        paper.line(57, at, 360, at)
    (table,) = tables(paper.done())
    return table[1:]


#: Few lines of one record each: the usual white between lines is that between records.
RECORDS = (
    ("Seeds", "", ""),
    ("Benomyl", "Dressing", "4"),
    ("Thiram/(emulsion)", "Soaking/for a night", "12"),
    ("Maneb", "Dusting", "6"),
    ("Stores", "", ""),
    ("Phosphine", "Fumigation/under a sheet/that is tight", "72"),
)


def test_records_of_unlike_heights_below_labels_of_their_groups() -> None:
    assert in_tall_boxes([(17, record) for record in RECORDS]) == bars(RECORDS)
    words = [(*record[:2], "by day" if record[1] else "") for record in RECORDS]
    assert in_tall_boxes([(17, record) for record in words]) == bars(words)


def test_groups_of_records_farther_apart_than_these() -> None:
    apart = [(30 if not record[1] else 17, record) for record in RECORDS]
    assert in_tall_boxes(apart) == bars(RECORDS)


def test_figures_below_one_another_are_rows_whatever_white_parts_their_groups() -> None:
    rows = [("Seeds", "Dressing", "4"), ("Bulbs", "Soaking", "12")] * 3
    pairs = [(20 if n % 2 == 0 else 12, row) for n, row in enumerate(rows)]
    assert in_tall_boxes(pairs) == bars(rows)


def test_lines_set_evenly_in_tall_boxes_are_no_records() -> None:
    rows = [("Seeds", "Dressing", "by day"), ("and bulbs", "or soaking", "alone")] * 2
    (row,) = in_tall_boxes([(12, row) for row in rows])
    assert row.startswith("Seeds/and bulbs/Seeds")


def test_a_watermark_is_no_text_of_the_table() -> None:
    paper = Paper()
    rows(paper, 100, [("Region", "2008", "2009", "2010", "2011"), *FIGURES])
    paper.canvas.saveState()
    paper.canvas.translate(180, 842 - 150)
    paper.canvas.rotate(40)
    paper.canvas.setFont(LATIN, 40)
    paper.canvas.drawString(0, 0, "DRAFT")
    paper.canvas.restoreState()
    (table,) = tables(paper.done())
    assert table[1:] == bars(FIGURES)


def test_a_chart_is_no_table() -> None:
    paper = Paper()
    for n in range(7):
        paper.line(100 + 40 * n, 100, 100 + 40 * n, 280)
        paper.line(100, 100 + 30 * n, 340, 100 + 30 * n)
    paper.text(110, 115, "Blue", font=LATIN)
    paper.text(150, 145, "Red", font=LATIN)
    assert tables(paper.done()) == []


@pytest.mark.parametrize("numbered", [True, False])
def test_contents_are_no_table(numbered: bool) -> None:
    paper = Paper()
    titles = ("Introduction", "Results of the year", "Requests", "Reviews", "Outlook")
    for n, (title, page) in enumerate(zip(titles, (2, 2, 5, 11, 11), strict=True)):
        if numbered:
            paper.text(60, 100 + 14 * n, f"{n + 1}", font=LATIN)
        paper.text(90, 100 + 14 * n, title, font=LATIN)
        paper.text(400, 100 + 14 * n, str(page), font=LATIN, align="right")
    assert tables(paper.done()) == []


def test_rules_that_frame_the_page_frame_no_table() -> None:
    paper = Paper()
    paper.line(57, 60, 540, 60)
    paper.line(57, 790, 540, 790)
    paper.text(60, 90, "ABBREVIATIONS", font=LATIN, size=14)
    for n, (short, long) in enumerate(
        [("LRM", "Linear method"), ("LRS", "Linear system"), ("NID", "National identifier")]
    ):
        paper.text(60, 120 + 24 * n, short, font=LATIN)
        paper.text(160, 120 + 24 * n, long, font=LATIN)
    paper.text(60, 220, "TERMS", font=LATIN, size=14)
    assert not any("TERMS" in row for table in tables(paper.done()) for row in table)


def test_pieces_whose_columns_fall_together_stay_apart_or_share_them() -> None:
    """On the second page the labels stand in two columns, and one column of figures is empty."""
    paper = Paper()
    rows(paper, 740, [("Region", "2008", "2009", "2010", "2011"), *FIGURES])
    paper.page()
    for n, (label, part, *figures) in enumerate(
        [("Whole", "of north", "1", "2", "3"), ("Whole", "of south", "4", "5", "6")]
    ):
        paper.text(60, 80 + 14 * n, label, font=LATIN)
        paper.text(110, 80 + 14 * n, part, font=LATIN)
        for x, figure in zip((RIGHT[1], RIGHT[2], RIGHT[4]), figures, strict=True):
            paper.text(x, 80 + 14 * n, figure, font=LATIN, align="right")
    (table,) = tables(paper.done())
    assert table[-2:] == ["Whole of north|1|2||3", "Whole of south|4|5||6"]


def test_blanks_below_the_break_are_no_rest_of_heads() -> None:
    paper = Paper()
    xs = (60, 180, 260, 340)
    paper.grid(xs, (760, 780), [("信息内容", "上年数量", "本年增减")])
    paper.page()
    paper.grid(xs, (60, 80, 100), [("行政处罚", "", "19"), ("行政强制", "2", "3")])
    (table,) = tables(paper.done())
    assert table == ["信息内容|上年数量|本年增减", "行政处罚||19", "行政强制|2|3"]


def test_heads_of_two_lines_above_the_first_rule() -> None:
    paper = Paper()
    rows(paper, 100, [("", "FY 2010", "FY 2011", "FY 2012"), ("", "Actual", "Estimate", "Request")])
    paper.line(57, 115, 325, 115)
    end = rows(paper, 128, [row[:4] for row in FIGURES])
    paper.line(57, end - 9, 325, end - 9)
    (table,) = tables(paper.done())
    assert table[0] == "|FY 2010/Actual|FY 2011/Estimate|FY 2012/Request"


def test_heads_of_unlike_heights_above_the_first_rule() -> None:
    paper = Paper()
    paper.text(60, 74, "Numbers by region", font=LATIN)
    heads = [("", "", "", "Change"), ("", "FY 2010", "", "on year")]
    rows(paper, 92, [*heads, ("Region", "Actual", "Estimate", "(%)")], pitch=12)
    paper.line(57, 121, 325, 121)
    end = rows(paper, 134, [row[:4] for row in FIGURES])
    paper.line(57, end - 9, 325, end - 9)
    (table,) = tables(paper.done())
    assert table == [
        "Region|FY 2010/Actual|Estimate|Change/on year/(%)",
        *bars([row[:4] for row in FIGURES]),
    ]


def test_what_heads_no_column_above_the_first_rule_is_no_head() -> None:
    for x, title in ((60, "Numbers by region"), (150, "Numbers, in thousands"), (320, "单位：件")):
        paper = Paper()
        paper.text(x, 88, title, align="right" if x == 320 else "left")
        rows(paper, 100, [("Region", "Actual", "Estimate", "Change")])
        paper.line(57, 105, 325, 105)
        end = rows(paper, 118, [row[:4] for row in FIGURES])
        paper.line(57, end - 9, 325, end - 9)
        (table,) = tables(paper.done())
        assert table[0] == "Region|Actual|Estimate|Change"


def three_lines(below: Sequence[str], right: float = 0.0) -> list[list[str]]:
    """The tables of a page with one between three lines, and a row below the last of these."""
    paper = Paper()
    paper.line(57, 100, 390, 100)
    end = rows(paper, 112, [("Region", "2009", "2010", "Number", "Rank")])
    paper.line(57, end - 9, 390, end - 9)
    end = rows(paper, end + 3, FIGURES[:2])
    paper.line(57, end - 9, 390, end - 9)
    for n, text in enumerate(below):
        x = RIGHT[n] + (right if n else 0)
        paper.text(x, end + 5, text, font=LATIN, align="right" if n else "left")
    return tables(paper.done())


def test_a_total_below_the_last_rule_is_of_the_table() -> None:
    above = ["Region|2009|2010|Number|Rank", *bars(FIGURES[:2])]
    for total in (FIGURES[2], ("Total", "1.0", "2.0", "7", "-")):
        assert three_lines(total) == [[*above, "|".join(total)]]


@pytest.mark.parametrize(
    ("below", "right"),
    [
        (("Source: our own figures.",), 0),
        (("Region", "2011", "2012", "2013", "2014"), 0),
        (("Total", "1.0", "2.0", "7", "8"), 24),
        (("See page", "12"), 0),
        (("Eastern region", "fell", "rose", "fell", "rose"), 0),
    ],
)
def test_what_does_not_go_on_the_columns_below_the_last_rule_is_of_none(
    below: Sequence[str], right: float
) -> None:
    above = ["Region|2009|2010|Number|Rank", *bars(FIGURES[:2])]
    assert three_lines(below, right) == [above]


def test_rules_around_the_heads_alone() -> None:
    paper = Paper()
    paper.line(57, 100, 390, 100)
    paper.text(230, 112, "Industry", font=LATIN, align="center")
    paper.text(350, 112, "Services", font=LATIN, align="center")
    end = rows(paper, 125, [("Country", "2004", "2010", "2004", "2010")])
    paper.line(57, end - 9, 390, end - 9)
    rows(paper, end + 2, FIGURES)
    (table,) = tables(paper.done())
    assert table == [
        "|Industry|<|Services|<",
        "Country|2004|2010|2004|2010",
        *bars(FIGURES),
    ]


def test_lines_of_heads_that_look_like_figures() -> None:
    paper = Paper()
    rows(paper, 100, [("", "0 to", "15 to", "65 and"), ("Area", "14", "64", "over")], pitch=11)
    rows(paper, 128, [row[:4] for row in FIGURES])
    (table,) = tables(paper.done())
    assert table[0] == "Area|0 to/14|15 to/64|65 and/over"


def test_captions_beside_one_another_are_no_heads() -> None:
    paper = Paper()
    paper.text(60, 86, "Table 1. Exports", font=LATIN)
    paper.text(260, 86, "Table 2. Imports", font=LATIN)
    rows(paper, 100, [("Partner", "2009", "2010", "2011", "2012"), *FIGURES])
    (table,) = tables(paper.done())
    assert table[0] == "Partner|2009|2010|2011|2012"


def test_two_pages_on_a_sheet_are_read_one_after_the_other() -> None:
    paper = Paper(842, 595)
    head, rows = ("项目", "本年"), [(f"第{n}项", str(n)) for n in range(6)]
    ys = [100 + 20 * n for n in range(5)]
    for left, part in ((50, [head, *rows[:3]]), (470, rows[3:])):
        paper.grid((left, left + 150, left + 300), ys[: len(part) + 1], part)
        paper.text(left + 150, 560, "- 1 -" if left == 50 else "- 2 -", align="center")
    (table,) = read(paper.done()).tables()

    assert drawn(table) == ["项目|本年", *(f"第{n}项|{n}" for n in range(6))]
    assert table.where.box is not None
    assert {cell.where.box[0] for cell in table.cells if cell.where.box} == {50, 200, 470, 620}


def test_a_table_across_a_broad_page_is_one() -> None:
    paper = Paper(842, 595)
    paper.grid(
        (50, 300, 550, 790),
        [100 + 20 * n for n in range(5)],
        [("项目", "", "本年"), *(("规章", "", "3"),) * 3],
    )

    assert tables(paper.done()) == [["项目||本年", *("规章||3",) * 3]]
