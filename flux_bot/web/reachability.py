"""Whether an address leads to this very bot: it is asked for the proof that it knows the bot's token.

It is asked as callbacks are made, by a POST below /callbacks/: a reverse proxy need let nothing else through, and an
answer means that callbacks come through too. All processes of a bot give the same proof. It is an HMAC, so it tells
nothing of the token.
"""

import asyncio
import hmac
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import ClientConnectorDNSError, ClientError, ClientSession, ClientSSLError, ClientTimeout, web

from flux_bot.settings import Settings

TIMEOUT_SECONDS = 10.0

_PATH = "/callbacks/reached"


def add_proof(app: web.Application, settings: Settings) -> None:
    """Let a web application answer with the proof."""
    token = settings.discord_token.get_secret_value()

    async def answer(request: web.Request) -> web.Response:
        return web.Response(text=_proof(token, request.match_info["nonce"]))

    app.router.add_post(f"{_PATH}/{{nonce:[A-Za-z0-9_-]{{1,64}}}}", answer)


@asynccontextmanager
async def serve_proof(settings: Settings) -> AsyncIterator[None]:
    """Answer with the proof, and nothing else, where the bot would listen.

    Raises OSError when the address is taken or not this machine's.
    """
    app = web.Application()
    add_proof(app, settings)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    try:
        await web.TCPSite(runner, settings.webhook_host, settings.webhook_port).start()
        yield
    finally:
        await runner.cleanup()


async def probe(url: str, settings: Settings) -> str | None:
    """Return what is at an address in place of this bot, None if the bot is."""
    nonce = secrets.token_urlsafe(16)
    expected = _proof(settings.discord_token.get_secret_value(), nonce)
    try:
        async with (
            ClientSession(timeout=ClientTimeout(total=TIMEOUT_SECONDS)) as session,
            session.post(f"{url}{_PATH}/{nonce}", allow_redirects=False) as answer,
        ):
            try:
                body = await answer.content.readexactly(len(expected))
            except asyncio.IncompleteReadError as short:
                body = short.partial
            if hmac.compare_digest(body, expected.encode()):
                return None
            return _other(answer.status, answer.headers.get("Location", "elsewhere"))
    except ClientConnectorDNSError:
        return "its name is not known; check its spelling and its DNS record"
    except ClientSSLError as error:
        return f"its certificate is not accepted ({error})"
    except TimeoutError:
        return f"nobody answers within {TIMEOUT_SECONDS:g} s; check firewall and port forwarding"
    except (ClientError, OSError) as error:
        return f"the connection fails ({type(error).__name__}); check that the reverse proxy runs, and the firewall"


def _other(status: int, location: str) -> str:
    if 300 <= status < 400:
        return f"it redirects to {location}, which callbacks don't follow; use the address that it ends at"
    if status in (502, 503, 504):
        return (
            f"a reverse proxy answers {status}, as it does not reach the bot; check where it passes /callbacks/ on to"
        )
    return f"something else answers (HTTP {status}); let the reverse proxy pass /callbacks/ on to WEBHOOK_PORT"


def _proof(token: str, nonce: str) -> str:
    return hmac.new(token.encode(), f"flux-bot is reached: {nonce}".encode(), "sha256").hexdigest()
