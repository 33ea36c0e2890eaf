"""The deployed stack: where it answers and what it put out."""

from dataclasses import dataclass, field
from functools import cache
from typing import Any

import boto3
from botocore.config import Config

from local.settings import KEY, Settings

_CONFIG = Config(retries={"total_max_attempts": 2}, connect_timeout=5, read_timeout=60)


@dataclass(frozen=True)
class Stack:
    """A deployed stack and its outputs."""

    name: str
    region: str
    endpoint: str
    outputs: dict[str, str] = field(default_factory=dict)

    def client(self, service: str) -> Any:
        """A boto3 client for the emulator, as its administrator."""
        return _client(service, self.region, self.endpoint)


def client(settings: Settings, service: str) -> Any:
    """A boto3 client for the emulator, whether or not the stack is deployed."""
    return _client(service, settings.region, settings.endpoint)


def load(settings: Settings) -> Stack:
    """Reads the stack's outputs. Raises botocore's ClientError or EndpointConnectionError when there is no stack."""
    cloudformation = client(settings, "cloudformation")
    described = cloudformation.describe_stacks(StackName=settings.stack_name)["Stacks"][0]
    outputs = {output["OutputKey"]: output["OutputValue"] for output in described.get("Outputs", [])}
    return Stack(settings.stack_name, settings.region, settings.endpoint, outputs)


def resources(settings: Settings) -> dict[str, str]:
    """Physical ids by logical id."""
    pages = (
        client(settings, "cloudformation").get_paginator("list_stack_resources").paginate(StackName=settings.stack_name)
    )
    return {
        item["LogicalResourceId"]: item["PhysicalResourceId"]
        for page in pages
        for item in page["StackResourceSummaries"]
        if item.get("PhysicalResourceId")
    }


@cache
def _client(service: str, region: str, endpoint: str) -> Any:
    """One client per service: making one reads megabytes of JSON, and they may be shared."""
    session = boto3.session.Session(aws_access_key_id=KEY, aws_secret_access_key=KEY, region_name=region)
    create: Any = session.client  # the stubs know a literal for each service, not any name
    return create(service, endpoint_url=endpoint, config=_CONFIG)
