"""Drawn paths → lines and shades; lines made whole: dashes bridged, doubles merged."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tasks.model.box import Box, hull
from tasks.read.pdf.drawn import DrawnPath
from tasks.read.pdf.marks import Rule

#: A stroke or a filled box up to this thick is a line, a thicker one an area.
THICKEST_LINE = 4.0
#: How far a line may lean and still follow an axis.
LEANING = 1.0
#: How far beyond the edge of the page a path still belongs to it.
OVER_EDGE = 3.0
#: White paint lies on one of so many last shades, or on paper.
MOST_SHADES_BENEATH = 500

#: Parallel lines nearer than this are one line, drawn doubled or in parts.
DOUBLED = 3.0
#: A gap in a line that is closed whatever the line looks like.
SMALL_GAP = 3.0
#: A gap between dashes; a dash is at most `LONGEST_DASH` long.
DASH_GAP = 6.0
LONGEST_DASH = 12.0

Turn = Callable[[Box], Box]


@dataclass(frozen=True, slots=True)
class Painted:
    """What the paths of a page leave on it."""

    #: As drawn, in parts.
    horizontals: tuple[Rule, ...]
    verticals: tuple[Rule, ...]
    #: Areas filled with a colour other than the paper's.
    shades: tuple[Box, ...]
    #: Those among them that have a line around them.
    outlined: frozenset[Box]


def paths_to_painted(paths: Sequence[DrawnPath], turned: Turn, page: Box) -> Painted:
    """In the order of painting: white paint hides the shades beneath."""
    horizontals: list[Rule] = []
    verticals: list[Rule] = []
    shades: list[Box] = []
    outlined: set[Box] = set()
    for path in paths:
        box = turned(path.box)
        if not box.overlaps(page.grown(OVER_EDGE)):
            continue
        if path.white and not on_shade(box, shades):
            if path.filled and path.rectangle:
                shades = [shade for shade in shades if not box.covers(shade)]
            continue
        shade = _shade_of(path, box)
        if shade is not None:
            shades.append(shade)
            if path.stroke_width is None or path.stroke_width > THICKEST_LINE:
                continue
            outlined.add(shade)
        lying, upright = _lines_of(path, box, turned)
        horizontals += lying
        verticals += upright
    return Painted(tuple(horizontals), tuple(verticals), tuple(shades), frozenset(outlined))


def on_shade(box: Box, shades: Sequence[Box]) -> bool:
    x, y = box.middle
    return any(shade.holds(x, y) for shade in shades[-MOST_SHADES_BENEATH:])


def _is_thin(box: Box) -> bool:
    return min(box.width, box.height) <= THICKEST_LINE


def _shade_of(path: DrawnPath, box: Box) -> Box | None:
    """The area that it covers, None where it is lines only."""
    if path.stroke_width is not None and path.stroke_width > THICKEST_LINE:
        return box.grown(path.stroke_width / 2)
    filled = path.filled and path.rectangle and not path.white
    return box if filled and not _is_thin(box) else None


def _lines_of(path: DrawnPath, box: Box, turned: Turn) -> tuple[list[Rule], list[Rule]]:
    """The lying and the upright lines that it is."""
    if _is_thin(box) and (path.stroke_width is None or path.rectangle):
        whole = [box] if max(box.width, box.height) > 0 or path.stroke_width is not None else []
        lying = [one for one in whole if one.width >= one.height]
        upright = [one for one in whole if one.height >= one.width]
    elif path.stroke_width is None:
        return [], []
    else:
        strokes = [turned(hull(((*start, *start), (*end, *end)))) for start, end in path.strokes]
        lying = [one for one in strokes if one.height <= LEANING < one.width]
        upright = [one for one in strokes if one.width <= LEANING < one.height]
    return (
        [Rule(one.middle[1], one.x0, one.x1) for one in lying],
        [Rule(one.middle[0], one.top, one.bottom) for one in upright],
    )


def merge_rules(rules: Sequence[Rule]) -> list[Rule]:
    """The rules of one direction, snapped together and joined, by position and start."""
    merged: list[Rule] = []
    for band in _bands(sorted(rules)):
        merged.extend(_join_band(band))
    return sorted(merged)


def _bands(rules: list[Rule]) -> list[list[Rule]]:
    """Rules at nearly the same position. A band is never wider than `DOUBLED`."""
    bands: list[list[Rule]] = []
    for rule in rules:
        if bands and rule.at - bands[-1][0].at <= DOUBLED:
            bands[-1].append(rule)
        else:
            bands.append([rule])
    return bands


def _join_band(band: list[Rule]) -> list[Rule]:
    """Whole lines of a band, at the mean position of their parts weighed by length."""
    joined: list[Rule] = []
    parts: list[Rule] = []
    end = last_length = 0.0
    for rule in sorted(band, key=lambda rule: (rule.start, rule.end)):
        gap = rule.start - end
        dashes = max(rule.length, last_length) <= LONGEST_DASH
        if parts and gap > (DASH_GAP if dashes else SMALL_GAP):
            joined.append(_whole(parts))
            parts = []
        end = max(end, rule.end) if parts else rule.end
        last_length = rule.length
        parts.append(rule)
    joined.append(_whole(parts))
    return joined


def _whole(parts: list[Rule]) -> Rule:
    weight = sum(part.length for part in parts) or 1.0
    at = sum(part.at * part.length for part in parts) / weight
    if not any(part.length for part in parts):
        at = parts[0].at
    return Rule(at, min(part.start for part in parts), max(part.end for part in parts))
