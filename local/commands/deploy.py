"""Build and deploy what changed into the platform that runs."""

import argparse

from local import emulation, sam, sources
from local.console import LocalError
from local.settings import Settings


def arguments(parser: argparse.ArgumentParser) -> None:
    """Settings come from the environment alone."""


def run(options: argparse.Namespace, configured: Settings) -> None:
    if not emulation.answers(configured):
        raise LocalError(f"nothing runs at {configured.endpoint}; `make up` starts it")
    sam.build(configured)
    sam.deploy(configured)
    sources.write(configured)
