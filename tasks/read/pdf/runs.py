"""Glyphs that no lines part -> runs of text with their places.

What stands where on a page is all that is left of a table without lines. The recogniser,
which knows the labels of the form, tells rows and columns by it.
"""

from __future__ import annotations

from collections.abc import Sequence

from tasks.model.document import TextRun
from tasks.read.pdf.lines import Line, glyphs_to_cell_text, glyphs_to_line
from tasks.read.pdf.marks import Glyph, Rule, Sheet
from tasks.read.pdf.phrases import Phrase, line_to_row, parted_at, words_apart

#: Glyphs whose middles are this near, in shares of their height, stand on one line. Labels of
#: groups stand between the lines of their rows, and must not become one line with them.
LEVEL = 0.25


def glyphs_to_runs(glyphs: list[Glyph], sheet: Sheet) -> list[TextRun]:
    """Runs from top to bottom, those of one line from left to right."""
    runs: list[TextRun] = []
    for line in _lines([glyph for glyph in glyphs if glyph.angle == 0]):
        for phrase in _phrases(line, sheet.verticals):
            where = sheet.where(phrase.box)
            text = glyphs_to_cell_text(phrase.glyphs, where)
            if text.text:
                runs.append(
                    TextRun(
                        text=text.text,
                        sheet=sheet.leaf,
                        box=phrase.box,
                        where=where,
                        doubts=text.doubts,
                    )
                )
    return runs


def _phrases(line: Line, uprights: Sequence[Rule]) -> list[Phrase]:
    """A label of a group and that of a row stand nearer than phrases do, and what an upright
    line parts stands in two columns however near it is."""
    middle = line.box.middle[1]
    walls = [rule.at for rule in uprights if rule.start < middle < rule.end]
    return [
        piece
        for phrase in line_to_row(line).phrases
        for part in words_apart(phrase)
        for piece in parted_at(part, walls)
    ]


def _lines(glyphs: list[Glyph]) -> list[Line]:
    levels: list[list[Glyph]] = []
    for glyph in sorted(glyphs, key=lambda glyph: glyph.box.middle[1]):
        if levels and _is_level(levels[-1][0], glyph):
            levels[-1].append(glyph)
        else:
            levels.append([glyph])
    return [
        glyphs_to_line(
            [glyph for glyph in level if not glyph.blank], [glyph for glyph in level if glyph.blank]
        )
        for level in levels
        if not all(glyph.blank for glyph in level)
    ]


def _is_level(first: Glyph, glyph: Glyph) -> bool:
    height = max(first.box.height, glyph.box.height)
    return glyph.box.middle[1] - first.box.middle[1] <= LEVEL * height
