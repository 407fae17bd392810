"""The documents that arrive: seeded, small, of all formats, some of them unreadable."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice
from random import Random

from samples import make_report, render
from samples.poison import POISON
from tasks.model.document import Format

#: How often each format comes, of a hundred; a PDF takes ten times as long as the others.
MIX: tuple[tuple[Format, str, int], ...] = (
    (Format.HTML, "cms", 40),
    (Format.TEXT, "pipe_rows", 40),
    (Format.DOCX, "plain", 15),
    (Format.PDF, "ruled", 5),
)
#: Poison that ends at once, in any order of a run.
QUICK_POISON = ("empty.html", "old.doc", "archive.zip", "half.docx", "noise.pdf")
#: So many different reports; the others have the same figures under another name.
DIFFERENT = 12


def mixed(count: int, seed: int = 1) -> dict[str, bytes]:
    """Name below `inbox/` -> bytes; one in ten is poison that is refused at once."""
    chance = Random(seed)
    documents = dict(_reports(count, chance))
    names = list(documents)
    for number, name in enumerate(chance.sample(names, count // 10)):
        del documents[name]
        poison = POISON[QUICK_POISON[number % len(QUICK_POISON)]]
        documents[f"{name.rpartition('.')[0]}-{poison.name}"] = poison.make()
    return documents


def light(documents: Mapping[str, bytes], count: int) -> dict[str, bytes]:
    """The first of them that are no PDF, so that one worker is enough."""
    without = (item for item in documents.items() if not item[0].endswith(".pdf"))
    return dict(islice(without, count))


def pages(count: int, seed: int = 1) -> Iterator[tuple[str, bytes]]:
    """Small pages without end, each with other bytes: for the soak."""
    chance = Random(seed)
    kinds = [
        render(make_report(chance.randrange(10**6), year=2023), Format.HTML, "plain")
        for _ in range(DIFFERENT)
    ]
    for number in range(count):
        body = kinds[number % DIFFERENT] + b"<!-- %d -->" % number
        yield f"{number // 1000:03}/{number:06}.html", body


def _reports(count: int, chance: Random) -> Iterator[tuple[str, bytes]]:
    made: dict[tuple[Format, int], bytes] = {}
    formats = [(format, style) for format, style, weight in MIX for _ in range(weight)]
    for number in range(count):
        format, style = chance.choice(formats)
        which = chance.randrange(DIFFERENT)
        if (format, which) not in made:
            made[format, which] = render(make_report(which, year=2023), format, style)
        suffix = {Format.TEXT: "txt"}.get(format, str(format))
        yield f"{number % 7}区/{number:04}.{suffix}", made[format, which]
