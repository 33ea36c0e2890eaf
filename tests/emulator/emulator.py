"""A running emulator, and the few things that most tests need of it."""

import io
import json
import subprocess
import time
import uuid
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import boto3
from botocore.config import Config

REGION = "eu-central-1"
ROLE = "arn:aws:iam::000000000000:role/test"
WAIT = 15.0  # seconds: how long `eventually` goes on


def archive(files: Mapping[str, str]) -> bytes:
    """A zip of text files by path."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as target:
        for path, text in files.items():
            target.writestr(path, text)
    return buffer.getvalue()


def unique(prefix: str) -> str:
    """A resource name that no other test uses."""
    return f"{prefix}-{uuid.uuid4().hex[:10]}"


def eventually[T](look: Callable[[], T], *, wait: float = WAIT) -> T:
    """The first truthy value that `look` returns. Raises AssertionError when there is none in `wait` seconds."""
    deadline = time.monotonic() + wait
    while not (value := look()):
        assert time.monotonic() < deadline, f"nothing within {wait} s; last seen: {value!r}"
        time.sleep(0.02)
    return value


@dataclass(frozen=True)
class Answer:
    """What Lambda says to an Invoke."""

    error: str | None
    payload: Any
    log: str


@dataclass(frozen=True)
class Emulator:
    """An emulator process and its address."""

    endpoint: str
    process: subprocess.Popen[bytes]
    directory: Path

    def client(self, service: str) -> Any:
        """A boto3 client of this emulator."""
        config = Config(retries={"total_max_attempts": 1}, user_agent_extra="yafdp-tests")
        return boto3.client(
            cast("Any", service),  # the stubs know one overload for each service, by its literal name
            endpoint_url=self.endpoint,
            region_name=REGION,
            aws_access_key_id="test",
            aws_secret_access_key="test",
            config=config,
        )

    def function(self, code: str, **settings: Any) -> str:
        """A Python function with this `app.py`, handler `app.handler`; returns its name."""
        name: str = settings.pop("FunctionName", None) or unique("function")
        parameters = {"Runtime": "python3.13", "Role": ROLE, "Handler": "app.handler", "Timeout": 10} | settings
        self.client("lambda").create_function(
            FunctionName=name, Code={"ZipFile": archive({"app.py": code})}, **parameters
        )
        return name

    def function_arn(self, name: str) -> str:
        """The function's ARN."""
        arn: str = self.client("lambda").get_function(FunctionName=name)["Configuration"]["FunctionArn"]
        return arn

    def invoke(self, name: str, event: Any = None) -> Answer:
        """Invoke and wait for the answer."""
        answer = self.client("lambda").invoke(FunctionName=name, Payload=json.dumps(event), LogType="Tail")
        return Answer(answer.get("FunctionError"), json.loads(answer["Payload"].read()), answer.get("LogResult", ""))

    def queue(self, **attributes: str) -> tuple[str, str]:
        """A queue; returns its URL and ARN."""
        sqs = self.client("sqs")
        url = sqs.create_queue(QueueName=unique("queue"), Attributes=attributes)["QueueUrl"]
        answer = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
        return url, answer["Attributes"]["QueueArn"]

    def receive(self, url: str) -> list[str]:
        """The bodies of the messages that are visible now; they are deleted."""
        sqs = self.client("sqs")
        messages = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])
        for message in messages:
            sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        return [message["Body"] for message in messages]
