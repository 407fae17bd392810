"""HTML to Document. One reader of four behind `tasks/read`; takes what `detect` decided.

    read_html   a page, its frames and what was saved with it -> Document
    plain       a page that hides nothing, from libxml2's tree: most pages
    page        any page, the target of the parser: tags in, contents out; tables: gathered
    roles       what elements are for us
    look        declarations of style -> what they mean for reading; colours
    sheets      the page's own style sheets: which declarations an element has; selectors
    drawings    text in SVG          frames     pages in a page
    shadows     shadow trees in their place
    pictures    pictures that came with the page, and signs in their places

Where a page is not plain, lxml's parser calls it for each tag as it goes, and no tree is built:
libxml2 drops what lies deeper than 256 elements from its trees without a word, events have no such
limit, and nothing there recurses but frames in frames. Either way takes less time than
BeautifulSoup over lxml needs for the bare texts of the cells, since that makes a Python object of
each tag first; the project uses it to find declared encodings, and tests use it as a peer.

What counts is what a browser shows: hidden elements are not content, whether they themselves or
the page's style sheets say so, nor is what is struck through; what sheets put into elements is;
white space collapses; rows and cells that stand in no table are taken for one.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from lxml import etree

from tasks.detect.encoding import decode
from tasks.detect.mhtml import message
from tasks.model.document import Detection, Document, Doubt, DoubtKind, Format
from tasks.model.limits import MAX_CELLS, MAX_CHARACTERS, MAX_TAGS
from tasks.model.patterns import regex
from tasks.model.saying import say
from tasks.read.embedded import Marks
from tasks.read.html.frames import Page, Spent
from tasks.read.html.pictures import pictures_in, with_marks
from tasks.read.html.plain import PlainPage, plain_page
from tasks.read.html.refused import too_complex
from tasks.read.html.shadows import Composed, Target, has_lost_sheets, has_shadows
from tasks.read.html.sheets import Cascade, page_sheets
from tasks.read.nesting import Data, blocks, settled

if TYPE_CHECKING:
    from tasks.read.html.page import Read, Reader

#: Characters of one byte that no page has.
_CONTROLS = bytes((*range(9), 0x0B, *range(0x0E, 0x20), 0x7F))
#: Where a browser begins a row, and libxml2, which passes over the end tag, does not.
_ROW_ENDED = regex(r"</[tT][rR]\s*>(?=\s*<[tT][dDhH][\s>])")
_CELL_BEGINS = regex(r"<t[dh][\s>]", re.IGNORECASE)
#: What makes the paragraphs of a page. Where none of it stands outside of tables, lines do.
_PAGE_BLOCKS = regex(
    r"<(/?)(table|!doctype|html|body|p|br|h[1-6]|li|pre|xmp|iframe|frame)(?=[\s/>])", re.IGNORECASE
)


def read_html(source: bytes, detection: Detection, marks: Marks | None = None) -> Document:
    """`marks`: where signs are to stand for pictures. Raises Refusal `too_complex`. A page
    without content, as a frameset, has no blocks."""
    page, doubts = opened(source, detection)
    pictures = pictures_in(page) if marks is None else ()
    if marks is not None:
        page = with_marks(page, marks)
    read = _read(page)
    return Document(
        format=Format.HTML,
        encoding=detection.encoding,
        title=read.title(),
        blocks=blocks(read.contents()),
        doubts=(*doubts, *_truncated(page.text), *read.doubts(), *_not_shown(page)),
        pictures=pictures,
    )


def opened(source: bytes, detection: Detection) -> tuple[Page, tuple[Doubt, ...]]:
    """The page, decoded; of a page that was saved with others, the one around them."""
    saved = message(source)
    if saved is None:
        text, doubts = decode(source, detection)
        return Page(text), doubts
    text, doubts = decode(saved.root.body(), detection)
    number = saved.root.number
    spent = Spent(shown={number})
    return Page(text, saved.root.location, saved, around=(number,), spent=spent), doubts


def is_shown_by_script(page: Page) -> bool:
    """Whether the page hides what is read of it until a script shows it."""
    return _read(page).by_script


def tell(text: str, target: Target) -> None:
    """Hand the tags of a page to what takes them. Elements have the same places for all."""
    # the stubs ask for a method for comments, which we do without
    parsed: Any = Composed(target) if has_shadows(text) else target
    # As UTF-8 with the encoding fixed, so that no declaration in the page is believed again.
    parser = etree.HTMLParser(target=parsed, encoding="utf-8", huge_tree=True, no_network=True)
    source = _source(text)
    if source.strip():
        parser.feed(source)
        parser.close()


def _source(text: str) -> bytes:
    """A page as it is given to the parser."""
    source = text.encode("utf-8", "replace").translate(None, _CONTROLS)
    if _ROW_ENDED.search(text) or len(source) < len(text):
        return _ROW_ENDED.sub("</tr><tr>", source.decode()).encode()
    return source


def _plain(page: Page, sheets: Cascade) -> PlainPage | None:
    """The page if it hides nothing and has all it shows in itself."""
    text = page.text
    if sheets or page.message or page.depth:
        return None
    if len(text) > MAX_CHARACTERS or text.count("<") > MAX_CELLS:
        return None
    if has_shadows(text) or _is_lines(text):
        return None
    parser = etree.HTMLParser(
        encoding="utf-8", huge_tree=True, no_network=True, remove_comments=True, remove_pis=True
    )
    source = _source(text)
    root = etree.fromstring(source, parser) if source.strip() else None
    return None if root is None else plain_page(root, foreign=sheets.foreign)


def _read(page: Page) -> Read:
    """The page as it is shown."""
    tags = page.text.count("<")
    if tags > MAX_TAGS:
        raise too_complex(f"超过 {MAX_TAGS} 个标签", f"more than {MAX_TAGS} tags")
    if tags > MAX_CELLS and sum(1 for _ in _CELL_BEGINS.finditer(page.text)) > MAX_CELLS:
        # Known before six seconds are spent on them.
        raise too_complex(f"超过 {MAX_CELLS} 个单元格", f"more than {MAX_CELLS} cells")
    sheets = page_sheets(page.text, page.sheet)
    return _plain(page, sheets) or _with_care(page, sheets)


def _with_care(page: Page, sheets: Cascade) -> Reader:
    """The page as it is shown; once more where a script must be supposed to show it."""
    framed = _Frames()
    read = _parse(page, sheets, framed)
    if read.faded:
        # A script lets blocks fade in, a sheet that nobody sent makes their texts larger.
        read = _parse(page, sheets, framed, shown=frozenset(read.faded))
    if read.cells_folded > read.cells:
        # The page is what it holds back until somebody asks for it.
        read = _parse(page, sheets, framed, shown=frozenset(read.faded), unfolded=True)
    if read.hid_tables and not any(isinstance(one, Data) for one in settled(read.contents())):
        # A script shows what the sheets hide: tabs, pages that fade in.
        read = _parse(page, sheets.showing(), framed, unfolded=True)
        read.by_script = True
    return read


class _Frames:
    """The pages in a page, each read once though the page may be read again."""

    def __init__(self) -> None:
        self._read: dict[tuple[str, str], Read] = {}

    def __call__(self, page: Page) -> Read:
        known = (page.base, page.text)
        if known not in self._read:
            self._read[known] = _read(page)
        return self._read[known]


def _parse(
    page: Page,
    sheets: Cascade,
    framed: _Frames,
    *,
    shown: frozenset[int] = frozenset(),
    unfolded: bool = False,
) -> Reader:
    # Imported for pages that have to be read with care.
    from tasks.read.html.page import Reader

    read = Reader(page, sheets, framed, lines=_is_lines(page.text), shown=shown, unfolded=unfolded)
    tell(page.text, read)
    return read


def _is_lines(text: str) -> bool:
    """Whether this is text, as Markdown, with nothing of a page in it but its tables."""
    depth = 0
    for tag in _PAGE_BLOCKS.finditer(text):
        if tag[2].lower() == "table":
            depth = max(depth + (-1 if tag[1] else 1), 0)
        elif not depth:
            return False
    return True


def _not_shown(page: Page) -> tuple[Doubt, ...]:
    """Doubts where a page was saved along that no frame shows, and there is a table in it; where
    style sheets were not saved."""
    if page.message is None:
        return ()
    doubts = [_lost_sheets()] if has_lost_sheets(page.text) else []
    left = [part for part in page.message.pages() if part.number not in page.spent.shown]
    left = [part for part in left if b"<table" in part.body().lower()]
    if not left:
        return tuple(doubts)
    return (
        *doubts,
        Doubt(
            kind=DoubtKind.STRAY_TEXT,
            says=(say("page.not_shown", n=len(left)),),
        ),
    )


def _lost_sheets() -> Doubt:
    return Doubt(
        kind=DoubtKind.TRUNCATED,
        says=(say("page.lost_sheets"),),
    )


def _truncated(text: str) -> tuple[Doubt, ...]:
    """A doubt where a table is still open at the end of a page that never ends."""
    if "</html" in text[-2_000:].lower():
        return ()
    low = text.lower()
    if low.count("<table") <= low.count("</table"):
        return ()
    return (
        Doubt(
            kind=DoubtKind.TRUNCATED,
            says=(say("page.breaks_off"),),
        ),
    )
