"""Sessions: how long they go on, how many there are, and how they end."""

from __future__ import annotations

import pickle

from signing import CHEAP, Clock, Site

from workers.site.access.sessions import IDLE_SECONDS, LIFE_SECONDS, MOST, Sessions, random_token
from workers.site.access.users import Role, User

ZHANG = User(name="zhang", role=Role.REVIEWER, hash=CHEAP.hash("a"))
LI = User(name="li", role=Role.VIEWER, hash=CHEAP.hash("b"))


def test_a_token_has_256_bits_and_is_kept_as_its_hash_only() -> None:
    sessions = Sessions(Clock())
    token, session = sessions.begin(ZHANG)
    assert len(token) == 43
    assert token != session.csrf != random_token()
    kept = pickle.dumps((sessions._kept, session))
    assert token.encode() not in kept
    assert sessions.find(token) == session


def test_a_token_that_is_none_finds_nobody() -> None:
    sessions = Sessions(Clock())
    token, _ = sessions.begin(ZHANG)
    for other in ("", token[:-1], token + "A", "\udcff", "\x00"):
        assert sessions.find(other) is None


def test_it_ends_when_nobody_uses_it() -> None:
    clock = Clock()
    sessions = Sessions(clock)
    token, _ = sessions.begin(ZHANG)
    clock.seconds += IDLE_SECONDS - 1
    assert sessions.find(token)
    clock.seconds += IDLE_SECONDS
    assert sessions.find(token) is None
    assert len(sessions) == 0


def test_it_ends_after_a_day_however_much_it_is_used() -> None:
    clock = Clock()
    sessions = Sessions(clock)
    token, _ = sessions.begin(ZHANG)
    for _ in range(int(LIFE_SECONDS // 3600) - 1):
        clock.seconds += 3600
        assert sessions.find(token)
    clock.seconds += 3600
    assert sessions.find(token) is None


def test_the_oldest_of_one_user_makes_room_and_nobody_elses() -> None:
    sessions = Sessions(Clock())
    other, _ = sessions.begin(LI)
    tokens = [sessions.begin(ZHANG)[0] for _ in range(MOST + 2)]
    assert [sessions.find(token) is not None for token in tokens] == [False] * 2 + [True] * MOST
    assert sessions.find(other)


def test_what_is_over_is_not_kept() -> None:
    clock = Clock()
    sessions = Sessions(clock)
    sessions.begin(LI)
    clock.seconds += LIFE_SECONDS
    sessions.begin(ZHANG)
    assert len(sessions) == 1


def test_every_sign_in_has_a_new_token_and_ends_the_one_before() -> None:
    site = Site()
    visitor = site.visit().signed_in()
    first = dict(visitor.cookies)["gouji-8080"]
    # The form of a visitor who is signed in already, in another tab.
    visitor.cookies.set("gouji-form-8080", "t" * 43, domain="localhost.local", path="/")
    form = {"csrf": "t" * 43, "user": "li", "password": "battery staple"}
    assert visitor.post("/sign-in", data=form).status_code == 303
    assert dict(visitor.cookies)["gouji-8080"] != first
    assert visitor.get("/").json()["user"] == "li"
    assert site.gate.sessions.find(first) is None


def test_a_token_that_was_planted_is_not_taken_up() -> None:
    site = Site()
    visitor = site.visit()
    visitor.cookies.set("gouji-8080", "planted", domain="localhost.local", path="/")
    visitor.signed_in()
    assert site.gate.sessions.find("planted") is None
    assert dict(visitor.cookies)["gouji-8080"] != "planted"


def test_sign_out_ends_it_on_the_server() -> None:
    site = Site()
    visitor = site.visit().signed_in()
    token = dict(visitor.cookies)["gouji-8080"]
    answer = visitor.post("/sign-out", data={"csrf": visitor.csrf()})
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in")
    assert site.gate.sessions.find(token) is None
    assert "gouji-8080" not in dict(visitor.cookies)
    kept = {"Cookie": f"gouji-8080={token}"}
    assert site.visit().get("/", headers=kept).status_code == 401


def test_a_session_that_ran_out_is_sent_to_sign_in_again() -> None:
    site = Site()
    visitor = site.visit().signed_in()
    site.clock.seconds += IDLE_SECONDS
    assert visitor.get("/", headers={"Accept": "text/html"}).status_code == 303


def test_another_process_knows_nobody() -> None:
    visitor = Site().visit().signed_in()
    visitor.site = Site()
    assert visitor.get("/").status_code == 401
