"""The log entries about changed settings."""

from decimal import Decimal

from flux_bot.core.rules.server_settings import NO_SETTINGS, ServerSettings
from flux_bot.ui.server_settings.summary import changes
from tests.english import EN

ALL = ServerSettings(
    models=("flux-dev", "flux-2-max"),
    default_model="flux-2-max",
    default_size="16:9",
    pictures_per_member=20,
    role_limits={5: 50},
    exempt_roles=tuple(range(1, 13)),
    credits_per_month=Decimal(100),
    blocked_words=("secret",),
    spoiler_channels=(6,),
    private_channels=(7,),
    allowed_roles=(8,),
    log_channel=9,
    language="de",
)


def test_each_change_in_words() -> None:
    """There is one entry for each changed setting, with its old and new value, and blocked words are spoilers."""
    assert [EN.text(entry) for entry in changes(NO_SETTINGS, ALL, 1)] == [
        "⚙️ <@1> changed *Models on offer*: All models → FLUX.1 dev, FLUX.2 max",
        "⚙️ <@1> changed *Default model for /imagine*: Default → FLUX.2 max",
        "⚙️ <@1> changed *Default shape for /imagine*: Default → 16\\:9",
        "⚙️ <@1> changed *Pictures per member and day*: No limit → 20",
        "⚙️ <@1> changed *Pictures per day for some roles*: None → <@&5> 50",
        "⚙️ <@1> changed *Roles without a daily limit*: None → "
        + ", ".join(f"<@&{role}>" for role in range(1, 11))
        + ", and 2 more",
        "⚙️ <@1> changed *Credits of the server per month*: No limit → 100",
        "⚙️ <@1> changed *Blocked words*. Added: ||secret||. Removed: None.",
        "⚙️ <@1> changed *Channels with results as spoilers*: None → <#6>",
        "⚙️ <@1> changed *Channels with private results only*: None → <#7>",
        "⚙️ <@1> changed *Who can make pictures*: Everybody → <@&8>",
        "⚙️ <@1> changed *Log channel*: None → <#9>",
        "⚙️ <@1> changed *Language of public messages*: the server’s own language → Deutsch",
    ]
    assert [EN.text(entry) for entry in changes(ALL, ALL.model_copy(update={"language": None}), 1)] == [
        "⚙️ <@1> changed *Language of public messages*: Deutsch → the server’s own language"
    ]
    words = ALL.model_copy(update={"blocked_words": ("other",)})
    (entry,) = changes(ALL, words, 1)
    assert EN.text(entry) == "⚙️ <@1> changed *Blocked words*. Added: ||other||. Removed: ||secret||."
