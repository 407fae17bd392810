"""The kinds of scans that reports come as, and how many there are of each."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from random import Random

from samples.layout import Draft, draft
from samples.pdf import PdfStyle
from samples.prose import Paper, paper
from samples.report import Blanks, LogicalReport, Truth, broken, make_report
from samples.scans import containers
from samples.scans.containers import OF_TABLES, SINGLE, SUFFIXES, Container
from samples.scans.manner import Manner, shots_of
from samples.scans.pages import brief, one_below_the_other, pages_of, tables_on


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One kind of scan."""

    name: str
    #: For people: where it comes from.
    about: str
    #: How many of them there are beside the others. 0: worse than what offices send, and in a
    #: corpus only where it is asked for.
    weight: int
    manner: Manner
    container: Container = Container.PDF
    #: Dots an inch, in turn.
    dpis: tuple[int, ...] = (150, 200, 300)
    #: How dark and broad the rules are.
    rule: float = 0.5
    faint: float = 0.0
    tight: bool = False
    #: Figures stand so near to the rule at their right, in points; None: in the middle.
    inset: float | None = None
    #: All pages are one picture.
    long: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Scan:
    """One drawn scan and all that is known about it."""

    kind: Kind
    seed: int
    #: File name with suffix.
    name: str
    body: bytes
    draft: Draft
    dpi: int
    song: bool
    #: Pictures in it, and the pages that they were made of.
    pictures: int
    pages: int
    #: Dotted id of the cell that is off, None where every relation holds.
    fault: str | None

    @property
    def truth(self) -> Truth:
        return self.draft.truth


#: What nearly all scans have a little of.
_PLAIN = Manner(noise=4.0, skew=0.4, blur=0.25)
_FAX = Manner(threshold=170, noise=10.0, specks=0.0006, skew=0.8, blur=0.3)
_PHOTO = Manner(
    colour=True, noise=3.0, skew=1.5, blur=0.35, shade=0.35, perspective=0.035, quality=85
)

