"""A list of the organs that are expected to report, as somebody has it: bytes -> names.

    bytes -> text -> rows of cells -> the column of names -> names

One name a line, or a CSV with a column of them: in any encoding and with any separator that
spreadsheets write, with a head or without. Who of them has reported is told by
`tasks/check/reported.py`.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from tasks.detect import detect
from tasks.detect.encoding import decode
from tasks.forms.organs import ENDINGS, PLACES
from tasks.model.document import Format
from tasks.model.patterns import regex
from tasks.model.refusal import Refusal, RefusalCode

MOST_MIB, MOST_NAMES = 5, 100_000
#: Characters; what is longer is no name.
_LONGEST = 100
#: How the packages of office programs begin, and what they had before.
_OFFICE = (b"PK\x03\x04", b"PK\x05\x06", b"\xd0\xcf\x11\xe0")
_SEPARATORS = (",", ";", "\t")
#: No text has it: then a line is one cell.
_NO_SEPARATOR = "\x1f"
#: What stands over the names, the surest first; without spaces, in small letters.
_HEADS = (
    "机关名称", "单位名称", "行政机关名称", "机构名称", "部门名称", "报告机关", "报告单位",
    "填报单位", "报送单位", "应报单位", "行政机关", "机关", "单位", "机构", "部门", "名称",
    "单位全称", "全称", "organname", "organ", "organization", "organisation", "agency",
    "department", "name",
)  # fmt: skip
#: Above the head there may be a title.
_HEAD_WITHIN = 10
#: To find the column of names.
_ROWS_LOOKED_AT = 1000
_TITLE = regex(r"(?:名单|名录|清单|目录|一览表|列表|汇总表|统计表)(?:[（(].*)?$")
_SUMS = frozenset({"合计", "总计", "小计"})
_INVISIBLE = regex(r"[\u200b-\u200f\u202a-\u202e\u2060\ufeff\u00ad]")
_NUMBERING = regex(r"^[（(]?(?:\d{1,5}|[一二三四五六七八九十]{1,3})[、.．)）]\s*")
_BETWEEN_HAN = regex(r"(?<=[\u3400-\u9fff（）]) (?=[\u3400-\u9fff（）])")
_REMARK = regex(r"[（(].*|_")
_AROUND = " \"'“”‘’「」《》,，;；、。:："
_NO_NAME = regex(r"[。！？!?<>{}=\ufffd]|\n.*\n", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """The names, as the list writes them, each writing once, in its order."""

    names: tuple[str, ...]
    #: Of these, the ones that stand in it more than once.
    doubled: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Complaint:
    """Why it is no list, and what to do; for who sent it."""

    zh: str
    en: str


_TOO_LARGE = Complaint(
    zh=f"名单超过 {MOST_MIB} MiB 或 {MOST_NAMES} 个机关：请只保留机关名称一列，另存为 CSV 后"
    "重新上传。",
    en=f"The list is larger than {MOST_MIB} MiB or {MOST_NAMES} organs: keep the column of names "
    "only, save it as CSV and upload it again.",
)
_OFFICE_FILE = Complaint(
    zh="这是 Excel、WPS 等办公软件的文件：请打开它，另存为 CSV（逗号分隔）后重新上传。",
    en="This is a file of Excel or another office program: open it, save as CSV and upload that.",
)
_NO_TEXT = Complaint(
    zh="这不是名单：请上传 CSV 或纯文本文件，每行一个机关名称。",
    en="This is no list: upload a CSV or a plain text file with the name of one organ a line.",
)
_NO_NAMES = Complaint(
    zh="没有找到机关名称：请每行写一个机关名称，或在表头写明“机关名称”。",
    en='No names were found: write the name of one organ a line, or head their column "organ".',
)


def expected_of(source: bytes) -> Expected | Complaint:
    if len(source) > MOST_MIB * 2**20:
        return _TOO_LARGE
    if source.startswith(_OFFICE):
        return _OFFICE_FILE
    try:
        detection = detect(source, "list.csv")
        text, _ = decode(source, detection)
    except Refusal as refusal:
        return _NO_NAMES if refusal.code is RefusalCode.EMPTY else _NO_TEXT
    if detection.format is not Format.TEXT:
        return _NO_TEXT
    try:
        return _listed(_rows(text))
    except csv.Error:
        return _NO_TEXT


@dataclass(frozen=True, slots=True)
class _Row:
    #: Of the line that it ends on.
    number: int
    cells: Sequence[str]


def _rows(text: str) -> list[_Row]:
    """By the separator that most lines have. Raises `csv.Error`."""
    lines = text.replace("\x00", "").splitlines(keepends=True)
    if lines and re.fullmatch(r"sep=.\s*", lines[0]):
        lines[0] = "\n"
    best = max((_split(lines, separator) for separator in _SEPARATORS), key=_of_several)
    if _of_several(best) * 2 <= len(best):
        best = _split(lines, _NO_SEPARATOR)
    cleaned = (_Row(row.number, tuple(map(_cleaned, row.cells))) for row in best)
    return [row for row in cleaned if any(row.cells)]


def _split(lines: Sequence[str], separator: str) -> list[_Row]:
    reader = csv.reader(lines, delimiter=separator)
    return [_Row(reader.line_num, cells) for cells in reader if cells]


def _of_several(rows: Sequence[_Row]) -> int:
    return sum(len(row.cells) > 1 for row in rows)


def _cleaned(cell: str) -> str:
    """Without what spreadsheets and people put around a name; line ends in it stay."""
    text = "\n".join(" ".join(line.split()) for line in _INVISIBLE.sub("", cell).splitlines())
    text = _NUMBERING.sub("", text.strip(_AROUND))
    return _BETWEEN_HAN.sub("", text).strip(_AROUND + "\n")


def _listed(rows: Sequence[_Row]) -> Expected | Complaint:
    head, column = _head(rows)
    if column is None:
        column = _likeliest(rows)
    counted: Counter[str] = Counter()
    for row in rows[head:]:
        name = row.cells[column] if column < len(row.cells) else ""
        if not any(map(str.isalpha, name)) or name in _SUMS or _TITLE.search(name):
            continue
        if len(name) > _LONGEST or _NO_NAME.search(name):
            return _no_name(row.number)
        counted["".join(name.splitlines())] += 1
    if not counted:
        return _NO_NAMES
    if len(counted) > MOST_NAMES:
        return _TOO_LARGE
    doubled = tuple(name for name, times in counted.items() if times > 1)
    return Expected(names=tuple(counted), doubled=doubled)


def _head(rows: Sequence[_Row]) -> tuple[int, int | None]:
    """How many rows there are to the names, and their column; None where no head tells it."""
    for number, row in enumerate(rows[:_HEAD_WITHIN], 1):
        said = [_REMARK.sub("", "".join(cell.split())).lower() for cell in row.cells]
        for head in _HEADS:
            if head in said:
                return number, said.index(head)
    return 0, None


def _likeliest(rows: Sequence[_Row]) -> int:
    """The column of which most cells end as the names of organs do, else of most words."""
    ends, words = Counter[int](), Counter[int]()
    for row in rows[:_ROWS_LOOKED_AT]:
        for column, cell in enumerate(row.cells):
            ends[column] += cell.endswith((*ENDINGS, *PLACES))
            words[column] += any(map(str.isalpha, cell))
    return max(ends, key=lambda column: (ends[column], words[column], -column), default=0)


def _no_name(line: int) -> Complaint:
    return Complaint(
        zh=f"第 {line} 行不像机关名称：请每行只写一个机关名称，以 UTF-8 编码另存为 CSV 后"
        "重新上传。",
        en=f"Line {line} does not look like the name of an organ: write one name a line, save as "
        "CSV in UTF-8 and upload it again.",
    )
