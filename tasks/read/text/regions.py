"""What ends a region of a text: the same for every grammar."""

from __future__ import annotations

from tasks.model.patterns import regex
from tasks.read.text.lines import Line

#: `三、收到和处理政府信息公开申请情况`: stands between two tables, never inside one.
_HEADING = regex(
    r"\s*[#*\s]*[一二三四五六七八九十]{1,2}\s*[、.．][^|\t]*"
    r"(?:情况|事项|情況|事項|报告|報告|问题|問題)[*\s]*"
)
#: A line longer than this, in signs, is prose.
_PROSE = 60


def ends_region(line: Line) -> bool:
    return len(line.text) > _PROSE or bool(_HEADING.fullmatch(line.text))
