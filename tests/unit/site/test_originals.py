"""Originals out of the sandbox: hostile ones, broken ones, and who waits for whom."""

from __future__ import annotations

import base64
import io
import struct
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PIL import Image

from samples import make_report, render
from samples.scans import drawn_scan
from tasks.flow import examine
from tasks.model.document import Format, Where
from tasks.model.refusal import Refusal
from tasks.render import result
from workers.sandbox.confine import Limits
from workers.sandbox.wire import Extract, Garbage
from workers.site.originals import (
    IMAGE_HEADERS,
    PAGE_HEADERS,
    Busy,
    NoSuchPage,
    Originals,
    Place,
    original,
)
from workers.site.originals import originals as module
from workers.site.originals.shown import LONGEST_SIDE, MOST_LINES, MOST_PIXELS, PageImage
from workers.site.originals.style import harmless

SHARED = Path(__file__).parents[3].parent / "shared" / "samples"
REPORT = make_report(3, editions={"requests": "2021"})


@pytest.fixture(scope="module")
def originals() -> Iterator[Originals]:
    made = Originals()
    yield made
    made.close()


def page_of(originals: Originals, body: bytes, number: int = 1) -> PageImage:
    return originals.page_image(str(hash(body)), "a.pdf", number, lambda: body)


def code_of(ask: Callable[[], object]) -> str:
    with pytest.raises(Refusal) as refused:
        ask()
    assert refused.value.message
    assert refused.value.message_en
    return str(refused.value.code)


def pdf(page: bytes, content: bytes = b"BT /F1 24 Tf 100 100 Td (12) Tj ET") -> bytes:
    """One page with these entries."""
    objects = (
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>" + page + b">>",
        b"<</Length %d/Filter/FlateDecode>>stream\n%s\nendstream"
        % (len(packed := zlib.compress(content)), packed),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    )
    body, places = b"%PDF-1.6\n", []
    for number, text in enumerate(objects, 1):
        places.append(len(body))
        body += b"%d 0 obj%s endobj\n" % (number, text)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    return (
        body
        + b"xref\n0 6\n0000000000 65535 f \n%strailer<</Size 6/Root 1 0 R>>\n" % table
        + b"startxref\n%d\n%%%%EOF\n" % len(body)
    )


# --- pages of PDFs -------------------------------------------------------------------------


def test_a_page_and_the_cell_on_it(originals: Originals) -> None:
    body = render(REPORT, Format.PDF, "ruled")
    place = original(result.parts(examine(body, "a.pdf")), "requests.new.total")
    assert place.where.page is not None
    assert place.where.box is not None
    page = page_of(originals, body, place.where.page)
    picture = Image.open(io.BytesIO(page.png))
    assert picture.size == (1191, 1684)
    assert (round(page.width), round(page.height)) == (595, 842)
    frame = page.frame(place.where.box)
    assert 0 < frame.left < frame.left + frame.width < 100
    assert 0 < frame.top < frame.top + frame.height < 100


@pytest.mark.skipif(not SHARED.exists(), reason="the shared samples are not beside the repository")
def test_a_real_report(originals: Originals) -> None:
    body = (SHARED / "hongze-2024.pdf").read_bytes()
    envelope = result.parts(examine(body, "a.pdf"))
    place = original(envelope, "requests.new.total")
    assert place.where.page is not None
    page = page_of(originals, body, place.where.page)
    assert page.pages == envelope["document"]["pages"]


@pytest.mark.parametrize(
    "size",
    [
        b"/MediaBox[0 0 14400 14400]",
        b"/MediaBox[0 0 14400 1]",
        b"/MediaBox[0 0 1 2000000]",
        b"/MediaBox[0 0 0.01 0.01]",
        b"/MediaBox[0 0 1e9 1e9]/UserUnit 75000",
        b"/MediaBox[0 0 500 800]/CropBox[600 900 700 1000]",
        b"/MediaBox[0 0 0 0]",
        b"",
    ],
)
def test_a_page_of_any_size_is_a_picture_of_few_pixels(originals: Originals, size: bytes) -> None:
    page = page_of(originals, pdf(size))
    width, height = Image.open(io.BytesIO(page.png)).size
    assert width * height <= MOST_PIXELS + width + height
    assert max(width, height) <= LONGEST_SIDE + 1


