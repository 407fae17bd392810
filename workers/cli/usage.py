"""What click says of a command line that won't do, in both languages."""

from __future__ import annotations

import re
from typing import Any

from workers.cli.language import Said

#: The nearest names that there are.
_NEAR = r"\(?Did you mean (?:one of: )?(.+)\?\)?"
#: What click says -> the same in Chinese; \\1 and \\2 are names and values of the command line.
_IN_CHINESE: tuple[tuple[str, str], ...] = (
    (r"Missing (?:argument|parameter) (\S+)\. Choose from: (.+)", r"缺少参数 \1，可取：\2"),
    (r"Missing (?:argument|parameter) (\S+?)\.?", r"缺少参数 \1"),
    (r"Missing option (\S+)\. Choose from: (.+)", r"缺少选项 \1，可取：\2"),
    (r"Missing option (\S+?)\.?", r"缺少选项 \1"),
    (r"Missing command\.", r"缺少命令"),
    (rf"No such option '(.*)'\. {_NEAR}", r"没有选项 \1，可能是：\2"),
    (r"No such option '(.*)'\.", r"没有选项 \1"),
    (rf"No such command ('.*')\. {_NEAR}", r"没有命令 \1，可能是：\2"),
    (r"No such command ('.*')\.", r"没有命令 \1"),
    (r"Got unexpected extra arguments? \((.*)\)", r"多出了参数：\1"),
    (r"Option ('.*') requires an argument\.", r"选项 \1 后面缺少取值"),
    (r"Option ('.*') does not take a value\.", r"选项 \1 不带取值"),
    (r"Invalid value for (\S+): (.*) is not (?:one of )?('.+')\.", r"\1 的取值 \2 不对，可取：\3"),
    (r"Invalid value for (\S+): .* is not a valid (?:float|integer)\.", r"\1 的取值应为数字"),
    (r"Invalid value for (\S+): .* is less than (\S+)\.", r"\1 的取值应不小于 \2"),
    (r"Invalid value for (\S+): .*", r"\1 的取值不对"),
)


def hint(error: Any) -> Said:
    """Where the usage is told: of the command that was named, else of all."""
    context = getattr(error, "ctx", None)
    command = context.command_path if context else "gouji"
    return Said(f"用法见 `{command} --help`", f"`{command} --help` shows how.")


def complaint(message: str) -> Said:
    """One line; what click comes to say otherwise is quoted."""
    said = " ".join(message.split())
    for pattern, chinese in _IN_CHINESE:
        found = re.fullmatch(pattern, said)
        if found:
            return Said(found.expand(chinese), said)
    return Said(f"命令行有误（原文：{said}）", said)
