"""How names are compared, sorted and made into ids."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yafdp.catalog import names


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Café", "CAFE"),
        ("Straße", "STRASSE"),
        ("Phở  Hà Nội", "pho ha noi"),
        ("e\u0301clair", "éclair"),
        ("\uff33\uff55\uff53\uff48\uff49", "sushi"),
        (" İstanbul ", "istanbul"),
    ],
)
def test_case_accents_width_and_space_make_no_difference(one: str, other: str) -> None:
    assert names.folded(one) == names.folded(other)


@given(st.text(max_size=100), st.integers(0, 100))
def test_what_a_name_begins_with_it_still_begins_with_when_folded(name: str, length: int) -> None:
    assert names.folded(name).startswith(names.folded(name[:length]))


@given(st.text(max_size=100))
def test_a_folded_name_and_an_id_fit_into_a_sort_key(name: str) -> None:
    assert len(f"{names.folded(name * 3)}#{'x' * names.LONGEST_SLUG}".encode()) <= 1024


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Café Zum Löwen", "cafe-zum-lowen"),
        ("  -- Joe's #1! --  ", "joe-s-1"),
        ("寿司", None),
        ("!", None),
        ("a", None),
        ("x" * 100, "x" * 63),
    ],
)
def test_an_id_is_made_of_letters_and_digits(name: str, slug: str | None) -> None:
    assert names.slug(name) == slug


@given(st.text(max_size=100))
def test_whatever_id_is_made_is_one(name: str) -> None:
    made = names.slug(name)
    assert made is None or names.is_slug(made)


@pytest.mark.parametrize("text", ["", "a", "-ab", "Ab", "a_b", "a b", "ab\n", "a" * 64, "é" * 5])
def test_what_is_no_slug_is_refused(text: str) -> None:
    assert not names.is_slug(text)
