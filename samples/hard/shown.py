"""Pages on which a browser shows something else than stands in their cells.

Each kind is drawn from a seed in many forms: with other selectors, properties and names of classes.
`Shown.certain` says whether every figure must be read; where it is not, a figure may be unreadable.
"""

from __future__ import annotations

import quopri
from collections.abc import Callable
from dataclasses import dataclass
from html import escape
from random import Random

from samples.hard.pages import of_cells, page, plain_cell, spans
from samples.hard.shape import Shape
from samples.layout import Draft, LogicalCell
from tasks.model.document import Format

Draw = Callable[[Draft, Random], bytes]
#: The text of a cell -> what stands in it.
WriteFigure = Callable[[str, Random], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One kind of such pages."""

    name: str
    hard_for: str
    draw: Draw
    certain: bool = True
    suffix: str = "html"

    def make(self, drafted: Draft, seed: int) -> bytes:
        return self.draw(drafted, Random(f"{self.name} {seed}"))


# --- style sheets -------------------------------------------------------------------------

_CLASSES = ("v", "num", "fn", "old-year", "Note1", "x_2", "数")


def _class(random: Random) -> str:
    return random.choice(_CLASSES)


#: Selectors of an element `b` with the class in a cell; all of them fit.
_SELECTORS = (
    ".{0}",
    "b.{0}",
    "td .{0}",
    "td>.{0}",
    "tr > td > b.{0}",
    "[class~={0}]",
    '[class="{0}"]',
    "table tr td .{0}",
    "body .{0}",
    ".none, .{0}",
    ":is(.{0}, .none)",
    "b:not(.none).{0}",
    "html .{0}.{0}",
    "TD B.{0}",
    "tbody>tr .{0}",
    "td > [class^='{0}']",
    "*.{0}",
    ":root .{0}",
    ":where(td) .{0}",
    ".{0}:nth-child(n)",
    ".{0}:not(:hover)",
)
#: Rules, `{0}` the selector and `{1}` the declarations, that all hold on a screen.
_RULES = (
    "{0}{{{1}}}",
    "{0} {{ {1}; }}",
    "@media screen{{{0}{{{1}}}}}",
    "{0}{{color:#333;{1}}}",
    "@media all and (min-width:10px) {{ {0} {{ {1} }} }}",
    "{0}{{{1}}}{0}{{margin:0}}",
    "/* {{ */ {0}{{/* ; */{1}}}",
    "@font-face{{font-family:a;src:url(a)}}{0}{{{1}}}",
    "<!-- {0}{{{1}}} -->",
    "@charset 'utf-8';{0}{{{1}}}",
    "@media print{{p{{display:none}}}}{0}{{{1}}}",
    "table{{border:0}} body{{ {0}{{{1}}} }}",
)


def _rule(selector: str, declared: str, random: Random) -> str:
    if random.random() < 0.2:
        declared = ";".join(f"{one} !important" for one in declared.split(";"))
    if random.random() < 0.2:
        declared = declared.upper() if '"' not in declared and "(" not in declared else declared
    nested = selector.startswith((".", "[", "td")) and "," not in selector
    rule = random.choice(_RULES if nested else _RULES[:-1])
    return rule.format(selector, declared)


def _sheet(rules: str, random: Random) -> str:
    opening = random.choice(
        ("<style>", '<style type="text/css">', "<STYLE media=screen>", "<style media='all'>")
    )
    return f"{opening}{rules}</style>"


def _selector(name: str, random: Random) -> str:
    return random.choice(_SELECTORS).format(name)


def _page(write: WriteFigure, head: str, drafted: Draft, random: Random) -> bytes:
    """The report with the texts of its figures written by `write`."""

    def cell(one: LogicalCell, random: Random) -> str:
        if one.role != "value":
            return plain_cell(one, random)
        return f"<td{spans(one)}>{write(one.text, random)}</td>"

    return page(drafted, random.randint(0, 9_999), of_cells(cell), head=head).encode()


def _figure(random: Random) -> str:
    return str(random.randint(1, 99))


def _beside(declared: tuple[str, ...], mark: Callable[[Random], str]) -> Draw:
    """Some figures with something beside them that a class makes no part of them."""

    def draw(drafted: Draft, random: Random) -> bytes:
        name = _class(random)
        head = _sheet(_rule(_selector(name, random), random.choice(declared), random), random)

        def write(text: str, random: Random) -> str:
            if not text or random.random() < 0.4:
                return escape(text)
            return f'{escape(text)}<b class="{name}">{mark(random)}</b>'

        return _page(write, head, drafted, random)

    return draw


_RAISES = (
    "vertical-align:super;font-size:60%",
    "vertical-align:super",
    "position:relative;top:-.5em;font-size:70%",
    "font:60%/1 serif;vertical-align:super",
    "vertical-align:6px;font-size:8px",
    "font-size:smaller;vertical-align:text-top",
    "vertical-align:40%;font-size:.7em",
    "position:relative;bottom:.4em;font-size:.6em",
)
_HIDES = (
    "display:none",
    "visibility:hidden",
    "opacity:0",
    "font-size:0",
    "font:0/0 serif",
    "position:absolute;left:-9999px",
    "display:inline-block;text-indent:-9999px",
    "position:absolute;clip:rect(0,0,0,0)",
    "position:absolute;clip-path:inset(50%)",
    "display:inline-block;width:1px;height:1px;overflow:hidden",
    "display:inline-block;max-height:0;overflow:hidden",
    "color:transparent",
    "color:#fff",
    "color:rgb(255,255,255)",
    "display:inline-block;transform:scale(0)",
    "position:fixed;top:-5000px",
    "color:white;background:#ffffff",
    "-webkit-text-fill-color:transparent",
    "color:rgba(0,0,0,0)",
    "color:#123456;background-color:#123456",
    "position:absolute;right:-9999px",
    "display:inline-block;width:0;overflow:hidden",
    "filter:opacity(0)",
    "font-size:1px",
)
#: Declarations that hide, and rules that undo them.
_UNDONE = (
    ".{0}{{display:none}} td .{0}{{display:inline}}",
    "td b{{visibility:hidden}} td .{0}{{visibility:visible}}",
    ".{0}{{display:inline!important}} td .{0}{{display:none}}",
    "@media print{{.{0}{{display:none}}}}",
    "@media (max-width:600px){{.{0}{{display:none!important}}}}",
    ".{0}:hover{{display:none}}",
    "i.{0}{{display:none}}",
    "th .{0}{{opacity:0}}",
    ".{0}+.{0}{{display:none}}",
    ".{0} b{{font-size:0}}",
    ".{0}{{font-size:0}} td>.{0}{{font-size:14px}}",
    "table>tr>td .{0}{{display:none}}",
    ".{0}[title]{{display:none}}",
    "@supports not (display:block){{p{{display:none}}}} .{0}{{color:#000}}",
    "td{{background:#036}} .{0}{{color:#fff}}",
    "tr{{background-color:navy}} .{0}{{color:#FFF}}",
    ".{0}::after{{content:'';display:table;clear:both}}",
    ".{0}::before{{content:none}}",
    ".{0}:not(.{0}){{display:none}}",
    ".{0}{{display:none;}}.{0}.{0}{{display:revert;display:inline}}",
)
#: Rules that may hold or not, and hide.
_PERHAPS = (
    "@media (orientation:landscape){{.{0}{{display:none}}}}",
    ".{0}:last-child{{display:none}}",
    "@supports (display:grid){{.{0}{{visibility:hidden}}}}",
    "@layer a{{.{0}{{display:none}}}}",
    ".{0}{{display:var(--d)}}",
    "td:has(.{0}) b{{display:none}}",
    "@container (width>1px){{.{0}{{opacity:0}}}}",
    ".{0}{{clip-path:polygon(0 0,50% 0,50% 100%,0 100%)}}",
    ".{0}{{display:inline-block;transform:scaleX(-1)}}",
    ".{0}{{-webkit-text-security:disc}}",
    ".{0}::first-letter{{font-size:0}}",
)


def _undone(rules: tuple[str, ...]) -> Draw:
    """Figures in elements with a class of which a sheet speaks."""

    def draw(drafted: Draft, random: Random) -> bytes:
        name = _class(random)
        head = _sheet(random.choice(rules).format(name), random)
        return _page(
            lambda text, random: f'<b class="{name}">{escape(text)}</b>', head, drafted, random
        )

    return draw


# --- what sheets put into cells -----------------------------------------------------------

_AT = ("data-v", "data-value", "title", "n")


def _by_attribute(drafted: Draft, random: Random) -> bytes:
    """`<td data-v=12>` and a rule that shows the attribute."""
    at, name = random.choice(_AT), _class(random)
    where = random.choice(
        (
            f"td[{at}]",
            f"tr td[{at}]",
            f"[{at}]",
            f"td[{at}]:not([{at}=''])",
            f".{name}",
            f"td.{name}",
        )
    )
    place = random.choice(("::before", ":before", "::after", ":after"))
    said = random.choice((f"attr({at})", f"attr( {at} )", f'attr({at}) ""', f"'' attr({at})"))
    head = _sheet(_rule(f"{where}{place}", f"content:{said}", random), random)

    def cell(one: LogicalCell, random: Random) -> str:
        if one.role != "value":
            return plain_cell(one, random)
        return f'<td{spans(one)} class="{name}" {at}="{escape(one.text)}"></td>'

    return page(drafted, 1, of_cells(cell), head=head).encode()


def _digit_classes(drafted: Draft, random: Random) -> bytes:
    """A class for each character, which a sheet puts there."""
    names = {sign: f"{_class(random)}{at}" for at, sign in enumerate("0123456789./-+—无增减元万,")}
    place = random.choice(("::before", ":after"))
    how = random.choice(('"{0}"', "'{0}'", '"\\{1:x} "'))
    rules = "".join(
        f".{name}{place}{{content:{how.format(sign, ord(sign))}}}" for sign, name in names.items()
    )

    def figure(text: str, random: Random) -> str:
        return "".join(
            f'<i class="{names[one]}"></i>' if one in names else escape(one) for one in text
        )

    return _page(figure, _sheet(rules, random), drafted, random)


def _units_put_behind(drafted: Draft, random: Random) -> bytes:
    """`::after` puts nothing of weight behind figures: an empty text, a space."""
    name = _class(random)
    said = random.choice(('""', '" "', "'\\a0'", "none", "normal"))
    head = _sheet(_rule(f"{_selector(name, random)}::after", f"content:{said}", random), random)
    return _page(
        lambda text, random: f'<b class="{name}">{escape(text)}</b>', head, drafted, random
    )


#: What is put there in a way that is not followed; `{0}` the attribute.
_NOT_FOLLOWED = (
    "td::before{{counter-reset:n var(--n);content:counter(n)}}",
    "td[{0}]::before{{content:var(--n)}}",
    "@supports (content:attr({0})){{td::before{{content:attr({0})}}}}",
    "@media (hover){{td::before{{content:attr({0})}}}}",
    "td:last-child::before{{content:attr({0})}}",
    "td{{content:url(n.png)}}",
    "td::before{{content:url(n.svg)}}",
    "@layer b{{td::after{{content:attr({0})}}}}",
    "td:has(+ td)::before, td:last-of-type::before{{content:attr({0})}}",
    "td:nth-last-child(n)::after{{content:attr({0})}}",
    "td::before{{content:counters(n,'.')}}",
)


def _not_followed(drafted: Draft, random: Random) -> bytes:
    at = random.choice(_AT)
    head = _sheet(random.choice(_NOT_FOLLOWED).format(at), random)

    def cell(one: LogicalCell, random: Random) -> str:
        if one.role != "value" or not one.text:
            return plain_cell(one, random)
        text = escape(one.text)
        return f'<td{spans(one)} {at}="{text}" style="--n:{text}"></td>'

    return page(drafted, 1, of_cells(cell), head=head).encode()


# --- drawings -----------------------------------------------------------------------------


def _drawn(text: str, random: Random) -> str:
    """A figure as the text of a drawing, plainly."""
    if not text:
        return ""
    wide = 20 + 16 * len(text)
    said = escape(text)
    return random.choice(
        (
            f'<svg width="{wide}" height="20"><text x="2" y="15">{said}</text></svg>',
            f'<svg width={wide} height=24><g fill="#000"><text x=1 y=16>{said}</text></g></svg>',
            f'<svg viewBox="0 0 {wide} 20"><title>9</title><rect width="9" height="9" fill="#eee"/>'
            f'<text x="0" y="14"><tspan>{said[:1]}</tspan><tspan>{said[1:]}</tspan></text></svg>',
            f'<svg width="{wide}" height="20">'
            f'<text x="50%" y="15" text-anchor="middle">{said}</text></svg>',
            f'<svg width="{wide}" height="20">'
            f'<text><tspan x="2" y="14">{said}</tspan></text></svg>',
        )
    )


def _drawn_oddly(text: str, random: Random) -> str:
    """A figure drawn in a way that does not show in the order of its characters."""
    if not text:
        return ""
    wide = 20 + 16 * len(text)
    turned = "".join(
        f'<text x="{8 * at}" y="15">{escape(one)}</text>' for at, one in [*enumerate(text)][::-1]
    )
    return random.choice(
        (
            f"<svg width={wide} height=20>{turned}</svg>",
            f'<svg width={wide} height=20><text x="90 80 70" y="15">{escape(text)}</text></svg>',
            f"<svg width={wide} height=20><path d='M0 0L9 9'/></svg>",
            f'<svg width={wide} height=20><use href="#n"/></svg>',
            f"<svg width={wide} height=20><text x=2 y=15 transform='scale(-1,1)'>"
            f"{_figure(random)}</text></svg>",
            f"<svg width={wide} height=20><text x=2 y=15>{_figure(random)}</text>"
            "<rect width=99 height=99 fill=white /></svg>",
            f"<svg width=9 height=20><text x=2 y=15>{escape(text)}0</text></svg>",
            "<canvas width=40 height=20></canvas>",
            '<object data="n.svg"></object>',
            f'<img src="n.png" alt="{_figure(random)}">',
            f"<meter value=3>{_figure(random)}</meter>",
            "<iframe src='n.html'></iframe>",
            "<math><msup><mn>1</mn><mn>2</mn></msup></math>",
            f'<input type="password" value="{_figure(random)}">',
            f"<select multiple><option>{_figure(random)}<option>{_figure(random)}</select>",
        )
    )


# --- order --------------------------------------------------------------------------------


def _turned(text: str, random: Random) -> str:
    back = escape(text[::-1])
    return random.choice(
        (
            f'<bdo dir="rtl">{back}</bdo>',
            f"<BDO DIR=RTL>{back}</BDO>",
            f'<span style="unicode-bidi:bidi-override;direction:rtl">{back}</span>',
            f'<span dir="rtl" style="unicode-bidi:isolate-override">{back}</span>',
            f"&#x202e;{back}&#x202c;",
            f"&#8238;{back}",
            f"<p>&#x202e;{back}</p>",
            f"<bdo dir=rtl><b>{back[:1]}</b>{back[1:]}</bdo>",
            f'<bdo dir="ltr">{escape(text)}</bdo>',
            f'<span dir="rtl">{escape(text)}</span>' if text.isdigit() else escape(text),
        )
    )


def _turned_by_class(drafted: Draft, random: Random) -> bytes:
    name = _class(random)
    declared = random.choice(
        ("direction:rtl;unicode-bidi:bidi-override", "unicode-bidi:isolate-override;direction:rtl")
    )
    head = _sheet(_rule(_selector(name, random), declared, random), random)
    return _page(
        lambda text, random: f'<b class="{name}">{escape(text[::-1])}</b>', head, drafted, random
    )


def _out_of_order(text: str, random: Random) -> str:
    """Digits that stand in another order than they are written in."""
    if len(text) < 2 or not text.isdigit():
        return escape(text)
    back = text[::-1]
    return random.choice(
        (
            '<span style="display:inline-block">'
            + "".join(f'<b style="float:right">{one}</b>' for one in back)
            + "</span>",
            '<span style="display:inline-flex;flex-direction:row-reverse">'
            + "".join(f"<b>{one}</b>" for one in back)
            + "</span>",
            '<span style="display:inline-flex">'
            + "".join(f'<b style="order:{9 - at}">{one}</b>' for at, one in enumerate(back))
            + "</span>",
            f'<i style="position:relative;left:{8 * (len(text) - 1)}px">{text[-1]}</i>'
            f'<i style="position:relative;left:-8px">{text[:-1]}</i>',
            f'{text[1:]}<b style="position:absolute;margin-left:-30px">{text[0]}</b>',
        )
    )


# --- pages in pages -----------------------------------------------------------------------


def _report(drafted: Draft, random: Random) -> str:
    return page(drafted, random.randint(0, 9_999), of_cells(plain_cell))


def _portal(body: str) -> str:
    head = "<meta charset=utf-8><title>门户</title>"
    return f"<!DOCTYPE html><html><head>{head}</head><body>{body}</body></html>"


def _srcdoc(drafted: Draft, random: Random) -> bytes:
    frame = _report(drafted, random)
    for _ in range(random.randint(1, 3)):
        quote = random.choice("\"'")
        written = (
            escape(frame)
            if random.random() < 0.5
            else frame.replace("&", "&amp;").replace(quote, f"&#{ord(quote)};")
        )
        tag = random.choice(("iframe", "IFRAME width='100%' height=900"))
        frame = _portal(f"<p>导航</p><{tag} srcdoc={quote}{written}{quote}></iframe>")
    return frame.encode()


def _body(whole: str) -> str:
    return whole[whole.index("<body>") + len("<body>") : whole.index("</body>")]


def _shadow(drafted: Draft, random: Random) -> bytes:
    """The report in a shadow tree, as it is or with its tables in slots."""
    body = _body(_report(drafted, random))
    opening = random.choice(
        (
            '<template shadowrootmode="open">',
            "<template shadowrootmode=closed>",
            "<TEMPLATE ShadowRootMode=open>",
        )
    )
    host = random.choice(("div", "section", "annual-report", "main"))
    rule = "<style>td{display:table-cell}.x{display:none}</style>"
    outside = "<style>td{color:#000} tr.x{display:none} b{display:none}</style>"
    how = random.randrange(3)
    if how == 0:
        inner = f"<{host}>{opening}{rule}{body}</template></{host}>"
    elif how == 1:
        first, table, rest = body.partition("<table>")
        tables = f'<div slot="t">{table}{rest}</div>'
        inner = f'<{host}>{tables}{opening}{first}<slot name="t"></slot></template></{host}>'
    else:
        nested = f"<div>{opening}{body}</template></div>"
        inner = f"<{host}>{opening}<p>导航</p>{nested}<slot></slot></template><p>页脚</p></{host}>"
    return _portal(f"{outside}{inner}").encode()


def _part(kind: str, body: bytes, *headers: str) -> bytes:
    head = "\r\n".join(
        (f"Content-Type: {kind}", "Content-Transfer-Encoding: quoted-printable", *headers)
    )
    return head.encode() + b"\r\n\r\n" + quopri.encodestring(body)


def _saved(parts: list[bytes], parameters: str = "") -> bytes:
    head = (
        "From: <Saved by Blink>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/related; "
        f'type="text/html"; {parameters}boundary="----=_b"\r\n\r\n'
    )
    return (
        head.encode()
        + b"".join(b"------=_b\r\n" + part + b"\r\n" for part in parts)
        + b"------=_b--\r\n"
    )


def _mhtml_frame(drafted: Draft, random: Random) -> bytes:
    """The report in a frame of the root, found by its id or its address."""
    report = _report(drafted, random).encode()
    kind, address, location = random.choice(
        (
            ("iframe", "cid:f1@mhtml.blink", "http://a.invalid/z/r.html"),
            ("iframe", "http://a.invalid/z/r.html", "http://a.invalid/z/r.html"),
            ("iframe", "r.html", "http://a.invalid/z/r.html"),
            ("iframe", "%E5%B9%B4%E6%8A%A5.files/s1.htm", "http://a.invalid/z/年报.files/s1.htm"),
            ("object", "cid:f1@mhtml.blink", ""),
            ("frame", "../z/r.html#top", "http://a.invalid/z/r.html"),
        )
    )
    at = "data" if kind == "object" else "src"
    frame = f'<{kind} {at}="{address}"></{kind}>'
    if kind == "frame":
        frames = f"<frameset cols='20%,*'><frame src='n.html'>{frame}</frameset>"
        root = f"<html><head><title>门户</title></head>{frames}</html>"
    else:
        root = _portal(f"<p>导航</p>{frame}")
    parts = [
        _part(
            "text/html; charset=utf-8", root.encode(), "Content-Location: http://a.invalid/z/i.html"
        ),
        _part(
            "text/html; charset=utf-8",
            "<p>导航</p>".encode(),
            "Content-Location: http://a.invalid/z/n.html",
        ),
        _part(
            "text/html; charset=utf-8",
            report,
            "Content-ID: <f1@mhtml.blink>",
            *([f"Content-Location: {location}"] if location else []),
        ),
    ]
    return _saved(parts)


def _mhtml_start(drafted: Draft, random: Random) -> bytes:
    report = _part(
        "text/html; charset=utf-8", _report(drafted, random).encode(), "Content-ID: <root@x>"
    )
    other = _part(
        "text/html; charset=utf-8", _portal("<p>导航</p>").encode(), "Content-ID: <nav@x>"
    )
    start = random.choice(('start="<root@x>"; ', "start=root@x; ", 'START="<root@x>"; '))
    return _saved([other, report], start)


def _mhtml_sheet(drafted: Draft, random: Random) -> bytes:
    """A sheet that is a part of its own hides a figure in each cell."""
    name = _class(random)
    address, header = random.choice(
        (
            ("cid:css-1@mhtml.blink", "Content-Location: cid:css-1@mhtml.blink"),
            ("cid:css-1@mhtml.blink", "Content-ID: <css-1@mhtml.blink>"),
            ("http://a.invalid/z/s.css", "Content-Location: http://a.invalid/z/s.css"),
            ("s.css", "Content-Location: http://a.invalid/z/s.css"),
        )
    )
    link = random.choice(
        (
            '<link rel="stylesheet" type="text/css" href="{0}" />',
            "<LINK href='{0}' REL=StyleSheet>",
            "<style>@import url('{0}');</style>",
        )
    ).format(address)
    body = _page(
        lambda text, random: f'{escape(text)}<b class="{name}">{_figure(random)}</b>',
        link,
        drafted,
        random,
    )
    sheet = f'@charset "utf-8";\n\n{_selector(name, random)} {{ display: none; }}\n'
    return _saved(
        [
            _part("text/html; charset=utf-8", body, "Content-Location: http://a.invalid/z/i.html"),
            _part("text/css; charset=utf-8", sheet.encode(), header),
        ]
    )


# --- bytes --------------------------------------------------------------------------------


def _as_windows(text: str) -> str:
    """UTF-8 read as Windows-1252 the way browsers do, which know no byte that it has not."""
    return "".join(
        bytes((byte,)).decode("cp1252") if byte not in (0x81, 0x8D, 0x8F, 0x90, 0x9D) else chr(byte)
        for byte in text.encode()
    )


def _misread(drafted: Draft, random: Random) -> bytes:
    """UTF-8 misread before it was saved, once or twice, in all of the page or in its body."""
    report = _report(drafted, random)
    wrong: Callable[[str], str] = random.choice(
        (_as_windows, lambda text: text.encode().decode("latin-1"))
    )
    how = random.randrange(4)
    if how == 0:
        return wrong(report).encode()
    if how == 1:
        return wrong(wrong(report)).encode()
    if how == 2:
        head, opening, body = report.partition("<body>")
        return f"{head}{opening}{wrong(body)}".encode()
    return report.encode().decode("latin-1").encode("ascii", "xmlcharrefreplace")


def _misread_gbk(drafted: Draft, random: Random) -> bytes:
    return _report(drafted, random).encode("gb18030").decode("latin-1").encode()


def _misread_for_good(drafted: Draft, random: Random) -> bytes:
    """Bytes were lost when it was misread."""
    report = _report(drafted, random).encode()
    if random.random() < 0.5:
        return report.decode("cp1252", "replace").encode()
    return report.decode("gb18030", "replace").encode()


# --- the table of kinds -------------------------------------------------------------------


def _written(write: WriteFigure) -> Draw:
    return lambda drafted, random: _page(write, "", drafted, random)


SHOWN: tuple[Shown, ...] = (
    Shown(
        name="raised_by_class",
        hard_for="marks of notes raised by a class of the style sheet",
        draw=_beside(_RAISES, lambda random: random.choice(("1", "[2]", "（3）"))),
    ),
    Shown(
        name="hidden_by_class",
        hard_for="figures hidden, clipped, shrunk or bleached by a class",
        draw=_beside(_HIDES, _figure),
    ),
    Shown(
        name="hiding_undone",
        hard_for="rules that hide and do not hold, or are undone",
        draw=_undone(_UNDONE),
    ),
    Shown(
        name="hidden_perhaps",
        hard_for="rules that hide under a condition that is not followed",
        draw=_undone(_PERHAPS),
        certain=False,
    ),
    Shown(
        name="put_in_by_attribute",
        hard_for="figures that a style sheet puts into cells with attr()",
        draw=_by_attribute,
    ),
    Shown(
        name="put_in_by_classes",
        hard_for="digits that a style sheet puts into elements, one a class",
        draw=_digit_classes,
    ),
    Shown(
        name="nothing_put_behind",
        hard_for="a style sheet puts an empty text behind figures",
        draw=_units_put_behind,
    ),
    Shown(
        name="put_in_otherwise",
        hard_for="figures put in by counters, variables, under conditions",
        draw=_not_followed,
        certain=False,
    ),
    Shown(name="drawn", hard_for="figures as text in drawings", draw=_written(_drawn)),
    Shown(
        name="drawn_oddly",
        hard_for="figures as pictures, canvases, drawings out of order",
        draw=_written(_drawn_oddly),
        certain=False,
    ),
    Shown(name="turned", hard_for="digits in reverse order", draw=_written(_turned)),
    Shown(
        name="turned_by_class",
        hard_for="digits in reverse order by a class",
        draw=_turned_by_class,
    ),
    Shown(
        name="out_of_order",
        hard_for="digits moved into another order",
        draw=_written(_out_of_order),
        certain=False,
    ),
    Shown(name="srcdoc", hard_for="the report in frames within frames", draw=_srcdoc),
    Shown(name="shadow", hard_for="the report in a shadow tree, with slots", draw=_shadow),
    Shown(
        name="mhtml_frame",
        hard_for="MHTML, the report in a frame",
        draw=_mhtml_frame,
        suffix="mhtml",
    ),
    Shown(
        name="mhtml_start",
        hard_for="MHTML whose root is not its first part",
        draw=_mhtml_start,
        suffix="mht",
    ),
    Shown(
        name="mhtml_sheet",
        hard_for="MHTML whose style sheet is a part of its own",
        draw=_mhtml_sheet,
        suffix="mhtml",
    ),
    Shown(name="misread", hard_for="UTF-8 encoded twice or thrice", draw=_misread),
    Shown(name="misread_gbk", hard_for="GBK read as Latin-1", draw=_misread_gbk),
    Shown(
        name="misread_for_good",
        hard_for="misread with a loss of bytes",
        draw=_misread_for_good,
        certain=False,
    ),
)

#: Those in which nothing is lost, for the hard corpus.
SHOWN_PAGES: tuple[Shape, ...] = tuple(
    Shape(
        name=kind.name,
        format=Format.HTML,
        hard_for=kind.hard_for,
        make=kind.make,
        suffix=kind.suffix,
    )
    for kind in SHOWN
    if kind.certain
)
