"""Where the sign-in leads never leaves the site."""

from __future__ import annotations

import re
from urllib.parse import quote

import httpx
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from signing import Site
from starlette.responses import RedirectResponse

from workers.site.access.local import local_path

EVIL = [
    "//evil.example",
    "///evil.example",
    "\\\\evil.example",
    "/\\evil.example",
    "\\/evil.example",
    "https:evil.example",
    "https://evil.example",
    "http:/evil.example",
    "javascript:alert(1)",
    "data:text/html,x",
    " //evil.example",
    "\t//evil.example",
    "/\t/evil.example",
    "/\n/evil.example",
    "/\r\nSet-Cookie: a=b",
    "/%0d%0aSet-Cookie: a=b",
    "/%250d%250aSet-Cookie:%20a=b",
    "/%2fevil.example",
    "/%5cevil.example",
    "/%252fevil.example",
    "/%09/evil.example",
    "%2f%2fevil.example",
    "/\x00/evil.example",
    "/／evil.example",
    "evil.example",
    "@evil.example",
    "",
    "/a#//evil.example",
    "/" + "a" * 2001,
]


def leaves(location: str) -> bool:
    """As a browser reads a `Location` (WHATWG URL: basic parser), and a proxy that decodes it."""
    text = re.sub(r"[\t\r\n]", "", location.strip("".join(map(chr, range(0x21)))))
    return not re.match(r"/(?![/\\])", text)


@pytest.mark.parametrize("text", EVIL)
def test_what_leads_elsewhere_leads_home(text: str) -> None:
    assert local_path(text) == "/"


@pytest.mark.parametrize(
    "text",
    [
        "/",
        "/documents/2023/a.pdf",
        "/documents?q=%E8%B4%A2%E6%94%BF&page=2",
        "/documents/a%20b",
        "/documents/%E6%9F%90%E5%8E%BF/a@b:c;d",
        "/documents?next=//x",
        "/a%2fb%5cc",
    ],
)
def test_our_own_pages_stay_as_they_are(text: str) -> None:
    assert local_path(text) == text


PIECES = st.sampled_from(
    [
        *"/\\:@?#.%&= \t\r\n\x00",
        "%2f",
        "%5c",
        "%25",
        "%0d%0a",
        "%09",
        "https:",
        "evil.example",
        "／",
    ]
)


@settings(max_examples=300)
@given(st.one_of(st.lists(PIECES, max_size=8).map("".join), st.text(max_size=20)))
@example("/%2f/evil.example")
@example("/.//evil.example")
def test_nothing_leaves_the_site(text: str) -> None:
    for written in (text, f"/{text}", quote(text), f"/{quote(text)}"):
        there = local_path(written)
        location = RedirectResponse(there, 303).headers["location"]
        assert location == there
        assert location.isascii()
        assert location.isprintable()
        assert not leaves(location)
        came = httpx.URL("http://site.example:8080/sign-in").join(location)
        assert (came.scheme, came.host, came.port) == ("http", "site.example", 8080)


@settings(max_examples=150)
@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=20))
def test_whatever_a_key_is_its_quoted_path_comes_back(text: str) -> None:
    path = "/documents/" + quote(text, safe="/")
    odd = any(ord(sign) < 0x20 or ord(sign) == 0x7F for sign in text)
    assert local_path(path) == ("/" if odd or has_control(text) else path)


def has_control(text: str) -> bool:
    """Also encoded in the key itself."""
    return bool(re.search("%[01][0-9a-fA-F]|%7[fF]|%25", text))


@pytest.mark.parametrize("text", [*EVIL[:8], "/documents/a?b=c"])
def test_the_form_leads_where_it_was_asked_to(text: str) -> None:
    site = Site()
    there = text if text == "/documents/a?b=c" else "/"
    visitor = site.visit()
    assert visitor.sign_in(next=text).headers["location"] == there
    # Who is signed in already goes on at once.
    again = visitor.get("/sign-in", params={"next": text})
    assert (again.status_code, again.headers["location"]) == (303, there)
