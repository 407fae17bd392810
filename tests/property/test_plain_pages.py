"""Two ways to read a page: what the way of plain pages gives is what the careful way gives.

Pages are drawn of tags that follow each other by the rules or against them, with attributes that
say something of how a text is seen, or nothing; and of whole reports as programs save them.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random

import pytest
from against_truth import seeds

from samples.hard import HARD_FILES
from tasks.detect import detect
from tasks.model.document import Format
from tasks.read.html import _plain, _with_care, opened
from tasks.read.html.frames import Page
from tasks.read.html.sheets import page_sheets

SOUPS = 600
TEXTS = (
    "12",
    "规章",
    " ",
    "\n",
    "一、总体情况\n二",
    "a  b",
    "\xa0",
    "\u200b0",
    "&nbsp;34",
    "&lt;b>",
    "①",
)
INLINE = ("span", "b", "font", "a", "o:p", "u", "em", "label", "x-y", "sup", "s")
BLOCKS = ("p", "div", "h2", "li", "ul", "ol", "section", "center", "pre", "form", "head", "title")
VOID = ("<br>", "<img src=a.png>", "<img width=1 src=b.gif>", "<input type=hidden>", "<hr>")
ODD = (
    "<input value=7>",
    "<svg><text>5</text></svg>",
    "<script>1<2</script>",
    "<!-- 9 -->",
    "<?x?>",
)
LOOSE = (
    "</p>",
    "</td>",
    "</table>",
    "<td>",
    "<tr>",
    "</span>",
    "</html>",
    "<body>",
    "<html lang=zh>",
)
PLAIN_SAID = (
    "",
    ' class="MsoNormal"',
    ' style="font-size:12px; color:#333"',
    " style='text-align:center;width:48pt'",
    ' align="center" width="20%"',
    ' style="display:block"',
    ' id="zoom" lang="EN-US"',
)
SAID = (
    *PLAIN_SAID,
    ' style="display:none"',
    ' style="float:left"',
    ' style="position:absolute;left:-9999px"',
    ' style="vertical-align:super"',
    ' style="color:white"',
    ' bgcolor="#333333"',
    ' style="font-size:0"',
    ' style="visibility:hidden"',
    ' style="white-space:pre"',
    ' style="height:0"',
    ' style="background:url(a.png)"',
    ' dir="rtl"',
    " hidden",
    ' role="row"',
    ' class="td"',
    ' style="display:table-cell"',
)


def soup(random: Random, depth: int, said: tuple[str, ...]) -> str:
    """Some things beside each other."""
    return "".join(_one(random, depth, said) for _ in range(random.randint(1, 4)))


def _one(random: Random, depth: int, said: tuple[str, ...]) -> str:
    tame = said is PLAIN_SAID
    what = random.choices(
        ("text", "inline", "block", "table", "void", "odd", "loose"),
        (6, 4 * (depth > 0), 3 * (depth > 0), 2 * (depth > 0), 1, not tame, not tame),
    )[0]
    match what:
        case "inline" | "block":
            few = (INLINE[:6], BLOCKS[:3]) if tame else (INLINE, BLOCKS)
            tag = random.choice(few[what == "block"])
            end = "" if not tame and random.random() < 0.1 else f"</{tag}>"
            return f"<{tag}{random.choice(said)}>{soup(random, depth - 1, said)}{end}"
        case "table":
            return _table(random, depth, said)
        case "void" | "odd" | "loose":
            return random.choice({"void": VOID, "odd": ODD, "loose": LOOSE}[what])
    return random.choice(TEXTS)


def _table(random: Random, depth: int, said: tuple[str, ...]) -> str:
    rows = []
    for _ in range(random.randint(1, 4)):
        cells = "".join(
            f"<td{random.choice(('', ' colspan=2', ' rowspan=2', random.choice(said)))}>"
            f"{soup(random, depth - 1, said)}</td>"
            for _ in range(random.randint(1, 3))
        )
        rows.append(f"<tr{random.choice(said)}>{cells}</tr>")
    inside = "".join(rows)
    around = random.choice(("{}", "<tbody>{}</tbody>", "<thead>{}</thead><tr><td>3</td></tr>"))
    before = random.choice(("", "\n", "<caption>表一</caption>", "<colgroup><col><col></colgroup>"))
    return f"<table{random.choice(said)}>{before}{around.format(inside)}</table>"


def agrees(page: Page) -> bool:
    """Whether the page was plain; fails where the two ways differ."""
    sheets = page_sheets(page.text, page.sheet)
    plain = _plain(page, sheets)
    if plain is None:
        return False
    careful = _with_care(page, sheets)
    assert plain.contents() == careful.contents()
    assert plain.title() == careful.title()
    assert plain.doubts() == careful.doubts()
    assert plain.by_script == careful.by_script
    return True


@pytest.mark.parametrize("said", [PLAIN_SAID, SAID], ids=("plain", "any"))
def test_both_ways_read_the_same(said: tuple[str, ...], count: Callable[..., None]) -> None:
    plain = 0
    for seed in seeds(SOUPS):
        random = Random(seed)
        head = random.choice(("", "<!DOCTYPE html><html><head><title>报告</title></head><body>"))
        text = head + random.choice(("", "<p>1</p>")) + soup(random, 4, said)
        try:
            plain += agrees(Page(text))
        except AssertionError as error:
            raise AssertionError(f"soup({seed}): {text}") from error
    count("two ways to read a page", pages=len(seeds(SOUPS)), plain=plain)
    assert plain > len(seeds(SOUPS)) // (3 if said is PLAIN_SAID else 60)


def test_both_ways_read_the_hard_corpus_alike() -> None:
    found = [
        agrees(opened(body, detection)[0])
        for file in HARD_FILES
        if not file.shape.needs and file.name.endswith((".html", ".htm"))
        for body in (file.body(),)
        for detection in (detect(body, file.name),)
        if detection.format is Format.HTML
    ]
    assert sum(found) > len(found) // 3
