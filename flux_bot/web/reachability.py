"""Check that an address leads to this bot by requesting proof that the server knows the bot's token.

The request is a POST below the callbacks' prefix, so a reverse proxy needs no extra rule, and a valid proof means that
callbacks arrive too. All processes of a bot give the same proof. It is an HMAC, so it does not reveal the token.
"""

import asyncio
import hmac
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import ClientConnectorDNSError, ClientError, ClientSession, ClientSSLError, ClientTimeout, web

from flux_bot.core.callbacks import BASE, PREFIX
from flux_bot.core.text import plain_line
from flux_bot.settings import Settings
from flux_bot.web.listener import Listener

TIMEOUT_SECONDS = 10.0

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
    except (ClientError, OSError) as error:
        reason = type(error).__name__
        return f"connection failed ({reason}); check the firewall and whether the reverse proxy is running"


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
