"""The password that `gouji up` makes for the pages."""

from __future__ import annotations

import json
import socket
import stat
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from pydantic import SecretStr
from signing import USERS

from workers.home import Home, HomeError
from workers.service import Servers, Service, _filled_in
from workers.settings import Settings
from workers.site.access import passwords
from workers.site.access.users import read_users


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    opened = Home(tmp_path / "home")
    yield opened
    opened.close()


@contextmanager
def doors() -> Iterator[dict[str, socket.socket]]:
    with ExitStack() as stack:
        yield {
            name: stack.enter_context(socket.create_server(("127.0.0.1", 0)))
            for name in ("listen", "site", "flower")
        }


def filled_in(home: Home, **given: object) -> Settings:
    with doors() as opened:
        return _filled_in(Settings(home=home.folder, **given), home, opened)


def said(home: Home, settings: Settings) -> dict[str, object]:
    with doors() as opened:
        return Service(home, settings, Servers(None), opened, print).said()


def test_one_is_made_at_the_first_start_and_kept(home: Home) -> None:
    first, second = filled_in(home), filled_in(home)
    assert first.site_password == second.site_password
    assert passwords.complaint(first.site_password.get_secret_value()) is None
    assert read_users(first).keys() == {"gouji"}
    up = said(home, first)
    assert (up["site_user"], up["site_password"]) == (
        "gouji",
        first.site_password.get_secret_value(),
    )


def test_one_that_was_chosen_is_taken(home: Home) -> None:
    settings = filled_in(home, site_password=SecretStr("a long one"), site_user="boss")
    assert said(home, settings)["site_password"] == "a long one"
    assert said(home, settings)["site_user"] == "boss"


def test_where_users_are_named_there_is_no_other(home: Home) -> None:
    settings = filled_in(home, site_users=SecretStr(USERS))
    assert read_users(settings).keys() == {"zhang", "li"}
    assert said(home, settings)["site_user"] is said(home, settings)["site_password"] is None


def test_credentials_of_an_older_version_are_completed(home: Home) -> None:
    file = home.folder / "credentials.json"
    file.write_text(json.dumps({"webhook_token": "kept token", "flower_password": "kept one"}))
    credentials = home.credentials()
    assert (credentials.webhook_token, credentials.flower_password) == ("kept token", "kept one")
    assert len(credentials.site_password) == 20
    assert home.credentials() == credentials
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


@pytest.mark.parametrize("text", ["", "{", "[1]", '"a"', '{"odd": "a"}'])
def test_credentials_that_are_none_are_told_and_left_alone(home: Home, text: str) -> None:
    file = home.folder / "credentials.json"
    file.write_text(text)
    with pytest.raises(HomeError, match=r"credentials\.json"):
        home.credentials()
    assert file.read_text() == text
