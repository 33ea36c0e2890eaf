"""The built-in gateway: a ledger of charges that behaves like a provider, with payment methods that fail on purpose."""

import os
from typing import Any

from botocore.exceptions import ClientError

from yafdp.kernel.clients import client
from yafdp.kernel.dynamo import from_item, to_item
from yafdp.kernel.messages import Money
from yafdp.payments.messages import CaptureFailed, CardDeclined, GatewayTimeout
from yafdp.payments.model import Action, Charge, Returned, Standing

CARD_OK = "pm_card_ok"
CARD_DECLINED = "pm_card_declined"
CAPTURE_FAILS = "pm_capture_fails"
CHARGE_THEN_TIMEOUT = "pm_charge_then_timeout"
NEEDS_ACTION = "pm_needs_action"
GIVE_BACK_FAILS_TWICE = "pm_give_back_fails_twice"
ACTION_THEN_DECLINED = "pm_action_declined"
_WANTS_THE_CUSTOMER = frozenset({NEEDS_ACTION, ACTION_THEN_DECLINED})
_CHARGEABLE = frozenset({CARD_OK, CAPTURE_FAILS, CHARGE_THEN_TIMEOUT, GIVE_BACK_FAILS_TWICE})


class Sandbox:
    """The gateway. Its ledger lives in the payments table under keys of its own, as a provider's would live
    elsewhere.
    """

    def authorise(self, order_id: str, amount: Money, payment_method: str) -> Action | None:
        """Set the amount aside, once per order. Raises CardDeclined, or GatewayTimeout after the charge was made."""
        if payment_method not in _CHARGEABLE | _WANTS_THE_CUSTOMER:
            raise CardDeclined("the card was declined")
        standing = Standing.PENDING if payment_method in _WANTS_THE_CUSTOMER else Standing.HELD
        charge = {"charge": standing, "amount": amount.amount, "currency": amount.currency, "method": payment_method}
        self._write(order_id, charge, "attribute_not_exists(pk)")
        match self.look(order_id).standing:
            case Standing.PENDING:
                return Action()
            case Standing.HELD:
                pass
            case _:
                raise CardDeclined("the charge was cancelled")
        if payment_method == CHARGE_THEN_TIMEOUT:
            raise GatewayTimeout("the gateway did not answer")
        return None

    def look(self, order_id: str) -> Charge:
        """Where the ledger says the charge stands."""
        entry = self._read(order_id).get("charge", Standing.PENDING)
        return Charge(standing=Standing(entry))

    def returned(self, order_id: str) -> Charge:
        """This bank takes the customer's return for their confirmation, and agrees, or does not."""
        ledger = self._read(order_id)
        decided = Standing.REFUSED if ledger.get("method") == ACTION_THEN_DECLINED else Standing.HELD
        self._write(order_id, ledger | {"charge": decided}, "charge = :held", Standing.PENDING)
        return self.look(order_id)

    def capture(self, order_id: str) -> None:
        """Take what is set aside. Raises CaptureFailed."""
        ledger = self._read(order_id)
        if ledger.get("method") == CAPTURE_FAILS:
            raise CaptureFailed("the card's bank withdrew its promise")
        self._write(order_id, ledger | {"charge": Standing.TAKEN}, "charge = :held", Standing.HELD)
        if self._read(order_id).get("charge") != Standing.TAKEN:
            raise CaptureFailed("there is nothing to take")

    def give_back(self, order_id: str) -> Returned:
        """Void or refund; an order without a charge gets a closed one, so that a late charge is refused.

        Raises GatewayTimeout, and has done nothing, the first two times for the payment method that asks for it.
        """
        self._write(order_id, {"charge": Standing.VOIDED}, "attribute_not_exists(pk)")
        ledger = self._read(order_id)
        silences = int(ledger.get("silences", 0))
        if ledger.get("method") == GIVE_BACK_FAILS_TWICE and silences < 2:
            self._write(order_id, ledger | {"silences": silences + 1}, "attribute_exists(pk)")
            raise GatewayTimeout("the gateway did not answer")
        for unpaid in (Standing.PENDING, Standing.REFUSED, Standing.HELD):
            self._write(order_id, ledger | {"charge": Standing.VOIDED}, "charge = :held", unpaid)
        self._write(order_id, ledger | {"charge": Standing.REFUNDED}, "charge = :held", Standing.TAKEN)
        return Returned(self._read(order_id)["charge"])

    def _read(self, order_id: str) -> dict[str, Any]:
        found = client("dynamodb").get_item(TableName=_table(), Key=to_item(_key(order_id)), ConsistentRead=True)
        return {name: value for name, value in from_item(found.get("Item", {})).items() if name not in {"pk", "sk"}}

    def _write(self, order_id: str, charge: dict[str, Any], condition: str, held: str | None = None) -> None:
        """Write on condition; where the condition does not hold, the ledger stays as it is and the caller looks at
        what is there.
        """
        values = {"ExpressionAttributeValues": to_item({":held": held})} if held else {}
        try:
            client("dynamodb").put_item(
                TableName=_table(), Item=to_item(_key(order_id) | charge), ConditionExpression=condition, **values
            )
        except ClientError as error:
            if error.response["Error"]["Code"] != "ConditionalCheckFailedException":
                raise


def _key(order_id: str) -> dict[str, str]:
    return {"pk": f"SANDBOX#{order_id}", "sk": "CHARGE"}


def _table() -> str:
    return os.environ["PAYMENTS_TABLE"]
