"""Support is told of large baskets, with attributes to filter by."""

from typing import Any

import pytest

from yafdp.kernel.envelope import Envelope
from yafdp.kernel.errors import InvalidMessage
from yafdp.support import service, store


def event(kind: str = "BasketCheckedOut") -> Envelope:
    told = {"orderId": "o", "restaurantId": "r", "total": {"amount": 12345, "currency": "EUR"}, "items": []}
    return Envelope(id="e", type=kind, version=1, occurred_at="t", aggregate_id="a", correlation_id="s", data=told)


def test_a_large_basket_is_told_with_its_value_and_restaurant(monkeypatch: pytest.MonkeyPatch) -> None:
    published: list[dict[str, Any]] = []

    class Topic:
        def publish(self, **message: Any) -> None:
            published.append(message)

    monkeypatch.setenv("SUPPORT_TOPIC_ARN", "arn")
    monkeypatch.setattr(store, "client", lambda _: Topic())
    service.tell_of_large_basket(event())
    (message,) = published
    assert "123.45 EUR" in message["Subject"]
    assert message["MessageAttributes"]["value"] == {"DataType": "Number", "StringValue": "12345"}
    assert message["MessageAttributes"]["restaurant"] == {"DataType": "String", "StringValue": "r"}


def test_a_message_of_another_kind_is_poison() -> None:
    with pytest.raises(InvalidMessage):
        service.tell_of_large_basket(event("BasketChanged"))
