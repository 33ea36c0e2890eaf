"""The old system's HTTP server: `python -m local.legacy.server PORT DATABASE`, on loopback."""

import re
import sys
import urllib.parse
from contextlib import closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from local.legacy import coupons, loyalty
from local.legacy.database import open_database
from local.settings import HOST

_COUPON = re.compile(r"/coupons/([^/]+)")
_REDEMPTION = re.compile(r"/coupons/([^/]+)/redeem")
_DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>'
_LONGEST_BODY = 1024 * 1024


class LegacyServer(ThreadingHTTPServer):
    """Knows where its database is."""

    daemon_threads = True

    def __init__(self, address: tuple[str, int], database: Path) -> None:
        super().__init__(address, LegacyHandler)
        self.database = database


class LegacyHandler(BaseHTTPRequestHandler):
    """One connection of a client."""

    protocol_version = "HTTP/1.1"
    server_version, sys_version = "OldShop/4.2", ""
    server: LegacyServer

    def do_GET(self) -> None:
        url = urllib.parse.urlsplit(self.path)
        query = dict(urllib.parse.parse_qsl(url.query))
        path = urllib.parse.unquote(url.path)
        if path == "/bonus.php":  # the address of the first version
            self._answer(301, "", {"Location": f"/loyalty/points?{url.query}"})
        elif path == "/loyalty/points":
            with closing(open_database(self.server.database)) as database:
                self._answer(*loyalty.balance(database, query.get("karte", ""), *self._credentials()))
        elif match := _COUPON.fullmatch(path):
            with closing(open_database(self.server.database)) as database:
                self._answer(200, coupons.show(database, match[1]))
        else:
            self._answer(404, '<fehler nr="1">Seite unbekannt</fehler>')

    def do_HEAD(self) -> None:
        self.do_GET()

    def do_POST(self) -> None:
        form = dict(urllib.parse.parse_qsl(self._body().decode(errors="replace")))
        path = urllib.parse.unquote(urllib.parse.urlsplit(self.path).path)
        with closing(open_database(self.server.database)) as database:
            if match := _REDEMPTION.fullmatch(path):
                self._answer(200, coupons.redeem(database, match[1], form))
            elif path == "/loyalty/redeem":
                self._answer(*loyalty.spend(database, form, *self._credentials()))
            else:
                self._answer(404, '<fehler nr="1">Seite unbekannt</fehler>')

    def _credentials(self) -> tuple[str, str]:
        """The card's PIN; and the operator, whom only the old reverse proxy used to name."""
        return self.headers.get("X-Card-Pin", ""), self.headers.get("X-Shop-Operator", "")

    def _body(self) -> bytes:
        length = self.headers.get("Content-Length", "0")
        return self.rfile.read(min(int(length), _LONGEST_BODY)) if length.isdigit() else b""

    def _answer(self, status: int, content: str, headers: dict[str, str] | None = None) -> None:
        body = f"{_DECLARATION}{content}".encode() if content else b""
        self.send_response(status)
        for name, value in {"Content-Type": "text/xml; charset=UTF-8", "Cache-Control": "no-cache"}.items():
            self.send_header(name, value)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 (the parameter's name is the library's)
        """One line a request, to standard output."""
        print(f"{self.command} {self.path} {args[1] if len(args) > 1 else ''}", flush=True)


def main() -> None:
    """Serves until it is told to end."""
    port, database = int(sys.argv[1]), Path(sys.argv[2])
    with LegacyServer((HOST, port), database) as server:
        server.serve_forever()


if __name__ == "__main__":
    main()
