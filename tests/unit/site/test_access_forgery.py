"""Requests that another site made a browser send."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
from signing import PASSWORDS, Site, Visitor, endless

OURS = {"Origin": "http://localhost:8080", "Sec-Fetch-Site": "same-origin"}
FOREIGN = [
    {"Origin": "http://evil.example"},
    {"Origin": "null"},
    {"Origin": ""},
    {"Origin": "http://localhost:9999"},
    {"Origin": "http://localhost:8080.evil.example"},
    {"Origin": "http://["},
    {"Origin": "file://localhost:8080"},
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Origin": "http://localhost:8080", "Sec-Fetch-Site": "cross-site"},
]


@pytest.fixture(scope="module")
def visitor() -> Visitor:
    return Site().visit().signed_in()


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_the_token_is_asked_for_whenever_something_changes(visitor: Visitor, method: str) -> None:
    answer = visitor.ask(method, "/echo")
    assert answer.status_code == 403
    assert "请刷新页面" in answer.text
    assert "reload the page" in answer.text
    token = {"X-CSRF-Token": visitor.csrf()}
    assert visitor.ask(method, "/echo", headers=token).status_code == 200


@pytest.mark.parametrize("wrong", ["", "x", "é", "A" * 43])
def test_a_wrong_token_is_none(visitor: Visitor, wrong: str) -> None:
    header = {"X-CSRF-Token": wrong.encode()}
    assert visitor.post("/echo", headers=header).status_code == 403
    assert visitor.post("/echo", data={"csrf": wrong}).status_code == 403
    # A wrong header is not made good by a right field.
    assert visitor.post("/echo", headers=header, data={"csrf": visitor.csrf()}).status_code == 403


def test_the_token_of_another_session_is_none() -> None:
    site = Site()
    one, other = site.visit().signed_in("zhang"), site.visit().signed_in("li")
    assert one.csrf() != other.csrf()
    assert other.post("/echo", data={"csrf": one.csrf()}).status_code == 403


def test_a_form_reaches_its_page_whole(visitor: Visitor) -> None:
    form = {"csrf": visitor.csrf(), "note": "改为 12；" * 100}
    answer = visitor.post("/echo", data=form, headers=OURS)
    assert answer.status_code == 200
    assert answer.text.startswith("csrf=")
    assert answer.text.endswith("12%EF%BC%9B")


def test_a_token_in_the_address_or_in_other_bodies_does_not_count(visitor: Visitor) -> None:
    token = visitor.csrf()
    assert visitor.post(f"/echo?csrf={token}").status_code == 403
    assert visitor.post("/echo", json={"csrf": token}).status_code == 403
    body = {"content": f"csrf={token}", "headers": {"Content-Type": "text/plain"}}
    assert visitor.post("/echo", **body).status_code == 403  # type: ignore[arg-type]


@pytest.mark.parametrize("headers", FOREIGN)
def test_what_the_browser_says_counts_even_with_the_token(
    visitor: Visitor, headers: dict[str, str]
) -> None:
    token = {"X-CSRF-Token": visitor.csrf()}
    assert visitor.post("/echo", headers=headers | token).status_code == 403


@pytest.mark.parametrize("headers", [OURS, {"Sec-Fetch-Site": "none"}, {}])
def test_our_own_pages_pass(visitor: Visitor, headers: dict[str, str]) -> None:
    token = {"X-CSRF-Token": visitor.csrf()}
    assert visitor.post("/echo", headers=headers | token).status_code == 200


def test_behind_https_only_https_is_ours() -> None:
    visitor = Site(site_https=True).visit(at="https://localhost").signed_in()
    token = {"X-CSRF-Token": visitor.csrf()}
    for origin, status in (("https://localhost", 200), ("http://localhost", 403)):
        answer = visitor.post("/echo", headers={"Origin": origin} | token)
        assert answer.status_code == status


def test_an_upload_is_not_read_before_its_token_is_right(visitor: Visitor) -> None:
    sent = 0

    async def counted() -> AsyncIterator[bytes]:
        nonlocal sent
        async for chunk in endless():
            sent += 1
            yield chunk

    async def unread() -> int:
        """Over ASGI itself: httpx would read the upload to its end."""
        chunks, statuses = counted(), []

        async def receive() -> dict[str, object]:
            return {"type": "http.request", "body": await anext(chunks), "more_body": True}

        async def send(message: dict[str, object]) -> None:
            statuses.append(message.get("status"))

        cookies = "; ".join(f"{name}={value}" for name, value in visitor.cookies.items())
        headers = [
            (b"host", b"localhost:8080"),
            (b"cookie", cookies.encode()),
            (b"content-type", b"multipart/form-data; boundary=x"),
        ]
        scope = {
            "type": "http",
            "method": "POST",
            "path": "/upload",
            "query_string": b"",
            "headers": headers,
        }
        await visitor.site.app(scope, receive, send)  # type: ignore[arg-type]
        return int(str(statuses[0]))

    assert asyncio.run(unread()) == 403
    assert sent == 0


def test_an_upload_with_its_header_is_handed_on_as_it_comes(visitor: Visitor) -> None:
    token = {"X-CSRF-Token": visitor.csrf(), "Content-Type": "multipart/form-data; boundary=x"}
    assert visitor.post("/upload", content=endless(), headers=token).text == "taken"
    assert visitor.site.uploaded == 1000 * 65536


def test_of_a_doubled_field_the_first_counts(visitor: Visitor) -> None:
    token = visitor.csrf()
    assert visitor.post("/echo", data={"csrf": ["x", token]}).status_code == 403
    assert visitor.post("/echo", data={"csrf": [token, "x"]}).status_code == 200


def test_a_form_that_is_far_too_long_is_refused(visitor: Visitor) -> None:
    form = {"note": "x" * 600_000, "csrf": visitor.csrf()}
    answer = visitor.post("/echo", data=form)
    assert answer.status_code == 413
    assert "shorten it" in answer.text


# --- the sign-in form ----------------------------------------------------------------------------


@pytest.mark.parametrize("headers", FOREIGN)
def test_no_other_site_signs_anybody_in(headers: dict[str, str]) -> None:
    visitor = Site().visit()
    form = {"csrf": visitor.form_token(), "user": "zhang", "password": PASSWORDS["zhang"]}
    assert visitor.post("/sign-in", data=form, headers=headers).status_code == 403
    assert visitor.get("/").status_code == 401


def test_the_form_has_a_token_of_its_own() -> None:
    visitor = Site().visit()
    form = {"user": "zhang", "password": PASSWORDS["zhang"]}
    for wrong in ({}, {"csrf": ""}, {"csrf": "x" * 43}):
        answer = visitor.post("/sign-in", data=form | wrong)
        assert answer.status_code == 403
        assert "sign in again" in answer.text.lower()
        assert visitor.get("/").status_code == 401
    # The token of one browser is none in another.
    other = Site().visit()
    assert other.post("/sign-in", data=form | {"csrf": visitor.form_token()}).status_code == 403


def test_two_tabs_have_one_token() -> None:
    visitor = Site().visit()
    assert visitor.form_token() == visitor.form_token()


def test_nobody_is_signed_out_by_another_site(visitor: Visitor) -> None:
    assert visitor.post("/sign-out").status_code == 403
    assert visitor.get("/sign-out").status_code == 405
    assert visitor.get("/").json()["user"] == "zhang"
