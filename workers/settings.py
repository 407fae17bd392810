"""All settings of the service: read once at each entry point, then handed on as one value.

`GOUJI_<NAME>` in the environment sets the field `<name>`. A secret may also come from a
file, `GOUJI_<NAME>_FILE` (as container platforms mount them). The fields below are the
only place where a default or a description is written; `gouji settings` prints them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import Field, SecretStr, ValidationError, model_validator
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from storage.broker_address import complaint, verified

PREFIX = "GOUJI_"
#: Jobs taken by a worker that vanished come back after this long (kombu's visibility timeout). One
#: for all queues, since a worker of any looks for them: longer than the longest scan may take. The
#: sweep finds them sooner.
REDELIVERY_SECONDS = 1800

_QUEUE_URL = re.compile(r"https?://[^/\s?#@]+(/[^/\s?#]+)+\Z")

Port = Annotated[int, Field(ge=1, le=65535)]
Count = Annotated[int, Field(ge=1)]
Seconds = Annotated[float, Field(gt=0)]


@dataclass(frozen=True, slots=True)
class Complaint:
    """One thing that will not do, in English and in Chinese."""

    en: str
    zh: str


class SettingsError(Exception):
    """Something in the environment cannot be used; each complaint says what to do."""

    def __init__(self, complaints: Sequence[Complaint | str]) -> None:
        self.complaints = tuple(
            Complaint(one, one) if isinstance(one, str) else one for one in complaints
        )
        super().__init__("\n".join(self.lines))

    @property
    def lines(self) -> tuple[str, ...]:
        return tuple(complaint.en for complaint in self.complaints)


class _Disagreement(ValueError):
    """Settings that do not go together, or a value that its field alone does not rule out."""

    def __init__(self, en: str, zh: str) -> None:
        super().__init__(en)
        self.zh = zh


class Settings(BaseSettings):
    """One frozen value. Make it with `read_settings`, or with keywords where there is no
    environment to read (tests, `gouji up`)."""

    model_config = SettingsConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    home: Path = Field(
        Path(".gouji"), description="Folder in which `gouji up` keeps its data and writes up.json."
    )

    lang: Literal["zh", "en"] | None = Field(
        None, description="Language of the commands; unset: the locale's, else Chinese."
    )

    # The object store
    s3_endpoint: str | None = Field(
        None, description="Address of the object store, http(s)://host:port; unset for AWS."
    )
    s3_bucket: str = Field(
        "gouji",
        description="The bucket with inbox/, results/, failed/, reviews/ and expected/.",
        min_length=1,
    )
    s3_access_key: str | None = Field(
        None, description="Access key; unset: whatever boto3 finds (instance role, ~/.aws)."
    )
    s3_secret_key: SecretStr | None = Field(None, description="Secret key of the access key.")
    s3_region: str = Field("us-east-1", description="Region of the bucket.", min_length=1)

    # The broker
    broker_url: SecretStr = Field(
        SecretStr("redis://127.0.0.1:6379/0"),
        description="Valkey or Redis, redis://[user:password@]host:port/db, or rediss://….",
    )
    broker_ca_file: Path | None = Field(
        None,
        description="Certificates that vouch for a broker at rediss://, PEM; unset: the system's.",
    )
    publish_timeout_seconds: Seconds = Field(
        3, description="How long intake waits for the broker to take a job before it says 503."
    )

    # The catalogue
    catalogue_url: SecretStr | None = Field(
        None,
        description="Database of the catalogue, sqlite:///FILE or postgresql://…, or `none`;"
        " unset: catalogue.db in GOUJI_HOME, where that is there.",
    )

    # Intake by events
    bucket_events_enabled: bool = Field(
        True, description="In `gouji up` the store tells of new objects; else the sweep finds them."
    )
    webhook_token: SecretStr | None = Field(
        None, description="Bearer token that POST /events asks for; the listener needs it."
    )
    listen_host: str = Field("127.0.0.1", description="Address the event listener binds to.")
    listen_port: Port = Field(8070, description="Port of the event listener.")
    max_event_kib: Count = Field(
        1024, description="A larger event body is answered with 413 and not read."
    )

    # Intake by events that wait in a queue
    sqs_queue_url: str | None = Field(
        None, description="Address of the SQS queue with the bucket's events, for listen --sqs."
    )
    sqs_access_key: str | None = Field(
        None, description="Access key to the queue; unset: whatever boto3 finds (a role, ~/.aws)."
    )
    sqs_secret_key: SecretStr | None = Field(None, description="Secret key of that access key.")

    # Intake by listing
    sweep_seconds: Seconds = Field(
        30, description="How often the inbox is compared with results/ and failed/."
    )
    enqueued_seconds: Seconds = Field(
        300, description="A job that was last seen this long ago is lost, and enqueued anew."
    )
    sweep_backlog: Count = Field(
        1000, description="The sweep adds nothing to a queue that is this long."
    )

    # Workers
    light_concurrency: Count = Field(
        2, description="Processes for HTML, DOCX, XLSX, XLS and text documents in one worker."
    )
    pdf_concurrency: Count = Field(2, description="Processes for PDF documents in one worker.")
    ocr_enabled: bool = Field(
        True,
        description="Scans and pictures are left to the workers of the queue ocr; else they are"
        " refused, and there need be none.",
    )
    ocr_concurrency: Count = Field(
        1, description="Processes for scans and pictures in one worker, each with its models."
    )
    attempts: Count = Field(
        3, description="Tries of a document before it is written to failed/; outages don't count."
    )
    worker_deaths: Count = Field(
        20, description="A document whose workers died so often is refused (crashed)."
    )
    lease_seconds: Seconds = Field(
        15, description="A document whose worker vanished is taken up again after this long."
    )
    soft_time_limit_seconds: Count = Field(
        240, description="A document that takes longer is refused with the code timeout."
    )
    hard_time_limit_seconds: Count = Field(
        300, description="A process that takes longer than this over a document is killed."
    )
    sandbox_memory_mib: Annotated[int, Field(ge=64)] = Field(
        1024, description="A document that needs more memory is refused (out_of_memory)."
    )
    sandbox_cpu_seconds: Count = Field(
        180, description="A document that needs more processor time is refused (timeout)."
    )
    ocr_soft_time_limit_seconds: Count = Field(
        900, description="GOUJI_SOFT_TIME_LIMIT_SECONDS of scans and pictures."
    )
    ocr_hard_time_limit_seconds: Count = Field(
        960, description="GOUJI_HARD_TIME_LIMIT_SECONDS of scans and pictures."
    )
    ocr_memory_mib: Annotated[int, Field(ge=64)] = Field(
        1280, description="GOUJI_SANDBOX_MEMORY_MIB of scans and pictures, beyond the models."
    )
    ocr_cpu_seconds: Count = Field(
        900, description="GOUJI_SANDBOX_CPU_SECONDS of scans and pictures."
    )
    max_document_mib: Count = Field(
        64, description="A larger document is refused (too_large) without being fetched."
    )
    max_archive_mib: Count = Field(
        256, description="Likewise of a ZIP, 7z, RAR or EML, whose documents are read one by one."
    )
    max_child_mib: Count = Field(
        400, description="A worker process that has grown beyond this is replaced."
    )
    max_child_jobs: Count = Field(
        500, description="A worker process is replaced after this many documents."
    )
    shutdown_seconds: Seconds = Field(
        60, description="How long a worker that is told to stop may finish what it has begun."
    )
    alive_file: Path | None = Field(
        None,
        description="A file that a worker touches every few seconds while it takes and ends jobs,"
        " for `deploy/healthy.py`.",
    )
    task_events_enabled: bool = Field(
        True, description="Workers tell Flower about their jobs (costs about half the job rate)."
    )

    # Flower and the pages
    flower_host: str = Field("127.0.0.1", description="Address Flower binds to.")
    flower_port: Port = Field(5555, description="Port of Flower.")
    flower_user: str = Field("gouji", description="User name of Flower.", min_length=1)
    flower_password: SecretStr | None = Field(
        None, description="Password of Flower; Flower is not started without one."
    )
    flower_url: str | None = Field(
        None, description="Where browsers reach Flower; the pages link to it."
    )
    site_host: str = Field("127.0.0.1", description="Address the pages are served at.")
    site_port: Port = Field(8080, description="Port of the pages.")
    site_user: str = Field(
        "gouji", description="User name of the reviewer with the password below.", min_length=1
    )
    site_password: SecretStr | None = Field(
        None, description="Password of that one reviewer, 8 characters or more."
    )
    site_users: SecretStr | None = Field(
        None,
        description="More users, one a line or with ; between: name:role:hash, as"
        " `gouji site-user` prints it.",
    )
    site_hosts: str | None = Field(
        None, description="Further names the pages are visited under, with commas between."
    )
    site_https: bool = Field(
        False, description="People come to the pages by https, through a proxy that speaks it."
    )

    # Metrics
    metrics_port: Port | None = Field(
        None,
        description="Port at which a process tells its metrics, /metrics; unset: nowhere. Each"
        " process of `gouji up` takes one, from this on.",
    )
    metrics_host: str = Field("127.0.0.1", description="Address at which metrics are told.")

    # Traces
    otlp_endpoint: str | None = Field(
        None,
        description="Address that traces are sent to by OTLP over HTTP, http(s)://host:port; unset:"
        " none are made. It takes the extra otel.",
    )

    # Logs
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        "info", description="Least important level that is logged."
    )
    log_format: Literal["auto", "console", "json"] = Field(
        "auto", description="auto: console on a terminal, else JSON, one line an event."
    )

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        # The environment comes in by `read_settings` only, which knows what it must not contain.
        return (init_settings,)

    @model_validator(mode="after")
    def _agree(self) -> Self:
        _check_limits("", self.soft_time_limit_seconds, self.hard_time_limit_seconds)
        _check_limits("OCR_", self.ocr_soft_time_limit_seconds, self.ocr_hard_time_limit_seconds)
        if (self.s3_access_key is None) != (self.s3_secret_key is None):
            raise _Disagreement(
                "set both of GOUJI_S3_ACCESS_KEY and GOUJI_S3_SECRET_KEY, or neither",
                "GOUJI_S3_ACCESS_KEY 和 GOUJI_S3_SECRET_KEY 要么都设，要么都不设",
            )
        if (self.sqs_access_key is None) != (self.sqs_secret_key is None):
            raise _Disagreement(
                "set both of GOUJI_SQS_ACCESS_KEY and GOUJI_SQS_SECRET_KEY, or neither",
                "GOUJI_SQS_ACCESS_KEY 和 GOUJI_SQS_SECRET_KEY 要么都设，要么都不设",
            )
        if self.sqs_queue_url and not _QUEUE_URL.match(self.sqs_queue_url):
            raise _Disagreement(
                "GOUJI_SQS_QUEUE_URL must be the address of a queue,"
                " https://sqs.<region>.amazonaws.com/<account>/<name>",
                "GOUJI_SQS_QUEUE_URL 应为队列的地址，"
                "形如 https://sqs.<region>.amazonaws.com/<account>/<name>",
            )
        if self.site_users is not None and not self.site_users.get_secret_value().strip():
            raise _Disagreement(
                "GOUJI_SITE_USERS (or its file) names nobody: write a line a user, as"
                " `gouji site-user` prints it, or unset it",
                "GOUJI_SITE_USERS（或其文件）中没有用户：请用 `gouji site-user` 生成，一行一个，"
                "或不设这一项",
            )
        if said := complaint(self.broker_url.get_secret_value(), self.broker_ca_file):
            raise _Disagreement(
                said, f"GOUJI_BROKER_URL 或 GOUJI_BROKER_CA_FILE 不对（原文：{said}）"
            )
        for name in ("s3_endpoint", "otlp_endpoint"):
            address = getattr(self, name)
            if address and not address.startswith(("http://", "https://")):
                raise _Disagreement(
                    f"{PREFIX}{name.upper()} must begin with http:// or https://",
                    f"{PREFIX}{name.upper()} 应以 http:// 或 https:// 开头",
                )
        return self

    def for_scans(self) -> Self:
        """With the limits of scans for those of all documents."""
        return self.model_copy(
            update={
                "soft_time_limit_seconds": self.ocr_soft_time_limit_seconds,
                "hard_time_limit_seconds": self.ocr_hard_time_limit_seconds,
                "sandbox_memory_mib": self.ocr_memory_mib,
                "sandbox_cpu_seconds": self.ocr_cpu_seconds,
            }
        )

    def broker_address(self) -> str:
        """The broker's address with its password, and with all that is said about TLS in it."""
        return verified(self.broker_url.get_secret_value(), self.broker_ca_file)

    def to_environ(self) -> dict[str, str]:
        """The `GOUJI_*` variables that give these settings to another process, secrets plain."""
        return {
            PREFIX + name.upper(): _plain(value)
            for name, value in self
            if value is not None and value != type(self).model_fields[name].default
        }

    def shown(self) -> Iterator[tuple[str, str, str, bool]]:
        """Variable, value (secrets starred), description, whether it is the default."""
        for name, field in type(self).model_fields.items():
            value = getattr(self, name)
            yield (
                PREFIX + name.upper(),
                _starred(value),
                field.description or "",
                (value == field.default),
            )


