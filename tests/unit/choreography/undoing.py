"""The undo machine, as far as the little world has one: its tasks in their order, each as often as it takes."""

import json
from collections.abc import Callable
from typing import Any

from yafdp.catalog.messages import ReleaseStock
from yafdp.catalog.stock import change_stock
from yafdp.delivery import service as delivery
from yafdp.delivery.messages import ReleaseCourier, Released
from yafdp.kitchen import service as kitchen
from yafdp.kitchen.messages import WithdrawTicket
from yafdp.ordering import messages as m
from yafdp.ordering.service import ordering
from yafdp.payments import service as payments
from yafdp.payments.messages import GatewayTimeout, GiveBack, GivenBack


class Undoing:
    """One execution, one task at a time."""

    def __init__(self, started: dict[str, Any]) -> None:
        given = json.loads(started["input"])
        order_id, restaurant_id = given["order"]["orderId"], given["order"]["restaurantId"]
        error = given["failure"]["error"]
        undo: dict[str, Callable[[], object]] = {
            "courier": lambda: delivery.perform(ReleaseCourier(order_id=order_id)),
            "kitchen": lambda: kitchen.perform(WithdrawTicket(order_id=order_id, restaurant_id=restaurant_id)),
            "payment": lambda: payments.perform(GiveBack(order_id=order_id)),
            "stock": lambda: change_stock(ReleaseStock(order_id=order_id, restaurant_id=restaurant_id)),
        }
        self._name, self._order_id, self._refunded = started["name"], order_id, False
        self._tasks: list[Callable[[], object]] = [
            lambda: ordering().perform(m.FailOrder(order_id=order_id, error=error)),
            *(undo[name] for name in given["undo"]),
            lambda: ordering().perform(m.CloseOrder(order_id=order_id, error=error, refunded=self._refunded)),
        ]

    def __str__(self) -> str:
        return f"{self._name}, {len(self._tasks)} tasks to go"

    def __call__(self) -> bool:
        """Do the next task; whether that was the last."""
        try:
            answer = self._tasks[0]()
            self._refunded |= answer == GivenBack(refunded=True)
            if answer == Released(released=False):
                self._tasks = [lambda: ordering().perform(m.ReinstateOrder(order_id=self._order_id))]
                return False
        except GatewayTimeout:
            return False
        except m.OrderBeyondRecall:
            return True
        del self._tasks[0]
        return not self._tasks
