"""What can go wrong with a store, by who must act. The one place that knows botocore's
and redis-py's exceptions; neither library is imported before one of them raised, nor `ssl`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any


class StorageError(Exception):
    """Base of all errors of this package. The message is one line, for an operator."""


class Unavailable(StorageError):
    """The world failed: try again later. Never the document's fault."""


class Busy(Unavailable):
    """Another conditional write of the same object is under way (409)."""


class NotFound(StorageError):
    """There is no such object, or not in the version asked for."""


class Conflict(StorageError):
    """The condition of a conditional read or write did not hold."""


class Misconfigured(StorageError):
    """Trying again is no use: a person must change a setting. The message says which."""


class TooLarge(StorageError):
    """The object is larger than the limit given; nothing of it was kept."""


#: Told of each trouble with a server: which (`store`, `broker`, `catalogue`, `events`), and what.
#: Not of what is no trouble: an object that is not there, a condition that did not hold.
Heard = Callable[[str, StorageError], None]


def _by_nobody(_server: str, _error: StorageError) -> None:
    return


_heard: Heard = _by_nobody


def heard_by(listener: Heard | None) -> None:
    """One for the whole process, who raises nothing; None: nobody."""
    global _heard
    _heard = listener or _by_nobody


def tell(server: str, error: StorageError) -> None:
    """Also for whoever translates errors of his own (`catalogue.py`)."""
    if not isinstance(error, NotFound | Conflict | TooLarge | Busy):
        _heard(server, error)


#: S3 error code -> what it means here. A code not listed goes by its HTTP status.
_S3_CODES: dict[str, type[StorageError]] = {
    "NoSuchKey": NotFound,
    "NoSuchVersion": NotFound,
    "PreconditionFailed": Conflict,
    "ConditionalRequestConflict": Busy,
    "OperationAborted": Busy,
    "NoSuchBucket": Misconfigured,
    "InvalidBucketName": Misconfigured,
    "PermanentRedirect": Misconfigured,
    "AccessDenied": Misconfigured,
    "InvalidAccessKeyId": Misconfigured,
    "SignatureDoesNotMatch": Misconfigured,
    "ExpiredToken": Misconfigured,
    "TokenRefreshRequired": Misconfigured,
    "InvalidToken": Misconfigured,
    "AuthorizationHeaderMalformed": Misconfigured,
    "NotImplemented": Misconfigured,
    "RequestTimeout": Unavailable,
    # A clock that is off by a quarter of an hour is set right by its operator, and until
    # then nothing is wrong with the documents.
    "RequestTimeTooSkewed": Unavailable,
    "SlowDown": Unavailable,
    "IncompleteBody": Unavailable,
    "BadDigest": Unavailable,
    "XAmzContentSHA256Mismatch": Unavailable,
}
_S3_STATUSES: dict[int, type[StorageError]] = {
    301: Misconfigured,
    400: Misconfigured,
    401: Misconfigured,
    403: Misconfigured,
    404: NotFound,
    405: NotFound,  # GET of a delete marker by its version
    409: Busy,
    412: Conflict,
    501: Misconfigured,
}
_ADVICE: dict[str, str] = {
    "NoSuchBucket": "create the bucket or correct GOUJI_S3_BUCKET",
    "InvalidBucketName": "correct GOUJI_S3_BUCKET",
    "PermanentRedirect": "correct GOUJI_S3_REGION or GOUJI_S3_ENDPOINT",
    "AuthorizationHeaderMalformed": "correct GOUJI_S3_REGION",
    "NotImplemented": "use a store with conditional writes",
    "RequestTimeTooSkewed": "set the clock of this machine, or that of the store",
}
_CREDENTIALS = (
    "correct GOUJI_S3_ACCESS_KEY and GOUJI_S3_SECRET_KEY or, where they are not set, the"
    " credentials that boto3 finds"
)
_OTHERWISE = "check GOUJI_S3_ENDPOINT, GOUJI_S3_REGION and GOUJI_S3_BUCKET"
_WRONG_REGION = ("PermanentRedirect", "AuthorizationHeaderMalformed")
_EXPIRED = ("ExpiredToken", "ExpiredTokenException", "TokenRefreshRequired")
#: As AWS words it, of a policy that allows less than was asked for.
_MISSING = re.compile(r"not authorized to perform: ([\w-]+:\w+)")


@contextmanager
def s3_errors(doing: str, permission: str, *, unstorable: bool = False) -> Iterator[None]:
    """Let nothing of botocore out. `doing` begins the message: `get inbox/a.pdf`; `permission` is
    what the call needs: `s3:GetObject on inbox/*`.

    `unstorable`: the key is one that not every store can hold, so "bad request" (400) means
    that it is not there.
    """
    try:
        yield
    except StorageError:
        raise
    except Exception as error:
        translated = _of_s3(doing, error, permission, unstorable)
        if translated is None:
            raise
        tell("store", translated)
        raise translated from error


