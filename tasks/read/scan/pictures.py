"""A file of pictures (PNG, JPEG, TIFF, GIF, WebP, BMP) → its pages of pixels, one by one."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from io import BytesIO

import numpy as np
from PIL import Image, ImageOps, ImageSequence, UnidentifiedImageError

from tasks.model.limits import MAX_SCANNED_PAGES
from tasks.model.refusal import Refusal, RefusalCode
from tasks.read.scan.pixels import HIGH, WORKING, Picture

#: Pixels of a page: 600 dots an inch on A3 are 70 million.
MOST_PIXELS = 100_000_000
#: What a picture may say of its resolution, in dots an inch, and how broad a page may be then, in
#: inches. Cameras and browsers write what is no resolution.
RESOLUTIONS = (50.0, 1200.0)
WIDTHS = (4.0, 18.0)

# What Pillow warns of is refused here.
Image.MAX_IMAGE_PIXELS = None


def pages_of(source: bytes) -> Iterator[Picture]:
    """Raises Refusal: corrupt, too_complex."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            image = Image.open(BytesIO(source))
            yield from _pages(image)
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, EOFError) as error:
        raise Refusal(
            RefusalCode.CORRUPT,
            "图片已损坏，无法读取。请重新扫描或导出后再上传。",
            "the picture is damaged and cannot be read: scan or export it again",
        ) from error


def n_pages(source: bytes) -> int:
    """As the file says."""
    try:
        with Image.open(BytesIO(source)) as image:
            return int(getattr(image, "n_frames", 1))
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, EOFError):
        return 1


def too_many_pages() -> Refusal:
    return Refusal(
        RefusalCode.TOO_COMPLEX,
        f"扫描页超过{MAX_SCANNED_PAGES}页。请只上传年度报告本身。",
        f"more than {MAX_SCANNED_PAGES} scanned pages: send the annual report alone",
    )


def _pages(image: Image.Image) -> Iterator[Picture]:
    if getattr(image, "n_frames", 1) > MAX_SCANNED_PAGES:
        raise too_many_pages()
    # Moving pictures show one page after the other, of which people see the first.
    for frame in ImageSequence.Iterator(image):
        yield _picture(frame)
        if image.format in ("GIF", "WEBP", "PNG"):
            return


def _picture(frame: Image.Image) -> Picture:
    if frame.width * frame.height > MOST_PIXELS:
        raise Refusal(
            RefusalCode.TOO_COMPLEX,
            f"图片过大（{frame.width}×{frame.height}像素）。请以200至300 dpi重新扫描。",
            f"the picture is too large ({frame.width} × {frame.height} pixels): scan it again "
            "with 200 to 300 dpi",
        )
    width = _width_in_points(frame)
    if frame.format == "JPEG" and width is not None:
        # Decoded at a half or a quarter where that is enough.
        dpi = frame.width / width * 72
        if dpi > 2 * HIGH:
            frame.draft(None, (round(frame.width * WORKING / dpi),) * 2)
    upright = ImageOps.exif_transpose(frame)
    turned = upright.width != frame.width and upright.width == frame.height
    if turned and width is not None:
        width *= frame.height / frame.width
    return Picture(pixels=np.asarray(_plain(upright)), width=width)


def _width_in_points(frame: Image.Image) -> float | None:
    try:
        dpi = float(frame.info.get("dpi", (0.0, 0.0))[0])
    except (TypeError, ValueError, IndexError, ZeroDivisionError):
        return None
    least, most = RESOLUTIONS
    if not least <= dpi <= most:
        return None
    inches = frame.width / dpi
    return inches * 72 if WIDTHS[0] <= inches <= WIDTHS[1] else None


def _plain(image: Image.Image) -> Image.Image:
    """Grey or red, green and blue, on white paper."""
    if image.mode in ("1", "L"):
        return image.convert("L")
    if image.mode.startswith("I;16"):
        return image.point(lambda value: value / 256).convert("L")
    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        laid = image.convert("RGBA")
        paper = Image.new("RGBA", laid.size, (255, 255, 255, 255))
        paper.alpha_composite(laid)
        return paper.convert("RGB")
    return image.convert("RGB")
