"""Reports in all kinds of web pages: what is marked in the page that is shown is what was read,
and nothing in that page can act."""

from __future__ import annotations

from collections.abc import Callable
from html.parser import HTMLParser
from random import Random

import pytest

from samples import draft, make_report, render
from samples.hard.pages import PAGES
from samples.hard.shape import Shape
from samples.hard.shown import SHOWN_PAGES
from samples.html import HTML_STYLES
from tasks.detect import detect
from tasks.flow import examine
from tasks.model.document import Format
from tasks.model.refusal import Refusal
from tasks.render import result
from workers.site.originals import MARK, Place, original
from workers.site.originals.html import marked_page

#: Cells of each document.
CELLS = 3
VOID = {"br", "col", "hr", "img", "input", "wbr", "meta"}
ACTING = {"script", "iframe", "object", "embed", "form", "base", "link", "svg", "video", "frame"}
LOADING = {"src", "href", "action", "srcset", "background", "poster", "data", "formaction"}


class Shown(HTMLParser):
    """What a page has at the mark, and what in it could act. Another parser than ours."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.marks = 0
        self.text = ""
        self.acting: list[str] = []
        self._depth = 0
        self.feed(page)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        said = dict(attributes)
        if tag in ACTING or (tag == "meta" and said != {"charset": "utf-8"}):
            self.acting.append(tag)
        for name, value in attributes:
            reaches = name in LOADING and not (value or "").startswith("data:image/")
            styled = name == "style" and "url(" in (value or "").lower()
            if name.startswith("on") or reaches or styled:
                self.acting.append(f"{tag} {name}={value}")
        if said.get("id") == MARK:
            self.marks += 1
            self._depth = 0 if tag in VOID else 1
        elif self._depth and tag not in VOID:
            self._depth += 1

    def handle_endtag(self, tag: str) -> None:
        if self._depth:
            self._depth -= 1

    def handle_data(self, data: str) -> None:
        if self._depth:
            self.text += data


def shown(body: bytes, place: Place) -> Shown:
    detection = detect(body, "a.html")
    page = marked_page(body, detection, place.where.path, place.text, place.exact)
    return Shown(page.attached.decode("utf-8"))


def places(body: bytes) -> list[Place]:
    """Some of the figures that stand in elements of their own."""
    envelope = result.parts(examine(body, "a.html"))
    report = envelope["report"] or {"edition": {}}
    ids = [
        f"{table}.{row}.{column}"
        for table in report["edition"]
        for row, figures in report[table].items()
        for column in figures
    ]
    found = [original(envelope, id) for id in Random(1).sample(ids, len(ids))]
    return [place for place in found if place.exact and place.where.path][:CELLS]


def plain(text: str) -> str:
    return "".join(text.split())


@pytest.mark.parametrize("style", HTML_STYLES)
def test_what_is_marked_is_what_was_read(style: str, count: Callable[..., None]) -> None:
    body = render(make_report(5), Format.HTML, style)
    found = places(body)
    for place in found:
        page = shown(body, place)
        assert page.marks == 1, place
        assert plain(page.text) == plain(place.text), place
        assert page.acting == []
    assert len(found) == CELLS
    count("cells marked in pages", documents=1, cells=len(found))


@pytest.mark.parametrize("shape", [*PAGES, *SHOWN_PAGES], ids=lambda shape: shape.name)
def test_in_hard_pages_it_is_marked_too(shape: Shape, count: Callable[..., None]) -> None:
    body = shape.make(draft(make_report(6)), 6)
    try:
        found = places(body)
    except Refusal:
        return
    for place in found[:2]:
        page = shown(body, place)
        assert page.marks == 1, place
        assert page.acting == []
    count("cells marked in pages", documents=1, cells=len(found[:2]))
