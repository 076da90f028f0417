"""The settings that a server's managers choose: models, limits, blocked words, channels, roles and the language."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from decimal import Decimal
from functools import lru_cache

from pydantic import BaseModel, ConfigDict

from flux_bot.core.catalogue import Catalogue
from flux_bot.core.errors import RequestRejected
from flux_bot.core.jobs import Action, ImageRequest, Preferences
from flux_bot.core.rules.blocked_words import BlockedWords


class ServerSettings(BaseModel):
    """A server's settings, stored as JSON; the defaults restrict nothing."""

    model_config = ConfigDict(frozen=True, extra="ignore")  # an older version may read a newer one's settings

    models: tuple[str, ...] = ()
    """Names of the models that are offered; empty means all models."""
    default_model: str | None = None
    """Default model of /imagine; None means the catalogue's default."""
    default_size: str | None = None
    """Default shape of pictures, as a ratio ``x:y``."""
    pictures_per_member: int | None = None
    """Number of pictures that each member may make per day; None means no limit."""
    role_limits: Mapping[int, int] = {}
    """Numbers of pictures per day, by role id. If a member has several limits, the highest applies."""
    exempt_roles: tuple[int, ...] = ()
    """Ids of the roles without a limit of pictures per day."""
    credits_per_month: Decimal | None = None
    """Number of credits that the whole server may spend per month; None means no limit."""
    blocked_words: tuple[str, ...] = ()
    """Entries of the server's list of blocked words, see ``blocked_words.py``."""
    spoiler_channels: tuple[int, ...] = ()
    """Ids of the channels in which results are spoilers; this includes their threads."""
    private_channels: tuple[int, ...] = ()
    """Ids of the channels in which only the user sees results; this includes their threads."""
    allowed_roles: tuple[int, ...] = ()
    """Ids of the roles that may make pictures; empty means everyone."""
    log_channel: int | None = None
    """Id of the channel in which changes, blocked prompts and actions of moderators are logged; None means no log."""
    language: str | None = None
    """Language of public cards; None means the server's own language."""

    def with_defaults(self, preferences: Preferences, catalogue: Catalogue) -> Preferences:
        """Return a user's preferences in this server; the server's defaults take precedence over the catalogue's."""
        return replace(
            preferences,
            model=self._model(catalogue, Action.GENERATE, preferences.model, self.default_model),
            edit_model=self._model(catalogue, Action.EDIT, preferences.edit_model),
            size=preferences.size or self.default_size,
        )

    def offered(self, catalogue: Catalogue) -> Catalogue:
        """Return a catalogue with the server's defaults and only the models that the server offers.

        An action without any offered model keeps the catalogue's default, which is then not among the models.
        """
        models = tuple(model for model in catalogue.models if self.offers(model.name))
        defaults = {
            Action.GENERATE: self._model(catalogue, Action.GENERATE, self.default_model),
            Action.EDIT: self._model(catalogue, Action.EDIT),
        }
        usual = {action: name or catalogue.default(action) for action, name in defaults.items()}
        return catalogue.model_copy(update={"models": models, "defaults": usual})

    def _model(self, catalogue: Catalogue, action: Action, *wanted: str | None) -> str | None:
        """Return the first of the wanted models that the server offers for an action.

        If it offers none of them, return None to use the catalogue's default, or the first model that is offered if
        the catalogue's default is not.
        """
        offered = [model.name for model in catalogue.models_for(action) if self.offers(model.name)]
        usual = None if catalogue.default(action) in offered or not offered else offered[0]
        return next((name for name in wanted if name in offered), usual)

    def offers(self, model: str | None) -> bool:
        """Return whether the server offers a model."""
        return not self.models or model in self.models

    def applied_to(self, request: ImageRequest, channels: Collection[int], catalogue: Catalogue) -> ImageRequest:
        """Return a request as the server allows it in these channels (see ``Requester.channels``).

        A default model that is not offered is replaced by one that is. If the server limits the models, the model
        counts as chosen: if the image API rejects it, it must not be replaced by one that is not offered. Raises
        RequestRejected if the user chose a model that is not offered, or if none is offered for this action.
        """
        model, size = request.model, request.size
        if not self.offers(model):
            others = [other for other in catalogue.models_for(request.action) if self.offers(other.name)]
            if not others:
                raise RequestRejected("no-model-offered-here")
            if request.model_chosen:
                raise RequestRejected("model-not-offered-here", models=tuple(other.name for other in others))
            model, size = others[0].name, others[0].size_near(size)
        chosen = request.model_chosen or bool(self.models)
        return replace(self.shown_in(request, channels), model=model, size=size, model_chosen=chosen)

    def shown_in(self, request: ImageRequest, channels: Collection[int]) -> ImageRequest:
        """Return a request whose results are private or spoilers if the settings of the channels say so."""
        return replace(
            request,
            private=request.private or self.is_private_in(channels),
            spoiler=request.spoiler or not set(channels).isdisjoint(self.spoiler_channels),
        )

    def is_private_in(self, channels: Collection[int]) -> bool:
        """Return whether only the user may see results in a channel."""
        return not set(channels).isdisjoint(self.private_channels)

    @property
    def word_filter(self) -> BlockedWords:
        """Return the server's blocked words, ready to be searched for in prompts."""
        return _word_filter(self.blocked_words)

    def admits(self, roles: Collection[int]) -> bool:
        """Return whether a member with these roles may make pictures."""
        return not self.allowed_roles or not set(roles).isdisjoint(self.allowed_roles)

    def pictures_per_day(self, roles: Collection[int]) -> int | None:
        """Return how many pictures a member with these roles may make per day; None means no limit."""
        if self.pictures_per_member is None or not set(roles).isdisjoint(self.exempt_roles):
            return None
        return max([self.pictures_per_member, *(self.role_limits[role] for role in roles if role in self.role_limits)])


_word_filter = lru_cache(maxsize=100)(BlockedWords)

NO_SETTINGS = ServerSettings()
"""Settings of a server that has not changed any; they also apply outside of servers."""
