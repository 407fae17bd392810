"""A document that can never work: not an exception of ours but a result about it."""

from __future__ import annotations

from enum import StrEnum


class RefusalCode(StrEnum):
    """The codes that programs outside rely on."""

    UNSUPPORTED_FORMAT = "unsupported_format"
    EMPTY = "empty"
    ENCRYPTED = "encrypted"
    CORRUPT = "corrupt"
    TOO_LARGE = "too_large"
    TOO_COMPLEX = "too_complex"
    TIMEOUT = "timeout"
    OUT_OF_MEMORY = "out_of_memory"
    CRASHED = "crashed"


class Refusal(Exception):
    """Raised by any room; written as the document's result and never retried.

    `message` is for the person who sent the document, in Chinese, and says what to do;
    `message_en` says the same in English.
    """

    def __init__(self, code: RefusalCode, message: str, message_en: str) -> None:
        super().__init__(f"{code}: {message_en}")
        self.code = code
        self.message = message
        self.message_en = message_en

    def __reduce__(self) -> tuple[type[Refusal], tuple[RefusalCode, str, str]]:
        return (type(self), (self.code, self.message, self.message_en))


#: What is said of a document that took too much, or ended the process that read it.
_ENDED: dict[RefusalCode, tuple[str, str]] = {
    RefusalCode.TIMEOUT: (
        "文件处理超时，请拆分文件或另存为较简单的格式后重新提交",
        "reading it takes too long: split it or save it in a simpler format",
    ),
    RefusalCode.OUT_OF_MEMORY: (
        "处理该文件所需内存过大，请拆分文件后重新提交",
        "reading it takes too much memory: split it",
    ),
    RefusalCode.CRASHED: (
        "处理该文件时程序异常退出，请另存为其他格式后重新提交",
        "reading it ended the process: save it in another format",
    ),
}


def ended(code: RefusalCode) -> Refusal:
    """For `timeout`, `out_of_memory` and `crashed`."""
    return Refusal(code, *_ENDED[code])


def too_large(limit_mib: int) -> Refusal:
    """For a file that was not read: what is in it is not known, so the advice has two halves."""
    return Refusal(
        RefusalCode.TOO_LARGE,
        f"文件超过 {limit_mib} MiB 上限：有图片的请压缩图片，没有图片的请只保留年度报告部分，"
        "再重新提交",
        f"larger than {limit_mib} MiB: shrink its pictures or, where it has none, keep only the "
        "report in it, and send it again",
    )
