"""The signature of a gateway's event, in Stripe's scheme: `t=<Unix seconds>,v1=<hex>[,v1=<hex>…]`. Pure.

https://docs.stripe.com/webhooks#verify-manually
"""

import hashlib
import hmac
from collections.abc import Iterable
from typing import NamedTuple

# Seconds. An event that was signed longer ago, or that far in the future, is refused; Stripe's libraries do the same.
TOLERANCE = 300
# A header has a few signatures at most: one for each secret that the gateway has active.
_MOST_SIGNATURES = 16


class Signature(NamedTuple):
    """When it was signed (the text too, because that is what is signed), and what with."""

    at: int
    stamp: str
    digests: tuple[str, ...]


def parsed(header: str | None) -> Signature | None:
    """The header's contents; None if it is not one."""
    pairs = [part.strip().partition("=") for part in (header or "").split(",")]
    stamps = [value for name, _, value in pairs if name == "t"]
    digests = tuple(value for name, _, value in pairs if name == "v1")
    if len(stamps) != 1 or not 0 < len(digests) <= _MOST_SIGNATURES:
        return None
    if not stamps[0].isascii() or not stamps[0].isdigit() or len(stamps[0]) > len(str(2**63)):
        return None
    return Signature(int(stamps[0]), stamps[0], digests)


def is_fresh(signature: Signature, now: int) -> bool:
    """Whether it was signed about now (Unix seconds)."""
    return abs(now - signature.at) <= TOLERANCE


def is_made_with(signature: Signature, secrets: Iterable[str], body: bytes) -> bool:
    """Whether one of the secrets signed the body. It takes as long for a digest that is wrong at its end as for one
    that is wrong at its beginning.
    """
    made = [digest(secret, signature.stamp, body) for secret in secrets]
    found = False
    for expected in made:
        for given in signature.digests:
            found |= hmac.compare_digest(expected.encode(), given.encode())
    return found


def digest(secret: str, stamp: str, body: bytes) -> str:
    """What the secret makes of the body at that time."""
    return hmac.new(secret.encode(), stamp.encode() + b"." + body, hashlib.sha256).hexdigest()
