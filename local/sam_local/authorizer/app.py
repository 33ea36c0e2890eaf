"""What the REST API's Cognito authorizer does, as a Lambda authorizer, because `sam local start-api` has no other kind.

It is no part of the product: only the template copy that `sam local` gets names it. It verifies the id token like the
gateway (signature, issuer, audience, use, expiry) and passes the claims on in the same place and shape.
"""

import base64
import functools
import hashlib
import hmac
import json
import os
import time
import urllib.request
from typing import Any

# DER of DigestInfo for SHA-256, before the digest itself (RFC 8017, 9.2, note 1)
_SHA256 = bytes.fromhex("3031300d060960864801650304020105000420")
_FETCH_LIMIT = 5  # seconds


class Refused(Exception):
    """The token is no valid id token of the user pool."""


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Answers a TOKEN authorizer's request with a policy for the one method that is called."""
    try:
        claims = verified(event["authorizationToken"].removeprefix("Bearer "), _keys(), time.time())
    except Refused as refusal:
        print(f"token refused: {refusal}")
        return _policy("Deny", event["methodArn"], "nobody", {})
    return _policy("Allow", event["methodArn"], claims["sub"], {"claims": claims})


def verified(token: str, keys: dict[str, dict[str, str]], now: float) -> dict[str, str]:
    """The claims of an id token, as texts. `now` is in seconds since the epoch. Raises Refused."""
    try:
        head, body, signature = token.split(".")
        header, claims, signed = _object(head), _object(body), _decoded(signature)
    except ValueError as error:
        raise Refused("it is no JSON Web Token") from error
    key = keys.get(header.get("kid", ""))
    if header.get("alg") != "RS256" or key is None:
        raise Refused("it is not signed by a key of the user pool")
    if not _is_signature(signed, f"{head}.{body}".encode(), key):
        raise Refused("its signature does not fit")
    if claims.get("iss") != os.environ["TOKEN_ISSUER"] or claims.get("aud") != os.environ["TOKEN_AUDIENCE"]:
        raise Refused("it is meant for somebody else")
    if claims.get("token_use") != "id" or claims.get("exp", 0) <= now:
        raise Refused("it is no id token, or has expired")
    return {name: _text(value) for name, value in claims.items()}


def _is_signature(signature: bytes, message: bytes, key: dict[str, str]) -> bool:
    """RSASSA-PKCS1-v1_5 with SHA-256 (RFC 8017, 8.2.2): builds what was to be signed, and compares."""
    modulus, exponent = (int.from_bytes(_decoded(key[part])) for part in ("n", "e"))
    length = (modulus.bit_length() + 7) // 8
    if len(signature) != length:
        return False
    tail = b"\x00" + _SHA256 + hashlib.sha256(message).digest()
    wanted = b"\x00\x01".ljust(length - len(tail), b"\xff") + tail
    return hmac.compare_digest(pow(int.from_bytes(signature), exponent, modulus).to_bytes(length), wanted)


@functools.cache
def _keys() -> dict[str, dict[str, str]]:
    with urllib.request.urlopen(os.environ["TOKEN_KEYS_URL"], timeout=_FETCH_LIMIT) as answer:
        return {key["kid"]: key for key in json.load(answer)["keys"]}


def _decoded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _object(text: str) -> dict[str, Any]:
    """A part of a token as the JSON object that it is. Raises ValueError."""
    content = json.loads(_decoded(text))
    if not isinstance(content, dict):
        raise ValueError("no JSON object")
    return content


def _text(value: Any) -> str:
    """A claim as API Gateway hands it on: lists joined by commas, everything a text."""
    if isinstance(value, list):
        return ",".join(map(str, value))
    return value if isinstance(value, str) else json.dumps(value)


def _policy(effect: str, method: str, principal: str, context: dict[str, Any]) -> dict[str, Any]:
    statement = {"Action": "execute-api:Invoke", "Effect": effect, "Resource": method}
    document = {"Version": "2012-10-17", "Statement": [statement]}
    return {"principalId": principal, "policyDocument": document, "context": context}
