"""Every line of the form has its names in both languages."""

from __future__ import annotations

import re

import pytest

from tasks.forms.annual_report import FORM
from tasks.render.names import names, table_name

HAN = re.compile(r"[\u3400-\u9fff]")


@pytest.mark.parametrize("edition", FORM.editions, ids=lambda e: f"{e.table}-{e.edition}")
def test_every_line_has_a_name_in_both_languages(edition) -> None:
    for language in ("zh", "en"):
        rows, columns = names(edition.table, edition.edition, language)
        assert set(rows) == {row.id for row, _ in edition.fields()}
        assert set(columns) == {column.id for _, column in edition.fields()}
        assert len(set(rows.values())) == len(rows)
        assert all(bool(HAN.search(name)) == (language == "zh") for name in rows.values())
        assert all(bool(HAN.search(name)) == (language == "zh") for name in columns.values())
        assert bool(HAN.search(table_name(edition.table, language))) == (language == "zh")


def test_what_is_not_of_the_form_has_none() -> None:
    assert names("requests", None, "zh") == ({}, {})
    assert table_name("other", "en") == "other"
