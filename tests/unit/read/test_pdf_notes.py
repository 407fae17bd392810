"""Values of form fields and typed-on notes: what a viewer shows, or nothing."""

from __future__ import annotations

import pytest
from pdf_drawing import read
from test_pdf_files import CATALOG, FONT, PAGE, PAGES, raw, stream

from tasks.model.document import DoubtKind, Paragraph

#: The page says `total` left of the place of the note.
CONTENT = b"BT /F1 10 Tf 100 700 Td (total) Tj ET"
RECT = b"/Rect[150 695 210 710]"
TEXT_FIELD = b"<</Type/Annot/Subtype/Widget/FT/Tx" + RECT
TYPED = b"<</Type/Annot/Subtype/FreeText" + RECT


def page(
    note: bytes,
    appearance: bytes = b"",
    more: bytes = b"",
    form: bytes = b"",
    content: bytes = CONTENT,
) -> bytes:
    look = stream(appearance, b"/Type/XObject/Subtype/Form/BBox[0 0 60 15]/Resources<<%s>>" % FONT)
    return raw(
        [
            CATALOG.replace(b">>", b"/AcroForm<</Fields[5 0 R]%s>>>>" % form),
            PAGES,
            (PAGE % FONT).replace(b"/Contents", b"%s/Annots[5 0 R]/Contents" % more),
            stream(content),
            note,
            look,
            b"<</FT/Tx/V(31)>>",
        ]
    )


def shows(text: bytes) -> bytes:
    return b"/Tx BMC 1 1 58 13 re S BT /F1 10 Tf 20 4 Td (%s) Tj ET EMC" % text


def said(source: bytes) -> tuple[str, list[DoubtKind]]:
    document = read(source)
    lines = [block.text for block in document.blocks if isinstance(block, Paragraph)]
    return "".join(lines), [doubt.kind for doubt in document.doubts]


LOOK = b"/AP<</N 6 0 R>>"


@pytest.mark.parametrize(
    ("note", "appearance", "form"),
    [
        (TEXT_FIELD + b"/V(31)>>", b"", b""),
        (TEXT_FIELD + b"/V<FEFF00330031>>>", b"", b""),
        (TEXT_FIELD + LOOK + b"/V(31)>>", shows(b"31"), b""),
        (TEXT_FIELD + LOOK + b"/V(31)>>", b"", b"/NeedAppearances true"),
        (b"<</Subtype/Widget/Parent 7 0 R" + RECT + b">>", b"", b""),
        (TEXT_FIELD.replace(b"/Tx", b"/Ch") + b"/V(a)/Opt[[(a)(31)][(b)(32)]]>>", b"", b""),
        (TYPED + b"/Contents(31)>>", b"", b""),
        (TYPED + LOOK + b">>", shows(b"31"), b""),
    ],
)
def test_the_value_is_read_in_its_place(note: bytes, appearance: bytes, form: bytes) -> None:
    assert said(page(note, appearance, form=form)) == ("total 31", [])


def test_a_number_may_be_shown_in_another_way_than_it_is_held() -> None:
    assert said(page(TEXT_FIELD + LOOK + b"/V(1031)>>", shows(b"1,031"))) == ("total 1,031", [])


@pytest.mark.parametrize("shown", [b"13", b""])
def test_a_value_that_differs_from_what_is_shown_is_not_read(shown: bytes) -> None:
    text, doubts = said(page(TEXT_FIELD + LOOK + b"/V(31)>>", shows(shown) if shown else b""))
    assert text == "total \ufffd\ufffd"
    assert doubts == [DoubtKind.STRAY_TEXT]


@pytest.mark.parametrize(
    "note",
    [
        TEXT_FIELD + b"/F 2/V(31)>>",
        TEXT_FIELD + b"/F 32/V(31)>>",
        TEXT_FIELD + b"/Ff 8192/V(31)>>",
        TEXT_FIELD.replace(b"/Tx", b"/Btn") + b"/V(31)>>",
        b"<</Subtype/Popup/Contents(31)" + RECT + b">>",
        TEXT_FIELD.replace(b"695 210 710", b"695 150 695") + b"/V(31)>>",
    ],
)
def test_what_is_not_shown_is_not_read(note: bytes) -> None:
    assert said(page(note)) == ("total", [])


def test_a_page_shown_turned() -> None:
    note = TEXT_FIELD + b"/V(31)/MK<</R 90>>>>"
    content = b"BT /F1 10 Tf 0 1 -1 0 185 640 Tm (total) Tj ET"
    turned = page(note, more=b"/Rotate 90", content=content)
    document = read(turned)
    assert [block.text for block in document.paragraphs()] == ["total 31"]


COMB = TEXT_FIELD + b"/Ff 16777216/MaxLen 4"
APART = b"/Tx BMC BT /F1 10 Tf 5 4 Td (3) Tj 15 0 Td (1) Tj ET EMC"


@pytest.mark.parametrize(
    ("note", "appearance"),
    [
        (COMB + b"/V(31)>>", b""),
        (COMB + LOOK + b"/V(31)>>", APART),
        (COMB + LOOK + b"/Q 2/V<FEFF00330031>>>", APART),
    ],
)
def test_digits_in_boxes_are_one_value(note: bytes, appearance: bytes) -> None:
    boxes = b"".join(b"%d 695 m %d 710 l S " % (x, x) for x in (165, 180, 195))
    assert said(page(note, appearance, content=boxes + CONTENT)) == ("total 31", [])


def test_boxes_that_show_another_text_than_they_hold_are_not_read() -> None:
    text, doubts = said(page(COMB + LOOK + b"/V(32)>>", APART))
    assert "3" not in text
    assert doubts == [DoubtKind.STRAY_TEXT]


@pytest.mark.parametrize(
    ("note", "text"),
    [
        (b"/FT/Btn/AS/On/V/On>>", "total ☑"),
        (b"/FT/Btn/AS/Off>>", "total"),
        (b"/FT/Btn/Ff 32768/AS/a2/V/a2>>", "total ☑"),
        (b"/FT/Btn/Ff 65536/MK<</CA(print)>>>>", "total print"),
        (b"/FT/Btn/Ff 65536>>", "total"),
    ],
)
def test_buttons_show_a_tick_or_their_caption(note: bytes, text: str) -> None:
    button = b"<</Type/Annot/Subtype/Widget" + RECT + note
    assert said(page(button)) == (text, [])