def _check_limits(kind: str, soft: int, hard: int) -> None:
    """`kind`: before the names of both settings."""
    names = f"{PREFIX}{kind}SOFT_TIME_LIMIT_SECONDS", f"{PREFIX}{kind}HARD_TIME_LIMIT_SECONDS"
    if soft >= hard:
        raise _Disagreement(
            f"{names[0]} must be less than {names[1]} ({soft} and {hard} now)",
            f"{names[0]} 应小于 {names[1]}（现为 {soft} 和 {hard}）",
        )
    if hard >= REDELIVERY_SECONDS:
        raise _Disagreement(
            f"{names[1]} must be less than {REDELIVERY_SECONDS},"
            " after which the broker gives the job to another worker",
            f"{names[1]} 应小于 {REDELIVERY_SECONDS}，超过这个时间消息队列会把任务交给别的处理进程",
        )


def has_site(settings: Settings) -> bool:
    """Whether anybody may sign in to the pages; else they are not served."""
    return settings.site_password is not None or settings.site_users is not None


def read_settings(environ: Mapping[str, str]) -> Settings:
    """Settings from the `GOUJI_*` names of `environ`; an empty value counts as not set.

    Raises `SettingsError` with a line for each unknown name and each value that won't do.
    """
    given = {name: value for name, value in environ.items() if name.startswith(PREFIX) and value}
    known = _variables()
    complaints = [_unknown(name, known) for name in given if name not in known]
    values: dict[str, str] = {}
    for name, value in given.items():
        field = known.get(name)
        if field is None:
            continue
        if _is_file(name, field) and name.removesuffix("_FILE") in given:
            other = name.removesuffix("_FILE")
            complaints.append(
                Complaint(
                    f"{other} and {name} are both set: unset one",
                    f"{other} 和 {name} 都设了：请去掉一个",
                )
            )
            continue
        try:
            values[field] = _from_file(value) if _is_file(name, field) else value
        except (OSError, UnicodeDecodeError) as error:
            complaints.append(
                Complaint(
                    f"{name}: the file {value!r} cannot be read ({error})",
                    f"{name}：文件 {value!r} 无法读取（{error}）",
                )
            )
    try:
        # Values are text here; pydantic turns them into the types of the fields.
        settings = Settings(**values)  # type: ignore[arg-type]
    except ValidationError as error:
        raise SettingsError((*complaints, *_explained(error))) from None
    if complaints:
        raise SettingsError(complaints)
    return settings


