"""A list of work keeps up with pushes, and no late answer takes back what has been done: called where it runs."""

from typing import Any

import pytest

from tests.browser.visitor import Visitor

# A worklist over an API that answers with the given lists, one question after the other, the last for ever; `told` is
# pushed once the first is shown. Gives what was shown, and how often it asked.
LIST = """
async ({ answers, told, acts, wanted }) => {
  const { Worklist } = await import("/js/worklist.js");
  const work = (list) => list.map(([orderId, status]) => ({ orderId, status }));
  const shown = [], watched = [];
  let asked = 0, push, done;
  const api = {
    getChanged: async () => {
      const list = answers[Math.min(asked, answers.length - 1)];
      asked += 1;
      return list && { body: { items: work(list), cursor: null }, tag: String(asked), at: Date.now() };
    },
    post: async () => ({ orderId: "o", status: acts }),
  };
  const realtime = {
    state: "live",
    listen(onUpdate, onState) { push = onUpdate; onState("live"); return () => undefined; },
    watch(topic) { watched.push(topic.orderId); return () => watched.push(`-${topic.orderId}`); },
  };
  const ranks = { PENDING: 1, ACCEPTED: 2, READY: 4 };
  const finished = new Promise((resolve) => (done = resolve));
  const list = new Worklist({ api, realtime }, {
    path: "/work",
    rank: (status) => ranks[status] ?? 9,
    due: (status) => ({ AUTHORISED: 1, ACCEPTED: 2, PICKED_UP: 9 })[status],
    topics: (items) => items.map(({ orderId }) => ({ orderId })),
    heard: {
      items: (items) => {
        const now = items.map(({ orderId, status }) => `${orderId} ${status}`).join(", ");
        shown.push(now);
        if (now === wanted) done();
      },
      connection: () => undefined, news: () => undefined, trouble: () => undefined, refused: () => undefined,
    },
  });
  const stop = list.start();
  await new Promise((resolve) => setTimeout(resolve, 20));
  if (acts) await list.act("o", "accept");
  for (const [type, status, orderId = "o"] of told) push({ type, status, orderId, sequence: 1 });
  await Promise.race([finished, new Promise((resolve) => setTimeout(resolve, 20_000))]);
  await new Promise((resolve) => setTimeout(resolve, 50));
  stop();
  return { shown, asked, watched };
}
"""


@pytest.fixture
async def page(visitor: Visitor) -> Visitor:
    """A page to call modules in."""
    await visitor.open()
    return visitor


async def _played(page: Visitor, wanted: str, *answers: Any, told: Any = (), acts: str | None = None) -> Any:
    given = {"answers": answers, "told": told, "acts": acts, "wanted": wanted}
    return await page.page.evaluate(LIST, given)


async def test_news_of_an_order_whose_work_is_not_there_yet_is_asked_after_until_it_is(page: Visitor) -> None:
    told = [["OrderAuthorised", "AUTHORISED"]]
    played = await _played(page, "o PENDING", [], None, None, [["o", "PENDING"]], told=told)
    assert played["shown"] == ["", "o PENDING"]
    assert played["asked"] == 4


async def test_news_of_what_is_shown_already_asks_nothing(page: Visitor) -> None:
    told = [["OrderAuthorised", "AUTHORISED"], ["OrderPriced", "PRICED"]]
    played = await _played(page, "o PENDING", [["o", "PENDING"]], told=told)
    assert played["asked"] == 1


@pytest.mark.parametrize("told", [["OrderPickedUp", "PICKED_UP"], ["OrderCancellationRequested", "AUTHORISED"]])
async def test_work_of_an_order_that_is_over_is_asked_after_until_it_is_gone(page: Visitor, told: list[str]) -> None:
    played = await _played(page, "", [["o", "PENDING"]], None, [], told=[told])
    assert played["shown"] == ["o PENDING", ""]
    assert played["watched"] == ["o", "-o"]


async def test_an_answer_that_was_on_its_way_takes_nothing_back(page: Visitor) -> None:
    late = [["o", "PENDING"], ["p", "PENDING"]]
    told = [["OrderAccepted", "READY"], ["OrderPickedUp", "PICKED_UP"]]
    played = await _played(page, "", [["o", "PENDING"]], late, [], told=told, acts="ACCEPTED")
    assert played["shown"] == ["o PENDING", "o ACCEPTED", "p PENDING, o ACCEPTED", ""]


async def test_what_was_rejected_here_does_not_come_back_with_a_late_answer(page: Visitor) -> None:
    waiting, told = [["o", "PENDING"]], [["OrderAuthorised", "AUTHORISED", "x"]]
    played = await _played(page, "x PENDING", waiting, waiting, [["x", "PENDING"]], told=told, acts="REJECTED")
    assert played["shown"] == ["o PENDING", "", "", "x PENDING"]