def not_made(error: ValueError, place: str) -> Misconfigured:
    """Of a client of boto3 that could not be made. `place`: the setting with the address."""
    from botocore.exceptions import InvalidRegionError

    setting = "GOUJI_S3_REGION" if isinstance(error, InvalidRegionError) else place
    return Misconfigured(f"{error}; correct {setting}")


def _of_s3(doing: str, error: Exception, permission: str, unstorable: bool) -> StorageError | None:
    from botocore import exceptions

    if isinstance(error, exceptions.ClientError):
        return _of_response(doing, error.response, permission, unstorable)
    place = "GOUJI_S3_ENDPOINT (GOUJI_S3_REGION where it is not set)"
    return _without_response(doing, error, _CREDENTIALS, place)


def _without_response(
    doing: str, error: Exception, credentials: str, place: str
) -> StorageError | None:
    """What botocore raises before there is an answer. `credentials`: what to do about them;
    `place`: the settings that say where the server is."""
    from botocore import exceptions
    from urllib3.exceptions import HTTPError

    if isinstance(error, exceptions.NoCredentialsError | exceptions.PartialCredentialsError):
        return Misconfigured(f"{doing}: no credentials; {credentials}")
    if isinstance(error, exceptions.CredentialRetrievalError):
        # Of a role: whoever hands its keys out may be away, or refuse.
        return Unavailable(f"{doing}: {_one_line(error)}; {credentials}")
    if isinstance(error, exceptions.ParamValidationError):
        return Misconfigured(f"{doing}: {_one_line(error)}")
    if untrusted := _untrusted(error):
        return Misconfigured(
            f"{doing}: the server's certificate is not trusted ({untrusted}); name who vouches"
            f" for it in AWS_CA_BUNDLE, or correct {place}"
        )
    if isinstance(error, exceptions.EndpointConnectionError):
        # An address that is away for a moment looks as one that never was.
        return Unavailable(f"{doing}: {_one_line(error)}; is {place} right?")
    if isinstance(error, exceptions.BotoCoreError | HTTPError | OSError):
        return Unavailable(f"{doing}: {_one_line(error)}")
    return None


def _of_response(
    doing: str, response: dict[str, Any], permission: str, unstorable: bool
) -> StorageError:
    code = str(response.get("Error", {}).get("Code", ""))
    status = int(response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))
    if status == 400 and unstorable:
        return NotFound(f"{doing}: the store does not take such keys")
    kind = _S3_CODES.get(code) or _S3_STATUSES.get(status, Unavailable)
    # To HEAD there is no answer but the status.
    message = f"{doing}: the store answered {status} {code if code != str(status) else ''}".rstrip()
    advice = _ADVICE.get(code, "")
    if kind is Misconfigured:
        advice = _s3_advice(code, status, response.get("Error", {}), permission)
    return kind(f"{message}; {advice}" if advice else message)


def _s3_advice(code: str, status: int, told: dict[str, Any], permission: str) -> str:
    if code in _WRONG_REGION:
        right = told.get("Region")
        return f"{_ADVICE[code]}: the bucket is in {right}" if right else _ADVICE[code]
    if code in _ADVICE:
        return _ADVICE[code]
    if code in _EXPIRED:
        return f"the keys have expired: {_CREDENTIALS}"
    if code in _UNKNOWN_KEYS:
        return _CREDENTIALS
    if status in (401, 403):
        named = _MISSING.search(str(told.get("Message", "")))
        if named and not named[1].startswith("s3:"):
            # Of the key with which the bucket is encrypted: kms:Decrypt.
            return f"allow {named[1]}, too"
        right = named[1] if named and named[1] not in permission.split() else permission
        allow = f"allow {right} in the bucket of GOUJI_S3_BUCKET (deploy/policies)"
        # An answer to HEAD has no words.
        return allow if code == "AccessDenied" else f"{allow}, or {_CREDENTIALS}"
    return _OTHERWISE


#: SQS error code -> what to do. A code not listed goes by its HTTP status.
_SQS_ADVICE: dict[str, str] = {
    "AWS.SimpleQueueService.NonExistentQueue": "correct GOUJI_SQS_QUEUE_URL",
    "QueueDoesNotExist": "correct GOUJI_SQS_QUEUE_URL",
    "InvalidAddress": "correct GOUJI_SQS_QUEUE_URL",
    "KMS.AccessDeniedException": "allow kms:Decrypt with the key of the queue, too",
}
_SQS_KEYS = (
    "correct GOUJI_SQS_ACCESS_KEY and GOUJI_SQS_SECRET_KEY or, where they are not set, the"
    " credentials that boto3 finds"
)
#: Of any service.
_UNKNOWN_KEYS = (
    "InvalidClientTokenId",
    "InvalidToken",
    "UnrecognizedClientException",
    "InvalidAccessKeyId",
    "AuthFailure",
    "MissingAuthenticationToken",
    "MissingAuthenticationTokenException",
    "IncompleteSignature",
    "SignatureDoesNotMatch",
    "InvalidSignatureException",
    "NotAuthorized",
)
#: Part of what SQS says of signatures -> as in the clock of this machine, or the region.
_SQS_REGION = "scoped to a valid region"
_SQS_CLOCK = ("Signature expired", "Signature not yet current")
_SQS_PASSING = re.compile(r"Throttl|RequestLimitExceeded|TooManyRequests|OverLimit|DeletedRecently")


