"""Checks that an address leads to this bot by requesting proof that the server knows the bot's token.

The request is a POST below the callbacks' prefix, so a reverse proxy needs no extra rule, and a valid proof means that
callbacks arrive too. All processes of a bot give the same proof. It is an HMAC, so it does not reveal the token.
"""

import asyncio
import hmac
import logging
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from ipaddress import ip_address

from aiohttp import ClientConnectorDNSError, ClientError, ClientSession, ClientSSLError, ClientTimeout, web

from flux_bot.core.callbacks import BASE, PREFIX
from flux_bot.core.text import plain_line
from flux_bot.settings import Settings, is_in_container
from flux_bot.web.listener import Listener

log = logging.getLogger(__name__)

TIMEOUT_SECONDS = 10.0
ATTEMPTS_AFTER_SECONDS = (0.0, 5.0, 15.0, 40.0)
"""The pauses before each probe of PUBLIC_URL at startup; several attempts, because the proxy may still be starting."""

_NAME = "reached"


def add_proof(app: web.Application, settings: Settings) -> None:
    """Add the route that returns the proof."""

    async def answer(request: web.Request) -> web.Response:
        return web.Response(text=_proof(settings, request.match_info["nonce"]))

    app.router.add_post(f"{BASE}/{_NAME}/{{nonce:[A-Za-z0-9_-]{{1,64}}}}", answer)


@asynccontextmanager
async def serve_proof(settings: Settings) -> AsyncIterator[None]:
    """Serve only the proof, on the address that the bot would listen on. Raises StartupFailed as the bot would."""
    app = web.Application()
    add_proof(app, settings)
    async with Listener(app, "WEBHOOK", settings.webhook_host, settings.webhook_port):
        yield


async def probe(url: str, settings: Settings) -> str | None:
    """Return why an address does not lead to this bot, or None if it does."""
    nonce = secrets.token_urlsafe(16)
    expected = _proof(settings, nonce)
    try:
        async with (
            ClientSession(timeout=ClientTimeout(total=TIMEOUT_SECONDS)) as session,
            session.post(f"{url}{PREFIX}/{_NAME}/{nonce}", allow_redirects=False) as response,
        ):
            try:
                body = await response.content.readexactly(len(expected))
            except asyncio.IncompleteReadError as error:
                body = error.partial
            if hmac.compare_digest(body, expected.encode()):
                return None
            return _describe(response.status, response.headers.get("Location", "another address"))
    except ClientConnectorDNSError:
        return "the host name does not resolve; check its spelling and its DNS record"
    except ClientSSLError as error:
        return f"the certificate is not valid ({plain_line(error)})"
    except TimeoutError:
        return f"no response within {TIMEOUT_SECONDS:g} s; check the firewall and port forwarding"
    except (ClientError, OSError, ValueError) as error:  # ValueError: a host name that can't be encoded
        reason = type(error).__name__
        return f"connection failed ({reason}); check the firewall and whether the reverse proxy is running"


async def check_callbacks(settings: Settings) -> None:
    """Log whether callbacks to PUBLIC_URL, if set, reach this bot. Logs a warning if they don't within a minute."""
    url = settings.public_url
    if not url:
        return
    if problem := find_host_problem(settings):
        log.warning("%s", problem)
    reason = None
    for seconds in ATTEMPTS_AFTER_SECONDS:
        await asyncio.sleep(seconds)
        reason = await probe(url, settings)
        if reason is None:
            log.info("Callbacks to %s arrive", url)
            return
    log.warning(
        "PUBLIC_URL: callbacks to %s do not arrive: %s. Until this is fixed, the bot looks up results, which takes "
        "longer. To repeat this check, run `python bot.py doctor`",
        url,
        reason,
    )


def find_host_problem(settings: Settings) -> str | None:
    """Return an error message if only the bot's own container can reach WEBHOOK_HOST, otherwise None."""
    host = settings.webhook_host
    if not is_in_container() or not _is_loopback(host):
        return None
    return (
        f"WEBHOOK_HOST: only this container can reach {host}. Set WEBHOOK_HOST=0.0.0.0, unless the reverse proxy "
        "shares the container's network."
    )


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _describe(status: int, location: str) -> str:
    """Describe a response that does not come from this bot."""
    if 300 <= status < 400:
        return f"it redirects to {plain_line(location)}, but callbacks do not follow redirects; use the final address"
    if status in (502, 503, 504):
        return f"the reverse proxy can't reach the bot (HTTP {status}); check where it forwards {PREFIX}/"
    return f"another server responds (HTTP {status}); the reverse proxy must forward {PREFIX}/ to WEBHOOK_PORT"


def _proof(settings: Settings, nonce: str) -> str:
    token = settings.discord_token.get_secret_value()
    return hmac.new(token.encode(), f"flux-bot is reached: {nonce}".encode(), "sha256").hexdigest()
