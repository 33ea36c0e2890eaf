"""Many orders at once: none lost, none twice, nothing left over. `make load` runs a thousand."""

from local import load
from local.settings import Settings
from tests.shown import Show

ORDERS = 150
CLIENTS = 8


async def test_every_accepted_order_is_confirmed_once_and_no_message_is_left(
    platform_settings: Settings, show: Show
) -> None:
    outcome = await load.run(platform_settings, ORDERS, CLIENTS)
    show(str(outcome))
    assert outcome.flawless(ORDERS), str(outcome)