@contextmanager
def sqs_errors(doing: str, permission: str) -> Iterator[None]:
    """Let nothing of botocore out. `permission` is what the call needs: `ReceiveMessage`."""
    try:
        yield
    except Exception as error:
        translated = _of_sqs(doing, error, permission)
        if translated is None:
            raise
        tell("events", translated)
        raise translated from error


def _of_sqs(doing: str, error: Exception, permission: str) -> StorageError | None:
    from botocore import exceptions

    if isinstance(error, exceptions.ClientError):
        return _of_sqs_response(doing, error.response, permission)
    return _without_response(doing, error, _SQS_KEYS, "GOUJI_SQS_QUEUE_URL")


def _of_sqs_response(doing: str, response: dict[str, Any], permission: str) -> StorageError:
    code = str(response.get("Error", {}).get("Code", ""))
    words = str(response.get("Error", {}).get("Message", ""))
    status = int(response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))
    message = f"{doing}: SQS answered {status} {code}"
    if any(one in words for one in _SQS_CLOCK):
        return Unavailable(f"{message}; set the clock of this machine")
    if not 400 <= status < 500 or status == 429 or _SQS_PASSING.search(code):
        return Unavailable(message)
    return Misconfigured(f"{message}; {_sqs_advice(code, words, status, permission)}")


def _sqs_advice(code: str, words: str, status: int, permission: str) -> str:
    if _SQS_REGION in words:
        return "correct GOUJI_SQS_QUEUE_URL, or GOUJI_S3_REGION where that tells no region"
    if code in _EXPIRED:
        return f"the keys have expired: {_SQS_KEYS}"
    if code in _UNKNOWN_KEYS:
        return _SQS_KEYS
    if code in _SQS_ADVICE:
        return _SQS_ADVICE[code]
    if status in (401, 403) or "AccessDenied" in code:
        allow = f"allow sqs:{permission} on the queue of GOUJI_SQS_QUEUE_URL"
        # Others than AWS do not say which.
        return allow if "AccessDenied" in code else f"{allow}, or {_SQS_KEYS}"
    return "check GOUJI_SQS_QUEUE_URL"


@contextmanager
def redis_errors(doing: str) -> Iterator[None]:
    """Let nothing of redis-py out."""
    try:
        yield
    except StorageError:
        raise
    except Exception as error:
        translated = _of_redis(doing, error)
        if translated is None:
            raise
        tell("broker", translated)
        raise translated from error


def _of_redis(doing: str, error: Exception) -> StorageError | None:
    from redis import exceptions

    if isinstance(error, exceptions.AuthenticationError):
        return Misconfigured(f"{doing}: Redis refused the password; correct GOUJI_BROKER_URL")
    if isinstance(error, exceptions.NoPermissionError):
        return Misconfigured(
            f"{doing}: {_one_line(error)}; allow it to the user of GOUJI_BROKER_URL"
            " (deploy/valkey.acl)"
        )
    # Also READONLY, OOM and LOADING answers: all of them pass.
    if isinstance(error, exceptions.RedisError | OSError):
        return _of_connection(doing, error)
    return None


def of_broker(doing: str, error: Exception) -> StorageError:
    """An error of the connection to Redis that another library met."""
    translated = _of_connection(doing, error)
    tell("broker", translated)
    return translated


def _of_connection(doing: str, error: Exception) -> StorageError:
    if untrusted := _untrusted(error):
        return Misconfigured(
            f"{doing}: the broker's certificate is not trusted ({untrusted});"
            " name who vouches for it in GOUJI_BROKER_CA_FILE, or correct GOUJI_BROKER_URL"
        )
    return Unavailable(f"{doing}: {_one_line(error)}")


def _untrusted(error: BaseException | None) -> str:
    """Why a certificate was refused, "" where none was; libraries wrap each other's errors."""
    import ssl

    while error is not None:
        if isinstance(error, ssl.SSLCertVerificationError):
            return error.verify_message
        error = error.__cause__ or error.__context__
    return ""


def _one_line(error: Exception) -> str:
    return " ".join(f"{type(error).__name__}: {error}".split())