@pytest.mark.parametrize("number", [-1, 0, 2, 10**6])
def test_a_page_that_is_not_there(originals: Originals, number: int) -> None:
    with pytest.raises(NoSuchPage, match="has 1") as missing:
        page_of(originals, pdf(b"/MediaBox[0 0 500 800]"), number)
    assert "共 1 页" in missing.value.message


def test_documents_that_have_no_pages_to_show(originals: Originals) -> None:
    protected = render(REPORT, Format.PDF, "user_password")
    assert code_of(lambda: page_of(originals, protected)) == "encrypted"
    assert code_of(lambda: page_of(originals, b"%PDF-1.4\n1 0 obj <<")) == "corrupt"
    assert code_of(lambda: page_of(originals, b"")) == "empty"
    replaced = b"<p>a page now</p>"
    assert code_of(lambda: page_of(originals, replaced)) == "unsupported_format"


def test_a_page_that_takes_for_ever_is_a_refusal() -> None:
    slow = Originals(limits=Limits(memory_mib=2048, cpu_seconds=1, wall_seconds=2))
    dashes = b"".join(b"%d %d m %d 800 l S " % (n % 500, n % 777, n % 333) for n in range(300_000))
    try:
        body = pdf(b"/MediaBox[0 0 500 800]", b"[1 1] 0 d 9 w " + dashes)
        assert code_of(lambda: page_of(slow, body)) == "timeout"
    finally:
        slow.close()


def test_a_page_that_takes_all_memory_is_a_refusal() -> None:
    small = Originals(limits=Limits(memory_mib=64, cpu_seconds=30, wall_seconds=60))
    try:
        body = pdf(b"/MediaBox[0 0 500 800]", b"0 0 m 1 1 l S " * 20_000_000)
        assert code_of(lambda: page_of(small, body)) in ("out_of_memory", "crashed", "timeout")
        assert page_of(small, pdf(b"/MediaBox[0 0 500 800]")).pages == 1, "the next one is shown"
    finally:
        small.close()


def test_a_page_is_drawn_once(originals: Originals) -> None:
    body = pdf(b"/MediaBox[0 0 500 800]")
    fetched = []

    def fetch() -> bytes:
        fetched.append(1)
        return body

    pages = [originals.page_image("etag", "a.pdf", 1, fetch) for _ in range(3)]
    assert pages == [pages[0]] * 3
    originals.page_image("another etag", "a.pdf", 1, fetch)
    assert len(fetched) == 2


def test_no_more_is_kept_than_there_is_room_for() -> None:
    kept = module._Kept(250)
    for number in range(5):
        page = PageImage(png=bytes(100), width=1, height=1, pages=1)
        kept.put(("etag", number), page)
        kept.get(("etag", 0))
    assert [number for number in range(5) if kept.get(("etag", number))] == [0, 4]
    kept.put(("etag", 9), PageImage(png=bytes(300), width=1, height=1, pages=1))
    assert kept.get(("etag", 9)) is None


def test_who_comes_when_too_many_wait_is_told_so() -> None:
    crowded = Originals(most_waiting=1)
    body = pdf(b"/MediaBox[0 0 500 800]")
    go_on, begun = threading.Event(), threading.Event()

    def slowly() -> bytes:
        begun.set()
        go_on.wait(30)
        return body

    first = threading.Thread(target=lambda: crowded.page_image("1", "a.pdf", 1, slowly))
    second = threading.Thread(target=lambda: crowded.page_image("2", "a.pdf", 1, lambda: body))
    try:
        first.start()
        begun.wait(30)
        second.start()
        while crowded._waiting < 2:
            time.sleep(0.01)
        with pytest.raises(Busy) as busy:
            crowded.page_image("3", "a.pdf", 1, lambda: body)
        assert "重试" in busy.value.message
    finally:
        go_on.set()
        first.join()
        second.join()
    assert crowded.page_image("3", "a.pdf", 1, lambda: body).pages == 1
    crowded.close()


