"""bytes → the pages of an OFD document as drawn, or the Refusal that says why there are none.

OFD.xml names the document, that its pages, templates, resources and notes; each lies in a file
of its own. Source: GB/T 33190-2016, 7.4 to 7.8, 15 (annotations).
"""

from __future__ import annotations

from dataclasses import dataclass

from lxml import etree

from tasks.model.box import Box
from tasks.model.refusal import Refusal
from tasks.read.ofd.container import NAMED, Container, encrypted, folder_of, place
from tasks.read.ofd.drawing import Around, Drawing
from tasks.read.ofd.looks import child, flag, local
from tasks.read.ofd.paper import Paper, Shown
from tasks.read.ofd.resources import Resources
from tasks.read.ofd.space import MILLIMETRE, PAGE, Broken, TooMuch, area, box, moved
from tasks.read.package import Unreadable, corrupt, too_complex
from tasks.read.pdf.drawn import Drawn
from tasks.read.pdf.titles import title_of

#: A yearly report has 5 to 20 pages.
MOST_PAGES = 500
#: Characters, paths and objects on all pages.
MOST_MARKS = 3_000_000
#: Sides of a page, in millimetres.
SMALLEST_SIDE, LARGEST_SIDE = 5.0, 5_100.0
#: Written beside the files that are enciphered. Source: GM/T 0099-2020.
CIPHERED = "Encryptions.xml"
#: Notes that are no text of the document: seals, watermarks, links.
NO_TEXT = ("Stamp", "Watermark", "Link")


@dataclass(frozen=True, slots=True)
class Opened:
    #: None where a page could not be followed.
    pages: tuple[Drawn | None, ...]
    title: str
    #: Pages on which text stands whose characters have no places of their own, from 1.
    loose: tuple[int, ...]
    #: Further documents in the same file, which are not read.
    n_further: int
    #: The pictures on each page, and where their files are.
    shown: tuple[tuple[Shown, ...], ...]
    container: Container


def open_ofd(source: bytes) -> Opened:
    """Raises Refusal: encrypted, corrupt, too_complex."""
    container = Container(source)
    if container.has(CIPHERED):
        raise encrypted()
    bodies = [one for one in _root(container, "OFD.xml") if local(one) == "DocBody"]
    if not bodies:
        raise corrupt("入口文件未指明文档", "its entry names no document", NAMED)
    info = child(bodies[0], "DocInfo")
    title = child(info, "Title") if info is not None else None
    document = _Document(container, _document_name(container, bodies[0]))
    pages, loose, shown = document.pages()
    if not any(pages):
        raise corrupt("没有可读取的页面", "none of its pages can be read", NAMED)
    said = "" if title is None else title.text or ""
    return Opened(pages, title_of(said), loose, len(bodies) - 1, shown, container)


def _root(container: Container, name: str) -> etree._Element:
    try:
        return container.xml(name)
    except Unreadable as error:
        shown = name[:80] or "?"
        raise corrupt(
            f"缺少部件 {shown} 或其中有错误", f"its part {shown} is missing or broken", NAMED
        ) from error


def _document_name(container: Container, body: etree._Element) -> str:
    """Of the version that is shown, where there are several; else the one that is there."""
    versions = child(body, "Versions")
    for version in versions if versions is not None else ():
        if flag(version, "Current", default=False):
            name = place("", version.get("BaseLoc", ""))
            return _named(child(_root(container, name), "DocRoot"), folder_of(name))
    return _named(child(body, "DocRoot"), "")


def _named(element: etree._Element | None, folder: str) -> str:
    """Where the file is that an element names."""
    said = (element.text or "").strip() if element is not None else ""
    return place(folder, said) if said else ""


