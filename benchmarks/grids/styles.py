"""The kinds of every report: grids, frames, three lines, none, shades; one column and two."""

from __future__ import annotations

import random
from io import BytesIO

from benchmarks.grids.content import make_figures, make_texts, words
from benchmarks.grids.measure import Grid
from benchmarks.grids.sheet import Sheet
from benchmarks.grids.tables import Style, draw_table

RULES = (
    *("full", "frame", "three_line", "rows", "columns", "head", "none", "three_line", "none"),
    "shades",
)


def make_page(seed: int) -> tuple[bytes, list[Grid], str]:
    """A page with one or two tables, their grids, and the name of its style."""
    rng = random.Random(seed)
    lang = rng.choice(["en", "en", "zh"])
    stream = BytesIO()
    sheet = Sheet(stream, lang, rng)
    columns = rng.random() < 0.25
    rules = RULES[seed % len(RULES)]
    name = f"{rules}{' two-column' if columns else ''}"
    truth: list[Grid] = []
    sheet.text(70, 40, words(rng, lang, 5), 8)
    y = sheet.y
    areas = [(70, 287), (308, 525)] if columns else [(70, 525)]
    for number, (x0, x1) in enumerate(areas):
        y = sheet.prose(x0, x1, 70, rng.randint(3, 12))
        if rng.random() < 0.25:
            y = sheet.chart(x0, y + 10)
        for _ in range(1 if columns or rng.random() < 0.6 else 2):
            for _attempt in range(30):
                text_only = rng.random() < 0.3 and rules in ("full", "rows", "three_line", "shades")
                made = (make_texts if text_only else make_figures)(rng, lang)
                style = Style(
                    rules=rules,
                    shade=rng.choice(["", "", "head", "zebra"]) if rules != "shades" else "",
                    size=rng.choice([7.5, 8, 9, 10]),
                    pitch=rng.choice([1.3, 1.5, 1.9]) if not text_only else 2.0,
                    cmid=rng.random() < 0.5,
                    align=rng.choice(["right", "right", "center"]),
                    leaders="." if rng.random() < 0.1 and rules == "none" else "",
                    gap=rng.choice([1.0, 1.4, 2.0]),
                )
                caption = {"en": f"Table {number + 1}. ", "zh": f"表{number + 1} "}[lang]
                end = draw_table(sheet, made, style, x0, x1, y + 24)
                if end is None:
                    continue
                sheet.text(x0, y + 12, caption + words(rng, lang, 4), 9, bold=True)
                truth.append(made.cells)
                note = {
                    "en": "Source: national accounts, own calculation.",
                    "zh": "资料来源：本局统计。",
                }
                sheet.text(x0, end + 12, note[lang], 7)
                y = end + 30
                break
        if y < 700:
            y = sheet.prose(x0, x1, y + 8, rng.randint(2, min(14, int((760 - y) / 13.5))))
    sheet.text(297, 810, str(rng.randint(2, 90)), 9, align="center")
    sheet.canvas.save()
    return stream.getvalue(), truth, name
