"""What the guard and the sign-in share: made once a process, of the settings."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from workers.settings import Settings
from workers.site.access.cookies import Cookies
from workers.site.access.hosts import Hosts, read_hosts
from workers.site.access.passwords import Verifier
from workers.site.access.sessions import Sessions
from workers.site.access.throttle import Throttle
from workers.site.access.users import User, read_users


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    #: By name; at least one.
    users: Mapping[str, User]
    verifier: Verifier
    sessions: Sessions
    throttle: Throttle
    cookies: Cookies
    hosts: Hosts


def open_gate(settings: Settings, now: Callable[[], float] = time.time) -> Gate:
    """Raises `SettingsError`: without users, or with lines that won't do."""
    users = read_users(settings)
    return Gate(
        users=users,
        verifier=Verifier([user.hash for user in users.values()]),
        sessions=Sessions(now),
        throttle=Throttle(now),
        cookies=Cookies(port=settings.site_port, https=settings.site_https),
        hosts=read_hosts(settings),
    )
