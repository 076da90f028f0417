"""Checks whether a running bot is alive: ``python -m flux_bot.web.health_check``, the container's health check.

It reads only the environment, without the settings' libraries, because it runs every 30 s.
"""

import os
import sys
from http.client import HTTPConnection, HTTPException

TIMEOUT_SECONDS = 4.0
ALL_ADDRESSES = ("0.0.0.0", "::")  # noqa: S104  compared only


def is_alive(host: str, port: int) -> bool:
    """Return whether a bot responds at an address. Blocks for up to ``TIMEOUT_SECONDS``, and never uses a proxy."""
    connection = HTTPConnection(host, port, timeout=TIMEOUT_SECONDS)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == 200
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()


def main() -> int:
    """Return 0 if the bot at the address in the environment responds, otherwise 1."""
    host = (os.environ.get("HEALTH_HOST") or "127.0.0.1").strip("[]")
    port = int(os.environ.get("HEALTH_PORT") or 8081)
    return 0 if is_alive("127.0.0.1" if host in ALL_ADDRESSES else host, port) else 1


if __name__ == "__main__":
    sys.exit(main())
