"""The base of all typed messages, and the values that every service speaks of."""

import msgspec


class Message(msgspec.Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    """Immutable and validated when decoded; snake_case here, camelCase on the wire."""


class Request(msgspec.Struct, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True):
    """A message from outside: a field that we do not know is an error, not a silent loss."""


class Money(Message, omit_defaults=False, frozen=True):
    """An amount in the currency's minor units (cents), never a fraction. Currency as in ISO 4217."""

    amount: int
    currency: str
