"""Pages that ask too much."""

from __future__ import annotations

from tasks.model.refusal import Refusal, RefusalCode


def too_complex(what: str, what_en: str) -> Refusal:
    return Refusal(
        RefusalCode.TOO_COMPLEX,
        f"网页过于复杂（{what}），无法处理。请另存为较简单的文件后重新提交。",
        f"The page is too complex ({what_en}). Save it in a simpler form and send it again.",
    )
