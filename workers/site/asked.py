"""The address of a list -> which documents are asked for, and back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any
from urllib.parse import urlencode

from storage import keys
from storage.catalogue import BY_KEY, Filters, Order, Standing
from storage.results import State

PAGE = 50
#: What a list may be sorted by.
ORDERS: dict[str, Order] = {
    "modified": Order(by="modified", descending=True),
    "file": BY_KEY,
    "organ": Order(by="organ"),
    "year": Order(by="year", descending=True),
    "errors": Order(by="errors", descending=True),
}
_MOST = 200
#: Each word that is searched for is looked for in every name there is.
_MOST_WORDS = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """As people write it; what is no choice counts as not given."""

    state: str = ""
    verdict: str = ""
    code: str = ""
    format: str = ""
    year: str = ""
    rule: str = ""
    review: str = ""
    #: Below `inbox/`.
    folder: str = ""
    search: str = ""
    order: str = "modified"
    page: int = 1

    @classmethod
    def of(cls, query: Mapping[str, str]) -> Asked:
        given = {
            # NUL is in no column, and some databases take no question with it.
            one.name: query.get(one.name, "").replace("\0", "").strip()[:_MOST]
            for one in fields(cls)
            if one.name != "page"
        }
        words = dict.fromkeys(given["search"].split())
        given["search"] = " ".join(list(words)[:_MOST_WORDS])
        given["order"] = given["order"] if given["order"] in ORDERS else "modified"
        page = query.get("page", "")
        return cls(**given, page=max(1, int(page)) if is_number(page) else 1)

    @property
    def filters(self) -> Filters:
        return Filters(
            prefix=keys.INBOX + self.folder.removeprefix(keys.INBOX) if self.folder else "",
            state=State(self.state) if self.state in tuple(State) else None,
            verdicts=(self.verdict,) if self.verdict else (),
            codes=(self.code,) if self.code else (),
            formats=(self.format,) if self.format else (),
            years=(int(self.year),) if is_number(self.year) else (),
            rule=self.rule or None,
            review=Standing(self.review).value if self.review in tuple(Standing) else None,
            search=self.search,
        )

    @property
    def narrows(self) -> bool:
        """Whether anything is left out."""
        return replace(self, order="modified", page=1) != Asked()

    def query(self, **changed: Any) -> str:
        """`?verdict=error&page=2`; a changed filter begins at the first page."""
        other = replace(self, **({"page": 1} | changed))
        default = Asked()
        said = {
            one.name: getattr(other, one.name)
            for one in fields(other)
            if getattr(other, one.name) != getattr(default, one.name)
        }
        return "?" + urlencode(said)


def is_number(text: str) -> bool:
    """Whether it is one that no database and no list is too small for."""
    return text.isascii() and text.isdigit() and len(text) < 7
