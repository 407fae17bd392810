"""The objects of a page → what is drawn on it, in the order in which it is painted.

Source: GB/T 33190-2016, 7.7 (layers), 8 (graphic units), 9 (paths), 10 (pictures), 11 (text),
12 (composites).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from math import hypot

from lxml import etree

from tasks.model.box import Box
from tasks.read.ofd.looks import BLACK, alpha, child, flag, local
from tasks.read.ofd.outline import parts
from tasks.read.ofd.paper import Paper, Shown
from tasks.read.ofd.resources import Resources
from tasks.read.ofd.space import (
    EVERYWHERE,
    Broken,
    Matrix,
    TooMuch,
    after,
    area,
    box,
    cut_to,
    matrix,
    moved,
)
from tasks.read.ofd.writing import Letters, text_to_characters

#: Composites within composites, and blocks within blocks.
MOST_WITHIN = 64
#: Layers as they lie one upon the other, whatever their order in the file.
LAYERS = {"Background": 0, "Body": 1, "Foreground": 2}


@dataclass(frozen=True, slots=True)
class Around:
    """What an object stands in."""

    to: Matrix
    #: On the page, what is shown of it.
    shown: Box = EVERYWHERE
    seen: bool = True
    #: Drawing parameters of the layer.
    parameters: str = ""
    within: int = 0
    #: Lines that lie on the page beside its content (a note's frame) part no table.
    has_lines: bool = True

    def moved(self, to: Matrix, shown: Box) -> Around:
        return Around(to, shown, self.seen, self.parameters, self.within, self.has_lines)


class Drawing:
    """One page on which objects are drawn. Every method raises TooMuch."""

    def __init__(self, paper: Paper, resources: Resources) -> None:
        self._paper = paper
        self._resources = resources

    def content(self, page: etree._Element, around: Around) -> None:
        """The layers of a page or of a template page."""
        content = child(page, "Content")
        layers = [one for one in content if local(one) == "Layer"] if content is not None else []
        for layer in sorted(layers, key=lambda one: LAYERS.get(one.get("Type", "Body"), 1)):
            inner = replace(around, parameters=layer.get("DrawParam", ""))
            self.block(layer, self._dimmed(layer, inner))

    def block(self, block: etree._Element, around: Around) -> None:
        if around.within > MOST_WITHIN:
            raise TooMuch
        for one in block:
            self._paper.count()
            try:
                self._object(one, around)
            except Broken:
                self._paper.damaged = True

    def _object(self, one: etree._Element, around: Around) -> None:
        name = local(one)
        if name == "PageBlock":
            self.block(one, self._dimmed(one, replace(around, within=around.within + 1)))
        elif name in ("TextObject", "PathObject", "ImageObject", "CompositeObject"):
            self._unit(name, one, self._dimmed(one, around))

    def _dimmed(self, one: etree._Element, around: Around) -> Around:
        visible, share = one.get("Visible"), one.get("Alpha")
        if visible is None and share is None:
            return around
        seen = around.seen and flag(one, "Visible", default=True) and alpha(one) > 0
        return around if seen == around.seen else replace(around, seen=seen)

    def _unit(self, name: str, one: etree._Element, around: Around) -> None:
        shown, to = around.shown, around.to
        said = one.get("Boundary")
        if said is not None:
            place = box(said)
            shown = cut_to(place, to, shown)
            to = moved(place.x0, place.top, to)
        if (ctm := one.get("CTM")) is not None:
            to = after(matrix(ctm), to)
        clips = child(one, "Clips")
        if clips is not None:
            shown = self._clipped(clips, to, shown)
        inner = around.moved(to, shown)
        match name:
            case "TextObject":
                self._text(one, inner)
            case "PathObject":
                self._path(one, inner)
            case "ImageObject":
                self._image(one, inner)
            case _:
                self._composite(one, inner)

    def _clipped(self, clips: etree._Element, to: Matrix, shown: Box) -> Box:
        """What all clips leave; each leaves what any of its areas holds. Of one that is no
        rectangle more is taken for shown than is."""
        for clip in clips:
            boxes = list(_areas(clip, to))
            if boxes:
                x0s, tops, x1s, bottoms = zip(*boxes, strict=True)
                shown = shown.common(Box(min(x0s), min(tops), max(x1s), max(bottoms)))
        return shown

    # --- what there is

    def _text(self, one: etree._Element, around: Around) -> None:
        looks = self._resources.looks
        filled = flag(one, "Fill", default=True)
        stroked = flag(one, "Stroke", default=False)
        colours = [
            looks.colour(one, name, around.parameters) or BLACK
            for name, is_used in (("FillColor", filled), ("StrokeColor", stroked))
            if is_used
        ]
        no_ink = not around.seen or all(colour.clear for colour in colours)
        white = bool(colours) and all(colour.white or colour.clear for colour in colours)
        letters = Letters(no_ink, white, around.shown, self._resources.has_outline)
        written = text_to_characters(one, around.to, letters)
        self._paper.loose |= written.loose
        self._paper.write(written.characters)

    def _path(self, one: etree._Element, around: Around) -> None:
        if not around.seen:
            return
        looks, paper = self._resources.looks, self._paper
        stroke = fill = None
        if flag(one, "Stroke", default=True):
            stroke = looks.colour(one, "StrokeColor", around.parameters) or BLACK
        if flag(one, "Fill", default=False):
            fill = looks.colour(one, "FillColor", around.parameters)
            if fill is None and stroke is None:
                fill = BLACK  # clear, says the standard: nobody draws what is nowhere seen
        stroke = None if stroke is not None and stroke.clear else stroke
        fill = None if fill is not None and fill.clear else fill
        if stroke is None and fill is None:
            return
        a, b, c, d, _, _ = around.to
        scale = (hypot(a, b) + hypot(c, d)) / 2
        width = looks.line_width(one, around.parameters) * scale
        is_solid = fill is not None and fill.solid and alpha(one) >= 255
        for part in parts(_data(one), around.to):
            if is_solid and part.rectangle:
                paper.cover(part.box.common(around.shown))
            if not around.has_lines:
                continue
            if stroke is None:
                white = fill is not None and fill.white
                paper.fill(part, around.shown, white=white)
            else:
                filled = fill is not None
                paper.stroke(part, around.shown, width=width, filled=filled, white=stroke.white)

    def _image(self, one: etree._Element, around: Around) -> None:
        if not around.seen:
            return
        place = area(Box(0.0, 0.0, 1.0, 1.0), around.to).common(around.shown)
        whole = one.get("ImageMask") is None and alpha(one) >= 255
        id = one.get("ResourceID", "")
        opaque = whole and self._resources.is_opaque(id)
        shown = Shown(self._resources.picture(id), around.to, place)
        self._paper.show(shown, opaque=opaque)

    def _composite(self, one: etree._Element, around: Around) -> None:
        content = self._resources.composites.get(one.get("ResourceID", ""))
        if content is None:
            raise Broken
        self.block(content, replace(around, within=around.within + 1))


def _data(one: etree._Element) -> str:
    said = child(one, "AbbreviatedData")
    return "" if said is None else said.text or ""


def _areas(clip: etree._Element, to: Matrix) -> Iterator[Box]:
    """The boxes around the areas of a clip; none where one of them is of text."""
    found: list[Box] = []
    for one in clip:
        inner = to if one.get("CTM") is None else after(matrix(one.get("CTM", "")), to)
        path = child(one, "Path")
        if path is None:
            return
        if (said := path.get("Boundary")) is not None:
            place = box(said)
            inner = moved(place.x0, place.top, inner)
        if (ctm := path.get("CTM")) is not None:
            inner = after(matrix(ctm), inner)
        found += [part.box for part in parts(_data(path), inner)]
    yield from found
