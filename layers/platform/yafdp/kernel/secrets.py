"""Secrets from Secrets Manager: read once per sandbox, and again when they may have been rotated."""

import time
from functools import cache

from botocore.exceptions import BotoCoreError, ClientError

from yafdp.kernel.clients import client
from yafdp.kernel.observability import logger

# Seconds. So long a sandbox goes without looking whether a secret has been rotated.
LIFETIME = 300.0
# Seconds. Who finds that a secret does not fit asks for the newest; however many forged requests make it do so, Secrets
# Manager is asked no more often than this.
SHORTEST_INTERVAL = 10.0


class Secret:
    """One secret by its ARN, as this sandbox knows it."""

    def __init__(self, arn: str) -> None:
        self._arn, self._text, self._read_at = arn, "", float("-inf")

    def text(self) -> str:
        """Its current text, at most LIFETIME old."""
        if time.monotonic() - self._read_at > LIFETIME:
            self._read()
        return self._text

    def newer(self) -> bool:
        """Read it again, unless that was done a moment ago; whether it has changed."""
        if time.monotonic() - self._read_at < SHORTEST_INTERVAL:
            return False
        before = self._text
        self._read()
        return self._text != before

    def _read(self) -> None:
        self._read_at = time.monotonic()
        try:
            self._text = client("secretsmanager").get_secret_value(SecretId=self._arn)["SecretString"]
        except (BotoCoreError, ClientError):
            if not self._text:
                self._read_at = float("-inf")
                raise
            logger.exception("a secret cannot be read; the known one stays in use", extra={"secret": self._arn})


@cache
def secret(arn: str) -> Secret:
    """The sandbox's one view of the secret."""
    return Secret(arn)
