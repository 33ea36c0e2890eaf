"""The Stripe account as its owner sees it, and what goes wrong on the way to it."""

import json
import urllib.parse
import urllib.request
from typing import Any

from local.stripe import KEY

OK = "pm_card_visa"
DECLINED = "pm_card_chargeCustomerFail"
UNHEARD_OF = "pm_unheard_of"
# Numbers at which localstripe asks for 3-D Secure; the bank of the second one then declines.
NEEDS_ACTION, NEEDS_ACTION_THEN_DECLINED = "4000002500003155", "4000008400001629"


class Account:
    """Looks, and acts, behind our back."""

    def __init__(self, address: str) -> None:
        self.address = address

    def empty(self) -> None:
        """Forget everything, faults too."""
        self._ask("DELETE", "/_config/data")
        self.mend()

    def fault(self, path: str, kind: str, *, times: int = 1, status: int = 500) -> None:
        """Let the next requests whose path ends so go wrong: local/stripe/faults.py."""
        asked = {"path": path, "kind": kind, "times": times, "status": status}
        self._ask("POST", "/_config/faults", json.dumps(asked).encode())

    def mend(self) -> None:
        """Nothing goes wrong any more."""
        self._ask("DELETE", "/_config/faults")

    def intents(self, order_id: str) -> list[dict[str, Any]]:
        """The order's intents."""
        found = self._ask("GET", "/v1/payment_intents?limit=1000")["data"]
        return [intent for intent in found if intent["metadata"].get("orderId") == order_id]

    def intent(self, order_id: str) -> dict[str, Any]:
        """The order's one intent."""
        (found,) = self.intents(order_id)
        return found

    def refunds(self, order_id: str) -> list[int]:
        """The amounts that were paid back for the order."""
        return [
            refund["amount"]
            for intent in self.intents(order_id)
            if intent["latest_charge"]
            for refund in intent["latest_charge"]["refunds"]["data"]
        ]

    def money(self, order_id: str) -> tuple[int, int]:
        """What is set aside of the customer's money for the order, and what is taken and not paid back."""
        held = sum(one["amount"] for one in self.intents(order_id) if one["status"] == "requires_capture")
        taken = sum(one["amount"] for one in self.intents(order_id) if one["status"] == "succeeded")
        return held, taken - sum(self.refunds(order_id))

    def card(self, number: str) -> str:
        """A payment method with a card of this number."""
        form = {"type": "card", "card[number]": number, "card[exp_month]": "12", "card[exp_year]": "2030"}
        return str(self._post("/v1/payment_methods", form | {"card[cvc]": "123"})["id"])

    def cancel(self, order_id: str) -> None:
        """As the owner does it on the dashboard, or Stripe itself when a hold expires."""
        self._post(f"/v1/payment_intents/{self.intent(order_id)['id']}/cancel", {})

    def refund(self, order_id: str) -> None:
        """As the owner does it on the dashboard."""
        self._post("/v1/refunds", {"payment_intent": self.intent(order_id)["id"]})

    def decide(self, url: str, *, confirm: bool) -> None:
        """The customer follows the link to their bank, and confirms or refuses."""
        with urllib.request.urlopen(url, timeout=30) as page:
            assert "Your bank" in page.read().decode()
        body = urllib.parse.urlencode({"success": str(confirm).lower()}).encode()
        opener = urllib.request.build_opener(_Stay())
        opener.open(urllib.request.Request(url, body), timeout=30).close()

    def send_events_to(self, url: str, secret: str) -> None:
        """Register our webhook."""
        asked = {"url": url, "secret": secret}
        self._ask("POST", "/_config/webhooks/ours", json.dumps(asked).encode())

    def _post(self, path: str, form: dict[str, str]) -> Any:
        return self._ask("POST", path, urllib.parse.urlencode(form).encode())

    def _ask(self, method: str, path: str, body: bytes | None = None) -> Any:
        request = urllib.request.Request(f"{self.address}{path}", body, method=method)
        request.add_header("Authorization", f"Bearer {KEY}")
        with urllib.request.urlopen(request, timeout=30) as answer:
            content = answer.read()
        return json.loads(content) if content.strip() else None


class _Stay(urllib.request.HTTPRedirectHandler):
    """Where the bank sends the customer afterwards is the browser's business."""

    def http_error_303(self, _request: Any, answer: Any, *_rest: Any) -> Any:
        return answer
