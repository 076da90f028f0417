"""/jobs: what of mine is being made, waits, and has just been finished."""

from collections.abc import Iterator

from discord import app_commands, ui
from discord.ext import commands

from cogs.buttons.results import cancelled
from cogs.undelivered import fetch_button
from flux_bot.core.jobs import Job
from flux_bot.core.text import escape, shorten
from flux_bot.locales import Translator
from flux_bot.store.history import Overview
from flux_bot.ui import cards, texts
from flux_bot.ui.command_tree import describe
from flux_bot.ui.replies import Interaction, Reply, translator_of

CANCEL = "cancel:"


class Jobs(commands.Cog):
    """Shows people what of theirs is under way."""

    def __init__(self) -> None:
        """Name the command."""
        describe(self.jobs)

    @app_commands.command()
    @app_commands.allowed_installs(guilds=True, users=True)
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=True)
    async def jobs(self, interaction: Interaction) -> None:
        """Show the overview."""
        reply = Reply(interaction, private=True)
        await reply.send(await reply.wait_for(_panel(interaction)))


async def refresh(interaction: Interaction, rest: str) -> None:
    """Show how things stand now, in the same message; ``cancel:<job id>`` cancels one before."""

    async def panel() -> cards.Card:
        if rest.startswith(CANCEL):
            await cancelled(interaction, rest.removeprefix(CANCEL), is_told=False)
        return await _panel(interaction)

    reply = Reply(interaction, private=True, updates=True)
    await reply.send(await reply.wait_for(panel()))


async def _panel(interaction: Interaction) -> cards.Card:
    overview = await interaction.client.workflow.overview(interaction.user.id)
    return overview_card(translator_of(interaction), overview)


def overview_card(translate: Translator, overview: Overview) -> cards.Card:
    """Return the panel: undelivered results first."""
    items: list[cards.Item] = [ui.TextDisplay(translate("jobs-title"))]
    if overview.undelivered:
        items.append(ui.TextDisplay(translate("jobs-undelivered", count=len(overview.undelivered))))
        items.append(ui.ActionRow(*(fetch_button(translate, job) for job in overview.undelivered)))
    under_way = (*_running(translate, overview), *_queued(translate, overview))
    items += under_way
    if not (overview.undelivered or under_way):
        items.append(ui.TextDisplay(translate("jobs-none")))
    if overview.finished:
        lines = [_finished(translate, job) for job in overview.finished]
        items.append(ui.TextDisplay("\n".join((translate("jobs-finished"), *lines))))
    again: ui.Button[ui.LayoutView] = ui.Button(label=translate("button-refresh"), custom_id="jobs:")
    return cards.Card(cards.layout(*items, ui.ActionRow(again)))


def _running(translate: Translator, overview: Overview) -> Iterator[cards.Item]:
    if overview.running:
        yield ui.TextDisplay(translate("jobs-running"))
    for job in overview.running:
        since = texts.timestamp(job.submitted_at or job.accepted_at)
        yield _with_cancel(translate, job, translate("jobs-running-line", since=since, prompt=_prompt(job)))
    if overview.more_running:
        yield ui.TextDisplay(translate("jobs-more", count=overview.more_running))


def _queued(translate: Translator, overview: Overview) -> Iterator[cards.Item]:
    if overview.queued:
        yield ui.TextDisplay(translate("jobs-queued"))
    for job, place in overview.queued:
        yield _with_cancel(translate, job, translate("jobs-queued-line", place=place, prompt=_prompt(job)))
    if overview.more_queued:
        yield ui.TextDisplay(translate("jobs-more", count=overview.more_queued))


def _with_cancel(translate: Translator, job: Job, line: str) -> cards.Item:
    stop: ui.Button[ui.LayoutView] = ui.Button(label=translate("button-cancel"), custom_id=f"jobs:{CANCEL}{job.id}")
    return ui.Section(line, accessory=stop)


def _finished(translate: Translator, job: Job) -> str:
    when = texts.timestamp(job.finished_at or job.accepted_at)
    line = translate("jobs-finished-line" if job.images else "jobs-failed-line", when=when, prompt=_prompt(job))
    return f"{line} · {translate('jobs-link', url=job.result_url)}" if job.result_url else line


def _prompt(job: Job) -> str:
    return escape(shorten(job.request.prompt, cards.LINE_LIMIT))
