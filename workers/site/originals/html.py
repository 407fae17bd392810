"""A web page -> the same page, in which nothing acts, with one cell marked. In the sandbox only.

The parser tells its tags as it tells them to the reader, so the paths of elements mean the same
here; what is kept of them is written down anew, and nh3 (ammonia, which parses as browsers do)
lets through what is on the lists below. It is sent with `headers.PAGE_HEADERS`, which forbid
scripts and requests whatever is left in it.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from html import escape

import nh3

from tasks.model.document import Detection
from tasks.read.html import is_shown_by_script, opened, tell
from tasks.read.html.frames import Page
from tasks.read.html.roles import is_spacer
from tasks.read.html.sheets import Cascade, written_sheet
from workers.sandbox.wire import Extract
from workers.site.originals.shown import MARK
from workers.site.originals.style import harmless

TAGS = {
    *(nh3.ALLOWED_TAGS - {"map", "area", "rp", "rt", "rtc"}),
    "address", "big", "button", "dir", "fieldset", "font", "input", "label", "legend", "main",
    "menu", "nobr", "optgroup", "option", "section", "select", "textarea", "tfoot",
}  # fmt: skip
#: Not shown, with all that they hold; what a program would run, load or ask for.
DROPPED = {
    "annotation", "annotation-xml", "applet", "audio", "canvas", "datalist", "embed", "noembed",
    "noframes", "noscript", "param", "rp", "rt", "rtc", "script", "source", "template",
    "title", "track", "video", "xml",
}  # fmt: skip
#: Pages in the page: shown where they stand, if they were sent along.
FRAMES = {"iframe", "frame", "object"}
#: Elements that are written as others.
_INSTEAD = {"xmp": "pre", "listing": "pre", "plaintext": "pre", "dialog": "div", "frameset": "div"}
_VOID = {"br", "col", "hr", "img", "input", "wbr"}
ATTRIBUTES = {
    "align", "bgcolor", "border", "bordercolor", "cellpadding", "cellspacing", "checked", "class",
    "clear", "color", "cols", "colspan", "dir", "face", "frame", "height", "hidden", "hspace",
    "id", "label", "lang", "multiple", "noshade", "nowrap", "role", "rows", "rowspan", "rules",
    "selected", "size", "span", "start", "style", "title", "type", "valign", "value", "vspace",
    "width", "wrap",
}  # fmt: skip
#: Besides, of single elements.
_ATTRIBUTES_OF = {"*": ATTRIBUTES, "img": {"alt", "src"}}
_DATA = re.compile(r"data-[a-z0-9-]+")
#: Whatever the page says of them.
_SET = {
    **{tag: {"disabled": ""} for tag in ("button", "input", "select", "textarea")},
    "details": {"open": ""},
}
#: Of a drawing, what it does not show.
_UNDRAWN = {"defs", "desc", "metadata", "script", "style", "symbol", "title"}
_UNSEEN_INPUTS = {"hidden", "file", "password"}

_PICTURE = re.compile(r"data:image/(?:png|jpe?g|gif|webp|bmp);base64,[A-Za-z0-9+/=\s]*", re.I)
_PICTURE_KINDS = {"image/png", "image/jpeg", "image/gif", "image/webp", "image/bmp"}
#: Bytes of pictures that are written into the page.
MOST_PICTURES = 16 * 2**20
_STANDARD = re.compile(r"\s*(?:<!--.*?-->\s*)*<!doctype\s+html", re.IGNORECASE | re.DOTALL)

_MARKED = (
    f"#{MARK}{{outline:3px solid #c8102e!important;outline-offset:1px;scroll-margin:35vh;"
    "background-color:#fff1a8!important;color:#000!important}"
    f":has(#{MARK}){{visibility:visible!important;opacity:1!important}}"
)
_NEAR = f"#{MARK}{{scroll-margin:20vh}}"
#: Where a script would have shown it.
_OPENED = f":has(#{MARK}){{display:revert!important}}"


def marked_page(
    source: bytes, detection: Detection, path: str | None, text: str, exact: bool
) -> Extract:
    """The page in UTF-8. `path`: as `Where.path`; `text`: what stands in the cell, which decides
    where several pages in one have such an element; not `exact`: it is no more than where to
    begin, and gets no outline. Raises Refusal."""
    page, _ = opened(source, detection)
    written = Written(wanted=tuple((path or "").split("/")[1:]))
    tell(page.text, _Copy(page, written))
    styles = "".join(_style(sheet, media) for media, sheet in written.sheets)
    if path:
        styles += f"<style>{_MARKED if exact else _NEAR}</style>"
        if is_shown_by_script(opened(source, detection)[0]):
            styles += f"<style>{_OPENED}</style>"
    html = (
        f"{'<!DOCTYPE html>' if _STANDARD.match(page.text) else ''}"
        f'<html{written.html}><head><meta charset="utf-8">{styles}</head>'
        f"<body{written.body}>{_marked(written, text)}</body></html>"
    )
    return Extract(attached=html.encode("utf-8", "replace"))


@dataclass(slots=True, kw_only=True)
class _Candidate:
    """An element at the path that is wanted."""

    #: Where its tags stand in what is written.
    start: int
    end: int = 0
    tag: str
    attributes: str
    texts: list[str] = field(default_factory=list)


@dataclass(slots=True, kw_only=True)
class Written:
    """What is kept of a page, and of those in it."""

    #: The steps of the path.
    wanted: tuple[str, ...]
    parts: list[str] = field(default_factory=list)
    #: Medium and text.
    sheets: list[tuple[str, str]] = field(default_factory=list)
    candidates: list[_Candidate] = field(default_factory=list)
    #: Attributes of the whole page and of its body.
    html: str = ""
    body: str = ""
    pictures: int = 0


@dataclass(slots=True)
class _Element:
    tag: str
    #: What it is written as; "" where its tags are left out.
    written: str
    #: How many steps of the path that is wanted lead to it; -1 where it is not on it.
    steps: int
    children: dict[str, int] = field(default_factory=dict)
    candidate: _Candidate | None = None


class _Copy:
    """The target of the parser for one page. Counts elements as `tasks.read.html.page.Reader`."""

    def __init__(self, page: Page, written: Written, *, within: bool = False) -> None:
        self._page = page
        self._written = written
        self._within = within
        self._elements = [_Element("", "", 0)]
        self._open: list[_Candidate] = []
        self._skipped = 0
        self._drawn = 0
        self._sheet: list[str] | None = None
        self._medium = ""

    # What the parser calls.

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        if self._skipped:
            self._skipped += 1
            return
        if self._drawn:
            # Of a drawing, its text is kept.
            self._drawn += 1
            self._skipped = int(tag in _UNDRAWN)
            return
        parent = self._elements[-1]
        number = parent.children.get(tag, 0) + 1
        parent.children[tag] = number
        if tag in FRAMES:
            self._show_frame(attributes)
        if tag in FRAMES or tag in DROPPED:
            self._skipped = 1
            return
        if tag == "style":
            self._sheet, self._medium = [], attributes.get("media", "")
        elif tag == "svg":
            self._drawn = 1
            self._put("<span>")
            return
        elif tag == "link":
            self._link(attributes)
        elif tag in ("html", "body") and not self._within:
            setattr(self._written, tag, _attributes(tag, attributes))
        self._begin(tag, number, attributes)

    def end(self, tag: str) -> None:
        if self._skipped:
            self._skipped -= 1
            if not self._skipped and self._drawn:
                self._drawn -= 1
            return
        if self._drawn:
            self._drawn -= 1
            if not self._drawn:
                self._put("</span>")
            return
        if self._sheet is not None:
            self._written.sheets.append((self._medium, "".join(self._sheet)))
            self._sheet = None
        element = self._elements.pop()
        if element.candidate is not None:
            element.candidate.end = len(self._written.parts)
            self._open.remove(element.candidate)
        if element.candidate is not None or (element.written and element.written not in _VOID):
            self._put(f"</{element.written}>" if element.written else "")

    def data(self, text: str) -> None:
        if self._skipped:
            return
        if self._sheet is not None:
            self._sheet.append(text)
            return
        for candidate in self._open:
            candidate.texts.append(text)
        self._put(escape(text, quote=False))

    def close(self) -> None:
        while len(self._elements) > 1:
            self.end(self._elements[-1].tag)

    # What `shadows` calls: their sheets come as elements too.

    def enter(self, sheets: Cascade, host: Mapping[str, str]) -> None: ...
    def visit(self) -> None: ...
    def leave(self) -> None: ...

    # What is written.

    def _put(self, part: str) -> None:
        self._written.parts.append(part)

    def _begin(self, tag: str, number: int, attributes: Mapping[str, str]) -> None:
        instead = _INSTEAD.get(tag, tag)
        written = instead if instead in TAGS and not _is_unseen(tag, attributes) else ""
        said = _attributes(written, attributes)
        if tag == "img":
            said += self._picture(attributes.get("src", ""))
        element = _Element(tag, written, self._steps_to(tag, number))
        self._elements.append(element)
        if element.steps == len(self._written.wanted) > 0:
            start = len(self._written.parts)
            element.candidate = _Candidate(start=start, tag=written or "div", attributes=said)
            self._written.candidates.append(element.candidate)
            self._open.append(element.candidate)
        if written or element.candidate is not None:
            self._put(f"<{written}{said}>" if written else "")

    def _steps_to(self, tag: str, number: int) -> int:
        before, wanted = self._elements[-1].steps, self._written.wanted
        step = tag if tag in ("html", "body") else f"{tag}[{number}]"
        return before + 1 if 0 <= before < len(wanted) and wanted[before] == step else -1

    def _show_frame(self, attributes: Mapping[str, str]) -> None:
        inner = None if is_spacer(attributes) else self._page.frame(attributes)
        if inner is not None:
            self._put("<div>")
            tell(inner.text, _Copy(inner, self._written, within=True))
            self._put("</div>")

    def _link(self, attributes: Mapping[str, str]) -> None:
        """A style sheet that was sent along."""
        if "stylesheet" not in attributes.get("rel", "").lower().split():
            return
        address = attributes.get("href", "")
        sheet = written_sheet(address) or self._page.sheet(address)
        if sheet:
            self._written.sheets.append((attributes.get("media", ""), sheet))

    def _picture(self, address: str) -> str:
        """A picture that was sent along, as an attribute; "" for any other."""
        if not _PICTURE.fullmatch(address):
            message = self._page.message
            part = message.find(address) if message is not None and address else None
            if part is None or part.kind not in _PICTURE_KINDS:
                return ""
            body = base64.b64encode(part.body()).decode()
            address = f"data:{part.kind};base64,{body}"
        self._written.pictures += len(address)
        if self._written.pictures > MOST_PICTURES:
            return ""
        return f' src="{escape(address)}"'


def _is_unseen(tag: str, attributes: Mapping[str, str]) -> bool:
    return tag == "input" and attributes.get("type", "").strip().lower() in _UNSEEN_INPUTS


def _attributes(tag: str, attributes: Mapping[str, str]) -> str:
    """Those that are kept. `src` is not: it is looked at apart."""
    more = {"img": "alt", "body": "text"}.get(tag)
    said = ""
    for name, value in attributes.items():
        known = name in ATTRIBUTES or name == more or _DATA.fullmatch(name)
        # In pages of the old kind, a style for an id is one for all its writings.
        if known and (name, value.lower()) != ("id", MARK):
            said += f' {name}="{escape(harmless(value) if name == "style" else value)}"'
    return said


def _style(sheet: str, media: str) -> str:
    said = f' media="{escape(media)}"' if media else ""
    return f"<style{said}>{harmless(sheet)}</style>"


# --- making it harmless ----------------------------------------------------------------------

_CLEANER = nh3.Cleaner(
    tags=TAGS,
    clean_content_tags={"script", "style"},
    attributes=_ATTRIBUTES_OF,
    generic_attribute_prefixes={"data-"},
    set_tag_attribute_values=_SET,
    url_schemes={"data"},
    link_rel=None,
)


def _marked(written: Written, text: str) -> str:
    """The body, with the best of the candidates marked: as browsers parse, some cells are none,
    and only what stands in them is left to be marked."""
    chosen = _chosen(written.candidates, text)
    if chosen is None:
        return _CLEANER.clean("".join(written.parts))
    for tag in (chosen.tag, "div"):
        written.parts[chosen.start] = f'<{tag} id="{MARK}"{chosen.attributes}>'
        written.parts[chosen.end] = f"</{tag}>"
        cleaned = _CLEANER.clean("".join(written.parts))
        if f'id="{MARK}"' in cleaned:
            break
    return cleaned


def _chosen(candidates: list[_Candidate], text: str) -> _Candidate | None:
    """The one with this text, else the first."""
    sought = "".join(text.split())
    same = (one for one in candidates if "".join("".join(one.texts).split()) == sought)
    return next(same, next(iter(candidates), None))
