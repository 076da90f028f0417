"""What a server's managers decide: the models, limits, blocked words, channels, roles and the language."""

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

    model_config = ConfigDict(frozen=True, extra="ignore")  # an older version may read what a newer one has saved

    models: tuple[str, ...] = ()
    """The names of the models that are offered; empty: all."""
    default_model: str | None = None
    """For /imagine; None: the catalogue's default."""
    default_size: str | None = None
    """A ratio ``x:y``."""
    pictures_per_member: int | None = None
    """Each day."""
    role_limits: Mapping[int, int] = {}
    """Other limits of pictures each day, by role; of a member's roles, the highest limit applies."""
    exempt_roles: tuple[int, ...] = ()
    """Roles without a limit of pictures each day."""
    credits_per_month: Decimal | None = None
    """For the whole server."""
    blocked_words: tuple[str, ...] = ()
    """See ``blocked_words.py``."""
    spoiler_channels: tuple[int, ...] = ()
    """Channels in which results are spoilers, as in their threads."""
    private_channels: tuple[int, ...] = ()
    """Channels in which only the user sees results, as in their threads."""
    allowed_roles: tuple[int, ...] = ()
    """Roles that may make pictures; empty: everybody."""
    log_channel: int | None = None
    """Where changes, blocked prompts and actions of moderators are logged."""
    language: str | None = None
    """Of public cards; None: the server's own language."""

    def with_defaults(self, preferences: Preferences, catalogue: Catalogue) -> Preferences:
        """Return a user's preferences as they apply in this server, whose defaults come before the catalogue's."""
        return replace(
            preferences,
            model=self._model(catalogue, Action.GENERATE, preferences.model, self.default_model),
            edit_model=self._model(catalogue, Action.EDIT, preferences.edit_model),
            size=preferences.size or self.default_size,
        )

    def offered(self, catalogue: Catalogue) -> Catalogue:
        """Return a catalogue with only the models that the server offers, and its defaults.

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
        """Return the first of the wanted models that can be used here; None if the catalogue's default can.

        If that is not offered, it is replaced by the first model that is.
        """
        offered = [model.name for model in catalogue.models_for(action) if self.offers(model.name)]
        usual = None if catalogue.default(action) in offered or not offered else offered[0]
        return next((name for name in wanted if name in offered), usual)

    def offers(self, model: str | None) -> bool:
        """Return whether the server offers a model."""
        return not self.models or model in self.models

    def applied_to(self, request: ImageRequest, channels: Collection[int], catalogue: Catalogue) -> ImageRequest:
        """Return a request as it may be made in a channel, see ``Requester.channels``.

        A default model that is not offered is replaced by one that is. Where models are limited, the image API's
        rejection of one must not lead to another one that is not offered. Raises RequestRejected if the user chose the
        model, or if none is offered for this action.
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
        """Return a request whose pictures are shown as this channel demands."""
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
        """Return the blocked words to search prompts for."""
        return _word_filter(self.blocked_words)

    def admits(self, roles: Collection[int]) -> bool:
        """Return whether somebody with these roles may make pictures."""
        return not self.allowed_roles or not set(roles).isdisjoint(self.allowed_roles)

    def pictures_per_day(self, roles: Collection[int]) -> int | None:
        """Return how many pictures a member with these roles may make each day; None: as many as they like."""
        if self.pictures_per_member is None or not set(roles).isdisjoint(self.exempt_roles):
            return None
        return max([self.pictures_per_member, *(self.role_limits[role] for role in roles if role in self.role_limits)])


_word_filter = lru_cache(maxsize=100)(BlockedWords)

NO_SETTINGS = ServerSettings()
"""The settings of a server that has changed none, and outside of servers."""
