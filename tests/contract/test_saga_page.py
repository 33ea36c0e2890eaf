"""docs/saga.md draws these very machines and rules, and the watchdog waits longer than they may take."""

import re

import pytest

from local import budgets, choreography, diagrams
from local.asl import TEMPLATE, machines
from local.budgets import Budget
from local.choreography import Step
from local.settings import ROOT
from local.template import resources

BUDGETS = list(budgets.budgets())
STEPS = choreography.steps()
TEXT = (ROOT / diagrams.PAGE).read_text()


def test_the_page_is_up_to_date() -> None:
    assert diagrams.page() == TEXT, "run `python -m local.diagrams`"


def test_the_page_shows_all_there_is_to_show() -> None:
    assert sorted(re.findall(r"<!-- made: ([\w-]+) -->", TEXT)) == sorted(diagrams.blocks())
    for machine in machines():
        for state in machine.states:
            assert re.search(rf"^  {state}\W", TEXT, re.MULTILINE), state


@pytest.mark.parametrize("budget", BUDGETS, ids=lambda budget: budget.name)
def test_the_watchdog_waits_longer_than_what_goes_on_by_itself(budget: Budget) -> None:
    for takes in (budget.orchestration, budget.choreography):
        assert takes is None or budget.given > takes


def test_every_state_that_ends_without_a_person_has_a_time_that_is_added_up() -> None:
    added_up = {budget.name for budget in BUDGETS if budget.orchestration and budget.choreography}
    assert added_up == {"PRICED", "RESERVED", "AUTHORISED", "ACCEPTED", "ASSIGNED"}


def test_a_queue_takes_its_delay_and_every_receive() -> None:
    queue = resources(TEMPLATE, "AWS::SQS::Queue")["KitchenDeadlinesQueue"]
    longest = TEMPLATE["Parameters"]["KitchenTimeoutSeconds"]["MaxValue"]
    received = queue["RedrivePolicy"]["maxReceiveCount"] * queue["VisibilityTimeout"]
    assert budgets.in_queue("KitchenDeadlinesQueue") == longest + received


@pytest.mark.parametrize("step", STEPS, ids=lambda step: f"{step.event} to {step.service}")
def test_every_reaction_tells_something_that_somebody_hears(step: Step) -> None:
    heard = {one.event for one in STEPS} | dict(choreography.meanings()).keys()
    assert step.tells
    assert set(step.tells) <= heard


def test_every_failure_sets_off_the_way_back_or_ends_the_order() -> None:
    meanings = dict(choreography.meanings())
    back = {step.event for step in STEPS if step.back}
    failures = {event for event, meaning in meanings.items() if "goes no step further" in meaning}
    assert failures
    assert failures <= back


def test_the_way_back_leads_to_the_stock_from_everywhere() -> None:
    ways = {step.event: step.tells for step in STEPS if step.back}
    for start in ways:
        waiting, seen = [start], set[str]()
        while waiting:
            event = waiting.pop()
            seen.add(event)
            waiting += [told for told in ways.get(event, ()) if told not in seen]
        assert "StockReleased" in seen, start


def test_the_way_forward_leads_from_the_price_to_the_money() -> None:
    ways = {step.event: step.tells for step in STEPS if not step.back}
    found, waiting = set[str](), ["OrderPriced"]
    while waiting:
        event = waiting.pop()
        found.add(event)
        waiting += [told for told in ways.get(event, ()) if told not in found]
    assert {"StockReserved", "PaymentAuthorised", "TicketAccepted", "CourierAssigned", "PaymentCaptured"} <= found
