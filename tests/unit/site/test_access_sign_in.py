"""The form, and what is logged of those who come."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import structlog
from signing import PASSWORDS, TEMPLATES, Site, Visitor

Event = dict[str, object]


def test_the_right_password_signs_in() -> None:
    visitor = Site().visit()
    answer = visitor.sign_in()
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert visitor.get("/").json()["user"] == "zhang"
    assert "gouji-form-8080" not in dict(visitor.cookies)


def test_a_wrong_one_is_told_in_both_languages_and_shows_the_form_again() -> None:
    visitor = Site().visit()
    answer = visitor.sign_in("zhang", "wrong", next="/documents/a")
    assert answer.status_code == 403
    assert "用户名或密码不对" in answer.text
    assert "user name or the password is wrong" in answer.text
    assert 'value="zhang"' in answer.text
    assert 'value="/documents/a"' in answer.text
    assert "wrong" not in answer.text.replace("password is wrong", "")
    assert visitor.get("/").status_code == 401


def test_odd_forms_sign_nobody_in() -> None:
    visitor = Site().visit()
    token = visitor.form_token()
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    for body in (
        b"",
        b"\xff\xfe",
        b"&" * 5000,
        b"csrf=" + token.encode(),
        b"csrf=" + token.encode() + b"&user=zhang&password=" + b"x" * 20_000,
        b"csrf=" + token.encode() + b"&user=%00&password=%ff",
        b"a=b&" * 3000,
    ):
        answer = visitor.post("/sign-in", content=body, headers=form)
        assert answer.status_code == 403, body[:20]
    assert visitor.get("/").status_code == 401


def test_what_was_typed_is_text_on_the_page() -> None:
    typed = '"><script>alert(1)</script>'
    answer = Site().visit().sign_in(typed, "wrong", next=f"/{typed}")
    assert "<script" not in answer.text
    assert "&lt;script&gt;" in answer.text


class _Seen(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.inputs: dict[str, dict[str, str | None]] = {}
        self.labels: set[str | None] = set()
        self.inline: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "input":
            self.inputs[str(given["name"])] = given
        if tag == "label":
            self.labels.add(given["for"])
        self.inline += [tag for tag in [tag] if tag in ("script", "style")]
        self.inline += [name for name in given if name == "style" or name.startswith("on")]


def test_the_form_is_labelled_helps_password_managers_and_has_nothing_inline() -> None:
    seen = _Seen()
    seen.feed(Site().visit().sign_in("", "x").text)
    assert seen.labels == {"user", "password"}
    assert seen.inputs["user"]["autocomplete"] == "username"
    assert seen.inputs["password"]["autocomplete"] == "current-password"
    assert seen.inputs["password"]["type"] == "password"
    assert "value" not in seen.inputs["password"]
    assert seen.inline == []


def test_every_english_text_stands_beside_a_chinese_one() -> None:
    text = (TEMPLATES / "sign_in.html").read_text(encoding="utf-8")
    for line in text.splitlines():
        if 'lang="en"' in line:
            assert re.search(r"[\u4e00-\u9fff]|said\.zh", line), line


# --- the log -------------------------------------------------------------------------------------


def told(visitor: Visitor, *tries: tuple[str, str]) -> list[Event]:
    with structlog.testing.capture_logs() as events:
        for user, password in tries:
            visitor.sign_in(user, password)
    return [dict(event) for event in events if str(event["event"]).startswith("site.")]


def test_coming_and_going_are_logged_with_user_and_address() -> None:
    visitor = Site().visit(address="192.0.2.7")
    with structlog.testing.capture_logs() as events:
        visitor.sign_in()
        visitor.post("/sign-out", data={"csrf": visitor.csrf()})
    assert [(one["event"], one["user"], one["address"]) for one in events] == [
        ("site.signed_in", "zhang", "192.0.2.7"),
        ("site.signed_out", "zhang", "192.0.2.7"),
    ]


def test_failures_and_delays_are_logged() -> None:
    events = told(Site().visit(), *[("zhang", "a wrong one")] * 6)
    assert [one["event"] for one in events] == ["site.refused"] * 5 + ["site.throttled"]
    assert events[0]["why"] == "password"
    assert events[-1]["wait_seconds"] == 2
    assert {one["user"] for one in events} == {"zhang"}


def test_no_password_is_logged_also_not_one_in_the_wrong_field() -> None:
    site = Site()
    tries = (("zhang", "a wrong one"), ("hunter2hunter2", ""), ("zhang", PASSWORDS["zhang"]))
    events = told(site.visit(), *tries)
    said = repr(events)
    assert len(events) == 3
    for secret in (PASSWORDS["zhang"], "a wrong one", "hunter2"):
        assert secret not in said


def test_refusals_of_the_guard_are_logged() -> None:
    site = Site()
    viewer = site.visit().signed_in("li")
    token = {"X-CSRF-Token": viewer.csrf()}
    with structlog.testing.capture_logs() as events:
        viewer.post("/decide", headers=token)
        viewer.post("/decide")
        viewer.post("/decide", headers=token | {"Origin": "http://evil.example"})
        viewer.get("/", headers={"Host": "evil.example"})
    assert [(one["event"], one["why"], one["user"]) for one in events] == [
        ("site.refused", why, "li") for why in ("role", "token", "origin", "host")
    ]
