"""Who may do what: every operation and every id in every path, tried as everybody who must not."""

import uuid
from typing import Any

import pytest

from local import seed
from local.client import Platform, Session
from local.order import ADDRESS
from tests.contract import triggers
from tests.e2e.orders import placed, wanted
from tests.shown import Show

ROLES = {
    "nobody": None,
    "another customer": "bob@example.com",
    "staff of another restaurant": "kitchen@example.com",
    "courier of another country": "courier-at@example.com",
}
# Who may, by operation. Whatever is in no row fails a test below, so a new operation cannot be forgotten.
PUBLIC = {"listRestaurants", "getRestaurant", "listItems", "getItem"}
# A coupon is its bearer's: whoever knows the code may look at it and use it up, as in the old system.
BEARER = {"getCoupon", "redeemCoupon"}
# Whoever has signed in reads what everybody writes.
SIGNED_IN = {"listPosts", "getPost"}
# Their own thing and nothing else: there is no id in the path that could be somebody else's.
OWN = {
    "getBasket",
    "clearBasket",
    "putBasketItem",
    "removeBasketItem",
    "checkOutBasket",
    "placeOrder",
    "listOrders",
    "issueTicket",
    "closeConnections",
    "getNotificationPreferences",
    "replaceNotificationPreferences",
    "createPost",
    "listTopicSubscriptions",
    "subscribeToTopic",
    "unsubscribeFromTopic",
}
# Only whoever placed the order.
CUSTOMER_OF_THE_ORDER = {"getOrder", "listOrderEvents", "cancelOrder", "confirmPayment"}
# Admins, and the staff of the restaurant in the path.
STAFF_OF_THE_RESTAURANT = {"replaceRestaurant", "createItem", "replaceItem", "deleteItem", "changeStock"}
# Whoever wrote it, and admins.
AUTHOR_OF_THE_POST = {"deletePost"}
ADMINS = {"createRestaurant", "deleteRestaurant"}
# The kitchen that was asked, and the courier who was found: the roles below are of another restaurant, and bring other
# orders.
KITCHEN_OF_THE_ORDER = {"acceptTicket", "rejectTicket", "readyTicket"}
COURIER_OF_THE_ORDER = {"pickUpDelivery", "completeDelivery"}
# Only the payment gateway: its events bear a signature instead of a token.
SIGNED = {"receivePaymentEvent"}
# One's own, for one role only.
STAFF, COURIERS = {"listTickets"}, {"listDeliveries", "getShift", "startShift", "endShift"}
REFUSED = {401, 403, 404}
RESTAURANT = {"name": "Mine now", "cuisine": "any", "automaticAcceptance": True, "timeZone": "UTC", "openingHours": []}
ITEM = {"name": "Mine now", "price": {"amount": 1, "currency": "EUR"}, "available": True}
POST = {"title": "Whose is this?", "body": "A soup of mine.", "topic": "access"}
BODIES: dict[str, Any] = {
    "createPost": POST,
    "placeOrder": wanted(),
    "checkOutBasket": {"deliveryAddress": ADDRESS},
    "putBasketItem": {"restaurantId": seed.AUTOMATIC, "quantity": 1},
    "createRestaurant": RESTAURANT,
    "replaceRestaurant": RESTAURANT,
    "createItem": ITEM,
    "replaceItem": ITEM,
    "changeStock": {"change": 1},
    "replaceNotificationPreferences": {"email": [], "sms": []},
    "rejectTicket": {"reason": "not mine"},
    "startShift": {"country": "DE"},
}


def test_every_operation_has_its_row() -> None:
    rows = [PUBLIC, BEARER, OWN, CUSTOMER_OF_THE_ORDER, STAFF_OF_THE_RESTAURANT, ADMINS]
    rows += [KITCHEN_OF_THE_ORDER, COURIER_OF_THE_ORDER, STAFF, COURIERS, SIGNED_IN, AUTHOR_OF_THE_POST, SIGNED]
    assert sorted(name for row in rows for name in row) == sorted(
        operation.content["operationId"] for operation in triggers.operations()
    )


async def test_nobody_reads_or_changes_what_is_not_theirs(platform: Platform, alice: Session, show: Show) -> None:
    order_id = await placed(alice, wanted())
    post_id = (await alice.post("/posts", POST)).body["postId"]
    ids = {"restaurantId": seed.AUTOMATIC, "itemId": "margherita", "orderId": order_id, "code": "no-such-code"}
    ids |= {"postId": post_id, "topic": POST["topic"]}
    sessions = {role: await platform.demo_session(user) if user else platform for role, user in ROLES.items()}
    table, wrong = [], []
    for operation in triggers.operations():
        name = operation.content["operationId"]
        path = operation.path.format(**ids)
        row = []
        for role, caller in sessions.items():
            if _may(name, role):
                row.append("-")
                continue
            # An ETag that may be right, so that it is the role that is refused and not the version.
            headers = {"If-Match": '"1"', "Idempotency-Key": str(uuid.uuid4())}
            answer = await caller.call(operation.method.upper(), path, json_body=BODIES.get(name), headers=headers)
            row.append(str(answer.status))
            if answer.status not in REFUSED or (role == "nobody" and answer.status != 401):
                wrong.append(f"{operation.name} as {role}: {answer.status}")
        table.append(f"{operation.name:<52} " + " ".join(f"{status:>28}" for status in row))
    show(f"{'':<52} " + " ".join(f"{role:>28}" for role in sessions))
    show("\n".join(table))
    assert wrong == []


def _may(operation: str, role: str) -> bool:
    if operation in PUBLIC | BEARER or (operation in OWN | SIGNED_IN and role != "nobody"):
        return True
    own_list = {"staff of another restaurant": STAFF, "courier of another country": COURIERS}
    return operation in own_list.get(role, set())


async def test_the_staff_of_a_restaurant_and_admins_may_change_it(platform: Platform) -> None:
    for user in ("kitchen@example.com", "admin@example.com"):
        caller = await platform.demo_session(user)
        path = f"/restaurants/{seed.MANUAL}/items/ramen/stock"
        assert (await caller.post(path, {"change": 1}, {"Idempotency-Key": str(uuid.uuid4())})).status == 200


@pytest.mark.parametrize("order_id", ["not-a-uuid", "..", "%2e%2e", "a" * 300, "ORDER%23x", "' OR 1=1 --"])
async def test_an_id_that_cannot_be_is_not_found(alice: Session, order_id: str) -> None:
    assert (await alice.get(f"/orders/{order_id}")).status in {400, 404}


async def test_a_token_of_another_user_pool_is_refused(platform: Platform) -> None:
    forged = "eyJraWQiOiJ4IiwiYWxnIjoiUlMyNTYifQ.eyJzdWIiOiJhbGljZSIsImV4cCI6OTk5OTk5OTk5OX0.c2lnbmF0dXJl"
    answer = await platform.call("GET", "/orders", headers={"Authorization": f"Bearer {forged}"})
    assert answer.status == 401