# --- what a taken-over process could answer ------------------------------------------------


def png(width: int, height: int) -> bytes:
    return b"\x89PNG\r\n\x1a\n" + struct.pack("!I4sIIBBBBBI", 13, b"IHDR", width, height, *[0] * 6)


@pytest.mark.parametrize(
    "extract",
    [
        Extract(),
        Extract(facts={"pages": -1}),
        Extract(facts={"pages": "1"}),
        Extract(facts={"pages": 1, "width": 1, "height": 1}, attached=b"<script>"),
        Extract(facts={"pages": 1, "width": 1, "height": 1}, attached=png(2**31, 1)),
        Extract(facts={"pages": 1, "width": 1, "height": 1}, attached=png(5_000, 5_000)),
        Extract(facts={"pages": 1, "width": 1, "height": 1}, attached=png(0, 0)),
        Extract(facts={"pages": 1, "width": 0, "height": 1}, attached=png(10, 10)),
        Extract(facts={"pages": 1, "width": float("nan"), "height": 1}, attached=png(10, 10)),
        Extract(facts={"pages": 1, "width": "wide", "height": 1}, attached=png(10, 10)),
    ],
)
def test_what_is_no_picture_is_not_sent(extract: Extract) -> None:
    with pytest.raises(Garbage):
        module._image_of(extract)


@pytest.mark.parametrize(
    "facts",
    [
        {},
        {"first": 1, "total": 1, "lines": "text"},
        {"first": 1, "total": 1, "lines": [1]},
        {"first": 1, "total": 1, "lines": ["x" * 10_000]},
        {"first": 1, "total": 1, "lines": [""] * (MOST_LINES + 1)},
        {"first": None, "total": 1, "lines": []},
    ],
)
def test_what_are_no_lines_are_not_shown(facts: dict[str, object]) -> None:
    with pytest.raises(Garbage):
        module._lines_of(Extract(facts=facts), range(0))


# --- web pages -----------------------------------------------------------------------------

HERE = Place(
    format=Format.HTML,
    where=Where(path="/html/body/table[1]/tr[1]/td[2]"),
    exact=True,
    text="12",
)
TABLE = "<table><tr><td>一、本年新收</td><td>12</td></tr></table>"


def shown(originals: Originals, page: str | bytes, place: Place = HERE) -> str:
    body = page.encode() if isinstance(page, str) else page
    return originals.marked_page(lambda: body, "a.html", place).decode("utf-8")


