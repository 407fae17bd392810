"""Report -> web pages, as content systems, WPS, Word and people write them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from html import escape
from random import Random
from typing import Literal

from samples.layout import LogicalCell, LogicalTable, pieces
from samples.prose import Paper, Passage
from samples.style import Lost, Style, named
from samples.text import traditional, with_radicals


@dataclass(frozen=True, slots=True, kw_only=True)
class HtmlStyle(Style):
    #: What surrounds the report.
    page: Literal["bare", "cms", "layout", "soup", "word"] = "bare"
    #: How the inside of a cell is written.
    cell: Literal["plain", "inline", "cut", "word", "entities"] = "plain"
    #: Group labels one character a line.
    vertical: bool = False
    #: thead, tbody and th.
    semantic: bool = False
    #: Upper case tags, no quotes, no end tags of cells and rows.
    sloppy: bool = False
    #: One table as several, with or without the header on each.
    cut: Literal["no", "with header", "without header"] = "no"
    encoding: str = "utf-8"
    #: What the page says its encoding is; None: it does not say.
    declared: str | None = "utf-8"
    after: Callable[[str, int], str] = lambda text, _: text


def render_html(paper: Paper, style: HtmlStyle, seed: int) -> bytes:
    random = Random(seed)
    body = "\n".join(
        _passage(part, style) if isinstance(part, Passage) else _tables(part, style, random)
        for part in paper.parts
    )
    page = _PAGES[style.page](paper, style, body)
    return style.after(page, seed).encode(style.encoding)


def _passage(part: Passage, style: HtmlStyle) -> str:
    text = escape(part.text)
    if style.page == "word":
        kind = "MsoTitle" if part.kind == "title" else "MsoNormal"
        return (
            f"<p class={kind} style='text-indent:32.0pt;mso-char-indent-count:2.0'>"
            f"<span style='font-size:16.0pt;font-family:仿宋_GB2312'>{text}<span lang=EN-US>"
            "<o:p></o:p></span></span></p>"
        )
    if style.cell in ("inline", "cut"):
        return (
            '<p style="text-indent: 2em; line-height: 1.75em;">'
            f'<span style="font-family: 仿宋; font-size: 16px;">{text}</span></p>'
        )
    tag = {"title": "h1", "heading": "h2"}.get(part.kind, "p")
    return f"<{tag}>{text}</{tag}>"


def _tables(table: LogicalTable, style: HtmlStyle, random: Random) -> str:
    if style.cut == "no":
        return _table(table, style, random)
    cut = pieces(table, header=style.cut == "with header")
    return '\n<p style="page-break-after: always">&nbsp;</p>\n'.join(
        _table(piece, style, random) for piece in cut
    )


_TABLE_TAGS = {
    "plain": "<table>",
    "entities": '<table border="1">',
    "inline": (
        '<table border="1" cellspacing="0" cellpadding="0" width="640" '
        'style="border-collapse: collapse; border: none;">'
    ),
    "cut": '<table class="ue-table" style="width:100%" data-sort="sortDisabled">',
    "word": (
        "<table class=MsoNormalTable border=1 cellspacing=0 cellpadding=0 "
        "style='border-collapse:collapse;mso-border-alt:solid windowtext .5pt'>"
    ),
}


def _table(table: LogicalTable, style: HtmlStyle, random: Random) -> str:
    head = table.n_header_rows() if style.semantic else 0
    rows = [_row(cells, style, index < head, random) for index, cells in enumerate(table.rows())]
    if head:
        rows = ["<thead>", *rows[:head], "</thead>", "<tbody>", *rows[head:], "</tbody>"]
    elif style.cell == "word":
        rows = ["<tbody>", *rows, "</tbody>"]
    text = "\n".join([_TABLE_TAGS[style.cell], *rows, "</table>"])
    return _sloppy(text) if style.sloppy else text


def _row(cells: tuple[LogicalCell, ...], style: HtmlStyle, head: bool, random: Random) -> str:
    inside = "".join(_cell(cell, style, head, random) for cell in cells)
    opening = "<tr style='mso-yfti-irow:1;height:19.85pt'>" if style.cell == "word" else "<tr>"
    return f"{opening}{inside}</tr>"


def _cell(cell: LogicalCell, style: HtmlStyle, head: bool, random: Random) -> str:
    tag = "th" if style.semantic and (head or cell.role == "label") else "td"
    spans = "".join(
        f' {name}="{count}"'
        for name, count in (("rowspan", cell.rowspan), ("colspan", cell.colspan))
        if count > 1
    )
    looks = {
        "inline": ' style="border: 1px solid windowtext; padding: 0px 7px;" valign="center"',
        "word": " width=64 valign=center style='width:48.0pt;border:solid windowtext 1.0pt'",
    }.get(style.cell, "")
    inside = _INSIDES[style.cell](cell, style, random)
    return f"<{tag}{spans}{looks}>{inside}</{tag}>"


def _lines(cell: LogicalCell, style: HtmlStyle) -> list[str]:
    """The text of a cell in its lines; a vertical label has one character on each."""
    if style.vertical and cell.role == "group" and cell.column == 0:
        return list(cell.text)
    return cell.text.split("\n")


def _plain(cell: LogicalCell, style: HtmlStyle, random: Random) -> str:
    return "<br>".join(escape(line) for line in _lines(cell, style))


def _inline(cell: LogicalCell, style: HtmlStyle, random: Random) -> str:
    """`<p><span>` with white space that means nothing around and within."""
    pad = random.choice(("", "&nbsp;", "&nbsp;&nbsp;", " \n\t"))
    text = "<br/>".join(escape(line) for line in _lines(cell, style)) or "&nbsp;"
    return (
        f'<p style="text-align: center;">{pad}<span style="font-family: 宋体; font-size: 14px;">'
        f"{text}</span>{pad}</p>"
    )


def _cut(cell: LogicalCell, style: HtmlStyle, random: Random) -> str:
    """WPS: a label cut into many spans, a blank cell as `<o:p>&nbsp;</o:p>`."""
    if not cell.text:
        return '<p class="MsoNormal"><span><o:p>&nbsp;</o:p></span></p>'
    lines = []
    for line in _lines(cell, style):
        spans = []
        while line:
            size = random.randint(1, 5)
            spans.append(
                f'<span style="font-family:宋体;letter-spacing:0">{escape(line[:size])}</span>'
            )
            line = line[size:]
        lines.append("".join(spans))
    return f'<p class="MsoNormal" align="center">{"<br />".join(lines)}<o:p></o:p></p>'


def _word(cell: LogicalCell, style: HtmlStyle, random: Random) -> str:
    if not cell.text:
        return "<p class=MsoNormal align=center><span lang=EN-US><o:p>&nbsp;</o:p></span></p>"
    lines = "<br>\n".join(escape(line) for line in _lines(cell, style))
    lang = " lang=EN-US" if cell.text.isascii() else ""
    return (
        f"<p class=MsoNormal align=center style='text-align:center'><span{lang} "
        f"style='font-size:10.5pt;mso-bidi-font-size:12.0pt'>{lines}"
        "<span lang=EN-US><o:p></o:p></span></span></p>"
    )


def _entities(cell: LogicalCell, style: HtmlStyle, random: Random) -> str:
    """Every character as a numeric reference, decimal or hexadecimal."""
    return "<br>".join(
        "".join(random.choice((f"&#{ord(one)};", f"&#x{ord(one):X};")) for one in line)
        for line in _lines(cell, style)
    )


_INSIDES = {
    "plain": _plain, "inline": _inline, "cut": _cut, "word": _word, "entities": _entities,
}  # fmt: skip


def _sloppy(text: str) -> str:
    for tag in ("table", "tr", "td"):
        text = text.replace(f"<{tag}", f"<{tag.upper()}")
    return text.replace("</td>", "").replace("</tr>", "").replace('"', "")


# --- pages around the report --------------------------------------------------------------


def _meta(style: HtmlStyle) -> str:
    if style.declared is None:
        return ""
    return f'<meta http-equiv="Content-Type" content="text/html; charset={style.declared}">\n'


def _bare(paper: Paper, style: HtmlStyle, body: str) -> str:
    title = escape(paper.title)
    return (
        f"<!DOCTYPE html>\n<html>\n<head>\n{_meta(style)}<title>{title}</title>\n</head>\n"
        f"<body>\n{body}\n</body>\n</html>\n"
    )


def _index(paper: Paper) -> list[tuple[str, str]]:
    return [
        ("索引号", f"11000000MB0000000X/{paper.year}-00017"),
        ("发布机构", paper.organ),
        ("发文日期", f"{paper.year}-01-17"),
        ("标题", paper.title),
    ]


def _cms(paper: Paper, style: HtmlStyle, body: str) -> str:
    """A portal's page: scripts, navigation, index block, the article, links and a footer."""
    title = escape(paper.title)
    index = "".join(f"<li><b>{name}：</b>{escape(text)}</li>" for name, text in _index(paper))
    return f"""<!DOCTYPE html>
<html lang="zh-CN"><head>{_meta(style)}<title>{title}_政府信息公开_门户网站</title>
<script>var site = {{"table": "<table><tr><td>0</td></tr></table>", "year": 2030}};</script>
<style>td {{ border: 1px solid #999 }}</style></head>
<body><div class="header"><a href="/">首页</a> <a href="/zwgk">政务公开</a></div>
<div class="nav">当前位置：首页 &gt; 政府信息公开 &gt; 年度报告</div>
<ul class="index">{index}</ul>
<!-- <table><tr><td>一、本年新收政府信息公开申请数量</td><td>99</td></tr></table> -->
<div class="article"><div class="info">浏览次数：<span>1024</span> 【字体：大 中 小】</div>
<div id="zoom">{body}</div></div>
<div class="attachments">附件：无</div><div class="share">扫一扫在手机打开当前页</div>
<div class="footer">主办单位：{escape(paper.organ)}
网站标识码：0000000001 联系电话：0000-1234567
<script>count(1024)</script></div></body></html>
"""


