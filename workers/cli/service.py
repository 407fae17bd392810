"""Which service a command talks to: the one of the settings, else the one of `gouji up`."""

from __future__ import annotations

import json
import os
from pathlib import Path

from pydantic import SecretStr

from storage.objects import S3ObjectStore
from workers.cli.language import Said
from workers.cli.stop import USAGE, Stop
from workers.settings import Settings, SettingsError, read_settings

#: Setting any of these names a service; up.json is not looked for then.
NAMES_A_SERVICE = frozenset({"s3_endpoint", "s3_bucket", "s3_access_key", "broker_url"})


def settings_or_stop() -> Settings:
    """The settings of the environment; Stop with a line for each that won't do."""
    try:
        return read_settings(os.environ)
    except SettingsError as error:
        raise refused_settings(error) from None


def refused_settings(error: SettingsError) -> Stop:
    return Stop(*(Said(one.zh, one.en) for one in error.complaints), code=USAGE)


def service_or_stop() -> Settings:
    """Settings that reach a service. Stop where none is named and none runs here."""
    settings = settings_or_stop()
    if settings.model_fields_set & NAMES_A_SERVICE:
        return settings
    written = settings.home / "up.json"
    try:
        up = json.loads(written.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise Stop(_nobody(settings.home)) from None
    except (OSError, ValueError) as error:
        raise Stop(
            Said(
                f"{written} 无法读取（{error}）：请重新运行 `gouji up`",
                f"{written} cannot be read ({error}): start `gouji up` again",
            )
        ) from None
    return _as_said(settings, up)


def open_store(settings: Settings) -> S3ObjectStore:
    """The bucket; nothing is connected to before it is first used."""
    secret = settings.s3_secret_key
    return S3ObjectStore(
        endpoint=settings.s3_endpoint,
        bucket=settings.s3_bucket,
        access_key=settings.s3_access_key,
        secret_key=secret.get_secret_value() if secret else None,
        region=settings.s3_region,
    )


def _as_said(settings: Settings, up: dict[str, object]) -> Settings:
    store = up["s3"]
    assert isinstance(store, dict)  # noqa: S101 - our own file, and the types want to know
    return settings.model_copy(
        update={
            "s3_endpoint": store["endpoint"],
            "s3_bucket": store["bucket"],
            "s3_access_key": store["access_key"],
            "s3_secret_key": SecretStr(store["secret_key"]),
            "broker_url": SecretStr(str(up["broker"])),
        }
    )


def _nobody(home: Path) -> Said:
    return Said(
        f"{home} 上没有服务在运行：用 `gouji up` 启动，或把 GOUJI_HOME 设为某个服务的目录，"
        "或用 GOUJI_S3_ENDPOINT 和 GOUJI_BROKER_URL 指定一个",
        f"no service runs on {home}: start one with `gouji up`, set GOUJI_HOME to the folder"
        " of one, or name one by GOUJI_S3_ENDPOINT and GOUJI_BROKER_URL",
    )
