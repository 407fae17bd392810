"""A page of a listing: what is written comes back, and what is none is not taken for one."""

from __future__ import annotations

from datetime import UTC, datetime
from urllib.parse import quote, unquote_plus
from xml.sax.saxutils import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.listing import NoPage, page_of

MOMENT = datetime(2026, 1, 31, 8, 0, 0, 250_000, UTC)
#: What XML can hold as it is; the rest only comes quoted.
PLAIN = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cn", "Cs")), min_size=1)
ANY = st.text(st.characters(codec="utf-8", exclude_categories=("Cs",)), min_size=1)


def written(keys: list[str], *, quoted: bool, token: str | None = None, space: str = "") -> bytes:
    told = "".join(
        f"<Contents><Key>{escape(quote(key) if quoted else key)}</Key>"
        f'<LastModified>2026-01-31T08:00:00.250Z</LastModified><ETag>"{n}"</ETag>'
        f"<Size>{n}</Size><StorageClass>STANDARD</StorageClass></Contents>"
        for n, key in enumerate(keys)
    )
    encoding = "<EncodingType>url</EncodingType>" if quoted else ""
    more = f"<NextContinuationToken>{escape(token)}</NextContinuationToken>" if token else ""
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><ListBucketResult{space}>{encoding}'
        f"<IsTruncated>{'true' if token else 'false'}</IsTruncated>{more}{told}</ListBucketResult>"
    ).encode()


@given(st.lists(ANY), st.one_of(st.none(), PLAIN))
def test_any_key_comes_back_quoted(keys: list[str], token: str | None) -> None:
    page = page_of(written(keys, quoted=True, token=token))
    assert [entry["Key"] for entry in page.entries] == keys
    assert page.next == token


@given(st.lists(PLAIN))
def test_a_key_comes_back_as_it_stands(keys: list[str]) -> None:
    space = ' xmlns="http://s3.amazonaws.com/doc/2006-03-01/"'
    page = page_of(written(keys, quoted=False, space=space))
    assert [entry["Key"] for entry in page.entries] == keys
    assert [entry["Size"] for entry in page.entries] == list(range(len(keys)))
    assert all(entry["LastModified"] == MOMENT for entry in page.entries)


@given(st.text("%+/aF09zé中", min_size=1))
def test_a_quoted_key_is_taken_as_the_library_takes_it(quoted: str) -> None:
    body = written([quoted], quoted=False)
    said = b"<EncodingType>url</EncodingType><IsTruncated>"
    page = page_of(body.replace(b"<IsTruncated>", said, 1))
    assert [entry["Key"] for entry in page.entries] == [unquote_plus(quoted)]


@given(st.integers(0, 400))
def test_a_page_that_broke_off_is_none(length: int) -> None:
    whole = written(["inbox/a", "inbox/b"], quoted=True)
    with pytest.raises(NoPage):
        page_of(whole[: min(length, len(whole) - 1)])


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html><p>Welcome",
        b"<Error><Code>NoSuchBucket</Code></Error>",
        written([], quoted=True).replace(b"ListBucketResult", b"NoListBucketResult"),
        written(["a"], quoted=True).replace(b"<Size>0</Size>", b""),
        written(["a"], quoted=True).replace(b"<Size>0</Size>", b"<Size>none</Size>"),
        written(["a"], quoted=True).replace(b"2026-01-31T08:00:00.250Z", b"yesterday"),
        written(["a"], quoted=True).replace(b">false<", b">true<"),
    ],
    ids=["empty", "html", "error", "another root", "no size", "odd size", "odd moment", "no token"],
)
def test_what_is_no_page_is_not_taken_for_one(body: bytes) -> None:
    with pytest.raises(NoPage):
        page_of(body)
