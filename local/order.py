"""Place one order as a person would, and print each state as it is pushed, with its time since the click: `python -m
local.order`.
"""

import argparse
import asyncio
import json
import sys
import time
from typing import Any

import aiohttp

from local import seed, settings
from local.client import Platform, Session, SignInError

ENDINGS = {"CONFIRMED", "DELIVERED", "REJECTED", "CANCELLED", "NEEDS_ATTENTION"}
# Seconds after which the command gives up.
PATIENCE = 60
ADDRESS = {"street": "Torstraße 1", "city": "Berlin", "postalCode": "10119", "country": "DE"}


async def main() -> int:
    """Exit code 0 when the order ended as CONFIRMED, 1 otherwise."""
    options = _options()
    configured = settings.load()
    try:
        async with Platform.at(configured.front_door) as platform:
            return await _order(await platform.demo_session(options.user), options)
    except aiohttp.ClientConnectionError:
        print(f"nothing answers at {configured.front_door}; `make up` starts the platform", file=sys.stderr)
    except SignInError as error:
        print(f"cannot sign in: {error}", file=sys.stderr)
    except TimeoutError:
        print(f"the order has not ended after {PATIENCE} s; `make logs` shows what the functions said", file=sys.stderr)
    return 1


async def _order(session: Session, options: argparse.Namespace) -> int:
    wanted = {
        "restaurantId": options.restaurant,
        "items": [{"itemId": options.item, "quantity": options.quantity}],
        "deliveryAddress": ADDRESS,
        "paymentMethod": options.card,
    }
    async with session.updates() as socket:
        clicked = time.monotonic()
        answer = await session.post("/orders", wanted)
        if answer.status != 202:
            print(f"{answer.status} {json.dumps(answer.body, indent=2)}", file=sys.stderr)
            return 1
        order_id = answer.body["orderId"]
        print(f"{options.user} orders {options.quantity} x {options.item} from {options.restaurant}: {order_id}")
        _print(clicked, "accepted (202)", "")
        async with asyncio.timeout(PATIENCE):
            return await _watch(socket, order_id, clicked)


async def _watch(socket: aiohttp.ClientWebSocketResponse, order_id: str, clicked: float) -> int:
    """Prints pushes in the order of the journal: a push that overtook its predecessor waits for it."""
    expected, waiting = 1, dict[int, dict[str, Any]]()
    while True:
        update = json.loads(await socket.receive_str())
        if update.get("orderId") == order_id:
            waiting.setdefault(update["sequence"], update)
        while expected in waiting:
            update = waiting.pop(expected)
            expected += 1
            _print(clicked, update["status"], update["data"].get("reason", ""))
            if update["status"] in ENDINGS:
                return 0 if update["status"] == "CONFIRMED" else 1


def _print(clicked: float, what: str, remark: str) -> None:
    print(f"  {1000 * (time.monotonic() - clicked):7.0f} ms  {what:<16} {remark}".rstrip(), flush=True)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m local.order", description=__doc__)
    parser.add_argument("--user", default=seed.DEMO_USERS[0]["username"])
    parser.add_argument("--restaurant", default=seed.AUTOMATIC)
    parser.add_argument("--item", default="margherita")
    parser.add_argument("--quantity", type=int, default=1)
    parser.add_argument("--card", default="pm_card_ok", help="a sandbox payment method, e.g. pm_card_declined")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
