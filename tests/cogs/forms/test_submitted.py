"""Submitted forms: the ones that are handled, and the replies to refused ones."""

from pathlib import Path

from flux_bot.ui.cards import Verb
from tests.discord_server.payloads import Payload
from tests.finished_jobs import make_result, press, private_answer, private_text, prune, reset_interactions
from tests.forms import forge_fields, submit_form
from tests.harness import BotHarness, text_of


async def test_forms_that_do_nothing(tmp_path: Path) -> None:
    """A refusal is private, in the user's language, with a long prompt in a file; so is that of an unknown form."""
    async with BotHarness(tmp_path) as harness:
        job, result = await make_result(harness)
        nothing, long = [await press(harness.bob, result, Verb.REMIX, job) for _ in range(2)]

        def forge(payload: Payload) -> None:
            forge_fields({"prompt": " "})(payload)
            payload.update(locale="de")

        harness.change_interaction = forge
        text = private_text(await submit_form(harness.bob, nothing))
        assert text == "Der Prompt ist leer. Bitte beschreibe das Bild, das du möchtest."

        reset_interactions(harness)
        await prune(harness)
        typed = "*" * 3999 + "é"
        message = private_answer(await submit_form(harness.bob, long, prompt=typed))
        assert "I no longer know how this picture was made" in text_of(message)
        assert "\n> \\*\\*" in text_of(message)
        assert len(text_of(message)) <= 4000
        (file,) = message.attachments
        assert harness.env.backend.cdn.get(file.url) == typed.encode()
        assert len(harness.fake.submissions) == 1

        opened = await harness.alice.slash(harness.channel, "edit")
        harness.change_interaction = lambda payload: payload["data"].update(custom_id="survey:1")
        text = private_text(await submit_form(harness.alice, opened, image=("a.png", b""), prompt="a dog"))
        assert text.startswith("This comes from another version of me")
        assert text.endswith("\n> a dog")
