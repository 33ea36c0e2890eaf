"""The authorizer that stands in for Cognito's takes id tokens of its user pool, and nothing else."""

import base64
import hashlib
import json
from typing import Any

import pytest

from local.sam_local.authorizer import app

# Two well-known primes (of Curve25519 and secp256k1) make a key that is large enough to sign with, and for no secret.
P, Q, EXPONENT = 2**255 - 19, 2**256 - 2**32 - 977, 65537
MODULUS, SECRET = P * Q, pow(EXPONENT, -1, (P - 1) * (Q - 1))
LENGTH = (MODULUS.bit_length() + 7) // 8
NOW = 1_800_000_000
CLAIMS: dict[str, Any] = {
    "sub": "c0ffee00-0000-4000-8000-000000000001",
    "iss": "https://cognito-idp.eu-central-1.amazonaws.com/pool",
    "aud": "client",
    "token_use": "id",
    "exp": NOW + 60,
    "email_verified": True,
    "cognito:groups": ["staff", "couriers"],
}


def encoded(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


KEYS = {"k": {"n": encoded(MODULUS.to_bytes(LENGTH)), "e": encoded(EXPONENT.to_bytes(3))}}


def token(claims: dict[str, Any], header: dict[str, str] | None = None) -> str:
    """A signed token (RFC 7515), RS256."""
    parts = [encoded(json.dumps(part).encode()) for part in (header or {"alg": "RS256", "kid": "k"}, claims)]
    digest = hashlib.sha256(".".join(parts).encode()).digest()
    tail = b"\x00" + bytes.fromhex("3031300d060960864801650304020105000420") + digest
    padded = b"\x00\x01" + b"\xff" * (LENGTH - 2 - len(tail)) + tail
    signature = pow(int.from_bytes(padded), SECRET, MODULUS).to_bytes(LENGTH)
    return ".".join([*parts, encoded(signature)])


@pytest.fixture(autouse=True)
def pool(monkeypatch: pytest.MonkeyPatch) -> None:
    """The user pool that the authorizer works for."""
    monkeypatch.setenv("TOKEN_ISSUER", CLAIMS["iss"])
    monkeypatch.setenv("TOKEN_AUDIENCE", CLAIMS["aud"])
    monkeypatch.setattr(app, "_keys", lambda: KEYS)


def test_the_claims_of_an_id_token_are_handed_on_as_texts() -> None:
    claims = app.verified(token(CLAIMS), KEYS, NOW)
    assert claims["sub"] == CLAIMS["sub"]
    assert claims["cognito:groups"] == "staff,couriers"
    assert claims["email_verified"] == "true"
    assert claims["exp"] == str(CLAIMS["exp"])


@pytest.mark.parametrize(
    "wrong",
    [{"iss": "https://elsewhere"}, {"aud": "another"}, {"token_use": "access"}, {"exp": NOW}],
    ids=["another issuer", "another client", "an access token", "expired"],
)
def test_a_token_that_is_signed_but_not_for_this_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(app.Refused):
        app.verified(token(CLAIMS | wrong), KEYS, NOW)


@pytest.mark.parametrize("header", [{"alg": "none", "kid": "k"}, {"alg": "RS256", "kid": "unknown"}, {"alg": "RS256"}])
def test_a_token_that_no_key_of_the_pool_signed_is_refused(header: dict[str, str]) -> None:
    with pytest.raises(app.Refused):
        app.verified(token(CLAIMS, header), KEYS, NOW)


def test_a_claim_that_was_changed_after_signing_is_refused() -> None:
    head, _, signature = token(CLAIMS).split(".")
    changed = encoded(json.dumps(CLAIMS | {"sub": "somebody-else"}).encode())
    with pytest.raises(app.Refused):
        app.verified(f"{head}.{changed}.{signature}", KEYS, NOW)


@pytest.mark.parametrize("text", ["", "a.b", "a.b.c", "e30.e30.%%%", "é.é.é", "W10.W10.W10"])
def test_what_is_no_token_is_refused(text: str) -> None:
    with pytest.raises(app.Refused):
        app.verified(text, KEYS, NOW)


def test_a_refusal_is_a_policy_that_denies_and_carries_no_claims() -> None:
    answer = app.handler({"authorizationToken": "Bearer nonsense", "methodArn": "arn:method"}, None)
    assert answer["policyDocument"]["Statement"] == [
        {"Action": "execute-api:Invoke", "Effect": "Deny", "Resource": "arn:method"}
    ]
    assert answer["context"] == {}
