"""Hashes, and what a flood of sign-ins costs the others."""

from __future__ import annotations

import asyncio
import statistics
import time

import pytest
from argon2 import PasswordHasher, Type, extract_parameters
from pydantic import SecretStr
from signing import CHEAP, Site

from workers.site.access import passwords
from workers.site.access.passwords import Busy, Verifier


def right(verifier: Verifier, digest: str | None, password: str) -> bool:
    return asyncio.run(verifier.is_right(digest, password))


def test_a_hash_is_argon2id_as_dear_as_owasp_asks() -> None:
    digest = passwords.hashed("correct horse")
    found = extract_parameters(digest)
    assert found.type is Type.ID
    assert found.memory_cost >= 19 * 1024
    assert found.time_cost >= 2
    assert digest != passwords.hashed("correct horse")
    assert "horse" not in digest


def test_right_and_wrong() -> None:
    digest = CHEAP.hash("correct horse")
    verifier = Verifier([digest])
    assert right(verifier, digest, "correct horse")
    assert not right(verifier, digest, "correct horse ")
    assert not right(verifier, digest, "")
    assert not right(verifier, None, "correct horse")
    assert not right(verifier, "$argon2id$v=19$m=8,t=1,p=1$YQ$YQ", "correct horse")


def test_every_character_counts_and_any_may_be_used() -> None:
    long = "密码 pass\u3000🔑" * 11
    digest = passwords.hashed(long)
    verifier = Verifier([digest])
    assert right(verifier, digest, long)
    assert not right(verifier, digest, long[:-1])


def test_a_password_is_the_same_from_every_input_method() -> None:
    digest = passwords.hashed("ｐａｓｓ１２３４")
    assert right(Verifier([digest]), digest, "pass1234")


def test_too_short_and_too_long_are_told_with_the_limits() -> None:
    assert passwords.complaint("1234567") is not None
    assert passwords.complaint("12345678") is None
    assert passwords.complaint("密" * 128) is None
    said = passwords.complaint("密" * 129)
    assert said is not None
    assert "8 至 128" in said.zh
    assert "8 to 128" in said.en


def test_a_name_that_nobody_has_takes_as_long() -> None:
    digest = PasswordHasher(time_cost=4, memory_cost=32 * 1024, parallelism=1).hash("horse")
    verifier = Verifier([digest])

    def seconds(of: str | None) -> float:
        # of the processor, whoever else may use it
        begun = time.process_time()
        assert not right(verifier, of, "wrong")
        return time.process_time() - begun

    pairs = [(seconds(None), seconds(digest)) for _ in range(7)]
    nobody, somebody = (statistics.median(column) for column in zip(*pairs, strict=True))
    assert nobody == pytest.approx(somebody, rel=0.5)


def test_only_a_few_wait_and_the_next_is_sent_away() -> None:
    digest = PasswordHasher(time_cost=2, memory_cost=8192, parallelism=1).hash("correct horse")
    verifier = Verifier([digest])

    async def flood() -> list[bool | BaseException]:
        tries = [verifier.is_right(digest, "wrong") for _ in range(passwords.WAITING + 5)]
        return await asyncio.gather(*tries, return_exceptions=True)

    came = asyncio.run(flood())
    assert came.count(False) == passwords.WAITING
    assert sum(isinstance(one, Busy) for one in came) == 5
    assert right(verifier, digest, "correct horse")


def test_a_flood_of_sign_ins_does_not_stop_the_site() -> None:
    dear = PasswordHasher(time_cost=2, memory_cost=32 * 1024, parallelism=1)
    line = f"zhang:reviewer:{dear.hash('correct horse')}"
    site = Site(site_users=SecretStr(line))
    visitor = site.visit()
    token = visitor.form_token()
    done: list[str] = []

    async def one(number: int) -> int:
        form = {"csrf": token, "user": f"nobody{number}", "password": "a guess"}
        other = site.visit(address=f"192.0.2.{number}")
        other.cookies.update(visitor.cookies)
        status = (await other.ask_soon("POST", "/sign-in", data=form)).status_code
        done.append("sign-in")
        return status

    async def look() -> int:
        status = (await site.visit().ask_soon("GET", "/healthz")).status_code
        done.append("look")
        return status

    async def all_at_once() -> list[int]:
        tries = [asyncio.create_task(one(number)) for number in range(40)]
        await asyncio.sleep(0.05)
        return [await look(), *(await asyncio.gather(*tries))]

    looked, *statuses = asyncio.run(all_at_once())
    assert looked == 200
    assert "sign-in" in done[done.index("look") :]
    assert set(statuses) == {403, 503}
    assert statuses.count(403) >= passwords.WAITING
