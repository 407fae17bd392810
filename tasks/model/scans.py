"""What is done with a document whose figures are pixels.

Reading pixels takes models, seconds a page and a gigabyte, so that not every process that reads
documents does it.
"""

from __future__ import annotations

from enum import StrEnum

from tasks.model.refusal import Refusal, RefusalCode


class Scans(StrEnum):
    #: Read here, or refused where this program has no models (`gouji[ocr]`).
    READ = "read"
    #: Left to a process that reads them: `ScanLeft`.
    LEAVE = "leave"
    #: Not read, as whoever runs the service wants it: as by a program that has no models.
    REFUSE = "refuse"


class ScanLeft(Exception):
    """The document is a scan, at least in part, and was not read for that."""


def scans_are_off() -> Refusal:
    """Of a document that is nothing else, where whoever runs the service has none read."""
    return Refusal(
        RefusalCode.UNSUPPORTED_FORMAT,
        "这是扫描件或图片，而本服务关闭了扫描件识别（GOUJI_OCR_ENABLED）。"
        "请提交由文字处理软件导出的文件；或由管理员开启后运行"
        " `gouji reprocess --code unsupported_format`",
        "this is a scan or a picture, and this service reads none (GOUJI_OCR_ENABLED): send the"
        " file as the word processor exported it, or have whoever runs the service turn that on"
        " and run `gouji reprocess --code unsupported_format`",
    )
