"""What the guard lets through, and how it refuses."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from pydantic import SecretStr
from signing import PAGE, USERS, Site

from workers.settings import Settings, SettingsError
from workers.site.access.hosts import read_hosts

#: Every other path, also those that look like a public one.
PRIVATE = [
    "/",
    "/documents/a",
    "/original",
    "/decide",
    "/nowhere",
    "/events",
    "/static",
    "/staticx",
    "/sign-in/",
    "/sign-in/x",
    "/Sign-in",
    "/healthz/",
    "//sign-in",
    "/%73ign-in/",
]


@pytest.mark.parametrize("path", ["/sign-in", "/static/a.css", "/healthz"])
def test_public_pages_need_no_session(path: str) -> None:
    assert Site().visit().get(path).status_code == 200


@pytest.mark.parametrize("path", PRIVATE)
def test_everything_else_is_refused_without_one(path: str) -> None:
    assert Site().visit().get(path, headers=PAGE).status_code == 303
    assert Site().visit().get(path).status_code == 401


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "ODD"])
@pytest.mark.parametrize("path", ["/", "/decide", "/sign-out", "/healthz", "/static/a.css"])
def test_no_method_is_a_way_around(method: str, path: str) -> None:
    expected = 405 if path.startswith("/static/") and method == "OPTIONS" else (401, 403)
    status = Site().visit().ask(method, path).status_code
    assert status == expected if isinstance(expected, int) else status in expected


def test_events_pass_to_their_own_token_under_any_name() -> None:
    site = Site()
    assert site.visit(at="http://listen:8070").post("/events").text == "plain"
    assert site.visit(at="http://listen:8070").get("/healthz").text == "plain"


def test_a_page_is_sent_to_sign_in_and_remembers_where_it_was() -> None:
    visitor = Site().visit()
    answer = visitor.get("/documents/某县 年报?page=2&q=%2F", headers=PAGE)
    assert answer.status_code == 303
    there = answer.headers["location"]
    assert there.startswith("/sign-in?next=%2Fdocuments%2F%25E6%259F%2590")
    assert "%3Fpage%3D2%26q%3D%252F" in there
    form = visitor.get(there)
    assert 'name="next" value="/documents/%E6%9F%90%E5%8E%BF%20%E5%B9%B4%E6%8A%A5?page=2' in (
        form.text
    )
    assert visitor.get("/", headers=PAGE).headers["location"] == "/sign-in"


def test_a_form_that_was_sent_too_late_is_sent_to_sign_in_without_its_address() -> None:
    answer = Site().visit().post("/decide", headers=PAGE)
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in")


@pytest.mark.parametrize(
    "headers",
    [
        {"HX-Request": "true", "Accept": "text/html"},
        {"Sec-Fetch-Mode": "cors", "Accept": "text/html"},
        {"Accept": "application/json"},
        {},
    ],
)
def test_a_script_is_told_in_one_text(headers: dict[str, str]) -> None:
    here = {"HX-Current-URL": "http://localhost:8080/documents/a?b=c"}
    answer = Site().visit().get("/documents/rows", headers=headers | here)
    assert answer.status_code == 401
    assert answer.headers["HX-Redirect"] == "/sign-in?next=%2Fdocuments%2Fa%3Fb%3Dc"
    assert "重新登录" in answer.text
    assert "sign in" in answer.text


def test_who_is_in_the_middle_of_something_is_not_led_away() -> None:
    """A decision that comes too late, and a list that follows by itself."""
    htmx = {"HX-Request": "true", "HX-Current-URL": "http://localhost:8080/document?key=a"}
    visitor = Site().visit()
    for answer in (
        visitor.post("/decide", headers=htmx),
        visitor.get("/", headers=htmx | {"X-Follows": "0"}),
    ):
        assert answer.status_code == 401
        assert "HX-Redirect" not in answer.headers
        assert "没有保存" in answer.text


def test_a_list_that_follows_by_itself_keeps_nobody_signed_in() -> None:
    site = Site()
    visitor = site.visit().signed_in("li")
    for _ in range(9):
        site.clock.seconds += 3600
        answer = visitor.get("/", headers={"X-Follows": "0"})
    assert answer.status_code == 401


@pytest.mark.parametrize("url", ["http://evil.example/a", "//evil.example", "http://[", ""])
def test_a_script_of_another_page_is_sent_home(url: str) -> None:
    answer = Site().visit().get("/", headers={"HX-Request": "true", "HX-Current-URL": url})
    assert answer.headers["HX-Redirect"] == "/sign-in"


def test_a_viewer_may_look_and_not_decide() -> None:
    site = Site()
    viewer = site.visit().signed_in("li")
    assert viewer.get("/").json()["user"] == "li"
    answer = viewer.post("/decide", headers={"X-CSRF-Token": viewer.csrf()})
    assert answer.status_code == 403
    assert "需要复核员" in answer.text
    assert "takes a reviewer" in answer.text
    reviewer = site.visit().signed_in("zhang")
    answer = reviewer.post("/decide", headers={"X-CSRF-Token": reviewer.csrf()})
    assert (answer.status_code, answer.text) == (200, "zhang")


def test_there_are_no_websockets() -> None:
    sent: list[dict[str, Any]] = []

    async def send(message: Any) -> None:
        sent.append(message)

    async def receive() -> Any:
        return {"type": "websocket.connect"}

    asyncio.run(Site().app({"type": "websocket", "path": "/"}, receive, send))
    assert sent == [{"type": "websocket.close", "code": 1008}]


# --- Host ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "host",
    ["evil.example", "localhost.evil.example", "127.0.0.1.evil.example", "10.0.0.5", "", "a b"],
)
@pytest.mark.parametrize("path", ["/", "/sign-in", "/static/a.css"])
def test_under_another_name_the_site_does_not_answer(host: str, path: str) -> None:
    answer = Site().visit().get(path, headers={"Host": host})
    assert answer.status_code == 400
    assert "GOUJI_SITE_HOSTS" in answer.text
    assert "本站不以这个主机名" in answer.text


@pytest.mark.parametrize(
    "host", ["localhost", "LOCALHOST:8080", "127.0.0.1:9", "[::1]:8080", "gouji.example.cn"]
)
def test_under_its_own_names_it_does(host: str) -> None:
    site = Site(site_hosts="gouji.example.cn, other")
    assert site.visit().get("/sign-in", headers={"Host": host}).status_code == 200


def test_bound_to_every_address_it_answers_under_addresses_but_not_names() -> None:
    hosts = read_hosts(Settings(site_host="0.0.0.0"))  # noqa: S104 - nothing is bound
    assert hosts.allow("10.0.0.5:8080")
    assert hosts.allow("[2001:db8::1]")
    assert not hosts.allow("evil.example")
    assert read_hosts(Settings(site_host="10.0.0.5")).allow("10.0.0.5:8080")


@pytest.mark.parametrize("hosts", ["http://a.example", "a.example:8080", "a/b"])
def test_names_that_are_none_are_told(hosts: str) -> None:
    with pytest.raises(SettingsError, match="names only"):
        read_hosts(Settings(site_hosts=hosts))


# --- headers -------------------------------------------------------------------------------------

EVERYWHERE = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self';"
    " img-src 'self' data:; font-src 'self'; connect-src 'self'; frame-src 'self';"
    " form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}


@pytest.mark.parametrize(
    ("path", "status"),
    [("/", 200), ("/sign-in", 200), ("/healthz", 200), ("/nowhere", 404), ("/broken", 500)],
)
def test_every_answer_carries_the_headers(path: str, status: int) -> None:
    visitor = Site().visit()
    if path != "/sign-in":
        visitor.signed_in()
    answer = visitor.get(path)
    assert answer.status_code == status
    assert {name: answer.headers[name] for name in EVERYWHERE} == EVERYWHERE
    assert "Permissions-Policy" in answer.headers
    assert "Strict-Transport-Security" not in answer.headers
    assert "our defect" not in answer.text


@pytest.mark.parametrize("ask", [{"headers": {"Host": "evil.example"}}, {"headers": PAGE}, {}])
def test_so_does_every_refusal(ask: dict[str, Any]) -> None:
    answer = Site().visit().get("/", **ask)
    assert answer.status_code in (303, 400, 401)
    assert {name: answer.headers[name] for name in EVERYWHERE} == EVERYWHERE


def test_an_answer_may_bring_its_own_policy_but_is_never_kept() -> None:
    answer = Site().visit().signed_in().get("/original")
    assert answer.headers["Content-Security-Policy"] == "sandbox"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_static_files_may_be_kept() -> None:
    answer = Site().visit().get("/static/a.css")
    assert "Cache-Control" not in answer.headers
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_https_only_where_it_is_set() -> None:
    site = Site(site_https=True, site_hosts="gouji.example.cn")
    answer = site.visit(at="https://gouji.example.cn").get("/sign-in")
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"


# --- cookies -------------------------------------------------------------------------------------


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites() -> None:
    cookie = Site().visit().sign_in().headers["set-cookie"].lower()
    assert cookie.startswith("gouji-8080=")
    for said in ("httponly", "samesite=lax", "path=/"):
        assert said in cookie
    assert "secure" not in cookie
    assert "domain" not in cookie


@pytest.mark.parametrize(
    ("at", "settings"),
    [
        ("https://localhost", {}),
        ("https://localhost", {"site_https": True}),
        # A proxy speaks http to us; the browser's side is https.
        ("http://localhost", {"site_https": True}),
    ],
)
def test_by_https_it_is_bound_to_the_host(at: str, settings: dict[str, Any]) -> None:
    site = Site(site_users=SecretStr(USERS), **settings)
    answer = site.visit(at=at).get("/sign-in")
    assert answer.headers["set-cookie"].startswith("__Host-gouji-form-8080=")
    assert "Secure" in answer.headers["set-cookie"]


def test_by_https_one_signs_in_too() -> None:
    site = Site(site_https=True)
    visitor = site.visit(at="https://localhost").signed_in()
    assert "__Host-gouji-8080" in dict(visitor.cookies)
    assert visitor.get("/").json()["user"] == "zhang"


def test_no_header_of_a_stranger_makes_it_https() -> None:
    answer = Site().visit().get("/sign-in", headers={"X-Forwarded-Proto": "https"})
    assert "Secure" not in answer.headers["set-cookie"]
