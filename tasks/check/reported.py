"""Who of the organs that are expected to report has done so."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from tasks.forms.expected import Expected
from tasks.forms.regions import by_name
from tasks.identify.regions import organ_key
from tasks.model.patterns import regex
from tasks.says.labels import key, plain

#: A name that has none of these says of no place: 财政局.
_PLACED = regex(
    r"[省县区州旗盟镇]|市(?!场)|乡(?!村)|街道|苏木|^(?:国家|中国|中华人民共和国|国务院)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Organ:
    """One of the expected."""

    #: As the list has it first.
    name: str
    #: Other writings of it in the list.
    also: tuple[str, ...] = ()
    #: Names under which it has reported; empty where it has not.
    reported_as: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    reported: tuple[Organ, ...]
    missing: tuple[Organ, ...]
    #: Names of reports whose organs the list does not have, each organ once.
    unexpected: tuple[str, ...]
    #: Names, of the list or of reports, that do not say of which place; the same name is taken
    #: for the same organ, and nothing else is.
    ambiguous: tuple[str, ...]


def compared(expected: Expected, reported: Iterable[str]) -> Compared:
    """`reported`: the organs' names as their reports give them, in any order and however often.

    Names of one organ are those of one `organ_key`: with its city or without.
    """
    listed, found = _by_organ(expected.names), _by_organ(sorted(set(reported)))
    organs = [
        Organ(name=names[0], also=tuple(names[1:]), reported_as=tuple(found.get(organ, ())))
        for organ, names in listed.items()
    ]
    everyone = dict.fromkeys(name for one in (listed, found) for n in one.values() for name in n)
    return Compared(
        reported=tuple(one for one in organs if one.reported_as),
        missing=tuple(one for one in organs if not one.reported_as),
        unexpected=tuple(names[0] for organ, names in found.items() if organ not in listed),
        ambiguous=tuple(filter(is_ambiguous, everyone)),
    )


def is_ambiguous(name: str) -> bool:
    """Whether the name may be that of many: 财政局, 县财政局, 鼓楼区财政局."""
    known = organ_key(name)
    if known is None:
        return True
    if ":" in known:
        return False
    said = "".join(plain(name).split())
    places = [place for end in range(2, len(said)) for place in by_name().get(said[:end], ())]
    return not _PLACED.search(said) or len({place.code[:4] for place in places}) > 1


def _by_organ(names: Iterable[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name in names:
        # 县财政局 has no key: it is itself, and no other
        found.setdefault(organ_key(name) or key(name), []).append(name)
    return found
