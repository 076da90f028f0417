"""/usage: the cards for members, managers and the operator, with and without a chart."""

import io
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import discord
from discord import ui
from PIL import Image

from cogs.commands.usage import usage_card
from flux_bot.core.costs import Money
from flux_bot.core.rules.limits import Limit, LimitKind, UsedLimit
from flux_bot.core.rules.periods import day_of, last_days, month_of
from flux_bot.images.chart_worker import HEIGHT, WIDTH
from flux_bot.images.charts import Charts
from flux_bot.locales import LOCALES, translator_for
from flux_bot.sandbox.virtual_discord import change_application, user_payload
from flux_bot.store.rules.report import DAYS, TOP_MEMBERS, ModelUse, ServerReport, UsageReport, Use
from tests.discord_server.payloads import Payload
from tests.english import EN
from tests.finished_jobs import private_answer, private_text, reset_interactions
from tests.harness import BotHarness, alt_texts, gallery, picture_bytes, text_of

BERLIN = "Europe/Berlin"
SERVER, BUDGETS = EN("usage-server-title"), EN("usage-bot-title")
NOW = datetime(2026, 3, 31, 12, tzinfo=UTC)
ENTRY = "INSERT INTO ledger (job_id, user_id, guild_id, model, pictures, amount, accepted_at) VALUES (?,?,?,?,?,?,?)"
Settings = dict[str, Any]


async def enter(harness: BotHarness, *entries: tuple[int | None, str, int, int]) -> None:
    """Write rows of the ledger for the server: user, model, pictures and credits, all with the current time."""
    now = datetime.now(UTC).timestamp()
    for number, (user_id, model, pictures, amount) in enumerate(entries):
        values = (f"{number}", user_id, harness.guild.id, model, pictures, amount * 10**9, now)
        await harness.change(ENTRY, *values)


def let_manage(harness: BotHarness, **permissions: bool) -> None:
    """Let bob manage the server, or give him other permissions."""
    allowed = discord.Permissions(**permissions or {"manage_guild": True})
    role = harness.guild.create_role("role", permissions=allowed)
    harness.env.backend.add_member_role(harness.guild.id, harness.bob.id, role.id)


@asynccontextmanager
async def charts_within(harness: BotHarness, seconds: float = 100.0) -> AsyncIterator[None]:
    """Change the time that the bot has for charts."""
    harness.env.settle_timeout = 100.0  # drawing a chart may take this long on a busy machine
    async with Charts(seconds=seconds) as charts:
        harness.app.bot.charts = charts
        yield


async def shown_to_bob(harness: BotHarness) -> discord.Message:
    """Let bob run the command, and return the private answer."""
    return private_answer(await harness.bob.slash(harness.channel, "usage"))


async def test_a_member(tmp_path: Path) -> None:
    """Members see their day and month with the cost in money, and their limits, which reset in the operator's zone."""
    settings: Settings = {"timezone": BERLIN, "credit_price": "0.5 USD", "budget_per_day": "100"}
    settings["pictures_per_user_per_day"] = 50
    async with BotHarness(tmp_path, **settings) as harness:
        await enter(harness, (harness.alice.id, "flux-dev", 3, 2), (harness.bob.id, "flux-pro", 7, 5))
        await harness.store.servers.change(
            harness.guild.id,
            lambda old: old.model_copy(update={"pictures_per_member": 5, "credits_per_month": Decimal(50)}),
            user_id=9,
            now=datetime.now(UTC),
        )
        shown = private_answer(await harness.alice.slash(harness.channel, "usage"))
        midnight = int(day_of(datetime.now(UTC), ZoneInfo(BERLIN)).end.timestamp())
        assert text_of(shown).splitlines() == [
            "### Your usage",
            "**Today**: 3 pictures · 2 credits ($1.00)",
            "**This month**: 3 pictures · 2 credits ($1.00)",
            f"- Left in this server today: 2 of 5 pictures, resets <t:{midnight}:R>",
            f"- Left in all servers today: 47 of 50 pictures, resets <t:{midnight}:R>",
            EN("usage-note", zone=BERLIN),
        ]
        assert gallery(shown) == []
        direct = private_text(await harness.alice.user.slash("usage"))
        assert "**Today**: 3 pictures" in direct
        assert BERLIN in direct
        assert "in all servers" in direct
        assert "in this server" not in direct


