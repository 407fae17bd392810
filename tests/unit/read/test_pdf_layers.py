"""Layers: what is not shown when the file is opened is left out and told."""

from __future__ import annotations

import pytest
from pdf_drawing import read
from test_pdf_files import CATALOG, FONT, PAGE, PAGES, raw, stream

#: `total 3`, and a 1 beside it on a layer.
LAYERED = (
    b"BT /F1 10 Tf 100 700 Td (total 3) Tj ET /OC /L BDC BT /F1 10 Tf 132 700 Td (1) Tj ET EMC"
)
GROUP = b"5 0 R"
BOTH = b"<</Type/OCMD/OCGs[5 0 R 6 0 R]%s>>"


def said(usual: bytes, layer: bytes = GROUP) -> tuple[str, int]:
    layers = b"/OCProperties<</OCGs[5 0 R 6 0 R]/D<<%s>>>>>>" % usual
    resources = FONT + b"/Properties<</L %s>>" % layer
    group = b"<</Type/OCG/Name(a)>>"
    objects = [CATALOG.replace(b">>", layers), PAGES, PAGE % resources, stream(LAYERED)]
    document = read(raw([*objects, group, group]))
    return "".join(paragraph.text for paragraph in document.paragraphs()), len(document.doubts)


@pytest.mark.parametrize(
    ("usual", "layer"),
    [
        (b"/OFF[5 0 R]", GROUP),
        (b"/BaseState/OFF", GROUP),
        (b"/BaseState/OFF/ON[6 0 R]", GROUP),
        (b"/OFF[5 0 R 6 0 R]", BOTH % b""),
        (b"/OFF[5 0 R]", BOTH % b"/P/AllOn"),
        (b"/OFF[6 0 R]", BOTH % b"/P/AllOff"),
    ],
)
def test_what_is_on_a_hidden_layer_is_left_out_and_told(usual: bytes, layer: bytes) -> None:
    assert said(usual, layer) == ("total 3", 1)


@pytest.mark.parametrize(
    ("usual", "layer"),
    [
        (b"", GROUP),
        (b"/OFF[6 0 R]", GROUP),
        (b"/BaseState/OFF/ON[5 0 R]", GROUP),
        (b"/OFF[5 0 R]", BOTH % b""),
        (b"/OFF[5 0 R]", BOTH % b"/P/AnyOff"),
    ],
)
def test_what_is_on_a_layer_that_shows_is_read(usual: bytes, layer: bytes) -> None:
    assert said(usual, layer) == ("total 3 1", 0)
