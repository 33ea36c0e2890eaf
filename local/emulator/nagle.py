"""No Nagle delay on the servers that functions talk to.

MiniStack 1.5.33 serves the Lambda Runtime API with the standard library's HTTP server, which writes headers and body in
two packets; Nagle's algorithm holds the second back until the first is acknowledged, about 40 ms per invocation.
AWS has no such wait. The bridge turns the algorithm off for every server of that kind in this process.
"""

from socketserver import StreamRequestHandler


def install() -> None:
    """Set TCP_NODELAY on the connections of all standard-library servers."""
    StreamRequestHandler.disable_nagle_algorithm = True