_ALL = (
    Kind(name="grey", about="office scanner, grey", weight=34, manner=_PLAIN),
    Kind(
        name="colour",
        about="office scanner, in colours",
        weight=12,
        manner=Manner(colour=True, noise=4.0, skew=0.4, blur=0.25, quality=75),
    ),
    Kind(
        name="fax",
        about="black and white, G4, specks",
        weight=26,
        manner=_FAX,
        dpis=(200, 300),
    ),
    Kind(
        name="coarse",
        about="below 150 dots an inch",
        weight=26,
        manner=Manner(noise=3.0, skew=0.3, quality=70),
        dpis=(80, 100, 120),
    ),
    Kind(
        name="noisy",
        about="noise and strong compression",
        weight=18,
        manner=Manner(noise=12.0, skew=0.5, blur=0.25, quality=30),
        dpis=(150, 200),
    ),
    Kind(
        name="skewed",
        about="laid in askew, up to 3 degrees",
        weight=18,
        manner=Manner(noise=4.0, skew=3.0, blur=0.25),
    ),
    Kind(
        name="light_rules",
        about="thin and faint rules",
        weight=18,
        manner=_PLAIN,
        rule=0.25,
        faint=0.55,
    ),
    Kind(
        name="seal",
        about="a red seal over figures, in colours",
        weight=14,
        manner=Manner(colour=True, noise=4.0, skew=0.5, blur=0.25, seal=0.75, quality=80),
    ),
    Kind(
        name="grey_seal",
        about="a seal over figures, grey",
        weight=14,
        manner=Manner(noise=4.0, skew=0.5, blur=0.25, seal=0.6),
    ),
    Kind(
        name="fax_seal",
        about="what black and white leave of a pale seal",
        weight=6,
        manner=Manner(threshold=140, noise=10.0, skew=0.5, blur=0.3, seal=0.62),
        dpis=(200, 300),
    ),
    Kind(
        name="square_seal",
        about="a square seal as dark as print, its frame along the rules",
        weight=8,
        manner=Manner(threshold=160, noise=6.0, skew=0.3, blur=0.25, seal=1.0, square=True),
        dpis=(200, 300),
    ),
    Kind(
        name="layer",
        about="a text over the scan, 1 to 4 of 100 characters misread",
        weight=24,
        manner=_PLAIN,
        container=Container.LAYERED_PDF,
    ),
    Kind(
        name="turned",
        about="pages lying on their side or head",
        weight=14,
        manner=Manner(noise=4.0, skew=0.4, blur=0.25, turns=(90, 180, 270)),
        dpis=(150, 200),
    ),
    Kind(
        name="shaded",
        about="uneven light",
        weight=10,
        manner=Manner(noise=4.0, skew=0.5, blur=0.4, shade=0.45),
        dpis=(150, 200),
    ),
    Kind(
        name="tight",
        about="rows hardly higher than their text",
        weight=12,
        manner=_PLAIN,
        tight=True,
    ),
    Kind(
        name="touching",
        about="small figures that touch the rule at their right",
        weight=0,
        manner=_PLAIN,
        tight=True,
        inset=-0.2,
    ),
    Kind(
        name="photo",
        about="pages photographed, in a PDF",
        weight=10,
        manner=_PHOTO,
        dpis=(200, 300),
    ),
    Kind(
        name="photo_tight",
        about="one photograph of tight tables",
        weight=8,
        manner=_PHOTO,
        container=Container.JPEG,
        dpis=(200, 300),
        tight=True,
    ),
    Kind(
        name="png",
        about="one page, or all below each other, PNG",
        weight=8,
        manner=Manner(noise=2.0, skew=0.3),
        container=Container.PNG,
        dpis=(120, 150, 200),
        tight=True,
    ),
    Kind(
        name="screenshot",
        about="a long picture of the screen",
        weight=12,
        manner=Manner(colour=True),
        container=Container.PNG,
        dpis=(80, 100, 120, 150),
        long=True,
    ),
    Kind(
        name="jpeg",
        about="all pages in one JPEG",
        weight=8,
        manner=Manner(noise=3.0, blur=0.25, quality=60),
        container=Container.JPEG,
        dpis=(120, 150, 200),
        long=True,
    ),
    Kind(
        name="tiff_fax",
        about="TIFF of several pages, G4",
        weight=12,
        manner=_FAX,
        container=Container.TIFF,
        dpis=(200, 300),
    ),
    Kind(
        name="tiff_grey",
        about="TIFF of several pages, LZW",
        weight=8,
        manner=_PLAIN,
        container=Container.TIFF,
        dpis=(150, 200),
    ),
    Kind(
        name="tiff_jpeg",
        about="TIFF of several pages, JPEG",
        weight=6,
        manner=_PLAIN,
        container=Container.TIFF_JPEG,
        dpis=(150, 200),
    ),
    Kind(
        name="ofd",
        about="OFD of page pictures",
        weight=14,
        manner=_PLAIN,
        container=Container.OFD,
    ),
    Kind(
        name="docx",
        about="DOCX with the tables as pictures",
        weight=10,
        manner=Manner(colour=True, noise=1.0),
        container=Container.DOCX,
        dpis=(100, 150, 200),
    ),
    Kind(
        name="html",
        about="a page with the tables as pictures",
        weight=10,
        manner=Manner(colour=True),
        container=Container.HTML,
        dpis=(100, 120, 150),
    ),
)
KINDS: dict[str, Kind] = {kind.name: kind for kind in _ALL}
_BLANKS: tuple[Blanks, ...] = ("zero", "zero", "zero", "zero", "blank", "dash", "mixed")


def drawn_scan(kind: str, seed: int) -> tuple[bytes, str, Truth]:
    """A scan's bytes, its file name and what is true; the same for the same arguments.

    Raises `KeyError` where there is no such kind.
    """
    scan = scan_of(KINDS[kind], seed)
    return scan.body, scan.name, scan.truth


