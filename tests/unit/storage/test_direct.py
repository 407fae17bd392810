"""Which stores are asked directly; what is asked of them: tests/contract."""

from __future__ import annotations

import pytest

from storage.direct import Direct

PLAIN = {
    "endpoint": "http://seaweedfs:8333",
    "bucket": "gouji",
    "access_key": "a",
    "secret_key": "b",
    "region": "us-east-1",
}


@pytest.fixture(autouse=True)
def without_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


def test_a_store_with_a_plain_address_and_keys_is() -> None:
    assert Direct.to(**PLAIN) is not None


@pytest.mark.parametrize(
    "other",
    [
        {"endpoint": None},
        {"endpoint": "https://seaweedfs:8333"},
        {"endpoint": "http://"},
        {"endpoint": "http://store/?tenant=1"},
        {"access_key": None},
        {"secret_key": None},
    ],
    ids=["aws", "https", "no host", "query", "role", "half a role"],
)
def test_others_are_not(other: dict[str, str | None]) -> None:
    assert Direct.to(**{**PLAIN, **other}) is None


def test_nor_is_one_behind_a_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://proxy:3128")
    assert Direct.to(**PLAIN) is None
    here = Direct.to(**{**PLAIN, "endpoint": "http://127.0.0.1:8333"})
    assert here is not None, "a proxy is not asked about this machine"
