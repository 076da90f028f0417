"""Test of Caddy and our Caddyfile with a restarting backend: ``python -m tests.container.caddy``. It takes ten seconds.

The test needs Caddy 2.11.2 or newer: ``caddy`` on the PATH, or the program that the variable ``CADDY`` names.
"""

import asyncio
import os
import re
import shutil
import sys
import tempfile
from contextlib import AsyncExitStack, suppress
from pathlib import Path

from aiohttp import ClientError, ClientSession, web
from yarl import URL

from tests.container.engines import run
from tests.end_to_end.bot_process import ROOT
from tests.flux.caller import free_port

REQUIRED = (2, 11, 2)
CALLBACKS = 8
"""The number of callbacks that arrive while the only backend is down."""


async def receive(request: web.Request) -> web.Response:
    """Respond with the path and body of the request."""
    return web.Response(text=f"{request.path} {await request.text()}")


async def start_backend(port: int) -> web.AppRunner:
    """Start a backend on a port of the loopback address."""
    app = web.Application()
    app.router.add_post("/{path:.*}", receive)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    return runner


def adapted(port: int) -> str:
    """Return our Caddyfile with a backend on the loopback address, and without certificates or the admin API."""
    text = (ROOT / "caddy" / "Caddyfile").read_text()
    for old, new in (
        ("\n{\n", "\n{\n\tadmin off\n\tauto_https off\n\tpersist_config off\n"),
        ("name callbacks", "name localhost"),
        ("port 8080", f"port {port}"),
    ):
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return text


async def stop(process: asyncio.subprocess.Process) -> None:
    """Terminate a process if it is still running."""
    if process.returncode is None:
        process.terminate()
    await process.wait()


async def check(caddy: str, path: str, folder: Path) -> None:
    """Send callbacks to an address with the given path, which may be empty, while the backend restarts."""
    backend_port, caddy_port = free_port(), free_port()
    address = URL(f"http://127.0.0.1:{caddy_port}{path}")
    (folder / "Caddyfile").write_text(adapted(backend_port))
    async with AsyncExitStack() as stack:
        http = await stack.enter_async_context(ClientSession())
        process = await asyncio.create_subprocess_exec(
            *(caddy, "run", "--config", folder / "Caddyfile", "--adapter", "caddyfile"),
            env={**os.environ, "SITE": f"http://127.0.0.1:{caddy_port}", "XDG_DATA_HOME": str(folder)},
            stderr=stack.enter_context((folder / "caddy.log").open("wb")),
        )
        stack.push_async_callback(stop, process)

        async def post(below: str) -> tuple[int, str]:
            async with http.post(address / below, data="hello") as answer:
                return answer.status, await answer.text()

        async def is_up() -> bool:
            with suppress(ClientError):
                return (await post("other"))[0] == 404
            return False

        while not await is_up():
            assert process.returncode is None, (folder / "caddy.log").read_text()
            await asyncio.sleep(0.1)
        received = (200, f"{path}/callbacks/x hello")
        backend = await start_backend(backend_port)
        assert await post("callbacks/x") == received
        assert await post("callbacks/../metrics") == (404, "")
        await backend.cleanup()
        waiting = [asyncio.create_task(post("callbacks/x")) for _ in range(CALLBACKS)]
        await asyncio.sleep(1)
        backend = await start_backend(backend_port)
        answers = await asyncio.gather(*waiting)
        assert answers == [received] * CALLBACKS, (answers, (folder / "caddy.log").read_text())
        await backend.cleanup()
    print(f"PUBLIC_URL={address}: {CALLBACKS} of {CALLBACKS} callbacks arrived after the restart")


def main() -> int:
    """Check Caddy and return the exit code, which is also 0 if no Caddy is new enough."""
    caddy = shutil.which(os.environ.get("CADDY", "caddy"))
    version = run(caddy, "version") if caddy else ""
    if not caddy or tuple(map(int, re.findall(r"\d+", version)[:3])) < REQUIRED:
        needed = ".".join(map(str, REQUIRED))
        print(
            f"############ CADDY SKIPPED: needs version {needed}, found {version.split()} ############", file=sys.stderr
        )
        return 0
    for path in ("", "/flux"):
        with tempfile.TemporaryDirectory() as folder:
            asyncio.run(check(caddy, path, Path(folder)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
