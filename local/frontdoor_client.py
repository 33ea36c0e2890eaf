"""Asks the running front door, for the commands that show what it knows."""

import json
import urllib.error
import urllib.parse
import urllib.request
from typing import Any

from local.console import LocalError
from local.settings import HOST, Settings


def ask(settings: Settings, path: str, **query: str) -> Any:
    """The JSON at a path of the front door. Raises LocalError when it does not answer."""
    # By number: the name localhost may mean ::1 first, where nothing of ours listens.
    url = f"http://{HOST}:{settings.port}{path}?{urllib.parse.urlencode(query)}"
    try:
        with urllib.request.urlopen(url, timeout=30) as answer:
            return json.load(answer)
    except urllib.error.HTTPError as refusal:
        raise LocalError(f"{path} answered {refusal.code}: {refusal.read().decode(errors='replace')}") from refusal
    except OSError as error:
        raise LocalError(f"nothing answers at {settings.front_door}; `make up` starts it") from error
