#!/usr/bin/env bash
# pdfminer.six 20260107, beside pypdfium2 5.15.2.
#
# Two rules of ISO 32000-1 for strings: a backslash before a character that needs none is ignored, and
# the character stays (7.3.4.2); where a hexadecimal string has an odd number of digits, the last one is taken to be
# followed by 0 (7.3.4.3).
#
# Expected: `(A\BC)` says ABC, and `<414>` says A@ (41 40).
# Seen: pdfminer leaves the character out with its backslash, and puts the 0 before the digit: AC, and A with the
# control character 04. PDFium reads both as the standard has them. A figure written as `(1\8)` or
# `<313>` is read as 1, or as 1 and a control character, without a word.
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
from pdfminer.high_level import extract_text


def page(said: bytes) -> bytes:
    text = b"BT /F 12 Tf 20 30 Td " + said + b" Tj ET"
    bodies = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 100 100] /Contents 4 0 R"
        b" /Resources << /Font << /F 5 0 R >> >> >>",
        b"<< /Length %d >> stream\n%s\nendstream" % (len(text), text),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    out, places = bytearray(b"%PDF-1.4\n"), []
    for number, body in enumerate(bodies, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(bodies) + 1)
    for place in places:
        out += b"%010d 00000 n \n" % place
    out += b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF" % (len(bodies) + 1, start)
    return bytes(out)


def by_pdfium(source: bytes) -> str:
    return pypdfium2.PdfDocument(source)[0].get_textpage().get_text_range().strip()


ok = True
for said, expected in ((rb"(A\BC)", "ABC"), (b"<414>", "A@")):
    source = page(said)
    pdfminer, pdfium = extract_text(io.BytesIO(source)).strip(), by_pdfium(source)
    print(f"{said.decode()}: expected {expected!r}, pdfminer {pdfminer!r}, PDFium {pdfium!r}")
    ok = ok and pdfium == expected and pdfminer != expected
sys.exit(0 if ok else 1)
PY
"$folder/venv/bin/python" "$folder/trial.py"
