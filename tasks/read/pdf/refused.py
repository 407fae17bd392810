"""What is said of a file whose pages cannot be followed."""

from __future__ import annotations

from tasks.model.refusal import Refusal, RefusalCode


def corrupt(name: str = "PDF") -> Refusal:
    return Refusal(
        RefusalCode.CORRUPT,
        f"{name}文件已损坏或不完整，无法读取。请重新导出或重新下载后再上传。",
        f"the {name} is damaged or cut off: export or download it again and send the new file",
    )
