"""Report -> OFD (GB/T 33190): the pages that `samples.pdf` draws, written as OFD writers do.

The pen of the PDFs draws on a canvas that keeps what is drawn; each page is then written in the
manner of the style: how places are told, how objects are grouped, where they lie.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from html import escape
from itertools import groupby, pairwise
from typing import Any

import pypdfium2
from reportlab.pdfbase.pdfmetrics import stringWidth

from samples.pdf import CUT, SPANS, PdfStyle, Pen, render_pdf
from samples.prose import Paper, Passage
from samples.style import Lost, named


@dataclass(frozen=True, slots=True, kw_only=True)
class OfdStyle(PdfStyle):
    #: Equal distances are told as runs: `g 12 3.175`.
    runs: bool = False
    #: Text of size 1, made as large as it is by its matrix.
    ctm: bool = False
    #: Objects lie in blocks within blocks.
    blocks: bool = False
    #: Rules on the background layer, text on the foreground; the file has them the other way.
    layers: bool = False
    #: Lines and colours are told by drawing parameters.
    parameters: bool = False
    #: One text for all that stands on one line of a row of cells.
    rows: bool = False
    #: Texts say which glyphs they are set in.
    glyphs: bool = False
    #: All of a page is one composite object.
    composite: bool = False
    #: Rules lie on a template page.
    template: bool = False
    #: The page is stored lying on its side.
    turned: bool = False
    #: Names are written without the prefix, parts in other folders, from the root.
    plain_names: bool = False
    #: The parts are enciphered.
    ciphered: bool = False


#: Points in a millimetre.
MILLIMETRE = 72 / 25.4
_NAMESPACE = "http://www.ofdspec.org/2016"
_ASCENT = 0.86


def render_ofd(paper: Paper, style: OfdStyle, seed: int) -> bytes:
    if style.scan:
        return _scanned(paper, style, seed)
    pen = OfdPen(style, paper.title)
    for part in paper.parts:
        if isinstance(part, Passage):
            pen.passage(part)
        else:
            pen.table(part)
    return pen.finished()


class OfdPen(Pen):
    style: OfdStyle

    def _canvas(self) -> Any:
        return OfdCanvas(self.buffer, self.width, self.height, self.style)


# --- what is drawn ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """Characters on one base line; places in millimetres from the upper left corner."""

    text: str
    #: Of each character.
    xs: tuple[float, ...]
    y: float
    size: float
    width: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Path:
    """Straight strokes, or a box; grey: of its filling, 0 black to 1 white."""

    x: float
    y: float
    width: float
    height: float
    line: float
    stroked: bool = True
    grey: float | None = None
    box: bool = True


@dataclass(slots=True)
class Drawn:
    width: float
    height: float
    texts: list[Text] = field(default_factory=list)
    paths: list[Path] = field(default_factory=list)


class _Line:
    """A text in the making, as the pen of the PDFs writes it."""

    def __init__(self, x: float, y: float) -> None:
        self.x, self.y = x, y
        self.font, self.size, self.spacing, self.text = "", 0.0, 0.0, ""

    def setFont(self, font: str, size: float) -> None:  # noqa: N802 - as reportlab calls it
        self.font, self.size = font, size

    def setCharSpace(self, spacing: float) -> None:  # noqa: N802 - as reportlab calls it
        self.spacing = spacing or self.spacing

    def textOut(self, text: str) -> None:  # noqa: N802 - as reportlab calls it
        self.text += text


class OfdCanvas:
    """As much of reportlab's canvas as the pen uses."""

    def __init__(self, out: io.BytesIO, width: float, height: float, style: OfdStyle) -> None:
        self._out = out
        self._style = style
        self._size = width, height
        self._title = ""
        self._line = 1.0
        self._grey = 0.0
        self._pages: list[Drawn] = []
        self._page = self._new()

    def _new(self) -> Drawn:
        width, height = self._size
        return Drawn(width / MILLIMETRE, height / MILLIMETRE)

    def setTitle(self, title: str) -> None:  # noqa: N802 - as reportlab calls it
        self._title = title

    def setLineWidth(self, width: float) -> None:  # noqa: N802 - as reportlab calls it
        self._line = width

    def setFillGray(self, grey: float) -> None:  # noqa: N802 - as reportlab calls it
        self._grey = grey

    def line(self, x0: float, y0: float, x1: float, y1: float) -> None:
        self._path(min(x0, x1), max(y0, y1), abs(x1 - x0), abs(y1 - y0), box=False)

    def rect(
        self, x: float, y: float, width: float, height: float, stroke: int = 1, fill: int = 0
    ) -> None:
        grey = self._grey if fill else None
        self._path(x, y + height, width, height, stroked=bool(stroke), grey=grey)

    def _path(self, x: float, top: float, width: float, height: float, **how: Any) -> None:
        self._page.paths.append(
            Path(
                x=x / MILLIMETRE,
                y=(self._size[1] - top) / MILLIMETRE,
                width=width / MILLIMETRE,
                height=height / MILLIMETRE,
                line=self._line / MILLIMETRE,
                **how,
            )
        )

    def beginText(self, x: float, y: float) -> _Line:  # noqa: N802 - as reportlab calls it
        return _Line(x, y)

    def drawText(self, line: _Line) -> None:  # noqa: N802 - as reportlab calls it
        xs, x = [], line.x
        for one in line.text:
            xs.append(x / MILLIMETRE)
            x += stringWidth(one, line.font, line.size) + line.spacing
        if line.text:
            self._page.texts.append(
                Text(
                    text=line.text,
                    xs=tuple(xs),
                    y=(self._size[1] - line.y) / MILLIMETRE,
                    size=line.size / MILLIMETRE,
                    width=x / MILLIMETRE - xs[0],
                )
            )

    def showPage(self) -> None:  # noqa: N802 - as reportlab calls it
        self._pages.append(self._page)
        self._page = self._new()

    def save(self) -> None:
        self._out.write(packed(_parts(self._pages, self._title, self._style)))


