"""/usage: show the user's usage and limits; managers also see the server's usage, and the operator the budgets."""

from collections.abc import Iterator, Sequence
from datetime import date

import discord
from babel import Locale
from babel.dates import format_date, format_skeleton
from discord import app_commands, ui
from discord.ext import commands

from flux_bot.core.costs import Money
from flux_bot.core.rules.limits import IN_PICTURES, LimitKind, UsedLimit
from flux_bot.core.text import escape, shorten, timestamp, truncate
from flux_bot.images.chart_worker import COLOURS, Series
from flux_bot.locales import Translator
from flux_bot.store.rules.report import OF_BOT, ModelUse, ServerReport, UsageReport, Use
from flux_bot.ui import cards, texts
from flux_bot.ui.bot import FluxBot, Interaction
from flux_bot.ui.delivery.operator_messages import is_operator
from flux_bot.ui.interactions.replies import Reply, requester_of, user_translator

TOP_MODELS = len(COLOURS) - 1
"""Number of models that are listed by name and have their own colour in the chart."""
CHART_NAME = "usage.png"
LABEL_LIMIT = 24
"""Maximum length of a model's name in the chart, in characters. The chart's legend has three columns."""


class Usage(commands.Cog):
    """The /usage command."""

    @app_commands.command()
    async def usage(self, interaction: Interaction) -> None:
        """Show the usage and the rest of the limits that the user may see."""
        reply = Reply(interaction, private=True)
        await reply.send(await reply.wait_for(_card(interaction)))


async def _card(interaction: Interaction) -> cards.Card:
    bot, translate = interaction.client, user_translator(interaction)
    is_server = interaction.guild_id is not None
    report = await bot.workflow.usage(
        requester_of(interaction),
        of_server=is_server and interaction.permissions.manage_guild,
        of_bot=is_server and is_operator(bot, interaction.user.id),
    )
    chart = None
    if report.server and report.server.models:
        chart = await bot.charts.draw(_day_labels(translate, report.server), _series(translate, report.server.models))
    return usage_card(translate, report, chart, bot.settings.credit_price, bot.settings.timezone)


def usage_card(
    translate: Translator, report: UsageReport, chart: bytes | None, credit_price: Money | None, zone: str
) -> cards.Card:
    """Return the card. ``chart`` is a PNG of the server's last days, or None; ``zone`` is the name of a time zone."""
    show = _Formatter(translate, credit_price)
    own = [show.limit(one) for one in report.limits if one.limit.kind in IN_PICTURES]
    sums = [
        translate("usage-today", use=show.use(report.day)),
        translate("usage-this-month", use=show.use(report.month)),
    ]
    items: list[cards.Item] = [
        ui.TextDisplay(translate("usage-title")),
        ui.TextDisplay("\n".join(sums)),
        ui.TextDisplay("\n".join(own) or translate("usage-no-limits")),
    ]
    files: list[discord.File] = []
    if report.server:
        if chart:
            files.append(cards.file(CHART_NAME, chart, _alt_text(translate, report.server)))
        items += [ui.Separator(), *_server(show, report, report.server, files)]
    if budgets := [show.limit(one) for one in report.limits if one.limit.kind in OF_BOT]:
        items += [ui.Separator(), ui.TextDisplay(translate("usage-bot-title")), ui.TextDisplay("\n".join(budgets))]
    items.append(ui.TextDisplay(translate("usage-note", zone=escape(zone))))
    return cards.Card(cards.layout(*items), files)


class _Formatter:
    """Formats amounts and limits."""

    def __init__(self, translate: Translator, credit_price: Money | None) -> None:
        self.translate = translate
        self._credit_price = credit_price

    def use(self, use: Use) -> str:
        """Return the number of pictures and their cost."""
        cost = texts.cost(self.translate, use.credits, self._credit_price)
        return self.translate("usage-use", count=use.pictures, cost=cost)

    def line(self, name: str, use: Use) -> str:
        """Return a line of a list."""
        return f"- {self.translate('usage-line', name=name, use=self.use(use))}"

    def limit(self, used: UsedLimit) -> str:
        """Return what is left of a limit, and when it resets."""
        limit = used.limit
        values = {"left": used.left, "allowed": limit.allowed}
        return f"- {self.translate(f'usage-limit-{limit.kind}', when=timestamp(limit.period.end), **values)}"


