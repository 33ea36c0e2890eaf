"""Fuzz the REST API of the running platform by its contract, as each role: `make fuzz`.

Schemathesis makes requests from api/openapi.yaml, good ones and bad ones, and checks every answer with all its checks:
no 5xx, no undocumented status, header or body, nothing accepted that the contract forbids. The seed stands in
schemathesis.toml, beside what a schema cannot say; SEED=… takes another.
"""

import argparse
import asyncio
import subprocess
import sys

from local import settings
from local.client import Platform

# Nobody signs in; the others are demo users.
ROLES = {
    "nobody": None,
    "customer": "bob@example.com",
    "staff": "kitchen@example.com",
    # Not the one who brings the demo orders: the fuzzer sends its courier home.
    "courier": "courier-at@example.com",
    "admin": "admin@example.com",
}


def fuzz(configured: settings.Settings, role: str, *, examples: int, seed: int | None = None) -> int:
    """Schemathesis' exit code, 0 when no check failed. Its report goes to standard output."""
    token = asyncio.run(_token(configured.front_door, ROLES[role]))
    command = [
        *(str(configured.tools / "schemathesis"), "run", str(configured.root / "api" / "openapi.yaml")),
        *("--url", f"{configured.front_door}/api", "--max-examples", str(examples)),
        *("--workers", "1", "--no-color"),
    ]
    if token:
        command += ["--header", f"Authorization: Bearer {token}"]
    if seed is not None:
        command += ["--seed", str(seed)]
    return subprocess.run(command, cwd=configured.root, check=False).returncode


async def _token(front_door: str, username: str | None) -> str | None:
    if username is None:
        return None
    async with Platform.at(front_door) as platform:
        return (await platform.demo_session(username)).token


def main() -> int:
    """Exit code 0 when no check failed for any role."""
    parser = argparse.ArgumentParser(prog="python -m local.fuzz", description=__doc__)
    parser.add_argument("--role", choices=ROLES, action="append", help="only this role; may be repeated")
    parser.add_argument("--examples", type=int, default=50, help="per operation and phase")
    parser.add_argument("--seed", type=int)
    options = parser.parse_args()
    codes = {}
    for role in options.role or ROLES:
        print(f"== as {role}", flush=True)
        codes[role] = fuzz(settings.load(), role, examples=options.examples, seed=options.seed)
    print("\n".join(f"{role:<10} {'no issues' if code == 0 else 'FAILED'}" for role, code in codes.items()))
    return max(codes.values())


if __name__ == "__main__":
    sys.exit(main())