class _Document:
    def __init__(self, container: Container, name: str) -> None:
        self._container = container
        self._root = _root(container, name)
        self._folder = folder_of(name)
        self._resources = Resources(container)
        self._templates: dict[str, str] = {}
        self._box: Box | None = None
        self._is_whole = True
        self._drawn: dict[str, etree._Element] = {}
        common = child(self._root, "CommonData")
        for one in common if common is not None else ():
            self._take(one)

    def _take(self, one: etree._Element) -> None:
        match local(one):
            case "PublicRes" | "DocumentRes":
                self._resources.add(_named(one, self._folder))
            case "TemplatePage":
                self._templates[one.get("ID", "")] = place(self._folder, one.get("BaseLoc", ""))
            case "PageArea":
                self._box = _page_box(one)

    def pages(
        self,
    ) -> tuple[tuple[Drawn | None, ...], tuple[int, ...], tuple[tuple[Shown, ...], ...]]:
        """The pages, which of them are loose, and the pictures on each."""
        pages = child(self._root, "Pages")
        listed = [one for one in pages if local(one) == "Page"] if pages is not None else []
        if len(listed) > MOST_PAGES:
            raise too_complex(f"超过{MOST_PAGES}页", f"it has more than {MOST_PAGES} pages", NAMED)
        notes = self._notes()
        drawn: list[Drawn | None] = []
        loose: list[int] = []
        shown: list[tuple[Shown, ...]] = []
        marks = 0
        for number, one in enumerate(listed, 1):
            try:
                paper = self._page(one, notes.get(one.get("ID", "")))
            except TooMuch as error:
                raise _crowded(number) from error
            shown.append(() if paper is None else tuple(paper.shown))
            if paper is None:
                drawn.append(None)
                continue
            marks += paper.n_marks
            if marks > MOST_MARKS:
                raise too_complex(
                    "文字和图形总数过多", "it holds too many characters and drawings", NAMED
                )
            drawn.append(paper.drawn())
            if paper.loose:
                loose.append(number)
        return tuple(drawn), tuple(loose), tuple(shown)

    def _page(self, listed: etree._Element, notes: str | None) -> Paper | None:
        name = place(self._folder, listed.get("BaseLoc", ""))
        try:
            page = self._container.xml(name)
        except Unreadable:
            return None
        own = child(page, "Area")
        size = _page_box(own) if own is not None else self._box
        if size is None and (size := self._box) is None:
            return None
        paper = Paper(size.width * MILLIMETRE, size.height * MILLIMETRE)
        paper.damaged = own is not None and _page_box(own) is None
        for one in page:
            if local(one) == "PageRes" and not self._resources.add(_named(one, folder_of(name))):
                paper.damaged = True
        drawing = Drawing(paper, self._resources)
        templates = [one for one in page if local(one) == "Template"]
        over = [one for one in templates if one.get("ZOrder") == "Foreground"]
        for one in templates:
            if one not in over:
                self._template(one, paper, drawing)
        drawing.content(page, Around(PAGE))
        for one in over:
            self._template(one, paper, drawing)
        if notes is not None:
            self._add_notes(notes, paper, drawing)
        return paper

    def _template(self, one: etree._Element, paper: Paper, drawing: Drawing) -> None:
        name = self._templates.get(one.get("TemplateID", ""), "")
        if name not in self._drawn:
            try:
                self._drawn[name] = self._container.xml(name)
            except Unreadable:
                paper.damaged = True
                return
        drawing.content(self._drawn[name], Around(PAGE))

    # --- what is laid on the pages

    def _notes(self) -> dict[str, str]:
        """id of a page -> the file of its notes."""
        name = _named(child(self._root, "Annotations"), self._folder)
        if not name:
            return {}
        try:
            root = self._container.xml(name)
        except Unreadable:
            return {}
        folder = folder_of(name)
        return {
            one.get("PageID", ""): _named(child(one, "FileLoc"), folder)
            for one in root
            if local(one) == "Page"
        }

    def _add_notes(self, name: str, paper: Paper, drawing: Drawing) -> None:
        try:
            root = self._container.xml(name)
        except Unreadable:
            paper.damaged = True
            return
        for one in root:
            try:
                _add_note(one, paper, drawing)
            except Broken:
                paper.damaged = True


def _add_note(one: etree._Element, paper: Paper, drawing: Drawing) -> None:
    shown = flag(one, "Visible", default=True)
    if local(one) != "Annot" or not shown or one.get("Type") in NO_TEXT:
        return
    for look in one:
        if local(look) != "Appearance":
            continue
        said = look.get("Boundary")
        frame = box(said) if said is not None else Box(0.0, 0.0, 0.0, 0.0)
        if one.get("Type") == "Highlight":
            if one.get("Subtype", "").lower() == "strikeout":
                paper.strike(area(frame, PAGE))
            continue
        drawing.block(look, Around(moved(frame.x0, frame.top, PAGE), has_lines=False))


def _page_box(area_element: etree._Element) -> Box | None:
    """In millimetres; None where it is no page's."""
    said = child(area_element, "PhysicalBox")
    try:
        found = box((said.text or "") if said is not None else "")
    except Broken:
        return None
    sides = found.width, found.height
    return found if all(SMALLEST_SIDE <= side <= LARGEST_SIDE for side in sides) else None


def _crowded(number: int) -> Refusal:
    return too_complex(
        f"第{number}页的文字或图形过多",
        f"page {number} holds too many characters or drawings",
        NAMED,
    )
