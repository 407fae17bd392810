"""Who the settings name, and what is said of lines that won't do."""

from __future__ import annotations

from pathlib import Path

import pytest
from argon2 import PasswordHasher
from argon2.low_level import Type
from pydantic import SecretStr
from signing import CHEAP, USERS

from workers.settings import Settings, SettingsError, read_settings
from workers.site.access.users import Role, read_users

#: The same in every process: it is in the names of tests.
SALT = b"always the same."
HASH = CHEAP.hash("correct horse", salt=SALT)


def users(text: str, **more: object) -> dict[str, Role]:
    read = read_users(Settings(site_users=SecretStr(text), **more))
    return {name: user.role for name, user in read.items()}


def complaint(text: str, **more: object) -> tuple[str, str]:
    with pytest.raises(SettingsError) as caught:
        users(text, **more)
    (one,) = caught.value.complaints
    return one.zh, one.en


def test_a_line_a_user() -> None:
    assert users(USERS) == {"zhang": Role.REVIEWER, "li": Role.VIEWER}
    assert users(USERS.replace("\n", ";")) == users(f"\n# of 2024\n {USERS}\n\n") == users(USERS)
    assert users(f"王·五@县:viewer:{HASH}".replace("·", "-")) == {"王-五@县": Role.VIEWER}


def test_lines_come_from_a_file_too(tmp_path: Path) -> None:
    file = tmp_path / "users"
    file.write_text(USERS + "\n")
    settings = read_settings({"GOUJI_SITE_USERS_FILE": str(file)})
    assert read_users(settings).keys() == {"zhang", "li"}
    assert read_settings(settings.to_environ()) == settings


@pytest.mark.parametrize(
    ("line", "zh", "en"),
    [
        ("hunter2hunter2", "名字:角色:哈希", "name:role:hash"),
        ("zhang:viewer", "名字:角色:哈希", "name:role:hash"),
        (f"a b:viewer:{HASH}", "用户名应为", "a user name is"),
        (f":viewer:{HASH}", "用户名应为", "a user name is"),
        (f"zhang:admin:{HASH}", "角色应为", "the role of zhang"),
        ("zhang:viewer:hunter2hunter2", "不完整", "not whole"),
        ("zhang:viewer:", "不完整", "not whole"),
        ("zhang:viewer:=19=65536,t=3,p=4", "不完整", "not whole"),
        (f"zhang:viewer:{HASH[:-30]}", "不完整", "not whole"),
        (f"zhang:viewer:{PasswordHasher(type=Type.I).hash('a', salt=SALT)}", "不完整", "not whole"),
        (f"li:viewer:{HASH}", "出现了两次", "named twice"),
    ],
    # Hashes are others in each process, and tests that run in several must be called alike.
    ids=lambda text: text[:14],
)
def test_a_bad_line_is_named_in_both_languages_and_not_quoted(line: str, zh: str, en: str) -> None:
    said_zh, said_en = complaint(f"li:viewer:{HASH}\n{line}")
    assert zh in said_zh
    assert "第 2 行" in said_zh
    assert en in said_en
    assert "line 2" in said_en
    assert not [said for said in (said_zh, said_en) if "hunter2" in said or HASH[-30:] in said]


def test_every_bad_line_is_told() -> None:
    with pytest.raises(SettingsError) as caught:
        users("a;b;c")
    assert len(caught.value.lines) == 3


def test_the_simple_case_is_one_reviewer() -> None:
    single = Settings(site_password=SecretStr("a long one"))
    assert [(u.name, u.role) for u in read_users(single).values()] == [("gouji", Role.REVIEWER)]
    assert users(USERS, site_user="boss", site_password=SecretStr("a long one")).keys() == {
        "zhang",
        "li",
        "boss",
    }


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"site_password": SecretStr("short")}, "GOUJI_SITE_PASSWORD: a password has 8 to 128"),
        ({"site_password": SecretStr("a long one"), "site_user": "li"}, "li stands in"),
        ({"site_password": SecretStr("a long one"), "site_user": "a:b"}, "GOUJI_SITE_USER: a user"),
    ],
)
def test_the_simple_case_is_looked_at_likewise(more: dict[str, object], said: str) -> None:
    assert said in complaint(USERS, **more)[1]


def test_without_users_nothing_is_served() -> None:
    with pytest.raises(SettingsError, match="GOUJI_SITE_PASSWORD or GOUJI_SITE_USERS"):
        read_users(Settings())


def test_a_hash_is_shown_nowhere() -> None:
    settings = Settings(site_users=SecretStr(USERS))
    shown = "".join(value for _, value, _, _ in settings.shown())
    assert "argon2" not in repr(read_users(settings)) + repr(settings) + shown


def test_a_reviewer_may_what_a_viewer_may_and_not_the_reverse() -> None:
    assert Role.REVIEWER.may(Role.VIEWER)
    assert Role.REVIEWER.may(Role.REVIEWER)
    assert Role.VIEWER.may(Role.VIEWER)
    assert not Role.VIEWER.may(Role.REVIEWER)
