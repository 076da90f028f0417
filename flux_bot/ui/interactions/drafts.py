"""Drafts: if a request is rejected, its user gets back what they typed, to change it or to send it again.

A handler describes the request in ``draft_of(interaction)``. If it then fails, the reply quotes the prompt and has the
buttons *Change* and *Try again*. A whole request is too long for a custom_id, so it is in ``FluxBot.recent_forms``.
After a restart, the message still has the prompt, and the custom_ids say who may see the result: see
``cogs/buttons/rejected.py``.
"""

import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from discord import ButtonStyle, ui

from flux_bot.core.errors import RequestRejected, SaveUncertain, StoreUnavailable
from flux_bot.core.jobs import Action
from flux_bot.core.rules.limits import LimitKind
from flux_bot.locales import Translator
from flux_bot.ui import cards
from flux_bot.ui.bot import Interaction
from flux_bot.ui.custom_ids import CustomId

CHANGE, SEND_AGAIN = "revise", "resend"
"""The actions of the two buttons, about ``<action>:<privacy>:<token>``."""
DRAFT = "draft"
"""Key in an interaction's extras."""
TEMPORARY = ("too-many-queued", "too-many-at-once", "unavailable", "stopping")
"""The rejections after which the same request may be accepted later."""
LIMITED = tuple(f"limit-{kind}" for kind in LimitKind if kind.endswith("-day"))
"""More such rejections: these limits reset within a day, and a failed job releases what it had reserved."""
UNCHANGEABLE = ("blocked", "blocked-until", "role-not-allowed", "limit-zero")
"""The rejections that do not depend on the request, so that changing it would not help."""

Handler = Callable[[Interaction], Awaitable[None]]


@dataclass(slots=True)
class Draft:
    """A request as the user entered it. Without a prompt, nothing is quoted; without a handler, there is no button."""

    prompt: str = ""
    action: str = Action.GENERATE
    """The form that changes the request: the form of an ``Action``, or the action of another form."""
    private: bool | None = None
    """Whether only the user should see the result; None uses the preferences."""
    change: Handler | None = None
    """Opens the form with all choices of the user."""
    send_again: Handler | None = None
    """Repeats the request in a new interaction."""
    user_id: int = 0
    sent_by: int | None = None
    """The interaction that has repeated the request, so that a second click does not create a second job."""
    token: str = field(default_factory=lambda: secrets.token_urlsafe(9))

    def buttons(
        self, interaction: Interaction, translate: Translator, error: Exception
    ) -> list[ui.Button[ui.LayoutView]]:
        """Return the buttons below the reply with the error, and store the draft for them.

        After an uncertain save there are none: the request may have been saved, and would be made and paid for twice.
        """
        if isinstance(error, SaveUncertain):
            return []
        rejection = error.text.message_id if isinstance(error, RequestRejected) else None
        passes = rejection in (*TEMPORARY, *LIMITED) or isinstance(error, StoreUnavailable)
        about = f"{self.action}:{PRIVACY[self.private]}:{self.token}"
        buttons = []
        if self.send_again and passes:
            again = CustomId(SEND_AGAIN, about)
            buttons.append(cards.button(translate("button-retry"), again, style=ButtonStyle.primary))
        if self.change and rejection not in UNCHANGEABLE:
            buttons.append(cards.button(translate("button-revise"), CustomId(CHANGE, about)))
        if buttons:
            self.user_id = interaction.user.id
            interaction.client.recent_forms[self.token] = self
        return buttons


PRIVACY = {True: "private", False: "public", None: "as-preferred"}
"""The values of ``Draft.private`` in a custom_id."""
PRIVATE = {text: private for private, text in PRIVACY.items()}


def draft_of(interaction: Interaction) -> Draft:
    """Return the draft of an interaction's request, which is empty until the handler describes it."""
    draft: Draft = interaction.extras.setdefault(DRAFT, Draft())
    return draft


def find_draft(interaction: Interaction, token: str) -> Draft | None:
    """Return the draft of a button; None after a restart, or if the draft belongs to another user."""
    draft = interaction.client.recent_forms.get(token)
    return draft if isinstance(draft, Draft) and draft.user_id == interaction.user.id else None
