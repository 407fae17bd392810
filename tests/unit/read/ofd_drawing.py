"""Draws the OFDs of these tests: text and lines at places in millimetres, from the upper left."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

from samples.ofd import area, element, packed, root
from tasks.model.document import Detection, Document, Format, Table
from tasks.read.ofd import read_ofd

A4 = (210.0, 297.0)
XS = (20, 60, 100, 140)
YS = (40, 50, 60, 70)
ROWS = (("项目", "本年", "上年"), ("规章", "0", "12"), ("文件", "3", "8"))
GRID = ["项目|本年|上年", "规章|0|12", "文件|3|8"]


def text(x: float, y: float, said: str, size: float = 4, *inner: str, **how: object) -> str:
    """Text whose base line is at y; each character as broad as the next one is far."""
    steps = [size if ord(one) > 0x2000 else size / 2 for one in said]
    given = {key: how.pop(key) for key in ("DeltaX", "DeltaY", "X", "Y") if key in how}
    code: dict[str, object] = {"X": 0, "Y": size * 0.86, **given}
    if not {"DeltaX", "DeltaY"} & given.keys() and len(said) > 1:
        code["DeltaX"] = " ".join(map(str, steps[:-1]))
    whole = {"Boundary": f"{x} {y - size * 0.86} {sum(steps)} {size}", "Font": 1, "Size": size}
    return element("TextObject", *inner, element("TextCode", said, **code), **{**whole, **how})


def path(data: str, *inner: str, boundary: str = "0 0 210 297", **how: object) -> str:
    said = element("AbbreviatedData", data)
    return element("PathObject", *inner, said, Boundary=boundary, **how)


def line(x0: float, y0: float, x1: float, y1: float) -> str:
    return path(f"M {x0} {y0} L {x1} {y1}", LineWidth=0.2)


def box(x0: float, y0: float, x1: float, y1: float, *inner: str, **how: object) -> str:
    return path(f"M {x0} {y0} L {x1} {y0} L {x1} {y1} L {x0} {y1} C", *inner, **how)


def filled(x0: float, y0: float, x1: float, y1: float, colour: str) -> str:
    return box(x0, y0, x1, y1, element("FillColor", Value=colour), Stroke="false", Fill="true")


def grid(rows: Sequence[Sequence[str]] = ROWS) -> str:
    """A drawn table with these texts."""
    lines = [line(XS[0], y, XS[-1], y) for y in YS] + [line(x, YS[0], x, YS[-1]) for x in XS]
    texts = [
        text(XS[column] + 3, YS[row] + 6, rows[row][column])
        for row, column in product(range(len(rows)), range(len(rows[0])))
        if rows[row][column]
    ]
    return "".join((*lines, *texts))


def layer(objects: str, kind: str = "Body", **how: object) -> str:
    return element("Layer", objects, Type=kind, **how)


def page(*layers: str, before: str = "", size: tuple[float, float] | None = A4) -> str:
    own = area(*size) if size else ""
    return root("Page", before, own, element("Content", *layers))


def file(
    *pages: str,
    common: str = "",
    after: str = "",
    more: dict[str, str | bytes] | None = None,
    entry: str = "",
) -> bytes:
    """An OFD of these pages. `common`: more of what they share; `after`: what follows the list
    of pages; `more`: more parts."""
    listed = [element("Page", ID=100 + n, BaseLoc=f"Pages/{n}.xml") for n in range(len(pages))]
    shared = element("CommonData", area(*A4, "PageArea"), common)
    body = element("DocBody", element("DocRoot", "Doc_0/Document.xml"))
    parts: dict[str, str | bytes] = {
        "OFD.xml": entry or root("OFD", body),
        "Doc_0/Document.xml": root("Document", shared, element("Pages", *listed), after),
        **{f"Doc_0/Pages/{n}.xml": one for n, one in enumerate(pages)},
    }
    return packed({name: said for name, said in {**parts, **(more or {})}.items() if said})


def read(source: bytes) -> Document:
    return read_ofd(source, Detection(format=Format.OFD))


def rows_of(table: Table) -> list[str]:
    return ["|".join(cell.text if cell else "" for cell in row) for row in table.grid()]


def only_grid(*objects: str) -> list[str]:
    """The rows of the one table on a page of these objects."""
    (table,) = read(file(page(layer("".join(objects))))).tables()
    return rows_of(table)