def _layout(paper: Paper, style: HtmlStyle, body: str) -> str:
    """Tables for layout around it all, the report's tables nested in a cell."""
    cells = "".join(
        f"<tr><td>{name}：</td><td>{escape(text)}</td></tr>" for name, text in _index(paper)
    )
    title = escape(paper.title)
    return f"""<html><head>{_meta(style)}<title>{title}</title></head><body>
<table width="1000" align="center"><tr><td colspan="2"><img src="banner.jpg" alt=""></td></tr>
<tr><td width="200" valign="top"><table><tr><td><a href="#">机构职能</a></td></tr>
<tr><td><a href="#">年度报告</a></td></tr></table></td>
<td valign="top"><table>{cells}</table>
<table><tr><td>{body}</td></tr></table></td></tr>
<tr><td colspan="2">版权所有 2030</td></tr></table></body></html>
"""


def _soup(paper: Paper, style: HtmlStyle, body: str) -> str:
    """Deep, empty, unclosed and wrongly nested elements."""
    open_, close = "<div class='box'><span>" * 12, "</div>" * 9
    return f"<body><div><center>{open_}<font face=宋体><b>{body}</font></b>{close}<p><p></center>\n"


def _word_page(paper: Paper, style: HtmlStyle, body: str) -> str:
    title = escape(paper.title)
    return f"""<html xmlns:v="urn:schemas-microsoft-com:vml"
xmlns:o="urn:schemas-microsoft-com:office:office" xmlns:w="urn:schemas-microsoft-com:office:word" xmlns="http://www.w3.org/TR/REC-html40">
<head>{_meta(style)}<meta name=ProgId content=Word.Document>
<meta name=Generator content="Microsoft Word 15">
<title>{title}</title>
<!--[if gte mso 9]><xml><o:OfficeDocumentSettings><o:AllowPNG/>
</o:OfficeDocumentSettings></xml><![endif]-->
<style><!-- p.MsoNormal {{mso-style-unhide:no; margin:0cm; font-size:10.5pt;}} --></style></head>
<body lang=ZH-CN style='tab-interval:21.0pt'><div class=Section1 style='layout-grid:15.6pt'>
<![if !supportEmptyParas]>&nbsp;<![endif]>
{body}
</div></body></html>
"""


