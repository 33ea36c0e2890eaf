"""Many orders at once: none lost, none twice, nothing left over. `make load` runs a thousand."""

import pytest

from local import load
from local.settings import Settings

ORDERS = 150
CLIENTS = 8


async def test_every_accepted_order_is_confirmed_once_and_no_message_is_left(
    platform_settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    with capsys.disabled():
        print()
        outcome = await load.run(platform_settings, ORDERS, CLIENTS)
        print(outcome)
    assert outcome.flawless(ORDERS), str(outcome)
