"""A saved handler serves the next request: no build, no deployment."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from local.client import Platform
from local.settings import ROOT

HANDLER = ROOT / "functions" / "restaurants" / "app.py"
LAYER_MODULE = ROOT / "layers" / "platform" / "yafdp" / "catalog" / "service.py"


@pytest.fixture(params=[HANDLER, LAYER_MODULE], ids=["handler", "layer"])
def edited(request: pytest.FixtureRequest) -> Iterator[Path]:
    """A source file that is put back as it was."""
    path: Path = request.param
    text = path.read_text()
    yield path
    path.write_text(text)


async def test_the_next_request_runs_what_was_saved(platform: Platform, edited: Path) -> None:
    before = await platform.call("GET", "/restaurants/unsaved")
    assert before.body["detail"] == "There is no restaurant unsaved."
    # Nothing else changes: other tests may read these files meanwhile.
    text, instead = edited.read_text(), 'restaurant_id.replace("unsaved", "edited")'
    if edited == HANDLER:
        edited.write_text(text.replace("service.restaurant(restaurant_id)", f"service.restaurant({instead})"))
    else:
        edited.write_text(
            text.replace("There is no restaurant {restaurant_id}", f"There is no restaurant {{{instead}}}")
        )
    after = await platform.call("GET", "/restaurants/unsaved")
    assert after.body["detail"] == "There is no restaurant edited."


async def test_what_was_put_back_is_served_again(platform: Platform) -> None:
    answer = await platform.call("GET", "/restaurants/unsaved")
    assert answer.body["detail"] == "There is no restaurant unsaved."
