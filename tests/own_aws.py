"""S3 and SQS of a test's own: moto's server, whose buckets tell its queues of what is put."""

from __future__ import annotations

import itertools
import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
import httpx
from botocore.config import Config

from storage.event_queue import EventQueue
from storage.local import _LAUNCH, free_port

KEY, SECRET, REGION = "test-key", "test-secret", "us-east-1"
_NUMBERS = itertools.count(1)


@dataclass(frozen=True)
class Keys:
    access_key: str = KEY
    secret_key: str = SECRET


class Aws:
    def __init__(self, folder: Path) -> None:
        self.endpoint = f"http://127.0.0.1:{free_port()}"
        port = self.endpoint.rpartition(":")[2]
        launched = (sys.executable, "-I", "-S", "-c", _LAUNCH, str(os.getpid()))
        with (folder / "moto.log").open("ab") as log:
            self.process = subprocess.Popen(
                # Ends with this process, whatever ends that.
                [*launched, sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", port],
                stdout=log,
                stderr=log,
            )
        self.s3: Any = self.client("s3")
        self.sqs: Any = self.client("sqs")
        self._iam: Any = self.client("iam")
        self._users: dict[Keys, str] = {}
        self._wait()

    def client(self, service: str, keys: Keys | None = None) -> Any:
        keys = keys or Keys()
        return boto3.client(
            service,
            endpoint_url=self.endpoint,
            aws_access_key_id=keys.access_key,
            aws_secret_access_key=keys.secret_key,
            region_name=REGION,
            config=Config(proxies={}, retries={"total_max_attempts": 1}),
        )

    def _wait(self) -> None:
        until = time.monotonic() + 60
        while True:
            try:
                self.sqs.list_queues()
            except Exception:
                if time.monotonic() > until or self.process.poll() is not None:
                    raise
                time.sleep(0.05)
            else:
                return

    def end(self) -> None:
        self.process.kill()
        self.process.wait(10)

    # --- buckets and queues

    def new_bucket(self, name: str | None = None) -> str:
        name = name or f"bucket-{next(_NUMBERS)}"
        self.s3.create_bucket(Bucket=name)
        return name

    def new_queue(self, *, visibility_seconds: int = 30, **attributes: str) -> str:
        """Its address."""
        attributes = {"VisibilityTimeout": str(visibility_seconds), **attributes}
        name = f"events-{next(_NUMBERS)}"
        return str(self.sqs.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"])

    def tell(self, bucket: str, url: str, prefix: str = "inbox/") -> None:
        """From now on the bucket tells the queue; it begins with a test."""
        told: dict[str, Any] = {
            "QueueArn": self.attributes(url)["QueueArn"],
            "Events": ["s3:ObjectCreated:*"],
        }
        if prefix:
            told["Filter"] = {"Key": {"FilterRules": [{"Name": "prefix", "Value": prefix}]}}
        self.s3.put_bucket_notification_configuration(
            Bucket=bucket, NotificationConfiguration={"QueueConfigurations": [told]}
        )

    def attributes(self, url: str) -> dict[str, str]:
        asked = self.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])
        return dict(asked["Attributes"])

    def left(self, url: str) -> int:
        """Messages that nobody has deleted."""
        told = self.attributes(url)
        names = ("ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible")
        return sum(int(told[name]) for name in names)

    def send(self, url: str, body: object) -> str:
        """Its id. A text is sent as it is."""
        text = body if isinstance(body, str) else json.dumps(body, ensure_ascii=False)
        return str(self.sqs.send_message(QueueUrl=url, MessageBody=text)["MessageId"])

    def put(self, bucket: str, key: str, body: bytes = b"x") -> None:
        self.s3.put_object(Bucket=bucket, Key=key, Body=body)

    def put_in_parts(self, bucket: str, key: str, body: bytes) -> None:
        named = {"Bucket": bucket, "Key": key}
        upload = self.s3.create_multipart_upload(**named)["UploadId"]
        part = self.s3.upload_part(**named, UploadId=upload, PartNumber=1, Body=body)
        self.s3.complete_multipart_upload(
            **named,
            UploadId=upload,
            MultipartUpload={"Parts": [{"PartNumber": 1, "ETag": part["ETag"]}]},
        )

    def queue(self, url: str, keys: Keys | None = None) -> EventQueue:
        keys = keys or Keys()
        return EventQueue(
            url=url, access_key=keys.access_key, secret_key=keys.secret_key, region=REGION
        )

    # --- rights

    def user(self, policy: object) -> Keys:
        """Keys of somebody who may do what the policy says; it counts once `strict` is on."""
        name = f"user-{next(_NUMBERS)}"
        self._iam.create_user(UserName=name)
        made = self._iam.create_access_key(UserName=name)["AccessKey"]
        keys = Keys(made["AccessKeyId"], made["SecretAccessKey"])
        self._users[keys] = name
        self.allow(keys, policy)
        return keys

    def allow(self, keys: Keys, policy: object) -> None:
        """From now on nothing else."""
        told = json.dumps(policy)
        self._iam.put_user_policy(UserName=self._users[keys], PolicyName="p", PolicyDocument=told)

    def strict(self, on: bool) -> None:
        """Whether keys and policies are asked for."""
        body = b"0" if on else b"inf"
        address = f"{self.endpoint}/moto-api/reset-auth"
        httpx.post(address, content=body, trust_env=False).raise_for_status()
