"""About ten documents of invented organs that show what the service does with each kind."""

from __future__ import annotations

from dataclasses import dataclass

from samples.report import broken, make_report, misreported
from samples.styles import render
from tasks.model.document import Format


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoDocument:
    #: Path below `inbox/`.
    name: str
    body: bytes
    #: What to look at, for people.
    description: str
    #: `clean`, `findings`, `refused:<code>` or `no report`.
    expected: str


def demo_documents(seed: int = 1) -> list[DemoDocument]:
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
    early = make_report(seed + 4, organ="溟岭市人民政府", year=2020, editions=old)
    return [
        DemoDocument(
            name="2023/霁川县/财政局.html",
            body=render(clean, Format.HTML, "cms", seed),
            description="a portal's page; every relation holds",
            expected="clean",
        ),
        DemoDocument(
            name="2023/澜柘县/应急管理局.html",
            body=render(wrong, Format.HTML, "wps", seed),
            description="one total is 3 too large",
            expected="findings",
        ),
        DemoDocument(
            name="2024/云浔区/教育局.html",
            body=render(told, Format.HTML, "word", seed),
            description="the text tells two requests more than the table; written by Word in GBK",
            expected="findings",
        ),
        DemoDocument(
            name="2021/枫泊县/水利局.txt",
            body=render(mixed, Format.TEXT, "pipe_rows", seed),
            description="text with pipes; a table of 2021 beside one of 2019",
            expected="clean",
        ),
        DemoDocument(
            name="2020/溟岭市/人民政府.txt",
            body=render(early, Format.TEXT, "pipe_after_cell", seed),
            description="a cell a line; the 2019 edition",
            expected="clean",
        ),
        DemoDocument(
            name="来信/空白.txt",
            body=b"",
            description="an empty file",
            expected="refused:empty",
        ),
    ]