# --- how it is written --------------------------------------------------------------------


def packed(parts: dict[str, str | bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        for name, body in parts.items():
            package.writestr(zipfile.ZipInfo(name), body, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def element(name: str, *inner: str, **attributes: object) -> str:
    said = "".join(f' {key}="{escape(str(value))}"' for key, value in attributes.items())
    body = "".join(inner)
    return f"<ofd:{name}{said}>{body}</ofd:{name}>" if body else f"<ofd:{name}{said}/>"


def root(name: str, *inner: str, **attributes: object) -> str:
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + element(
        name, *inner, **{"xmlns:ofd": _NAMESPACE, **attributes}
    )


def entry(title: str) -> str:
    """OFD.xml."""
    info = element("DocInfo", element("Title", escape(title)))
    body = element("DocBody", info, element("DocRoot", "Doc_0/Document.xml"))
    return root("OFD", body, Version="1.1", DocType="OFD")


def area(width: float, height: float, name: str = "Area") -> str:
    return element(name, element("PhysicalBox", f"0 0 {_mm(width)} {_mm(height)}"))


def _parts(pages: list[Drawn], title: str, style: OfdStyle) -> dict[str, str | bytes]:
    if style.rows:
        pages = [replace(page, texts=_joined(page.texts)) for page in pages]
    writers = [_Writer(page, number, style) for number, page in enumerate(pages)]
    templates = [
        element("TemplatePage", ID=50_000 + number, BaseLoc=f"Tpls/Tpl_{number}.xml")
        for number in range(len(pages) if style.template else 0)
    ]
    base = "/Doc_0/" if style.plain_names else ""
    document = root(
        "Document",
        element(
            "CommonData",
            element("MaxUnitID", "99999"),
            area(pages[0].width, pages[0].height, "PageArea"),
            element("PublicRes", f"{base}PublicRes.xml"),
            element("DocumentRes", f"{base}DocumentRes.xml"),
            *templates,
        ),
        element(
            "Pages",
            *(
                element("Page", ID=10 + number, BaseLoc=f"{base}Pages/Page_{number}/Content.xml")
                for number in range(len(pages))
            ),
        ),
    )
    parts: dict[str, str] = {
        "OFD.xml": entry(title),
        "Doc_0/Document.xml": document,
        "Doc_0/PublicRes.xml": _public(),
        "Doc_0/DocumentRes.xml": root(
            "Res", *(one.composite() for one in writers if style.composite), BaseLoc="Res"
        ),
    }
    for number, writer in enumerate(writers):
        parts[f"Doc_0/Pages/Page_{number}/Content.xml"] = writer.page()
        if style.template:
            parts[f"Doc_0/Tpls/Tpl_{number}.xml"] = writer.template()
    if style.plain_names:
        parts = {name: _without_prefix(body) for name, body in parts.items()}
    if style.ciphered:
        ciphered = {name: body.encode()[::-1] for name, body in parts.items() if "Page" in name}
        return {**parts, **ciphered, "Encryptions.xml": root("Encryptions")}
    return {**parts}


def _without_prefix(body: str) -> str:
    return body.replace("<ofd:", "<").replace("</ofd:", "</").replace("xmlns:ofd=", "xmlns=")


def _public() -> str:
    black = element("StrokeColor", Value="0 0 0")
    return root(
        "Res",
        element("ColorSpaces", element("ColorSpace", ID=2, Type="RGB", BitsPerComponent=8)),
        element("DrawParams",
                element("DrawParam", black, ID=4),
                element("DrawParam", ID=5, Relative=4, LineWidth=0.176)),
        element("Fonts", element("Font", ID=3, FontName="宋体", FamilyName="宋体")),
        BaseLoc="Res",
    )  # fmt: skip


def _joined(texts: Iterable[Text]) -> list[Text]:
    """One text for all that stands on one base line in one size, from left to right."""
    joined = []
    for _, line in groupby(sorted(texts, key=_line_of), key=_line_of):
        beside = sorted(line, key=lambda one: one.xs[0])
        last = beside[-1]
        joined.append(
            replace(
                last,
                text="".join(one.text for one in beside),
                xs=tuple(x for one in beside for x in one.xs),
                width=last.xs[0] + last.width - beside[0].xs[0],
            )
        )
    return joined


def _line_of(text: Text) -> tuple[float, float]:
    return round(text.y, 3), round(text.size, 3)


class _Writer:
    """Writes one page in the manner of the style."""

    def __init__(self, drawn: Drawn, number: int, style: OfdStyle) -> None:
        self._drawn = drawn
        self._number = number
        self._style = style
        self._id = 1000 * number + 100

    def page(self) -> str:
        style = self._style
        paths = "" if style.template else "".join(map(self._path, self._drawn.paths))
        texts = "".join(map(self._text, self._drawn.texts))
        template = element("Template", TemplateID=50_000 + self._number, ZOrder="Background")
        if style.composite:
            layers = [self._layer(self._whole())]
        elif style.layers:
            layers = [self._layer(texts, "Foreground"), self._layer(paths, "Background")]
        else:
            layers = [self._layer(paths + texts)]
        return root(
            "Page",
            *([template] if style.template else []),
            self._area(),
            element("Content", *layers),
        )

    def template(self) -> str:
        paths = "".join(map(self._path, self._drawn.paths))
        return root("Page", self._area(), element("Content", self._layer(paths)))

    def composite(self) -> str:
        drawn = "".join([*map(self._path, self._drawn.paths), *map(self._text, self._drawn.texts)])
        unit = element(
            "CompositeGraphicUnit",
            element("Content", drawn),
            ID=60_000 + self._number,
            Width=_mm(self._drawn.width),
            Height=_mm(self._drawn.height),
        )
        return element("CompositeGraphicUnits", unit)

    def _whole(self) -> str:
        across, down = self._drawn.width, self._drawn.height
        return element(
            "CompositeObject",
            ID=self._next(),
            ResourceID=60_000 + self._number,
            Boundary=f"0 0 {_mm(across)} {_mm(down)}",
        )

    def _area(self) -> str:
        across, down = self._drawn.width, self._drawn.height
        return area(down, across) if self._style.turned else area(across, down)

    def _layer(self, body: str, kind: str = "Body") -> str:
        if self._style.blocks:
            inner = element("PageBlock", body, ID=self._next())
            body = element("PageBlock", ID=self._next()) + element("PageBlock", inner)
        extra = {"DrawParam": 5} if self._style.parameters else {}
        return element("Layer", body, ID=self._next(), Type=kind, **extra)

    def _next(self) -> int:
        self._id += 1
        return self._id

    def _placed(self, x: float, y: float, width: float, height: float) -> dict[str, str]:
        """Where a box of the page is stored."""
        if not self._style.turned:
            return {"Boundary": " ".join(map(_mm, (x, y, width, height)))}
        left = self._drawn.height - y - height
        return {"Boundary": " ".join(map(_mm, (left, x, height, width)))}

    def _path(self, path: Path) -> str:
        # What is drawn on the edge of a boundary is cut off: it holds the breadth of the line.
        room = path.line
        placed = self._placed(
            path.x - room, path.y - room, path.width + 2 * room, path.height + 2 * room
        )
        how: dict[str, object] = {}
        colours = []
        if not path.stroked:
            how["Stroke"] = "false"
        elif not self._style.parameters:
            how["LineWidth"] = _mm(path.line)
            colours.append(element("StrokeColor", Value="0 0 0"))
        if path.grey is not None:
            how["Fill"] = "true"
            grey = round(255 * path.grey)
            colours.append(element("FillColor", Value=f"{grey} {grey} {grey}"))
        x, y, right, low = room, room, room + path.width, room + path.height
        steps = [(x, y), (right, y), (right, low), (x, low)] if path.box else [(x, y), (right, low)]
        if self._style.turned:
            steps = [(path.height + 2 * room - y, x) for x, y in steps]
        said = " L ".join(f"{_mm(x)} {_mm(y)}" for x, y in steps)
        data = element("AbbreviatedData", f"M {said}{' C' if path.box else ''}")
        return element("PathObject", *colours, data, ID=self._next(), **placed, **how)

    def _text(self, text: Text) -> str:
        top = text.y - _ASCENT * text.size
        placed = self._placed(text.xs[0], top, text.width, text.size)
        scale = text.size if self._style.ctm else 1.0
        how: dict[str, object] = {"Font": 3, "Size": _mm(text.size / scale)}
        if self._style.ctm:
            how["CTM"] = f"{_mm(scale)} 0 0 {_mm(scale)} 0 0"
        if self._style.turned:
            how["CTM"] = f"0 1 -1 0 {_mm(text.size)} 0"
        inner = [] if self._style.parameters else [element("FillColor", Value="0 0 0")]
        if self._style.glyphs:
            numbers = " ".join(str(ord(one) % 9_000 + 1) for one in text.text)
            inner.append(
                element("CGTransform", element("Glyphs", numbers), CodePosition=0,
                        CodeCount=len(text.text), GlyphCount=len(text.text))
            )  # fmt: skip
        steps = [(after - before) / scale for before, after in pairwise(text.xs)]
        code: dict[str, object] = {"X": 0, "Y": _mm(_ASCENT * text.size / scale)}
        if steps:
            code["DeltaX"] = self._deltas(steps)
        inner.append(element("TextCode", escape(text.text), **code))
        return element("TextObject", *inner, ID=self._next(), **placed, **how)

    def _deltas(self, steps: list[float]) -> str:
        said = [_mm(step) for step in steps]
        return " ".join(_in_runs(said) if self._style.runs else said)


def _in_runs(said: list[str]) -> Iterator[str]:
    for step, same in groupby(said):
        count = len(list(same))
        yield f"g {count} {step}" if count > 1 else step


def _mm(value: float) -> str:
    return f"{value:.4f}".rstrip("0").rstrip(".")


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A page that is nothing else."""

    body: bytes
    #: Of the file: PNG, JPEG.
    format: str
    #: Millimetres.
    size: tuple[float, float]

    @property
    def suffix(self) -> str:
        return {"JPEG": "jpg"}.get(self.format, self.format.lower())


def _scanned(paper: Paper, style: OfdStyle, seed: int) -> bytes:
    """The same pages as grey pictures: enough to see, nothing to read."""
    plain = PdfStyle(name="scanned", about=style.about, paged=style.paged)
    document = pypdfium2.PdfDocument(render_pdf(paper, plain, seed))
    pictures = []
    for page in document:
        width, height = page.get_size()
        picture = io.BytesIO()
        page.render(scale=1.0, grayscale=True).to_pil().save(picture, "PNG")
        size = (width / MILLIMETRE, height / MILLIMETRE)
        pictures.append(Picture(body=picture.getvalue(), format="PNG", size=size))
    document.close()
    return of_pictures(paper.title, pictures)


def of_pictures(title: str, pictures: Sequence[Picture]) -> bytes:
    """A picture a page, as large as the page."""
    pages, media, bodies = [], [], {}
    for number, picture in enumerate(pictures):
        width, height = map(_mm, picture.size)
        name = f"page_{number}.{picture.suffix}"
        bodies[f"Doc_0/Res/{name}"] = picture.body
        media.append(
            element("MultiMedia", element("MediaFile", name),
                    ID=30 + number, Type="Image", Format=picture.format)
        )  # fmt: skip
        shown = element(
            "ImageObject", ID=500 + number, ResourceID=30 + number,
            Boundary=f"0 0 {width} {height}", CTM=f"{width} 0 0 {height} 0 0",
        )  # fmt: skip
        layer = element("Layer", shown, ID=900 + number, Type="Body")
        pages.append(root("Page", area(*picture.size), element("Content", layer)))
    listed = [element("Page", ID=10 + n, BaseLoc=f"Pages/{n}.xml") for n in range(len(pages))]
    size = area(*pictures[-1].size, "PageArea")
    common = element("CommonData", size, element("DocumentRes", "Res.xml"))
    return packed(
        {
            "OFD.xml": entry(title),
            "Doc_0/Document.xml": root("Document", common, element("Pages", *listed)),
            "Doc_0/Res.xml": root("Res", element("MultiMedias", *media), BaseLoc="Res"),
            **{f"Doc_0/Pages/{number}.xml": page for number, page in enumerate(pages)},
            **bodies,
        }
    )


OFD_STYLES = named(
    OfdStyle(name="ruled", loses=CUT, about="each text and each line an object of its own"),
    OfdStyle(name="runs", about="equal distances told as runs", paged=True, runs=True),
    OfdStyle(
        name="matrix",
        about="text of size 1 made larger by its matrix, in blocks within blocks",
        loses=CUT,
        ctm=True,
        blocks=True,
        runs=True,
        lines="rectangles",
    ),
    OfdStyle(
        name="layers",
        about="rules on the background, text on the foreground, in the wrong order",
        paged=True,
        layers=True,
        lines="filled",
    ),
    OfdStyle(
        name="parameters",
        about="lines and colours by drawing parameters",
        paged=True,
        parameters=True,
    ),
    OfdStyle(name="rows", about="one text over all cells of a row", loses=CUT, rows=True),
    OfdStyle(name="glyphs", about="texts that say their glyphs", paged=True, glyphs=True),
    OfdStyle(
        name="composite", about="each page is one composite object", loses=CUT, composite=True
    ),
    OfdStyle(
        name="template",
        about="rules lie on template pages",
        loses=CUT,
        template=True,
        narrow=True,
    ),
    OfdStyle(
        name="turned", about="pages stored on their side", loses=CUT, turned=True, landscape=True
    ),
    OfdStyle(
        name="plain_names",
        about="names without a prefix, parts named from the root, vertical group label",
        loses=CUT,
        plain_names=True,
        vertical=True,
        repeat_header=True,
    ),
    OfdStyle(
        name="unruled",
        about="no rules at all",
        loses=SPANS,
        lines="none",
        paged=True,
        runs=True,
    ),
    OfdStyle(
        name="horizontal", about="no vertical rules", loses=SPANS, lines="horizontal", rows=True
    ),
    OfdStyle(name="ciphered", about="enciphered parts", refusal="encrypted", ciphered=True),
    OfdStyle(name="scan", about="pictures only", loses=frozenset({Lost.TEXT}), scan=True),
)