@pytest.mark.parametrize(
    ("hostile", "gone"),
    [
        ("<script>alert(1)</script>", "alert"),
        ("<img src=x onerror=alert(1)>", "alert"),
        ("<img src='http://a.invalid/x.png' srcset='http://a.invalid/y.png 2x'>", "invalid"),
        ("<svg onload=alert(1)><script>alert(2)</script><a href='javascript:alert(3)'>", "alert"),
        ("<svg><style><img src=x onerror=alert(1)></style>", "<img"),
        ("<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>", "<img"),
        ("<a href='javascript:alert(1)'>x</a>", "alert"),
        ("<a href='JaVa&#9;Script:alert(1)'>x</a>", "alert"),
        ("<a href='http://a.invalid/'>x</a>", "invalid"),
        ("<iframe src='http://a.invalid/'></iframe>", "invalid"),
        ("<iframe srcdoc='<script>alert(1)</script>'></iframe>", "alert"),
        ("<object data='http://a.invalid/'></object><embed src='http://a.invalid/'>", "invalid"),
        ("<form action='http://a.invalid/'><button formaction='http://a.invalid/'>", "invalid"),
        ("<base href='http://a.invalid/'>", "invalid"),
        ("<meta http-equiv=refresh content='0;url=http://a.invalid/'>", "invalid"),
        ("<link rel=stylesheet href='http://a.invalid/x.css'>", "invalid"),
        ("<style>@import 'http://a.invalid/x.css';</style>", "@import"),
        ("<style>p{background:url(http://a.invalid/x)}</style>", "url("),
        ("<style>p{background:\\75 rl(http://a.invalid/x)}</style>", "rl(http"),
        ("<style>p{background:u\\72l(http://a.invalid/x)}</style>", "l(http"),
        ("<style>@\\69mport 'http://a.invalid/x.css';</style>", "@import"),
        ("<style>p{background:\\7\\35 rl(http://a.invalid/x)}</style>", "\\75"),
        ("<style>p{background:u<!--rl(http://a.invalid/x)}</style>", "url("),
        ("<style>p{color:red}<<!--/style><script>alert(1)</script></style>", "</style><script"),
        ("<style>p{color:red}</style ><script>alert(1)</script>", "alert"),
        ("<p style='background:URL(http://a.invalid/x)'>x</p>", "invalid/x)'>"),
        ("<p style='background:u\\rl(http://a.invalid/x)'>x</p>", "url("),
        ("<table background='http://a.invalid/x'><tr><td>x</table>", "invalid"),
        ("<video src='http://a.invalid/x' poster='http://a.invalid/x'></video>", "invalid"),
        ("<template><img src=x onerror=alert(1)></template>", "alert"),
        ("<noscript><p title='</noscript><img src=x onerror=alert(1)>'></noscript>", "onerror"),
        ("<xmp><script>alert(1)</script></xmp>", "<script"),
        ("<textarea></textarea><script>alert(1)</script>", "alert"),
        ('<p data-x"onclick=alert(1)>x</p>', "onclick"),
        ("<!--><script>alert(1)</script>-->", "<script"),
        ("<p id=gouji-cell>not the cell</p>", "<p id"),
        ("<input type=hidden value=secret-token>", "secret-token"),
        ("<img src='data:image/svg+xml;base64,PHN2Zy8+'>", "svg"),
        ("<img src='data:text/html,<script>alert(1)</script>'>", "alert"),
    ],
)
def test_nothing_in_it_acts(originals: Originals, hostile: str, gone: str) -> None:
    page = shown(originals, f"<html><body>{TABLE}{hostile}</body></html>")
    assert gone not in page
    assert '<td id="gouji-cell">12</td>' in page


def test_attributes_of_the_page_itself_are_no_way_in(originals: Originals) -> None:
    page = shown(
        originals,
        f"<html onload=alert(1) class='\"><script>alert(2)</script>'><body onload=alert(3) "
        f"bgcolor='\"><script>alert(4)</script>' style='background:url(http://a.invalid)'>{TABLE}",
    )
    assert "<script" not in page
    assert "onload" not in page
    assert "url(" not in page


def test_it_looks_as_it_did(originals: Originals) -> None:
    page = shown(
        originals,
        "<!DOCTYPE html><html><head><style media=print>td{color:red}</style><style>.a\\:b>p{x:y}"
        f"</style></head><body bgcolor='#ffeeee'><p class=n style='color:blue'>{TABLE}",
    )
    assert page.startswith("<!DOCTYPE html>")
    assert '<style media="print">td{color:red}</style>' in page
    assert ".a\\:b>p{x:y}" in page
    assert '<body bgcolor="#ffeeee">' in page
    assert 'style="color:blue"' in page


def test_what_is_decoded_as_the_reader_does_is_sent_in_utf_8(originals: Originals) -> None:
    body = render(REPORT, Format.HTML, "gb18030")
    place = original(result.parts(examine(body, "a.html")), "requests.new.total")
    page = shown(originals, body, place)
    assert "政府信息公开" in page
    assert 'id="gouji-cell"' in page
    assert page.count("charset") == 1


def test_without_a_cell_nothing_is_marked(originals: Originals) -> None:
    page = shown(originals, TABLE, Place(format=Format.HTML))
    assert "gouji-cell" not in page


def test_where_only_the_beginning_is_known_there_is_no_outline(originals: Originals) -> None:
    near = Place(format=Format.HTML, where=HERE.where)
    page = shown(originals, TABLE, near)
    assert '<td id="gouji-cell">' in page
    assert "outline" not in page


def test_a_cell_that_browsers_take_for_none_is_marked(originals: Originals) -> None:
    place = Place(format=Format.HTML, where=Where(path="/html/body/td[1]"), exact=True, text="12")
    assert '<div id="gouji-cell">12</div>' in shown(originals, "<td>12</td><td>13</td>", place)


