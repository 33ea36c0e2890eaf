"""Identifiers: random where nothing is known, derived where a repeat must find the same thing again."""

import re
import uuid

# Namespace of every derived id; changing it would orphan all stored idempotency keys.
_NAMESPACE = uuid.UUID("6f6b9f0e-5d0e-4e9c-9a53-0d8f2f1c7a11")
_SAFE = re.compile(r"[A-Za-z0-9._:-]{1,128}")


def random_id() -> str:
    """A fresh random UUID as text."""
    return str(uuid.uuid4())


def derived_id(*parts: str) -> str:
    """A UUIDv5 of the parts: equal parts give the equal id. Each part's length is hashed too, so ("a", "bc") and
    ("ab", "c") differ.
    """
    return str(uuid.uuid5(_NAMESPACE, "".join(f"{len(part)}:{part}" for part in parts)))


def safe_or_random(candidate: str | None) -> str:
    """A caller's id if it is safe to write into logs and traces, else a fresh one."""
    return candidate if candidate and _SAFE.fullmatch(candidate) else random_id()
