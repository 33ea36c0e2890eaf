"""A person at a window of the pages, and what they do there."""

import re
from urllib.parse import urlsplit

from playwright.async_api import ConsoleMessage, Page, Request, Route, expect

DISH = "Pizza Margherita"
TRATTORIA = "/restaurants/trattoria-automatica"
# Whose kitchen must answer, on its screen.
SUSHI = "/restaurants/sushi-yamato"
ADDRESS = {"street": "Torstraße 1", "postalCode": "10119", "city": "Berlin"}
# An order as a program places it.
WANTED = {
    "restaurantId": "trattoria-automatica",
    "items": [{"itemId": "margherita", "quantity": 1}],
    "deliveryAddress": ADDRESS | {"country": "DE"},
}
# Milliseconds: the first order after a deployment starts every function cold.
PATIENCE = 45_000
# Chromium drops what it is loading whenever the machine gets a network interface, a container's for example: no fault
# of the pages, so a visitor does what a person does and reloads.
NETWORK_CHANGED = "net::ERR_NETWORK_CHANGED"
RELOADS = 3
# An order from the basket exists before ordering has heard of it: a page may ask too early, and the browser notes it.
NOT_FOUND = "Failed to load resource: the server responded with a status of 404 (Not Found)"
ORDER = re.compile(r"/api/orders/[0-9a-f-]+$")
HAPPY_WAY = ["RECEIVED", "PRICED", "RESERVED", "AUTHORISED", "ACCEPTED", "ASSIGNED", "CONFIRMED"]


class Visitor:
    """Drives one page, and keeps what its console said and whom it asked."""

    def __init__(self, page: Page, front_door: str) -> None:
        self.page, self.front_door = page, front_door
        self.strangers: list[str] = []
        self._complaints: list[str] = []
        self._provoked: list[str] = []
        self._interrupted = False
        self.unknown_orders = 0
        page.set_default_timeout(PATIENCE)
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self._complaints.append(str(error)))
        page.on("request", self._note)

    def provokes(self, text: str) -> None:
        """The test makes the browser complain of this."""
        self._provoked.append(text)

    def complaints(self) -> list[str]:
        """What the console said that no test provoked."""
        return [text for text in self._complaints if not any(provoked in text for provoked in self._provoked)]

    async def open(self, path: str = "/") -> None:
        """Goes to a page by its address."""
        await self.page.goto(f"{self.front_door}/#{path}")
        for _ in range(RELOADS):
            if not self._interrupted:
                break
            self._interrupted = False
            await self.page.reload()
        await expect(self.page.locator("main:not([aria-busy]) h1")).to_be_visible(timeout=PATIENCE)

    async def sign_in(self, name: str = "Alice", lands: str = "Order dinner") -> None:
        """Steps in as a demo user, and lands on the page with this heading."""
        await self.open("/sign-in")
        await self.page.get_by_role("button", name=name, exact=True).click()
        await expect(self.page.get_by_role("button", name="Sign out")).to_be_visible(timeout=PATIENCE)
        await expect(self.page.get_by_role("heading", name=lands)).to_be_visible(timeout=PATIENCE)

    async def pick(self, dish: str = DISH, place: str = TRATTORIA) -> None:
        """Puts a dish, the trattoria's or another kitchen's, into the basket."""
        await self.open(place)
        await self.page.get_by_role("button", name=f"Add {dish}").click()

    async def fill_checkout(self, card: str = "Good card", note: str = "") -> None:
        """Goes to the checkout and fills its form."""
        await self.page.get_by_role("link", name=re.compile("^Checkout")).click()
        for name, text in ADDRESS.items():
            await self.page.locator(f"[name={name}]").fill(text)
        await self.page.locator("[name=note]").fill(note)
        await self.page.get_by_role("radio", name=re.compile(card)).check()

    async def place(self) -> None:
        """Clicks, once."""
        await self.page.get_by_role("button", name="Place order").click()

    async def order(self, card: str = "Good card", note: str = "") -> None:
        """From the menu to the click."""
        await self.pick()
        await self.fill_checkout(card, note)
        await self.place()

    async def reaches(self, status: str) -> None:
        """Waits until the timeline holds this state."""
        step = self.page.locator(f"li[data-status={status}][data-sequence]")
        await expect(step).to_be_visible(timeout=PATIENCE)

    async def timeline(self) -> list[tuple[int, str]]:
        """Sequence and state of everything that the timeline says has happened, from its top."""
        found: list[list[str]] = await self.page.locator("li[data-sequence]").evaluate_all(
            "rows => rows.map(row => [row.dataset.sequence, row.dataset.status])"
        )
        return [(int(sequence), status) for sequence, status in found]

    async def order_id(self) -> str:
        """The order whose page this is."""
        await self.page.wait_for_url("**/#/orders/*")
        return self.page.url.rpartition("/")[2]

    async def width(self) -> int:
        """How wide the page's content is, in pixels."""
        width: int = await self.page.evaluate("document.documentElement.scrollWidth")
        return width

    async def answer(self, pattern: str, status: int, body: str, headers: dict[str, str] | None = None) -> None:
        """Answers requests to such addresses in the platform's stead."""

        async def instead(route: Route) -> None:
            await route.fulfill(
                status=status, body=body, headers={"Content-Type": "application/json", **(headers or {})}
            )

        await self.page.route(pattern, instead)

    def _hear(self, message: ConsoleMessage) -> None:
        if NETWORK_CHANGED in message.text:
            self._interrupted = True
        elif message.text == NOT_FOUND and ORDER.search(message.location["url"]):
            self.unknown_orders += 1
        elif message.type in {"error", "warning"}:
            self._complaints.append(message.text)

    def _note(self, request: Request) -> None:
        if urlsplit(request.url).hostname not in {"localhost", "127.0.0.1"}:
            self.strangers.append(request.url)