def test_a_cell_in_a_page_in_the_page(originals: Originals) -> None:
    """Both have an element at that path; the text tells which it is."""
    other = TABLE.replace("12", "99")
    page = shown(originals, f'{other}<iframe srcdoc="{TABLE}"></iframe>')
    assert '<td id="gouji-cell">12</td>' in page
    assert "<td>99</td>" in page


def test_a_cell_that_a_script_would_have_shown_is_shown(originals: Originals) -> None:
    rows = TABLE.replace("</table>", "<tr><td>二</td><td>0</td></tr></table>")
    tabs = f"<style>table{{display:none}}</style><p>2023</p>{rows}"
    assert "display:revert" in shown(originals, tabs)
    assert "display:revert" not in shown(originals, rows)


def test_a_page_deeper_than_any_tree(originals: Originals) -> None:
    page = shown(originals, f"<body>{TABLE}" + "<div>" * 3_000 + "deep")
    assert '<td id="gouji-cell">12</td>' in page
    assert "deep" in page


def test_a_page_saved_with_its_sheet_and_picture(originals: Originals) -> None:
    picture = io.BytesIO()
    Image.new("RGB", (2, 2), "red").save(picture, "PNG")
    coded = base64.b64encode(picture.getvalue())
    parts = [
        b"Content-Type: text/html; charset=utf-8\r\nContent-Location: http://a.invalid/p\r\n\r\n"
        b"<html><head><link rel=stylesheet href=s.css></head><body>"
        + TABLE.encode()
        + b"<img src='cid:seal' alt=seal></body></html>",
        b"Content-Type: text/css\r\nContent-Location: http://a.invalid/s.css\r\n\r\n"
        b"td{border:1px solid red;background:url(http://a.invalid/x)}",
        b"Content-Type: image/png\r\nContent-ID: <seal>\r\n"
        b"Content-Transfer-Encoding: base64\r\n\r\n" + coded,
    ]
    body = (
        b"From: <Saved by Blink>\r\nMIME-Version: 1.0\r\n"
        b'Content-Type: multipart/related; type="text/html"; boundary="--b"\r\n\r\n'
        + b"".join(b"\r\n----b\r\n" + part for part in parts)
        + b"\r\n----b--\r\n"
    )
    page = shown(originals, body)
    assert '<td id="gouji-cell">12</td>' in page
    assert "border:1px solid red" in page
    assert f'src="data:image/png;base64,{coded.decode()}"' in page
    assert "invalid" not in page.replace("none(http://a.invalid/x)", "")


def test_a_sheet_that_is_hidden_from_older_browsers_holds() -> None:
    assert harmless("<!-- td{color:red} -->").strip() == "td{color:red}"


def test_headers_allow_nothing() -> None:
    policy = PAGE_HEADERS["Content-Security-Policy"]
    assert policy.startswith("sandbox; default-src 'none'")
    assert "script" not in policy
    for headers in (PAGE_HEADERS, IMAGE_HEADERS):
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "no-referrer"
        assert "frame-ancestors 'self'" in headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    "sheet",
    [
        "p{content:'\\00201c ';color:red}",
        "td{content:'/*'}@media (width<600px){td{width:10px}}",
        ".md\\:flex{display:flex}",
        ".\\000031 0{color:red}",
        "@media (min-width:600px){td{width:10px}}",
    ],
)
def test_a_harmless_sheet_stays_as_it_is(sheet: str) -> None:
    assert harmless(sheet) == sheet


# --- texts ---------------------------------------------------------------------------------


def test_the_lines_of_a_cell(originals: Originals) -> None:
    body = render(REPORT, Format.TEXT, "gbk")
    place = original(result.parts(examine(body, "a.txt")), "requests.new.total")
    assert place.where.lines is not None
    lines = originals.lines(lambda: body, "a.txt", place)
    marked = [line for line in lines.lines if line.is_marked]
    assert [marked[0].number, marked[-1].number] == list(place.where.lines)
    assert place.text in "".join(line.text for line in marked)
    assert [line.number for line in lines.lines] == list(range(1, lines.total + 1))


