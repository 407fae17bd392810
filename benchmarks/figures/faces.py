"""The typefaces that glyphs are drawn in: which teach, and which only examine.

The packages of `TAUGHT_FROM` are unpacked in any folder (`apt-get download`, `dpkg -x`). A face is
used where its digits stand on one line at one height; old-style figures do not.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

#: Debian packages, with blanks between.
TAUGHT_FROM = """\
fonts-adf-baskervald fonts-adf-romande fonts-adf-switzera fonts-adf-tribun fonts-adf-universalis
fonts-arphic-bkai00mp fonts-arphic-bsmi00lp fonts-arphic-gbsn00lp fonts-arphic-gkai00mp
fonts-arphic-ukai fonts-arphic-uming fonts-cantarell fonts-cardo fonts-century-catalogue
fonts-cmu fonts-courier-prime fonts-crosextra-caladea fonts-crosextra-carlito fonts-cwtex-fs
fonts-cwtex-heib fonts-cwtex-kai fonts-cwtex-yen fonts-freefont-ttf fonts-gfs-artemisia
fonts-gfs-didot fonts-gfs-neohellenic fonts-inconsolata fonts-jetbrains-mono fonts-lato
fonts-linuxlibertine fonts-lxgw-wenkai fonts-open-sans fonts-roboto-slab
fonts-roboto-unhinted fonts-stix fonts-texgyre fonts-urw-base35 fonts-vollkorn
fonts-wqy-zenhei
"""
#: Beginnings of file names that teach nothing: the faces of the examination.
HELD_OUT = (
    "Noto",
    "Liberation",
    "DejaVu",
    "cwming",
    "wqy-microhei",
    "DroidSansFallback",
    "GoujiSample",
)
#: Faces of Chinese papers: Song, Fangsong, Kai, Hei. They are drawn more often.
CHINESE = ("gbsn", "gkai", "bsmi", "bkai", "uming", "ukai", "cwfs", "cwheib", "cwkai", "cwyen")
_DIGITS = "0123456789"
_SIZE = 160


@dataclass(frozen=True, slots=True)
class Face:
    file: Path
    family: str

    def at(self, size: int) -> ImageFont.FreeTypeFont:
        return _opened(str(self.file), size)


@lru_cache(maxsize=4096)
def _opened(file: str, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(file, size, layout_engine=ImageFont.Layout.BASIC)


@lru_cache(maxsize=65536)
def ink_box(face: Face, size: int, character: str) -> tuple[int, int, int, int] | None:
    """left, top, right, bottom of the ink, from the pen's place at the top of the line."""
    image = Image.new("L", (size * 3, size * 3))
    ImageDraw.Draw(image).text((size, size), character, font=face.at(size), fill=255)
    box = image.getbbox()
    return None if box is None else (box[0] - size, box[1] - size, box[2] - size, box[3] - size)


def is_lining(face: Face) -> bool:
    """Digits of one height on one line, told from each other, none a circle."""
    boxes = [ink_box(face, _SIZE, digit) for digit in _DIGITS]
    if any(box is None for box in boxes):
        return False
    sure = np.array(boxes)
    heights = sure[:, 3] - sure[:, 1]
    middle = float(np.median(heights))
    even = bool(np.ptp(heights) < 0.1 * middle and np.ptp(sure[:, 3]) < 0.1 * middle)
    pictures = {bytes(face.at(_SIZE).getmask(digit)) for digit in _DIGITS}
    return even and len(pictures) == 10 and (sure[0, 2] - sure[0, 0]) < 0.9 * middle


def families(folders: Iterable[Path], *, held_out: bool) -> dict[str, list[Face]]:
    """Family -> its faces with lining digits, in order of names."""
    files = {
        file.name: file
        for folder in folders
        for file in sorted(folder.rglob("*"))
        if file.suffix.lower() in (".ttf", ".ttc", ".otf")
        and file.name.startswith(HELD_OUT) is held_out
    }
    found: dict[str, list[Face]] = defaultdict(list)
    for name, file in sorted(files.items()):
        family = "cmun" if name.startswith("cmun") else name.split("-")[0].split(".")[0][:14]
        face = Face(file, family)
        try:
            usable = is_lining(face)
        except OSError:
            continue
        if usable:
            found[family].append(face)
    return dict(found)
