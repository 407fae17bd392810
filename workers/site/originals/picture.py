"""A page of a picture -> PNG. In the sandbox only."""

from __future__ import annotations

import io
from itertools import islice

from tasks.model.document import Detection
from tasks.model.scans import Scans
from tasks.read.scan import ready
from workers.sandbox.wire import Extract
from workers.site.originals.shown import LONGEST_SIDE, MOST_PIXELS


def draw_picture(source: bytes, detection: Detection, number: int) -> Extract:
    """The page, from 1, as it was read; without a picture where there is no such page. Raises
    Refusal, also where this program reads no pixels."""
    ready(Scans.READ)
    # Large, and seldom asked for.
    import cv2
    from PIL import Image

    from tasks.read.scan.pictures import n_pages, pages_of
    from tasks.read.scan.pixels import as_bytes

    body = source[detection.offset :]
    found = next(islice(pages_of(body), number - 1, None), None) if number > 0 else None
    if found is None:
        return Extract(facts={"pages": n_pages(body)})
    # The same points in which the reader tells places.
    point = 72 / found.dpi
    height, width = found.pixels.shape[:2]
    share = min(1.0, (MOST_PIXELS / (width * height)) ** 0.5, LONGEST_SIDE / max(width, height))
    pixels = found.pixels
    if share < 1:
        size = (max(1, int(width * share)), max(1, int(height * share)))
        pixels = as_bytes(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA))
    png = io.BytesIO()
    Image.fromarray(pixels).save(png, "PNG")
    facts = {"pages": n_pages(body), "width": width * point, "height": height * point}
    return Extract(facts=facts, attached=png.getvalue())
