"""How people cite the form's tables, rows and columns, in Chinese as it prints them and in
English. A test holds the English table to the form."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from tasks.forms.annual_report import FORM, TABLE_NAMES

_TABLES_EN = {"disclosure": "disclosure", "requests": "requests", "disputes": "disputes"}

#: Id of a row -> its name in English.
_ROWS_EN: dict[str, str] = {
    "regulations": "regulations",
    "normative_documents": "normative documents",
    "licensing": "licensing",
    "other_services": "other services",
    "penalties": "penalties",
    "coercion": "coercion",
    "fees": "fees",
    "procurement": "procurement",
    "new": "new requests",
    "carried_over": "carried over from last year",
    "granted": "granted",
    "partly_granted": "partly granted",
    "denied_state_secret": "denied, state secret",
    "denied_prohibited_by_law": "denied, prohibited by law",
    "denied_security_stability": "denied, security and stability",
    "denied_third_party": "denied, third party",
    "denied_internal_affairs": "denied, internal affairs",
    "denied_process_information": "denied, process information",
    "denied_enforcement_file": "denied, enforcement file",
    "denied_administrative_inquiry": "denied, administrative inquiry",
    "denied_work_secret": "denied, work secret",
    "unavailable_not_held": "unavailable, not held",
    "unavailable_needs_creation": "unavailable, needs creation",
    "unavailable_still_unclear": "unavailable, still unclear",
    "rejected_petition": "rejected, petition",
    "rejected_repeat": "rejected, repeated",
    "rejected_publication": "rejected, publication",
    "rejected_excessive": "rejected, excessive",
    "rejected_reconfirmation": "rejected, reconfirmation",
    "other_correction_overdue": "other, correction overdue",
    "other_fee_overdue": "other, fee overdue",
    "other_remaining": "other, remaining",
    "other": "other",
    "processed_total": "processed in all",
    "carried_forward": "carried forward to next year",
    "review": "review",
    "litigation_direct": "litigation without review",
    "litigation_after_review": "litigation after review",
}
_COLUMNS_EN: dict[str, str] = {
    "issued": "issued",
    "repealed": "repealed",
    "in_force": "in force",
    "made": "made",
    "published": "published",
    "total_published": "published in all",
    "previous_items": "items of last year",
    "change": "change",
    "decisions": "decisions",
    "projects": "projects",
    "amount": "amount",
    "natural_person": "natural persons",
    "business": "businesses",
    "research": "research institutes",
    "social_welfare": "social welfare organizations",
    "legal_service": "legal service organizations",
    "other_organization": "other organizations",
    "total": "total",
    "upheld": "upheld",
    "corrected": "corrected",
    "other": "other outcome",
    "pending": "pending",
}


def table_name(table: str, language: str) -> str:
    """`表三`, `requests`; the id itself where it is not of the form."""
    return (TABLE_NAMES if language == "zh" else _TABLES_EN).get(table, table)


@cache
def names(table: str, edition: str | None, language: str) -> tuple[Mapping[str, str], ...]:
    """(names of rows, names of columns) by their ids; empty for what is not of the form."""
    try:
        fields = tuple(FORM.edition(table, edition or "").fields())
    except KeyError:
        return {}, {}
    if language == "zh":
        return {row.id: row.name for row, _ in fields}, {col.id: col.name for _, col in fields}
    return (
        {row.id: _ROWS_EN[row.id] for row, _ in fields},
        {column.id: _COLUMNS_EN[column.id] for _, column in fields},
    )
