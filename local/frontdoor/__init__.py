"""The one address that people and browsers use: pages, REST API, WebSocket API, and what only a laptop has.

`serving` keeps it open. Each concern has a file: `static`, `rest`, `websocket`, `config` and `inside`, the laptop's.
"""

from local.frontdoor.app import serving

__all__ = ["serving"]