_PAGES = {"bare": _bare, "cms": _cms, "layout": _layout, "soup": _soup, "word": _word_page}

HTML_STYLES = named(
    HtmlStyle(name="plain", about="thead, tbody, th", semantic=True),
    HtmlStyle(name="cms", about="portal page, inline styles, &nbsp;", page="cms", cell="inline"),
    HtmlStyle(
        name="wps",
        about="WPS export: labels cut into spans, <o:p>, vertical group label",
        page="cms",
        cell="cut",
        vertical=True,
    ),
    HtmlStyle(
        name="word",
        about="filtered by Word, declared gb2312",
        page="word",
        cell="word",
        encoding="gbk",
        declared="gb2312",
    ),
    HtmlStyle(name="layout", about="layout tables around", page="layout", cell="inline"),
    HtmlStyle(name="soup", about="unclosed and wrongly nested elements", page="soup", sloppy=True),
    HtmlStyle(name="sloppy", about="upper case, no end tags", sloppy=True),
    HtmlStyle(name="entities", about="numeric references", cell="entities", declared="us-ascii"),
    HtmlStyle(
        name="pieces_with_header",
        about="a table cut into several, header on each",
        loses=frozenset({Lost.WHOLENESS}),
        cell="inline",
        cut="with header",
    ),
    HtmlStyle(
        name="pieces",
        about="a table cut into several, header on the first only",
        loses=frozenset({Lost.WHOLENESS}),
        cut="without header",
    ),
    HtmlStyle(name="gb18030", about="GB18030, not declared", encoding="gb18030", declared=None),
    HtmlStyle(name="undeclared", about="UTF-8, not declared", declared=None),
    HtmlStyle(name="wrongly_gbk", about="UTF-8, declared gb2312", page="cms", declared="gb2312"),
    HtmlStyle(name="wrongly_utf8", about="GBK, declared utf-8", encoding="gbk", page="cms"),
    HtmlStyle(name="utf16", about="UTF-16 with mark", encoding="utf-16", declared="utf-16"),
    HtmlStyle(name="bom", about="UTF-8 with mark", encoding="utf-8-sig"),
    HtmlStyle(
        name="traditional",
        about="traditional characters",
        loses=frozenset({Lost.SCRIPT}),
        cell="inline",
        after=traditional,
    ),
    HtmlStyle(
        name="kangxi",
        about="Kangxi radicals",
        loses=frozenset({Lost.SCRIPT}),
        after=with_radicals,
    ),
)
