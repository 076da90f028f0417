"""The models and the forms of their sizes that the image API has accepted or rejected.

The vendor's pages contradict each other, and the API has changed without notice (docs/image-api.md). A rejected
submission starts nothing and costs nothing. So the bot tries a submission and remembers the result for each action: the
accepted form of the sizes for a week, a rejected model for a day.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from flux_bot.core.catalogue import Catalogue, Model
from flux_bot.core.jobs import Action

FORM_LASTS = timedelta(days=7)
REJECTION_LASTS = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Capability:
    """The knowledge about a model for an action: a row of the table ``capabilities``."""

    model: str
    action: Action
    form: str | None = None
    """The form of ``size`` to submit, see ``SizeRule.form``; None if nothing is known or every form was rejected."""
    is_accepted: bool = False
    """Whether the API has accepted this form; otherwise, only the forms before it were rejected."""
    form_noted_at: datetime | None = None
    rejected_at: datetime | None = None
    """When the API rejected the model."""


class Capabilities:
    """The current knowledge about models, and the resulting catalogue and form of the next submission."""

    def __init__(self, catalogue: Catalogue, known: Iterable[Capability], now: datetime) -> None:
        self._catalogue = catalogue
        self._known = {(one.model, one.action): one for one in known}
        self._now = now

    def is_rejected(self, model: str, action: Action) -> bool:
        """Return whether the API has rejected the model recently."""
        at = self.get(model, action).rejected_at
        return at is not None and at > self._now - REJECTION_LASTS

    def is_accepted(self, model: str, action: Action) -> bool:
        """Return whether the API has accepted the model recently; otherwise only one job is submitted at a time."""
        known, listed = self.get(model, action), self._catalogue.find(model, action)
        return known.is_accepted and self._is_fresh(known) and listed is not None and known.form in listed.forms

    def form(self, model: Model, action: Action, rejected: Collection[str] = ()) -> str | None:
        """Return the form in which to submit a job's size; None if all forms are in ``rejected``."""
        known = self.get(model.name, action)
        forms = [form for form in model.forms if form not in rejected]
        if self._is_fresh(known) and known.form in forms:
            return known.form
        return forms[0] if forms else None

    def available(self) -> Catalogue:
        """Return the catalogue without rejected models, and with only the form of sizes that the API accepts.

        As both depend on the action, each model is listed once for each. If all models were rejected, all remain.
        """
        models = [self._as_accepted(model, action) for action in Action for model in self._not_rejected(action)]
        defaults = {action: self._default(action) for action in Action}
        return self._catalogue.model_copy(update={"models": tuple(models), "defaults": defaults})

    def alternative(self, model: str, action: Action) -> Model | None:
        """Return the next model in the catalogue that has not been rejected, or None."""
        others = [one for one in self._catalogue.from_next(model, action) if not self.is_rejected(one.name, action)]
        return others[0] if others else None

    def _default(self, action: Action) -> str:
        default = self._catalogue.default(action)
        instead = self.alternative(default, action) if self.is_rejected(default, action) else None
        return instead.name if instead else default

    def _not_rejected(self, action: Action) -> tuple[Model, ...]:
        models = self._catalogue.models_for(action)
        return tuple(model for model in models if not self.is_rejected(model.name, action)) or models

    def _as_accepted(self, model: Model, action: Action) -> Model:
        form = self.form(model, action) if self.is_accepted(model.name, action) else None
        sizes = model.in_form(form).sizes if form else model.sizes
        return model.model_copy(update={"actions": (action,), "sizes": sizes})

    def get(self, model: str, action: Action) -> Capability:
        """Return what is known about a model for an action."""
        return self._known.get((model, action)) or Capability(model, action)

    def _is_fresh(self, known: Capability) -> bool:
        return known.form_noted_at is not None and known.form_noted_at > self._now - FORM_LASTS
