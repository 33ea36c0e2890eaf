"""Where the local run listens and where it keeps its state: every port, name and path in one place."""

import os
import platform
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HOST = "127.0.0.1"
KEY = "test"  # the emulator's administrator: access key and secret


class SettingError(ValueError):
    """A setting in the environment has a value that cannot be used; the message names it."""


@dataclass(frozen=True)
class Settings:
    """One local run. Everything binds to loopback; the names are those of the `local` environment in samconfig.toml."""

    port: int = 3000
    emulator_port: int = 4566
    xray_port: int = 2000
    legacy_port: int = 4567
    # How long a kitchen may take to answer. Somebody looks on: an order at a kitchen that nobody plays is not worth ten
    # minutes.
    kitchen_seconds: int = 90
    payment_action_seconds: int = 90
    stripe_port: int = 4568
    payment_gateway: str = "sandbox"
    state: Path = ROOT / ".local"
    root: Path = ROOT
    stack_name: str = "yafdp-local"
    region: str = "eu-central-1"

    @cached_property
    def front_door(self) -> str:
        """The address for people: the pages' origin. `localhost`, because browsers treat it as a secure context."""
        return f"http://localhost:{self.port}"

    @cached_property
    def endpoint(self) -> str:
        return f"http://{HOST}:{self.emulator_port}"

    @cached_property
    def xray_address(self) -> str:
        return f"{HOST}:{self.xray_port}"

    @cached_property
    def legacy(self) -> str:
        """The old system's address; the gateway gets it as `LegacyBaseUrl`."""
        return f"http://{HOST}:{self.legacy_port}"

    @property
    def has_stripe(self) -> bool:
        """Whether orders are paid through Stripe's stand-in instead of the sandbox."""
        return self.payment_gateway == "stripe"

    @cached_property
    def stripe(self) -> str:
        """The address of Stripe's stand-in; the functions get it as `StripeUrl`."""
        return f"http://{HOST}:{self.stripe_port}"

    @cached_property
    def architecture(self) -> str:
        """The host's processor in Lambda's words: functions run on this machine, not in a container."""
        return "arm64" if platform.machine() in {"arm64", "aarch64"} else "x86_64"

    @property
    def build(self) -> Path:
        return self.state / "build"

    @property
    def logs(self) -> Path:
        return self.state / "logs"

    @property
    def sources(self) -> Path:
        """Tells the emulator where each deployed function's code is edited."""
        return self.state / "sources.json"

    @property
    def legacy_database(self) -> Path:
        """The old system's own."""
        return self.state / "legacy.db"

    @property
    def pid_file(self) -> Path:
        return self.state / "run.pid"

    @property
    def ready_file(self) -> Path:
        """Exists while the platform answers."""
        return self.state / "ready"

    @property
    def emulator_python(self) -> Path:
        return self.root / ".venv-emulator" / "bin" / "python"

    @property
    def tools(self) -> Path:
        """Where `sam`, `uv` and the layer's `python3.13` are taken from, whatever PATH holds."""
        return self.root / ".venv" / "bin"


def load(environ: Mapping[str, str] = os.environ) -> Settings:
    """Settings with what `YAFDP_*` overrides; the old system and Stripe's stand-in listen next to the
    emulator unless told otherwise.

    Raises SettingError for a port that is none, a time that is out of bounds, and a gateway that there is not.
    """
    emulator_port = _port(environ, "YAFDP_EMULATOR_PORT", 4566)
    return Settings(
        port=_port(environ, "YAFDP_PORT", 3000),
        emulator_port=emulator_port,
        legacy_port=_port(environ, "YAFDP_LEGACY_PORT", emulator_port + 1),
        stripe_port=_port(environ, "YAFDP_STRIPE_PORT", emulator_port + 2),
        payment_gateway=_one_of(environ, "YAFDP_PAYMENT_GATEWAY", ("sandbox", "stripe")),
        xray_port=_port(environ, "YAFDP_XRAY_PORT", 2000),
        kitchen_seconds=_seconds(environ, "YAFDP_KITCHEN_SECONDS", 90, lowest=10, highest=900),
        payment_action_seconds=_seconds(environ, "YAFDP_PAYMENT_ACTION_SECONDS", 90, lowest=10, highest=900),
        state=(ROOT / environ.get("YAFDP_STATE", ".local")).resolve(),
    )


def _seconds(environ: Mapping[str, str], name: str, default: int, *, lowest: int, highest: int) -> int:
    text = environ.get(name, str(default))
    if not text.isascii() or not text.isdigit() or not lowest <= int(text) <= highest:
        raise SettingError(f"{name} is {text!r}; it must be a number of seconds from {lowest} to {highest}")
    return int(text)


def _one_of(environ: Mapping[str, str], name: str, choices: tuple[str, ...]) -> str:
    """The first one unless the environment says otherwise."""
    text = environ.get(name, choices[0])
    if text not in choices:
        raise SettingError(f"{name} is {text!r}; it must be one of {', '.join(choices)}")
    return text


def _port(environ: Mapping[str, str], name: str, default: int) -> int:
    text = environ.get(name, str(default))
    if not text.isascii() or not text.isdigit() or not 0 < int(text) < 65536:
        raise SettingError(f"{name} is {text!r}; it must be a port between 1 and 65535")
    return int(text)