def _variables() -> dict[str, str]:
    """Name in the environment -> field."""
    names = {PREFIX + field.upper(): field for field in Settings.model_fields}
    files = {f"{name}_FILE": field for name, field in names.items() if _is_secret(field)}
    return names | files


def _is_secret(field: str) -> bool:
    return "SecretStr" in str(Settings.model_fields[field].annotation)


def _is_file(name: str, field: str) -> bool:
    return name != PREFIX + field.upper()


def _from_file(path: str) -> str:
    return Path(path).read_text(encoding="utf-8").strip()


def _unknown(name: str, known: Mapping[str, str]) -> Complaint:
    from rapidfuzz import process as nearest  # seldom needed, and large

    found = nearest.extractOne(name, list(known), score_cutoff=60)
    if found:
        hint, hint_zh = f"did you mean {found[0]}?", f"是不是 {found[0]}？"
    else:
        hint, hint_zh = "`gouji settings` lists the known ones", "`gouji settings` 列出所有设置"
    return Complaint(f"{name} is no setting: {hint}", f"没有 {name} 这项设置：{hint_zh}")


def _explained(error: ValidationError) -> Iterator[Complaint]:
    for fault in error.errors(include_url=False):
        message = fault["msg"].removeprefix("Value error, ")
        if not fault["loc"]:
            raised = fault.get("ctx", {}).get("error")
            yield Complaint(message, raised.zh if isinstance(raised, _Disagreement) else message)
            continue
        field = str(fault["loc"][0])
        name, default = f"{PREFIX}{field.upper()}", Settings.model_fields[field].default
        description = Settings.model_fields[field].description
        shown, shown_zh = (default, f" {default}") if default is not None else ("unset", "未设")
        yield Complaint(
            f"{name}: {message} ({description} Default: {shown})",
            f"{name}：{_in_chinese(fault)}（默认{shown_zh}；各项设置见 `gouji settings`）",
        )


#: What pydantic calls a fault -> the same in Chinese, with what the field allows.
_FAULTS = {
    "int_parsing": "应为整数",
    "int_type": "应为整数",
    "float_parsing": "应为数字",
    "bool_parsing": "应为 true 或 false",
    "greater_than": "应大于 {gt}",
    "greater_than_equal": "应不小于 {ge}",
    "less_than_equal": "应不大于 {le}",
    "literal_error": "可取：{expected}",
    "string_too_short": "不能为空",
}


def _in_chinese(fault: ErrorDetails) -> str:
    allowed = {name: str(value) for name, value in fault.get("ctx", {}).items()}
    said = _FAULTS.get(fault["type"], "取值不对").format(**allowed)
    return said.replace(" or ", "、")


def _plain(value: Any) -> str:
    if isinstance(value, SecretStr):
        return value.get_secret_value()
    return str(value)


def _starred(value: Any) -> str:
    """For people: secrets as stars, of an address only the password."""
    if value is None:
        return ""
    if isinstance(value, SecretStr) and "://" in value.get_secret_value():
        return re.sub(r"(://[^/@]*:)[^/]*@", rf"\g<1>{value}@", value.get_secret_value())
    return str(value)
