"""Who may come in: the users that the settings name, each with a role and a password's hash.

site_users      a user a line, `name:role:hash`, as `gouji site-user` prints it
site_password   the simple case: one reviewer, `site_user`, whose password stands plain
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from workers.cli.language import Said
from workers.settings import Complaint, Settings, SettingsError
from workers.site.access import passwords

LINES = "GOUJI_SITE_USERS"
#: Names go into lines, logs and pages, so there is no `:`, `;` or blank in them.
_NAME = re.compile(r"[\w.@-]{1,64}")


class Role(StrEnum):
    #: Looks and downloads.
    VIEWER = "viewer"
    #: Also uploads, reprocesses and decides.
    REVIEWER = "reviewer"

    def may(self, needed: Role) -> bool:
        return self is Role.REVIEWER or needed is Role.VIEWER


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    name: str
    role: Role
    #: Of the password, as `passwords.hashed` makes it.
    hash: str = field(repr=False)

    @property
    def line(self) -> str:
        """As it stands in `site_users`."""
        return f"{self.name}:{self.role}:{self.hash}"


class _BadLine(Exception):
    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.said = Said(zh, en)


def read_users(settings: Settings) -> Mapping[str, User]:
    """Name -> user. `SettingsError` with a complaint a line that won't do, and where there is
    nobody: the pages are never open to all."""
    users: dict[str, User] = {}
    complaints = []
    for where, line in _lines(settings):
        try:
            user = _user(line)
            if user.name in users:
                raise _BadLine(f"用户 {user.name} 出现了两次", f"{user.name} is named twice")
            users[user.name] = user
        except _BadLine as bad:
            complaints.append(Complaint(f"{where.en}: {bad.said.en}", f"{where.zh}：{bad.said.zh}"))
    complaints.extend(_single(settings, users))
    if complaints:
        raise SettingsError(complaints)
    if not users:
        raise SettingsError(
            [
                Complaint(
                    f"set GOUJI_SITE_PASSWORD or {LINES}: the pages are open to nobody without",
                    f"请设置 GOUJI_SITE_PASSWORD 或 {LINES}：没有用户就不提供网页",
                )
            ]
        )
    return users


def bad_name(name: str) -> Said | None:
    if _NAME.fullmatch(name):
        return None
    return Said(
        "用户名应为 1 至 64 个文字、数字或 . @ - _",
        "a user name is 1 to 64 letters, digits or . @ - _",
    )


def _lines(settings: Settings) -> Iterator[tuple[Said, str]]:
    text = settings.site_users.get_secret_value() if settings.site_users else ""
    for number, line in enumerate(re.split(r"[\n;]", text), 1):
        stripped = line.strip()
        if stripped and not stripped.startswith("#"):
            yield Said(f"{LINES} 第 {number} 行", f"{LINES}, line {number}"), stripped


def _user(line: str) -> User:
    """What is wrong is named, never quoted: it may hold a password."""
    name, *rest = line.split(":", 2)
    if len(rest) != 2:
        raise _BadLine(
            "应为 名字:角色:哈希，可用 `gouji site-user 名字` 生成",
            "it must be name:role:hash, as `gouji site-user NAME` prints it",
        )
    if said := bad_name(name):
        raise _BadLine(*said)
    role, digest = rest
    if role not in set(Role):
        raise _BadLine(
            f"用户 {name} 的角色应为 viewer 或 reviewer",
            f"the role of {name} must be viewer or reviewer",
        )
    if not passwords.is_hash(digest):
        # What cuts a hash off is most often a `$` that a shell or Compose has replaced.
        raise _BadLine(
            f"用户 {name} 的哈希不完整：请用 `gouji site-user {name}` 重新生成，"
            f"并放进 {LINES}_FILE 所指的文件（在环境变量中 $ 可能被替换）",
            f"the hash of {name} is not whole: make it anew by `gouji site-user {name}` and put"
            f" it into the file of {LINES}_FILE (in a variable, $ may have been replaced)",
        )
    return User(name=name, role=Role(role), hash=digest)


def _single(settings: Settings, users: dict[str, User]) -> Iterator[Complaint]:
    """Add the reviewer of `site_password`."""
    if settings.site_password is None:
        return
    name, password = settings.site_user, settings.site_password.get_secret_value()
    if said := bad_name(name):
        yield Complaint(f"GOUJI_SITE_USER: {said.en}", f"GOUJI_SITE_USER：{said.zh}")
    elif said := passwords.complaint(password):
        yield Complaint(f"GOUJI_SITE_PASSWORD: {said.en}", f"GOUJI_SITE_PASSWORD：{said.zh}")
    elif name in users:
        yield Complaint(
            f"GOUJI_SITE_PASSWORD: {name} stands in {LINES} already: unset one of them,"
            " or set GOUJI_SITE_USER",
            f"GOUJI_SITE_PASSWORD：{LINES} 中已有 {name}：请去掉一个，或设置 GOUJI_SITE_USER",
        )
    else:
        users[name] = User(name=name, role=Role.REVIEWER, hash=passwords.hashed(password))
