"""Unit tests touch no network: stores run on moto, in this process."""

import os
from collections.abc import Iterator

import boto3
import pytest
from moto import mock_aws
from pytest_socket import disable_socket, enable_socket

# Read when the package is imported, so set before any test module imports it.
os.environ |= {
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
    "AWS_DEFAULT_REGION": "eu-central-1",
    "POWERTOOLS_TRACE_DISABLED": "1",
    "POWERTOOLS_SERVICE_NAME": "unit",
    "CATALOG_TABLE": "table",
    "COUPONS_TABLE": "table",
    "POSTS_TABLE": "table",
    "ORDERS_TABLE": "table",
    "PAYMENTS_TABLE": "table",
    "PAYMENT_ACTION_SECONDS": "600",
    "KITCHEN_TABLE": "table",
    "KITCHEN_TIMEOUT_SECONDS": "600",
    "DELIVERY_TABLE": "table",
    "CONNECTIONS_TABLE": "table",
    "NOTIFICATIONS_TABLE": "table",
    "MAIL_FROM": "orders@example.com",
    "MAIL_CONFIGURATION_SET": "mail",
    "PAGES_URL": "https://shop.example",
    "EVENT_BUS": "bus",
    "REALTIME_BUS": "realtime",
    "ALLOWED_ORIGINS": "https://shop.example, http://localhost:3000",
    "WEBSOCKET_URL": "wss://socket.example/v1",
}
os.environ.pop("AWS_ENDPOINT_URL", None)


@pytest.fixture(autouse=True)
def _no_network() -> Iterator[None]:
    disable_socket(allow_unix_socket=True)
    yield
    enable_socket()


@pytest.fixture
def aws() -> Iterator[None]:
    """A fresh AWS account in memory, and no client from before it."""
    from yafdp.kernel.clients import client

    client.cache_clear()
    with mock_aws():
        yield
    client.cache_clear()


@pytest.fixture
def table(aws: None) -> str:
    """A table shaped as the services' tables are, with all of their indexes."""
    names = ["pk", "sk", "customerId", "createdAt", "listing", "cuisineKey", "listingKey"]
    names += ["feed", "topic", "postedAt"]
    names += ["openShard", "dueAt", "restaurantId", "openedAt", "openAt", "courierId", "assignedAt", "openWith"]
    boto3.client("dynamodb").create_table(
        TableName="table",
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in names],
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
        GlobalSecondaryIndexes=[
            _index("by-customer", "customerId", "createdAt"),
            _index("by-listing", "listing", "listingKey"),
            _index("by-cuisine", "cuisineKey", "listingKey"),
            _index("by-due-time", "openShard", "dueAt"),
            _index("by-restaurant", "restaurantId", "openedAt"),
            _index("open-by-restaurant", "openAt", "openedAt"),
            _index("by-courier", "courierId", "assignedAt"),
            _index("open-by-courier", "openWith", "assignedAt"),
            _index("by-feed", "feed", "postedAt"),
            _index("by-topic", "topic", "postedAt"),
        ],
    )
    return "table"


def _index(name: str, partition: str, sort: str) -> dict[str, object]:
    return {
        "IndexName": name,
        "KeySchema": [{"AttributeName": partition, "KeyType": "HASH"}, {"AttributeName": sort, "KeyType": "RANGE"}],
        "Projection": {"ProjectionType": "ALL"},
    }