def test_of_a_long_text_the_lines_around_are_shown(originals: Originals) -> None:
    body = "\n".join(f"第 {n} 行\x00\x1b[31m" for n in range(1, 5_001)).encode()
    at = Place(format=Format.TEXT, where=Where(lines=(3_000, 3_001)), exact=True)
    lines = originals.lines(lambda: body, "a.txt", at)
    assert lines.total == 5_000
    assert len(lines.lines) == MOST_LINES
    assert [line.number for line in lines.lines if line.is_marked] == [3_000, 3_001]
    assert not any("\x1b" in line.text for line in lines.lines)
    end = Place(format=Format.TEXT, where=Where(lines=(5_000, 5_000)), exact=True)
    assert originals.lines(lambda: body, "a.txt", end).lines[-1].is_marked
    first = originals.lines(lambda: body, "a.txt", Place(format=Format.TEXT))
    assert (first.lines[0].number, first.lines[0].is_marked) == (1, False)


# --- pictures -----------------------------------------------------------------------------------


def picture(*pages: Image.Image, dpi: int = 100) -> bytes:
    body = io.BytesIO()
    pages[0].save(body, "TIFF", dpi=(dpi, dpi), save_all=True, append_images=pages[1:])
    return body.getvalue()


def page_of_picture(originals: Originals, body: bytes, number: int = 1) -> PageImage:
    return originals.page_image(str(hash(body)), "a.tif", number, lambda: body, Format.IMAGE)


def test_a_picture_is_shown_in_the_points_of_its_reader(originals: Originals) -> None:
    pages = [Image.new("L", (850, 1100), 255), Image.new("L", (1100, 850), 255)]
    pages[1].putpixel((550, 425), 0)
    body = picture(*pages)
    lying = page_of_picture(originals, body, 2)
    assert (lying.width, lying.height, lying.pages) == pytest.approx((792, 612, 2))
    shown = Image.open(io.BytesIO(lying.png))
    assert shown.size == (1100, 850)
    assert shown.getpixel((550, 425)) == 0
    with pytest.raises(NoSuchPage):
        page_of_picture(originals, body, 3)


def test_a_large_picture_is_shown_smaller(originals: Originals) -> None:
    shown = page_of_picture(originals, picture(Image.new("L", (5100, 6600)), dpi=600))
    assert (shown.width, shown.height) == pytest.approx((612, 792))
    width, height = Image.open(io.BytesIO(shown.png)).size
    assert width * height <= MOST_PIXELS


def test_a_picture_that_is_none_is_refused(originals: Originals) -> None:
    body = picture(Image.new("L", (850, 1100), 255))[:200]
    assert code_of(lambda: page_of_picture(originals, body)) == "corrupt"


@pytest.mark.slow
def test_a_cell_is_framed_where_it_stands_on_a_picture(originals: Originals) -> None:
    """What is painted over in the frame is what is not read any more, and nothing beside it."""
    body, _, _ = drawn_scan("png", 1)
    read = result.parts(examine(body, "a.png"))
    place = original(read, "requests.new.business")
    assert place.exact
    assert place.where.box is not None
    image = originals.page_image("png", "a.png", place.where.page or 0, lambda: body, place.format)
    frame = image.frame(place.where.box)
    with Image.open(io.BytesIO(body)) as page:
        painted = page.convert("L")
    across, down = painted.width / 100, painted.height / 100
    left, top = round(frame.left * across) + 3, round(frame.top * down) + 3
    right, bottom = (frame.left + frame.width) * across, (frame.top + frame.height) * down
    painted.paste(255, (left, top, round(right) - 3, round(bottom) - 3))
    saved = io.BytesIO()
    painted.save(saved, "PNG", dpi=page.info["dpi"])
    again = result.parts(examine(saved.getvalue(), "a.png"))
    rows = read["report"]["requests"]["new"], again["report"]["requests"]["new"]
    changed = [name for name in rows[0] if rows[0][name]["raw"] != rows[1][name]["raw"]]
    assert changed == ["business"]
