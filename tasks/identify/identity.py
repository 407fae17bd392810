"""Who reports, and on which year: what the witnesses of a document add up to.

Each witness is heard (`witnesses.py`); the title weighs most, and is outvoted where the
period, the date and the preface agree against it. Witnesses that disagree make a finding.
Where no title names the organ those who name one in passing must agree, or nobody is named:
a wrong name is worse than none.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rapidfuzz.distance.Levenshtein import distance

from tasks.identify.witnesses import Source, Witness, witnesses
from tasks.model.document import Document, Table
from tasks.model.patterns import regex
from tasks.model.report import Finding, Severity
from tasks.model.saying import Saying, say
from tasks.says.labels import half_width, plain

#: How much a witness counts for the organ and for the year.
_WEIGHTS: dict[Source, tuple[int, int]] = {
    Source.HEADING: (10, 10),
    Source.INDEX_TITLE: (9, 9),
    Source.YEARLESS: (8, 0),
    Source.FILE_TITLE: (5, 5),
    Source.PREFACE: (4, 4),
    Source.LATER_TITLE: (4, 4),
    Source.ABOVE: (8, 10),
    Source.NAME: (4, 0),
    Source.PUBLISHER: (3, 0),
    Source.SIGNATURE: (2, 0),
    Source.CRUMBS: (1, 1),
    Source.CREDIT: (1, 0),
    Source.CONTACT: (1, 0),
    Source.PERIOD: (0, 6),
    Source.DATE: (0, 6),
    Source.NEARLY: (0, 0),
    Source.TEXT: (0, 1),
}
#: All of these repeat one title: they count once.
_TITLES = frozenset(
    {
        Source.HEADING,
        Source.INDEX_TITLE,
        Source.YEARLESS,
        Source.ABOVE,
        Source.FILE_TITLE,
        Source.LATER_TITLE,
        Source.CRUMBS,
    }
)
#: Those that speak of this report and of no other, and what they are called.
_OWN = {
    Source.HEADING: say("witness.title"),
    Source.INDEX_TITLE: say("witness.title"),
    Source.ABOVE: say("witness.title"),
    Source.FILE_TITLE: say("witness.file_title"),
    Source.PREFACE: say("witness.preface"),
    Source.PERIOD: say("witness.period"),
}
_NAMING = {
    Source.PREFACE: say("witness.preface"),
    Source.SIGNATURE: say("witness.signature"),
}
#: A report that is signed in this month or later may be of the same year.
_YEAR_ENDS = 12


@dataclass(frozen=True, slots=True)
class Identity:
    organ: str | None
    year: int | None
    findings: tuple[Finding, ...] = ()
    #: A title of the form was seen, not merely a mention.
    titled: bool = False
    #: A title of the form names the organ and a year.
    titled_in_full: bool = False


def identify(document: Document) -> Identity:
    """Hear all witnesses of a document."""
    heard = list(witnesses(document))
    organ = _best_organ(heard)
    year = _best_year(heard)
    return Identity(
        organ=_as_written(organ, document),
        year=year,
        findings=(
            *_on_years(heard, year),
            *_on_organs(heard, organ, misread=bool(document.readings)),
        ),
        titled=any(witness.source in _OWN and witness.source in _TITLES for witness in heard),
        titled_in_full=any(w.organ and w.year and w.source in _OWN for w in heard),
    )


# --- what is most likely --------------------------------------------------------------------


#: Who is believed, the first that names an organ; those of one rank must name the same.
_RANKS = (
    frozenset({Source.HEADING, Source.INDEX_TITLE, Source.YEARLESS, Source.PREFACE}),
    frozenset(
        {
            Source.ABOVE,
            Source.FILE_TITLE,
            Source.LATER_TITLE,
            Source.NAME,
            Source.PUBLISHER,
            Source.SIGNATURE,
        }
    ),
    frozenset({Source.CRUMBS, Source.CREDIT, Source.CONTACT, Source.NEARLY}),
)


def _best_organ(heard: Sequence[Witness]) -> str | None:
    """Titles and the preface name the one that reports, the first of most weight. The others
    name somebody: where they do not all name one organ, none of them is believed, and the
    name over a title, which may be that of the site, is denied by whoever names another."""
    titled, *others = (
        [witness for witness in heard if witness.organ and witness.source in rank]
        for rank in _RANKS
    )
    if titled:
        return max(titled, key=_weight).organ
    named = next(filter(None, others), [])
    if any(witness.source is Source.ABOVE for witness in named):
        named = [witness for rank in others for witness in rank]
    organs = [w.organ for w in sorted(named, key=_weight, reverse=True) if w.organ]
    best = max(organs, key=_fullness, default=None)
    return best if best and all(_are_one(best, organ) for organ in organs) else None


def _weight(witness: Witness) -> int:
    return _WEIGHTS[witness.source][0]


def _fullness(organ: str) -> tuple[bool, int]:
    """The name without abbreviation, of those that are one."""
    return not _SIGNS_FOR.search(organ), len(_bare(organ))


def _best_year(heard: Sequence[Witness]) -> int | None:
    """The year with most weight behind it; a kind of witness counts once a year. A date tells
    when it was published: it speaks for a year that is told as well, or where none is."""
    said: dict[tuple[int, str], int] = {}
    for witness in heard:
        if witness.year:
            kind = "title" if witness.source in _TITLES else witness.source.value
            counted = said.get((witness.year, kind), 0)
            said[witness.year, kind] = max(counted, _WEIGHTS[witness.source][1])
    told = {year for year, kind in said if kind != Source.DATE}
    votes: Counter[int] = Counter()
    for (year, kind), weight in said.items():
        if kind != Source.DATE or not told or year in told:
            votes[year] += weight
    ranked = sorted(votes, key=lambda year: (votes[year], said.get((year, "title"), 0)))
    if not ranked or _is_guess(ranked[-1], heard, votes):
        return None
    return ranked[-1]


def _is_guess(year: int, heard: Sequence[Witness], votes: Counter[int]) -> bool:
    """Where only the text names years, and names another as often, or its date denies it."""
    if any(votes[year] == votes[other] for other in votes if other != year):
        return not any(w.year == year and w.source in _TITLES for w in heard)
    only_text = all(w.source is Source.TEXT for w in heard if w.year == year)
    return only_text and any(w.source is Source.DATE and w.year == year - 1 for w in heard)


# --- what does not agree --------------------------------------------------------------------


def _on_years(heard: Sequence[Witness], year: int | None) -> Iterator[Finding]:
    said = [witness for witness in heard if witness.year and witness.source in _OWN]
    if year is None:
        return
    titles = {witness.year for witness in heard if witness.source in _TITLES}
    # what a page or a file is called is seen by few: it is told where nothing else is
    for witness in sorted(said, key=lambda witness: witness.source is Source.FILE_TITLE):
        # a page that has titles of several years is a page with links to other reports
        title = (Source.HEADING, Source.INDEX_TITLE, Source.ABOVE)
        is_link = witness.source in title and year in titles
        if witness.year == year or is_link:
            continue
        agreeing = next(
            (_OWN[other.source] for other in said if other.year == year), say("witness.date")
        )
        yield _disagreement(
            say(
                "year.disagreement",
                witness=_OWN[witness.source],
                year=str(witness.year),
                agreeing=agreeing,
                taken=str(year),
            ),
            str(year),
            str(witness.year),
            Severity.INFO if witness.source is Source.FILE_TITLE else Severity.WARNING,
        )
        return
    dates = [witness for witness in heard if witness.source is Source.DATE and witness.year]
    if dates and all(date.year and date.year < year for date in dates):
        last = dates[-1]
        if last.month and last.month < _YEAR_ENDS and last.year == year - 1:
            yield _disagreement(
                say("year.disagreement.too_early", year=year, month=last.month),
                str(year),
                None,
                Severity.WARNING,
            )


def _disagreement(said: Saying, expected: str, actual: str | None, severity: Severity) -> Finding:
    return Finding(
        rule="year.disagreement",
        severity=severity,
        says=(said,),
        expected=expected,
        actual=actual,
    )


def _on_organs(heard: Sequence[Witness], organ: str | None, *, misread: bool) -> Iterator[Finding]:
    """A preface or a signature that is another organ's: taken over with its text. `misread`: a
    character of it may be another one, as it was read from pixels."""
    titled = any(witness.organ == organ for witness in heard if witness.source in _TITLES)
    for witness in heard:
        if not (titled and organ and witness.organ and witness.source in _NAMING):
            continue
        if misread and distance(organ, witness.organ, score_cutoff=MISREAD) <= MISREAD:
            continue
        if not _are_one(organ, witness.organ):
            source, named = _NAMING[witness.source], witness.organ
            yield Finding(
                rule="organ.disagreement",
                severity=Severity.WARNING,
                says=(say("organ.disagreement", titled=organ, witness=source, named=named),),
                expected=organ,
                actual=witness.organ,
            )
            return


#: Characters of a name that were taken for others.
MISREAD = 1
#: Who signs for an organ under a name of its own.
_SIGNS_FOR = regex(r"(?:领导小组(?:办公室)?|党工委|党委|党组|党政(?:综合)?办(?:公室)?|信息中心)$")


#: Of 办公室 nothing is left that could be an organ's abbreviation.
_FEWEST_LETTERS = 2


def _are_one(one: str, other: str) -> bool:
    """Whether the shorter name can be an abbreviation of the longer: its letters in order."""
    if _SIGNS_FOR.search(other):
        return True
    shorter, longer = sorted((_bare(one), _bare(other)), key=len)
    if len(shorter) < _FEWEST_LETTERS:
        return one == other
    rest = iter(longer)
    return all(letter in rest for letter in shorter)


def _bare(organ: str) -> str:
    return re.sub(r"\(.*?\)|办公室$|办公厅$|办事处$", "", plain(organ)).replace("人民政府", "政府")


# --- as the document writes it --------------------------------------------------------------

_BRACKETS = "（）"


def _as_written(organ: str | None, document: Document) -> str | None:
    """The name in the document's own script and brackets: witnesses speak plainly."""
    if organ is None:
        return None
    texts = [document.title]
    for block in document.blocks:
        texts += [c.text for c in block.cells] if isinstance(block, Table) else [block.text]
    for text in texts:
        raw, said, own = (re.sub(r"\s+", "", form(text)) for form in (str, plain, half_width))
        if len(said) == len(own) and (at := said.find(organ)) >= 0:
            part = slice(at, at + len(organ))
            if len(raw) != len(own):
                return own[part]
            return "".join(
                wide if wide in _BRACKETS else narrow
                for wide, narrow in zip(raw[part], own[part], strict=True)
            )
    return organ
