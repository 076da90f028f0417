"""/edit: change a picture, attached, given by its address, or uploaded in a form."""

import secrets
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import discord
from discord import app_commands
from discord.ext import commands

from cogs.forms import fields
from cogs.forms.submitted import Filled, Source, checked_source
from cogs.image_requests import Prompt, Size, accept, ask, checked_prompt, model_choices, size_choices
from cogs.presses import within_deadline
from flux_bot.core.catalogue import SHAPES, Catalogue, Model
from flux_bot.core.errors import RequestRejected
from flux_bot.core.jobs import Action, ImageRequest, Preferences
from flux_bot.images.addresses import check_public_url, is_expired
from flux_bot.store.admission import AcceptedJob
from flux_bot.ui.command_tree import describe
from flux_bot.ui.replies import Interaction, Reply, translator_of
from flux_bot.workflow.workflow import Workflow

FORM = "change"
REMEMBERED = 1000
"""Forms that may be open at a time."""
PRIVATE, PUBLIC, AS_PREFERRED = "private", "public", "as-preferred"
"""What a form remembers of the command's option, in its custom_id."""
_PRIVACY = {True: PRIVATE, False: PUBLIC, None: AS_PREFERRED}


@dataclass(frozen=True, slots=True)
class Given:
    """What was said besides the picture; "" and None: nothing."""

    prompt: str = ""
    model: str = ""
    size: str = ""
    private: bool | None = None
    is_from_form: bool = False
    """Its list of shapes has some that not every model takes: there the nearest will do."""


class Edit(commands.Cog):
    """Changes pictures."""

    def __init__(self, workflow: Workflow, catalogue: Catalogue, *, allow_private_hosts: bool) -> None:
        """Offer the catalogue's edit models."""
        self._workflow = workflow
        self._catalogue = catalogue
        self._allow_private_hosts = allow_private_hosts
        self._remembered: OrderedDict[str, Sequence[Source]] = OrderedDict()
        app_commands.choices(model=model_choices(catalogue, Action.EDIT))(self.edit)
        describe(self.edit)

    @app_commands.command()
    @app_commands.allowed_installs(guilds=True, users=True)
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=True)
    async def edit(
        self,
        interaction: Interaction,
        prompt: Prompt | None = None,
        image: discord.Attachment | None = None,
        image_url: str | None = None,
        model: str | None = None,
        size: Size | None = None,
        private: bool | None = None,
    ) -> None:
        """Ask for a changed picture; what is missing is asked for in a form."""
        source = self._source(image, image_url)
        given = Given(prompt or "", model or "", (size or "").strip(), private)
        if source is None or prompt is None:
            await self.open_form(interaction, [source] if source else [], given)
            return
        reply = Reply(interaction, private=private is not False)
        await ask(interaction, reply, self._accept(interaction, reply, source, given))

    async def open_form(self, interaction: Interaction, sources: Sequence[Source], given: "Given") -> None:
        """Open the form that asks what to change, and in which of these pictures; without any, for an upload."""
        liked = await within_deadline(self._workflow.history.preferences(interaction.user.id)) or Preferences()
        translate, chosen = (
            translator_of(interaction),
            self._catalogue.preferred(given.model, liked.edit_model, Action.EDIT),
        )
        if given.size:
            chosen.size_for(given.size)  # or it would be refused once all is filled in
        if not sources:
            pictures = [fields.upload_field(translate)]
        elif len(sources) > 1:
            pictures = [fields.which_field(translate, len(sources))]
        else:
            pictures = []
        await interaction.response.send_modal(
            fields.form(
                translate("form-edit"),
                f"{FORM}:{_PRIVACY[given.private]}:{self._remember(sources) if sources else ''}",
                *pictures,
                fields.instruction_field(translate, given.prompt),
                fields.model_field(translate, self._catalogue, Action.EDIT, chosen.name),
                fields.shape_field(translate, given.size),
            )
        )

    async def form_sent(self, interaction: Interaction, filled: Filled, reply: Reply) -> None:
        """Ask for a changed picture as the form says."""
        privacy, _, token = filled.about.partition(":")
        private = {PRIVATE: True, PUBLIC: False}.get(privacy)
        reply.private = private is not False
        model, size = filled.choice("model"), filled.choice("size")
        given = Given(filled.text("prompt"), model, size, private, is_from_form=True)
        if token:
            sources = self._remembered.get(token)
            if sources is None:
                raise RequestRejected("forgotten-form")
            source = sources[filled.number("which", 1, len(sources)) - 1]
        else:
            source = filled.source()
        await ask(interaction, reply, self._accept(interaction, reply, source, given))

    def _remember(self, sources: Sequence[Source]) -> str:
        """Keep where pictures are until the form comes back: their addresses are too long for a custom_id."""
        token = secrets.token_urlsafe(9)
        self._remembered[token] = sources
        if len(self._remembered) > REMEMBERED:
            self._remembered.popitem(last=False)
        return token

    async def _accept(self, interaction: Interaction, reply: Reply, source: Source, given: "Given") -> AcceptedJob:
        liked = await self._workflow.history.preferences(interaction.user.id)
        model = self._catalogue.preferred(given.model, liked.edit_model, Action.EDIT)
        request = ImageRequest(
            action=Action.EDIT,
            prompt=checked_prompt(given.prompt),
            model=model.name,
            size=_size(model, given) if given.size else source.size_for(model),
            image_url=source.url,
            private=liked.private if given.private is None else given.private,
        )
        return await accept(interaction, reply, request, preferences=liked)

    def takes(self, url: str) -> bool:
        """Tell whether the image API can fetch a picture from there."""
        try:
            return not is_expired(self._checked(url), now=datetime.now(UTC))
        except RequestRejected:
            return False

    def _checked(self, url: str) -> str:
        return check_public_url(url, allow_private_hosts=self._allow_private_hosts)

    def _source(self, image: discord.Attachment | None, image_url: str | None) -> Source | None:
        """Return the picture that was given, None if none was. Raises RequestRejected for two, or one that won't do."""
        if image is not None and image_url is not None:
            raise RequestRejected("one-image-please")
        if image is not None:
            return checked_source(image.to_dict())
        if image_url is None:
            return None
        url = self._checked(image_url.strip())
        if is_expired(url, now=datetime.now(UTC)):
            raise RequestRejected("link-expired")
        return Source(url)

    @edit.autocomplete("size")
    async def _sizes(self, interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
        return size_choices(self._catalogue, Action.EDIT, interaction, typed)


def _size(model: Model, given: Given) -> str:
    is_listed = given.is_from_form and given.size in SHAPES
    return model.size_near(given.size) if is_listed else model.size_for(given.size)
