"""Whether a glyph of a TrueType font has an outline, told by where outlines begin."""

from __future__ import annotations

import struct

import pytest

from tasks.read.pdf.outlines import is_blank

#: Where the outlines of five glyphs begin, and where the last ends: the second has none, nor has
#: the fifth.
PLACES = (0, 40, 40, 80, 120, 120)


def font(form: int, places: tuple[int, ...] = PLACES, begins: bytes = b"\x00\x01\x00\x00") -> bytes:
    head = b"\x00" * 50 + struct.pack(">hh", form, 0)
    shares = places if form else tuple(place // 2 for place in places)
    loca = struct.pack(f">{len(places)}{'L' if form else 'H'}", *shares)
    start = 12 + 2 * 16
    entries = struct.pack(">4sLLL", b"head", 0, start, len(head))
    entries += struct.pack(">4sLLL", b"loca", 0, start + len(head), len(loca))
    return begins + struct.pack(">HHHH", 2, 0, 0, 0) + entries + head + loca


@pytest.mark.parametrize("form", [0, 1])
def test_a_glyph_that_ends_where_it_begins_has_none(form):
    assert [is_blank(font(form), glyph) for glyph in range(5)] == [False, True, False, False, True]


@pytest.mark.parametrize("form", [0, 1])
def test_a_glyph_beyond_the_last_may_have_one(form):
    assert not is_blank(font(form), 5)
    assert not is_blank(font(form), 70_000)


def test_a_font_of_another_kind_may_have_one():
    assert not is_blank(font(1, begins=b"OTTO"), 1)
    assert not is_blank(font(2), 1)


def test_of_a_font_that_is_cut_nothing_is_said_that_is_not_there():
    whole = font(1)
    assert not any(is_blank(whole[:length], 4) for length in range(len(whole)))