async def test_a_manager(tmp_path: Path) -> None:
    """Managers also see the server's month, a chart with alt text, and its numbers, but not the bot's budgets."""
    async with BotHarness(tmp_path, pictures_per_user_per_day=0, budget_per_day="100") as harness:
        let_manage(harness)
        assert "**Last 30 days**: 0 pictures · 0 credits" in text_of(await shown_to_bob(harness))
        entries = [(harness.alice.id, f"model-{number}", 10 - number, 1) for number in range(7)]
        await enter(harness, *entries, (None, "flux-dev", 20, 3))
        await harness.store.servers.change(
            harness.guild.id,
            lambda old: old.model_copy(update={"credits_per_month": Decimal("50.5")}),
            user_id=9,
            now=datetime.now(UTC),
        )
        async with charts_within(harness):
            shown = await shown_to_bob(harness)
        month = int(month_of(datetime.now(UTC), ZoneInfo("UTC")).end.timestamp())
        assert text_of(shown).splitlines()[:-1] == [
            "### Your usage",
            "**Today**: 0 pictures · 0 credits",
            "**This month**: 0 pictures · 0 credits",
            "You have no limit here.",
            "### This server",
            "**This month**: 69 pictures · 10 credits",
            f"- Left for this server this month: 40.5 of 50.5 credits, resets <t:{month}:R>",
            "**Last 30 days**: 69 pictures · 10 credits",
            "**Models**",
            "- FLUX.1 dev: 20 pictures · 3 credits",
            *(f"- model-{number}: {10 - number} pictures · 1 credit" for number in range(4)),
            "- 3 other models: 15 pictures · 3 credits",
            "**Members**",
            f"- <@{harness.alice.id}>: 49 pictures · 7 credits",
            "- Users who have erased their data: 20 pictures · 3 credits",
        ]
        (png,) = picture_bytes(harness, shown)
        assert png is not None
        image = Image.open(io.BytesIO(png))
        assert (image.format, image.size) == ("PNG", (WIDTH, HEIGHT))
        (alt,) = alt_texts(shown)
        assert alt is not None
        assert f"Pictures per day: {'0, ' * (DAYS - 1)}69." in alt
        assert "FLUX.1 dev 20, model-0 10" in alt
        assert "3 other models 15" in alt

        async with charts_within(harness, seconds=0.01):
            without = await shown_to_bob(harness)
        assert gallery(without) == []
        assert EN("usage-no-chart") in text_of(without)
        assert "FLUX.1 dev: 20 pictures" in text_of(without)


async def test_who_sees_the_server(tmp_path: Path) -> None:
    """Only users who may manage the server see its usage, and only there; only the operator sees the bot's budgets."""
    async with BotHarness(tmp_path, budget_per_day="100", budget_per_month="1000") as harness:
        backend, bob = harness.env.backend, user_payload(harness.env.backend, harness.bob.id)
        await enter(harness, (harness.alice.id, "flux-dev", 3, 2))

        async def seen() -> tuple[bool, bool]:
            text = text_of(await shown_to_bob(harness))
            return SERVER in text, BUDGETS in text

        assert await seen() == (False, False)
        let_manage(harness, manage_messages=True, manage_channels=True, manage_roles=True, view_audit_log=True)
        assert await seen() == (False, False), "a moderator"

        change_application(backend, owner=bob)
        await harness.restart()
        assert await seen() == (False, True), "the owner"
        text = text_of(await shown_to_bob(harness))
        assert "Left today: 98 of 100 credits" in text
        assert "Left this month: 998 of 1,000 credits" in text
        member = {"user": bob, "membership_state": 1, "permissions": ["*"], "team_id": "5", "role": "admin"}
        team = {"id": "5", "name": "us", "icon": None, "owner_user_id": "9", "members": [member]}
        change_application(backend, owner=bob, team=team)
        await harness.restart()
        assert await seen() == (False, False), "only invited to the team"
        member["membership_state"] = 2
        await harness.restart()
        let_manage(harness)
        async with charts_within(harness, seconds=0.01):
            assert await seen() == (True, True)

        def move_to_direct_messages(payload: Payload) -> None:
            del payload["guild_id"]
            payload["user"] = payload.pop("member")["user"]

        def claim_another_server(payload: Payload) -> None:
            payload["guild_id"] = "1"
            payload["member"]["permissions"] = "0"

        forgeries: list[Callable[[Payload], None]] = [move_to_direct_messages, claim_another_server]
        for forgery in forgeries:
            harness.change_interaction = forgery
            text = text_of(await shown_to_bob(harness))
            assert (SERVER in text, "**Members**" in text) == (False, False), forgery.__name__
            if forgery is move_to_direct_messages:
                assert BUDGETS not in text
        reset_interactions(harness)


def test_the_largest_card() -> None:
    """The largest card stays within Discord's limits in each language, whatever the names of the models."""
    zone = ZoneInfo("America/Argentina/ComodRivadavia")
    use = Use(10**9, Decimal("123456789.123456789"))
    limits = [
        UsedLimit(Limit(kind, Decimal("123456789.123456789"), month_of(NOW, zone)), Decimal(1)) for kind in LimitKind
    ]
    server = ServerReport(
        month=use,
        days=last_days(NOW, zone, DAYS),
        models=[ModelUse(f"*{number}{'m' * 98}", use, [10**7] * DAYS) for number in range(100)],
        members=[(2**63 - number, use) for number in range(TOP_MEMBERS)],
        erased=use,
    )
    for locale in LOCALES:
        report = UsageReport(use, use, limits, server)
        price = Money(Decimal("0.123456789"), "USD")
        card = usage_card(translator_for(locale), report, b"PNG", price, zone.key)
        parts = [*card.view.walk_children()]
        shown = [part.content for part in parts if isinstance(part, ui.TextDisplay)]
        assert sum(map(len, shown)) <= 4000, locale
        assert card.view.total_children_count <= 40, locale
        assert not any("*0m" in text and r"\*0m" not in text for text in shown), locale
        (file,) = card.files
        assert 100 < len(file.description or "") <= 1024, locale
        (pictures,) = [part for part in parts if isinstance(part, ui.MediaGallery)]
        assert [item.description for item in pictures.items] == [file.description], locale
