"""Fourteen documents of invented organs that show what the service does with each kind."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from samples.archives import zipped
from samples.defects import spoil
from samples.layout import draft
from samples.pdf import PdfStyle
from samples.poison import POISON, notice
from samples.prose import paper
from samples.report import LogicalReport, broken, make_report, misreported
from samples.scans.containers import pdf
from samples.scans.manner import Manner, shots_of
from samples.scans.pages import pages_of
from samples.styles import STYLES, render
from tasks.model.document import Format


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoDocument:
    #: Path below `inbox/`.
    name: str
    body: bytes
    #: What to look at, for people.
    description: str
    description_zh: str
    #: `clean` (no finding of severity error), `findings`, `refused:<code>`, `no report`, or what
    #: became of each document in an archive: `archive: clean, error`.
    expected: str


def demo_documents(seed: int = 1) -> list[DemoDocument]:
    # What it is that reads is no source of the samples' bytes.
    from tasks.read.scan import available

    new = {"disclosure": "2021", "requests": "2021"}
    old = {"disclosure": "2019", "requests": "2019"}
    clean = make_report(seed, organ="霁川县财政局", year=2023, editions=new)
    wrong = broken(
        make_report(seed + 1, organ="澜柘县应急管理局", year=2023, editions=new),
        "requests.granted.total",
        3,
    )
    told = misreported(
        make_report(seed + 2, organ="云浔区教育局", year=2024, editions=new), "received", 2
    )
    mixed = make_report(
        seed + 3, organ="枫泊县水利局", year=2021, editions={**new, "requests": "2019"}
    )
    paged = make_report(seed + 5, organ="椿陵区卫生健康局", year=2023, editions=new)
    worded = draft(make_report(seed + 6, organ="黛湖县市场监督管理局", year=2024, editions=new))
    fixed = make_report(seed + 8, organ="榆汀县文化和旅游局", year=2024, editions=new)
    locked = make_report(seed + 7, organ="岚堰县公安局", year=2022)
    scanned = make_report(seed + 12, organ="枫泊县交通运输局", year=2024, editions=new)
    early = make_report(seed + 4, organ="溟岭市人民政府", year=2020, editions=old)
    return [
        DemoDocument(
            name="2023/霁川县/财政局.html",
            body=render(clean, Format.HTML, "cms", seed),
            description="a portal's page; every relation holds",
            description_zh="门户网页，全部勾稽相符",
            expected="clean",
        ),
        DemoDocument(
            name="2023/澜柘县/应急管理局.html",
            body=render(wrong, Format.HTML, "wps", seed),
            description="one total is 3 too large",
            description_zh="有一个总计多了 3",
            expected="findings",
        ),
        DemoDocument(
            name="2024/云浔区/教育局.html",
            body=render(told, Format.HTML, "word", seed),
            description="the text tells two requests more than the table; written by Word in GBK",
            description_zh="正文比表格多写 2 件，Word 以 GBK 存的网页",
            expected="findings",
        ),
        DemoDocument(
            name="2021/枫泊县/水利局.txt",
            body=render(mixed, Format.TEXT, "pipe_rows", seed),
            description="text with pipes; a table of 2021 beside one of 2019",
            description_zh="竖线分隔的文本，新旧两版表样混用",
            expected="clean",
        ),
        DemoDocument(
            name="2020/溟岭市/人民政府.txt",
            body=render(early, Format.TEXT, "pipe_after_cell", seed),
            description="a cell a line; the 2019 edition",
            description_zh="一格一行的文本，2019 年版表样",
            expected="clean",
        ),
        DemoDocument(
            name="来信/空白.txt",
            body=b"",
            description="an empty file",
            description_zh="空文件",
            expected="refused:empty",
        ),
        DemoDocument(
            name="2023/椿陵区/卫生健康局.pdf",
            body=render(paged, Format.PDF, "vertical", seed),
            description="PDF; a table over pages, its group label vertical",
            description_zh="PDF，表格跨页，组名竖排",
            expected="clean",
        ),
        DemoDocument(
            name="2024/黛湖县/市场监督管理局.docx",
            body=render(spoil(worded, "units", seed), Format.DOCX, "wps", seed),
            description="DOCX by WPS; units written into the cells",
            description_zh="WPS 的 DOCX，格中带单位",
            expected="clean",
        ),
        DemoDocument(
            name="2024/榆汀县/文化和旅游局.ofd",
            body=render(fixed, Format.OFD, "matrix", seed),
            description="OFD; rules are thin boxes, text is scaled by its matrix",
            description_zh="OFD 版式文件，表格线为细矩形",
            expected="clean",
        ),
        DemoDocument(
            name="2024/枫泊县/交通运输局.pdf",
            body=_scan(scanned),
            description="a scan, laid in askew; its figures are read from its pixels",
            description_zh="扫描件，略有倾斜，数字由图像识别",
            # A service without the extra says how to get it.
            expected="clean" if available() else "refused:unsupported_format",
        ),
        DemoDocument(
            name="2024/竹澜区/各单位.zip",
            body=_folder(seed),
            description="a ZIP with names in GBK: two reports, one with an error, and a locked one",
            description_zh="文件名为 GBK 的 ZIP，两份报告（一份有错误）和一份有密码的",
            expected="archive: clean, error, refused",
        ),
        DemoDocument(
            name="2022/岚堰县/公安局.pdf",
            body=render(locked, Format.PDF, "user_password", seed),
            description="PDF that asks for a password",
            description_zh="有密码的 PDF",
            expected="refused:encrypted",
        ),
        DemoDocument(
            name="2022/砚溪区/教育局.docx",
            body=POISON["half.docx"].make(),
            description="DOCX whose upload broke off",
            description_zh="没有传完的 DOCX",
            expected="refused:corrupt",
        ),
        DemoDocument(
            name="通知/霁川县财政局公示.html",
            body=render(notice(), Format.HTML, "cms", seed),
            description="a notice with a table of staff",
            description_zh="带人员名单的通知",
            expected="no report",
        ),
    ]


def _scan(report: LogicalReport) -> bytes:
    """A PDF of pictures and nothing else, as an office scanner leaves it. Without noise, which is
    all that makes a scan large."""
    written = paper(draft(report))
    style = PdfStyle(name="printed", about="what was scanned", paged=True, song=True)
    manner = Manner(skew=1.2, blur=0.2, quality=45)
    pages = pages_of(written, style, 150)
    return pdf(shots_of(pages, manner, report.organ, Random(report.seed)))


def _folder(seed: int) -> bytes:
    """What a district hands in, as one file."""
    new = {"disclosure": "2021", "requests": "2021"}
    good = make_report(seed + 9, organ="竹澜区教育局", year=2024, editions=new)
    wrong = broken(
        make_report(seed + 10, organ="竹澜区水利局", year=2024, editions=new),
        "requests.new.natural_person",
        1,
    )
    locked = make_report(seed + 11, organ="竹澜区公安局", year=2024)
    members = (
        ("各单位/区教育局.docx", render(good, Format.DOCX, "plain", seed)),
        ("各单位/区水利局.xlsx", render(wrong, Format.XLSX, next(iter(STYLES[Format.XLSX])), seed)),
        ("各单位/区公安局.pdf", render(locked, Format.PDF, "user_password", seed)),
        ("__MACOSX/._区教育局.docx", b"\x00\x05\x16\x07"),
    )
    return zipped(members, codec="gbk")
