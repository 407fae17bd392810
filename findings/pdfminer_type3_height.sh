#!/usr/bin/env bash
# pdfminer.six 20260107, beside pypdfium2 5.15.2.
#
# A Type 3 font may have any FontMatrix: with [1 0 0 1 0 0] the glyphs are drawn in units of text
# space, and a size of 0.12 makes a glyph of 100 units 12 points high (ISO 32000-1, 9.6.5: the font
# matrix maps glyph space to text space).
#
# Expected: the box of a character is as high as its glyph, whatever the matrix.
# Seen: pdfminer scales the widths by the matrix, and the box is as high as the font size: 0.12 points
# instead of 12 (and 9.6 points wide). PDFium gives the true height. Whoever groups characters into lines or
# tells raised figures by their height is misled. The same page drawn with [0.01 0 0 0.01 0 0] and size 12
# looks alike and has a box of 12 points.
#
# Exit code 0: seen as told. 1: it behaves otherwise now.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check \
    pdfminer.six==20260107 pypdfium2==5.15.2
cat >"$folder/trial.py" <<'PY'
import io
import sys

import pypdfium2
from pdfminer.high_level import extract_pages
from pdfminer.layout import LTChar


def page(matrix: str, size: str) -> bytes:
    """One glyph, a box of 80 by 100 units, drawn at 20, 30."""
    glyph = b"80 0 0 0 80 100 d1 0 0 80 100 re f"
    text = f"BT /F {size} Tf 20 30 Td (a) Tj ET".encode()
    bodies = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 100 100] /Contents 4 0 R"
        b" /Resources << /Font << /F 5 0 R >> >> >>",
        b"<< /Length %d >> stream\n%s\nendstream" % (len(text), text),
        f"<< /Type /Font /Subtype /Type3 /FontBBox [0 0 80 100] /FontMatrix {matrix}"
        " /CharProcs << /a 6 0 R >> /Encoding << /Type /Encoding /Differences [97 /a] >>"
        " /FirstChar 97 /LastChar 97 /Widths [80] /Resources << >> >>".encode(),
        b"<< /Length %d >> stream\n%s\nendstream" % (len(glyph), glyph),
    ]
    out, places = bytearray(b"%PDF-1.4\n"), []
    for number, body in enumerate(bodies, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(bodies) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(bodies) + 1, start)
    return bytes(out)


def characters(item):
    if isinstance(item, LTChar):
        yield item
    elif hasattr(item, "__iter__"):
        for part in item:
            yield from characters(part)


def by_pdfminer(source: bytes) -> tuple[float, float]:
    (found,) = (c for p in extract_pages(io.BytesIO(source)) for c in characters(p))
    return round(found.width, 2), round(found.height, 2)


def by_pdfium(source: bytes) -> tuple[float, float]:
    left, bottom, right, top = pypdfium2.PdfDocument(source)[0].get_textpage().get_charbox(0)
    return round(right - left, 2), round(top - bottom, 2)


units, usual = page("[1 0 0 1 0 0]", "0.12"), page("[0.01 0 0 0.01 0 0]", "12")
print("matrix 1,    size 0.12: pdfminer", by_pdfminer(units), "PDFium", by_pdfium(units))
print("matrix 0.01, size 12:   pdfminer", by_pdfminer(usual), "PDFium", by_pdfium(usual))
alike = by_pdfium(units) == by_pdfium(usual) and abs(by_pdfium(units)[1] - 12) < 0.5
sys.exit(not (alike and by_pdfminer(units)[1] == 0.12 and by_pdfminer(usual)[1] == 12))
PY
"$folder/venv/bin/python" "$folder/trial.py"
