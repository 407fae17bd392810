"""What S3 answers, as AWS words it, by who must act; and what Redis says to who may not."""

from __future__ import annotations

from typing import Any

import pytest
import redis
from botocore.exceptions import (
    ClientError,
    CredentialRetrievalError,
    EndpointConnectionError,
    NoCredentialsError,
)

from storage.errors import (
    Misconfigured,
    StorageError,
    Unavailable,
    not_made,
    redis_errors,
    s3_errors,
)
from storage.objects import S3ObjectStore

KEYS = "correct GOUJI_S3_ACCESS_KEY and GOUJI_S3_SECRET_KEY or, where they are not set,"


def met(error: Exception) -> StorageError:
    with (
        pytest.raises(StorageError) as caught,
        s3_errors("get inbox/a", "s3:GetObject on inbox/* and s3:ListBucket"),
    ):
        raise error
    assert len(str(caught.value).splitlines()) == 1
    assert str(caught.value).startswith("get inbox/a: ")
    return caught.value


def answered(status: int, code: str, **more: str) -> StorageError:
    response: Any = {
        "Error": {"Code": code, "Message": "", **more},
        "ResponseMetadata": {"HTTPStatusCode": status},
    }
    return met(ClientError(response, "GetObject"))


@pytest.mark.parametrize(
    ("status", "code", "more", "advice"),
    [
        (
            403,
            "AccessDenied",
            {},
            "; allow s3:GetObject on inbox/* and s3:ListBucket in the bucket of GOUJI_S3_BUCKET",
        ),
        (
            403,
            "AccessDenied",
            {"Message": "User: x is not authorized to perform: s3:GetObject on resource: y"},
            "; allow s3:GetObject on inbox/* and s3:ListBucket in",
        ),
        (
            403,
            "AccessDenied",
            {"Message": "User: x is not authorized to perform: kms:Decrypt on this resource"},
            "; allow kms:Decrypt, too",
        ),
        (
            403,
            "AccessDenied",
            {"Message": "User: x is not authorized to perform: s3:GetObjectTagging on: y"},
            "; allow s3:GetObjectTagging in the bucket of GOUJI_S3_BUCKET",
        ),
        (403, "403", {}, "answered 403; allow s3:GetObject on inbox/* and s3:ListBucket in"),
        (403, "403", {}, f"(deploy/policies), or {KEYS}"),
        (403, "InvalidAccessKeyId", {}, f"; {KEYS}"),
        (403, "SignatureDoesNotMatch", {}, f"; {KEYS}"),
        (400, "InvalidToken", {}, f"; {KEYS}"),
        (400, "ExpiredToken", {}, f"; the keys have expired: {KEYS}"),
        (
            400,
            "AuthorizationHeaderMalformed",
            {"Region": "eu-central-1"},
            "; correct GOUJI_S3_REGION: the bucket is in eu-central-1",
        ),
        (400, "AuthorizationHeaderMalformed", {}, "; correct GOUJI_S3_REGION"),
        (301, "PermanentRedirect", {}, "; correct GOUJI_S3_REGION or GOUJI_S3_ENDPOINT"),
        (404, "NoSuchBucket", {}, "; create the bucket or correct GOUJI_S3_BUCKET"),
        (400, "InvalidRequest", {}, "; check GOUJI_S3_ENDPOINT, GOUJI_S3_REGION and"),
    ],
)
def test_what_a_person_must_set_right(
    status: int, code: str, more: dict[str, str], advice: str
) -> None:
    error = answered(status, code, **more)
    assert isinstance(error, Misconfigured)
    assert advice in str(error)


@pytest.mark.parametrize(
    ("status", "code"), [(503, "SlowDown"), (500, "InternalError"), (403, "RequestTimeTooSkewed")]
)
def test_what_passes(status: int, code: str) -> None:
    assert isinstance(answered(status, code), Unavailable)


def test_what_comes_before_an_answer() -> None:
    without = met(NoCredentialsError())
    assert isinstance(without, Misconfigured)
    assert KEYS in str(without)
    role = met(CredentialRetrievalError(provider="iam-role", error_msg="nobody answers"))
    assert isinstance(role, Unavailable)
    assert KEYS in str(role)
    away = met(EndpointConnectionError(endpoint_url="https://s3.nowhere.amazonaws.com/"))
    assert isinstance(away, Unavailable)
    assert "is GOUJI_S3_ENDPOINT (GOUJI_S3_REGION where it is not set) right?" in str(away)


@pytest.mark.parametrize(
    ("endpoint", "region", "setting"),
    [
        (None, "eu central 1", "; correct GOUJI_S3_REGION"),
        ("no address", "eu-central-1", "; correct GOUJI_S3_ENDPOINT"),
    ],
)
def test_what_no_client_can_be_made_of(endpoint: str | None, region: str, setting: str) -> None:
    store = S3ObjectStore(
        endpoint=endpoint, bucket="b", access_key="a", secret_key="s", region=region
    )
    with pytest.raises(Misconfigured, match=setting):
        store.get("inbox/a")


def test_an_address_of_a_queue_is_named_as_such() -> None:
    assert "; correct GOUJI_SQS_QUEUE_URL" in str(not_made(ValueError("x"), "GOUJI_SQS_QUEUE_URL"))


@pytest.mark.parametrize(
    ("error", "advice"),
    [
        (redis.AuthenticationError("WRONGPASS"), "refused the password; correct GOUJI_BROKER_URL"),
        (
            redis.exceptions.NoPermissionError("this user has no permissions to run 'brpop'"),
            "'brpop'; allow it to the user of GOUJI_BROKER_URL (deploy/valkey.acl)",
        ),
    ],
)
def test_what_the_broker_does_not_let_us(error: Exception, advice: str) -> None:
    with pytest.raises(Misconfigured) as caught, redis_errors("take a job"):
        raise error
    assert advice in str(caught.value)
    assert len(str(caught.value).splitlines()) == 1
