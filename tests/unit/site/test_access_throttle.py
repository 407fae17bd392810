"""Growing delays, and that nobody gets around them."""

from __future__ import annotations

import asyncio

import pytest
from signing import Clock, Site

from workers.site.access import throttle
from workers.site.access.throttle import BY_ADDRESS, BY_NAME, FORGOTTEN_SECONDS, Throttle


def test_delays_grow_to_a_limit() -> None:
    delays = [BY_NAME.delay_seconds(tries) for tries in range(4, 15)]
    assert delays == [0, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300]
    assert BY_ADDRESS.delay_seconds(10**9) == 60


def test_no_more_than_a_hundred_guesses_an_hour_at_one_user() -> None:
    clock = Clock()
    held = Throttle(clock)
    guesses = 0
    for second in range(3600):
        clock.seconds += 1
        guesses += held.attempt("zhang", f"192.0.2.{second % 250}") == 0
    assert 5 < guesses < 30


def test_a_try_that_waits_is_not_counted() -> None:
    clock = Clock()
    held = Throttle(clock)
    for _ in range(5):
        assert held.attempt("zhang", "a") == 0
    for _ in range(50):
        assert held.attempt("zhang", "a") == 2
    clock.seconds += 2
    assert held.attempt("zhang", "a") == 0


def test_success_forgets_the_user_and_not_the_address() -> None:
    clock = Clock()
    held = Throttle(clock)
    for number in range(BY_ADDRESS.free - 1):
        held.attempt(f"user{number}", "192.0.2.1")
    assert held.attempt("own", "192.0.2.1") == 0
    held.succeeded("own", "192.0.2.1")
    assert held.attempt("another", "192.0.2.1") == 0
    assert held.attempt("third", "192.0.2.1") > 0
    assert held.attempt("third", "192.0.2.2") == 0


def test_a_try_that_was_not_looked_at_is_taken_back() -> None:
    held = Throttle(Clock())
    for _ in range(50):
        assert held.attempt("zhang", "192.0.2.1") == 0
        held.take_back("zhang", "192.0.2.1")


def test_an_hour_without_a_failure_begins_anew() -> None:
    clock = Clock()
    held = Throttle(clock)
    for _ in range(5):
        held.attempt("zhang", "192.0.2.1")
    clock.seconds += FORGOTTEN_SECONDS
    assert [held.attempt("zhang", "192.0.2.1") for _ in range(5)] == [0] * 5


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("2001:db8:0:1::1", "2001:db8:0:1:ffff::2"),
        ("192.0.2.7", "::ffff:192.0.2.7"),
    ],
)
def test_a_visitor_with_many_addresses_is_one(one: str, other: str) -> None:
    held = Throttle(Clock())
    for number in range(BY_ADDRESS.free):
        held.attempt(f"user{number}", one)
    assert held.attempt("zhang", other) > 0


def test_memory_is_bounded() -> None:
    held = Throttle(Clock())
    for number in range(throttle.MOST + 500):
        held.attempt(f"user{number}", f"address {number}")
    assert len(held) == 2 * throttle.MOST


def test_the_right_password_is_not_let_in_during_a_delay_and_is_told_when() -> None:
    site = Site()
    visitor = site.visit()
    for _ in range(BY_NAME.free):
        assert visitor.sign_in(password="wrong").status_code == 403
    answer = visitor.sign_in()
    assert answer.status_code == 429
    assert answer.headers["Retry-After"] == "2"
    assert "请在 2 秒后再试" in answer.text
    assert "try again in 2 s" in answer.text.lower()
    assert visitor.get("/").status_code == 401
    site.clock.seconds += 2
    visitor.signed_in()
    for _ in range(BY_NAME.free):
        assert site.visit().sign_in(password="wrong").status_code == 403


def test_many_tries_at_once_are_no_way_around() -> None:
    visitor = Site().visit()
    form = {"csrf": visitor.form_token(), "user": "zhang", "password": "wrong"}

    async def all_at_once() -> list[int]:
        tries = [visitor.ask_soon("POST", "/sign-in", data=form) for _ in range(15)]
        return [answer.status_code for answer in await asyncio.gather(*tries)]

    statuses = asyncio.run(all_at_once())
    assert (statuses.count(403), statuses.count(429)) == (BY_NAME.free, 10)


def test_a_name_that_nobody_has_is_answered_alike() -> None:
    site = Site()

    def answers(name: str, address: str) -> list[tuple[int, str]]:
        visitor = site.visit(address=address)
        came = [visitor.sign_in(name, "wrong") for _ in range(BY_NAME.free + 1)]
        token = dict(visitor.cookies)["gouji-form-8080"]
        return [(one.status_code, one.text.replace(name, "").replace(token, "")) for one in came]

    assert answers("zhang", "192.0.2.1") == answers("nobody", "192.0.2.2")


def test_an_address_that_tries_many_names_is_held_up_and_others_are_not() -> None:
    site = Site()
    visitor = site.visit()
    for number in range(BY_ADDRESS.free):
        assert visitor.sign_in(f"user{number}", "wrong").status_code == 403
    assert visitor.sign_in().status_code == 429
    site.visit(address="192.0.2.2").signed_in()


def test_who_is_signed_in_is_not_held_up() -> None:
    site = Site()
    visitor = site.visit().signed_in()
    for _ in range(BY_NAME.free + 1):
        site.visit(address="192.0.2.2").sign_in(password="wrong")
    assert visitor.get("/").status_code == 200