def scan_of(kind: Kind, seed: int) -> Scan:
    random = Random(f"scan {kind.name} {seed}")
    report, fault = _report(random, seed)
    drafted = draft(report)
    dpi, song = printed(kind, seed)
    style = PdfStyle(
        name=kind.name, about=kind.about, paged=True, song=song,
        rule=kind.rule, faint=kind.faint, tight=kind.tight,
    )  # fmt: skip
    if kind.inset is not None:
        style = replace(style, figures="right", inset=kind.inset)
    body, pictures, pages = _saved(kind, _paper(kind, drafted, style, random), style, dpi, random)
    return Scan(
        kind=kind,
        seed=seed,
        name=f"{kind.name}-{seed}.{SUFFIXES[kind.container]}",
        body=body,
        draft=drafted,
        dpi=dpi,
        song=song,
        pictures=pictures,
        pages=pages,
        fault=fault,
    )


def printed(kind: Kind, seed: int) -> tuple[int, bool]:
    """Dots an inch, and whether in a Song face: each of the one with each of the other before any
    comes again; not every kind begins with the same."""
    at = seed + Random(kind.name).randrange(2 * len(kind.dpis))
    return kind.dpis[at % len(kind.dpis)], at // len(kind.dpis) % 2 == 0


def _paper(kind: Kind, drafted: Draft, style: PdfStyle, random: Random) -> Paper:
    """With its running text or without; a single picture holds more than one page only where
    even the tables alone take more."""
    whole = paper(drafted)
    if kind.container in SINGLE and not kind.long:
        return brief(whole)
    return brief(whole) if random.random() < 0.6 else whole


def _saved(
    kind: Kind, written: Paper, style: PdfStyle, dpi: int, random: Random
) -> tuple[bytes, int, int]:
    """The file, how many pictures are in it, and of how many pages."""
    if kind.container in OF_TABLES:
        tables = [
            shots_of(pages, kind.manner, written.organ, random)
            for pages in tables_on(written, style, dpi)
        ]
        as_file = containers.docx if kind.container is Container.DOCX else containers.html
        n_pictures = sum(map(len, tables))
        return as_file(written, tables), n_pictures, n_pictures
    pages = pages_of(written, style, dpi)
    n_pages = len(pages)
    if kind.container in SINGLE and len(pages) > 1:
        pages = [one_below_the_other(pages)]
    shots = shots_of(pages, kind.manner, written.organ, random)
    body = containers.contained(kind.container, written, shots, song=style.song, random=random)
    return body, len(shots), n_pages


def _report(random: Random, seed: int) -> tuple[LogicalReport, str | None]:
    """A third of the reports has one cell that is off."""
    report = make_report(
        random.getrandbits(30),
        zero_share=random.choice((0.3, 0.6, 0.8)),
        big=random.random() < 0.3,
        blanks=random.choice(_BLANKS),
        work_secret=random.random() < 0.1,
    )
    # Not in step with the resolutions.
    if (seed + seed // 3) % 3:
        return report, None
    fault = random.choice([cell for cell in report.cells() if not cell.startswith("disclosure")])
    return broken(report, fault, random.choice((1, 2, 3, 10))), fault


def kinds_of(count: int) -> list[Kind]:
    """So many kinds by their weights, evenly mixed: a larger corpus begins with the smaller."""
    total = sum(kind.weight for kind in _ALL)
    drawn = dict.fromkeys(KINDS, 0)
    found = []
    for number in range(1, count + 1):
        # What lacks most.
        kind = max(_ALL, key=lambda one: number * one.weight / total - drawn[one.name])
        drawn[kind.name] += 1
        found.append(kind)
    return found


def corpus(count: int, names: Collection[str] = KINDS) -> Iterator[Scan]:
    """So many scans, or those of some kinds among them; the nth of a kind is the same in a
    larger corpus. Only kinds without a weight: so many of each."""
    if not any(KINDS[name].weight for name in names):
        yield from (scan_of(KINDS[name], seed) for seed in range(count) for name in names)
        return
    seeds = dict.fromkeys(KINDS, 0)
    for kind in kinds_of(count):
        if kind.name in names:
            yield scan_of(kind, seeds[kind.name])
        seeds[kind.name] += 1
