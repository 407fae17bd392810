"""`gouji site-user`: the line of a user of the pages, for GOUJI_SITE_USERS."""

from __future__ import annotations

import getpass
import sys

from workers.cli.language import Said, tell
from workers.cli.stop import USAGE, Stop
from workers.site.access import passwords
from workers.site.access.users import Role, User, bad_name


def print_user(name: str, role: str) -> None:
    """The hash only goes to stdout; the password is shown nowhere."""
    if said := bad_name(name):
        raise Stop(said, code=USAGE)
    password = _asked() if sys.stdin.isatty() else sys.stdin.readline().rstrip("\r\n")
    if said := passwords.complaint(password):
        raise Stop(said, code=USAGE)
    print(User(name=name, role=Role(role), hash=passwords.hashed(password)).line)
    tell(_THEN)


def _asked() -> str:
    try:
        password = getpass.getpass(str(_PASSWORD))
        if said := passwords.complaint(password):
            raise Stop(said, code=USAGE)
        again = getpass.getpass(str(_AGAIN))
    except EOFError:
        raise KeyboardInterrupt from None
    if again != password:
        raise Stop(_DIFFERENT, code=USAGE)
    return password


_PASSWORD = Said(
    f"密码（{passwords.SHORTEST} 个字符以上，不显示）：",
    f"Password ({passwords.SHORTEST} characters or more, not shown): ",
)
_AGAIN = Said("再输入一次：", "Once more: ")
_DIFFERENT = Said(
    "两次输入的密码不同：请重新运行", "the two passwords are not the same: run this again"
)
_THEN = Said(
    "请把这一行加到 GOUJI_SITE_USERS_FILE 所指的文件中，然后重启服务",
    "add this line to the file of GOUJI_SITE_USERS_FILE, then restart the service",
)
