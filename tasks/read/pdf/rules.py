"""Drawn lines → whole lines: dashes bridged, doubles merged, breaks closed."""

from __future__ import annotations

from tasks.read.pdf.marks import Rule

#: Parallel lines nearer than this are one line, drawn doubled or in parts.
DOUBLED = 3.0
#: A gap in a line that is closed whatever the line looks like.
SMALL_GAP = 3.0
#: A gap between dashes; a dash is at most `LONGEST_DASH` long.
DASH_GAP = 6.0
LONGEST_DASH = 12.0


def merge_rules(rules: list[Rule]) -> list[Rule]:
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