def _server(
    show: _Formatter, report: UsageReport, server: ServerReport, files: Sequence[discord.File]
) -> Iterator[cards.Item]:
    translate = show.translate
    limits = [show.limit(one) for one in report.limits if one.limit.kind is LimitKind.SERVER_MONTH]
    yield ui.TextDisplay(translate("usage-server-title"))
    yield ui.TextDisplay("\n".join((translate("usage-this-month", use=show.use(server.month)), *limits)))
    yield ui.TextDisplay(translate("usage-last-days", count=len(server.days), use=show.use(server.total)))
    if not server.models:
        return
    if files:
        yield ui.MediaGallery(*map(discord.MediaGalleryItem, files))
    else:
        yield ui.TextDisplay(translate("usage-no-chart"))
    models = [
        show.line(escape(texts.short_model_label(translate, one.model)), one.total) for one in _top(server.models)
    ]
    if others := _others(server.models):
        name = translate("usage-other-models", count=len(others))
        models.append(show.line(name, sum((one.total for one in others), Use())))
    yield ui.TextDisplay("\n".join((translate("usage-models"), *models)))
    members = [show.line(f"<@{user_id}>", use) for user_id, use in server.members]
    rest = {"usage-other-members": server.other_members, "usage-erased": server.erased}
    members += [show.line(translate(name), use) for name, use in rest.items() if use != Use()]
    yield ui.TextDisplay("\n".join((translate("usage-members"), *members)))


def _top(models: Sequence[ModelUse]) -> Sequence[ModelUse]:
    return models[:TOP_MODELS]


def _others(models: Sequence[ModelUse]) -> Sequence[ModelUse]:
    return models[TOP_MODELS:]


# --- the chart ------------------------------------------------------------------------------------------


def _series(translate: Translator, models: Sequence[ModelUse]) -> list[Series]:
    series = [
        Series(
            shorten(texts.short_model_label(translate, one.model), LABEL_LIMIT),
            shorten(one.model, LABEL_LIMIT),
            one.pictures_by_day,
        )
        for one in _top(models)
    ]
    if others := _others(models):
        numbers = [sum(day) for day in zip(*(one.pictures_by_day for one in others), strict=True)]
        label = translate("usage-other-models", count=len(others))
        series.append(Series(shorten(label, LABEL_LIMIT), f"+{len(others)}", numbers))
    return series


def _dates(server: ServerReport) -> list[date]:
    return [day.start.date() for day in server.days]


def _day_labels(translate: Translator, server: ServerReport) -> list[str]:
    """Return the dates as numbers in the format of the user's language, such as 3/31 or 31.3."""
    return [format_skeleton("Md", day, locale=_babel(translate)) for day in _dates(server)]


def _alt_text(translate: Translator, server: ServerReport) -> str:
    first, last = (format_date(day, "long", _babel(translate)) for day in (_dates(server)[0], _dates(server)[-1]))
    by_day = (sum(one.pictures_by_day[day] for one in server.models) for day in range(len(server.days)))
    models = (f"{one.label} {sum(one.numbers)}" for one in _series(translate, server.models))
    listed = {"days": ", ".join(map(str, by_day)), "models": ", ".join(models)}
    return truncate(translate("usage-chart", first=first, last=last, **listed), texts.ALT_TEXT_LIMIT)


def _babel(translate: Translator) -> Locale:
    return Locale.parse(translate.locale, sep="-")


async def setup(bot: FluxBot) -> None:
    """Add the command (discord.py calls this)."""
    await bot.add_cog(Usage())
