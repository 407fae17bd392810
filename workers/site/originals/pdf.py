"""A page of a PDF -> PNG. In the sandbox only."""

from __future__ import annotations

import io
from math import sqrt

import pypdfium2

from tasks.model.document import Detection
from tasks.model.refusal import Refusal, RefusalCode
from tasks.read.pdf.refused import corrupt
from workers.sandbox.wire import Extract
from workers.site.originals.shown import LONGEST_SIDE, MOST_PIXELS

#: Pixels a point: 144 an inch. Of a page that is larger than any sheet of paper, less.
SCALE = 2.0


def draw_page(source: bytes, detection: Detection, number: int) -> Extract:
    """The page, from 1; without a picture where there is no such page. Raises Refusal."""
    try:
        pdf = pypdfium2.PdfDocument(source[detection.offset :])
    except pypdfium2.PdfiumError as fault:
        if "password" in str(fault).lower():
            raise _encrypted() from fault
        raise corrupt() from fault
    pages = len(pdf)
    if not 1 <= number <= pages:
        return Extract(facts={"pages": pages})
    try:
        pdf.init_forms()
        page = pdf[number - 1]
        if min(page.get_size()) < 1:
            # Its crop box shows nothing of it: as the reader, all of it then.
            page.set_cropbox(*page.get_mediabox())
        width, height = page.get_size()
        if min(width, height) <= 0:
            raise corrupt()
        picture = page.render(scale=_scale(width, height), rev_byteorder=True).to_pil()
    except pypdfium2.PdfiumError as fault:
        raise corrupt() from fault
    png = io.BytesIO()
    picture.save(png, "PNG")
    return Extract(
        facts={"pages": pages, "width": width, "height": height}, attached=png.getvalue()
    )


def _scale(width: float, height: float) -> float:
    return min(SCALE, sqrt(MOST_PIXELS / (width * height)), LONGEST_SIDE / max(width, height))


def _encrypted() -> Refusal:
    return Refusal(
        RefusalCode.ENCRYPTED,
        "文件设有打开密码，无法显示。请去掉密码后重新上传。",
        "the PDF needs a password to open: remove the password and send it again",
    )
