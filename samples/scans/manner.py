"""What printing, scanning, sending and photographing do to a page."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import ceil, cos, pi, sin, sqrt
from random import Random

from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageFont

from samples.fonts import FILE
from samples.scans.pages import Page, figures_on

#: Across, of a round seal and of a square one, in millimetres.
_SEAL = 42.0
_SQUARE = (24.0, 40.0)
#: Degrees, to either side, by which they are put on.
_ASKEW, _HARDLY = 25.0, 1.0
_RED = (206, 32, 38)
#: What is seen beyond the edges of a page.
_DESK = (92, 78, 66)
_WHITE = (255, 255, 255)
_TURNS = {
    90: Image.Transpose.ROTATE_270,
    180: Image.Transpose.ROTATE_180,
    270: Image.Transpose.ROTATE_90,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Manner:
    """How a page came to be pixels. Of skew, stamp, light and the like the seed draws the side,
    the place and how much of it; what is said here is the most."""

    colour: bool = False
    #: Black is what is darker, 0 to 255; None: grey or in colours.
    threshold: int | None = None
    #: Standard deviation of the noise, of 255.
    noise: float = 0.0
    #: Share of pixels that are black, or white, for no reason.
    specks: float = 0.0
    #: Of JPEG, 1 to 95.
    quality: int = 80
    #: Degrees, to either side.
    skew: float = 0.0
    #: One of these, clockwise.
    turns: tuple[int, ...] = (0,)
    #: Radius of the blur in hundredths of an inch, so that it is alike at all resolutions.
    blur: float = 0.0
    #: How much darker the darkest corner is, 0 to 1.
    shade: float = 0.0
    #: A red seal over figures; how much of the ink came onto the paper, 0 for none.
    seal: float = 0.0
    #: The seal is square, as those of offices within an organ and of persons are, and put on hardly
    #: askew.
    square: bool = False
    #: How far the corners are off, as a share of the page's width.
    perspective: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Shot:
    """One page as it came out of the scanner or the camera."""

    picture: Image.Image
    page: Page
    #: Degrees counter-clockwise that the page is off upright.
    skew: float = 0.0
    quality: int = 80

    @property
    def dpi(self) -> int:
        return self.page.dpi

    @property
    def size(self) -> tuple[float, float]:
        """Width and height in points."""
        return self.picture.width * 72 / self.dpi, self.picture.height * 72 / self.dpi


def shots_of(pages: list[Page], manner: Manner, organ: str, random: Random) -> list[Shot]:
    """The pages, all of which went through one machine."""
    sealed = max(range(len(pages)), key=lambda at: len(figures_on(pages[at])))
    shots = []
    for number, page in enumerate(pages):
        one = manner if number == sealed else replace(manner, seal=0.0)
        shots.append(_shot(page, one, organ, random))
    return shots


def _shot(page: Page, manner: Manner, organ: str, random: Random) -> Shot:
    picture = page.picture
    if manner.seal:
        picture = _sealed(page, manner, organ, random)
    if not manner.colour:
        picture = picture.convert("L")
    skew = manner.skew * random.uniform(0.5, 1.0) * random.choice((-1, 1))
    if skew:
        fill: tuple[int, ...] | int = _WHITE if manner.colour else 255
        picture = picture.rotate(skew, Image.Resampling.BICUBIC, fillcolor=fill)
    if manner.perspective:
        picture = _photographed(picture, manner, random)
    if manner.blur:
        picture = picture.filter(ImageFilter.GaussianBlur(manner.blur / 100 * page.dpi))
    picture = _grained(picture, manner, random)
    if manner.threshold is not None:
        # A table of all values is quicker than a function for each pixel.
        picture = picture.convert("L").point(
            [255 * (grey >= manner.threshold) for grey in range(256)], "1"
        )
    turn = random.choice(manner.turns)
    if turn:
        picture = picture.transpose(_TURNS[turn])
    return Shot(picture=picture, page=page, skew=skew, quality=manner.quality)


def _grained(picture: Image.Image, manner: Manner, random: Random) -> Image.Image:
    if not (manner.noise or manner.specks or manner.shade):
        return picture
    # numpy comes with the models (`gouji[ocr]`); a scan without noise is drawn without it.
    from samples.scans import grain

    return grain.grained(
        picture,
        noise=manner.noise,
        specks=manner.specks,
        shade=manner.shade * random.uniform(0.5, 1.0),
        seed=random.getrandbits(32),
    )


def _photographed(picture: Image.Image, manner: Manner, random: Random) -> Image.Image:
    from samples.scans import grain

    width, height = picture.size
    around = round(0.05 * width)
    most = manner.perspective * width
    # Each corner comes inward, by less or more.
    left, right, top, low = 0, width, 0, height
    corners = [
        (
            around + x + random.uniform(0, most) * (1 if x == left else -1),
            around + y + random.uniform(0, most) * (1 if y == top else -1),
        )
        for x, y in ((left, top), (right, top), (right, low), (left, low))
    ]
    fill: tuple[int, ...] | int = _DESK if manner.colour else sum(_DESK) // 3
    return grain.seen_askew(picture, corners, (width + 2 * around, height + 2 * around), fill)


# --- the seal -----------------------------------------------------------------------------


def _sealed(page: Page, manner: Manner, organ: str, random: Random) -> Image.Image:
    """A seal whose middle lies near a figure: its star, its ring and the name along it cross
    others, or its frame and the rows of the name."""
    figures = figures_on(page)
    if not figures:
        return page.picture
    across = random.uniform(*_SQUARE) if manner.square else _SEAL
    figure = random.choice(figures)
    away = random.uniform(0, across / 2)
    side = random.uniform(0, 2 * pi)
    x = figure.xs[0] + away * cos(side)
    y = figure.y + away * sin(side)
    diameter = round(page.pixels(across))
    seal = (_square_seal if manner.square else _seal)(diameter, organ)
    askew = _HARDLY if manner.square else _ASKEW
    seal = seal.rotate(random.uniform(-askew, askew), Image.Resampling.BICUBIC)
    covered = seal.point([round(grey * manner.seal) for grey in range(256)])
    paper = Image.new("RGB", page.picture.size, _WHITE)
    at = (round(page.pixels(x)) - diameter // 2, round(page.pixels(y)) - diameter // 2)
    paper.paste(_RED, (*at, at[0] + diameter, at[1] + diameter), covered)
    # Ink on ink is darker than either.
    return ImageChops.multiply(page.picture, paper)


def _seal(diameter: int, organ: str) -> Image.Image:
    """Ring, star and the organ's name along the upper arc; white is ink."""
    seal = Image.new("L", (diameter, diameter))
    draw = ImageDraw.Draw(seal)
    broad = max(2, round(diameter * 0.028))
    draw.ellipse((1, 1, diameter - 2, diameter - 2), outline=255, width=broad)
    draw.polygon(_star(diameter / 2, diameter * 0.16), fill=255)
    size = round(diameter * min(0.125, 1.6 / len(organ)))
    font = ImageFont.truetype(str(FILE), size)
    step = min(24.0, 250 / len(organ))
    for number, one in enumerate(organ):
        angle = (number - (len(organ) - 1) / 2) * step
        stencil = Image.new("L", (2 * size, 2 * size))
        ImageDraw.Draw(stencil).text((size, size), one, 255, font, anchor="mm")
        turned = stencil.rotate(-angle, Image.Resampling.BICUBIC)
        radius = diameter * 0.39
        x = diameter / 2 + radius * sin(angle * pi / 180) - size
        y = diameter / 2 - radius * cos(angle * pi / 180) - size
        seal.paste(255, (round(x), round(y)), turned)
    return seal


def _square_seal(side: int, organ: str) -> Image.Image:
    """A frame and the organ's name in rows; white is ink."""
    seal = Image.new("L", (side, side))
    draw = ImageDraw.Draw(seal)
    edge = max(2, round(side * 0.05))
    broad = max(2, round(side * 0.035))
    draw.rectangle((edge, edge, side - 1 - edge, side - 1 - edge), outline=255, width=broad)
    in_a_row = ceil(sqrt(len(organ)))
    step = (side - 4 * edge) / in_a_row
    font = ImageFont.truetype(str(FILE), round(step * 0.9))
    for number, one in enumerate(organ):
        row, column = divmod(number, in_a_row)
        at = (2 * edge + (column + 0.5) * step, 2 * edge + (row + 0.5) * step)
        draw.text(at, one, 255, font, anchor="mm")
    return seal


def _star(middle: float, radius: float) -> list[tuple[float, float]]:
    reach = [radius if point % 2 == 0 else radius * 0.38 for point in range(10)]
    return [
        (middle + one * sin(point * pi / 5), middle - one * cos(point * pi / 5))
        for point, one in enumerate(reach)
    ]
