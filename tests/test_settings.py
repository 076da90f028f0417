"""The settings: where they are read from, what they accept, and .env.example, which explains them."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from pydantic_core import PydanticUndefined

from flux_bot.core.errors import ConfigurationError
from flux_bot.settings import Settings

ROOT = Path(__file__).parents[1]
EXAMPLE = (ROOT / ".env.example").read_text()
README = (ROOT / "README.md").read_text()
NAMES = [name.upper() for name in Settings.model_fields]
TOKENS = {"DISCORD_TOKEN": "discord-token", "FLUX_API_TOKEN": "flux-token"}
OTHER_NAME = "ACEDATACLOUD_API_TOKEN"
MARK = "kept-to-ourselves"

Load = Callable[..., Settings]


def plain(value: object) -> str:
    """Return a setting's value as it is written in a file."""
    if isinstance(value, SecretStr):
        return value.get_secret_value()
    return str(value).lower() if isinstance(value, bool) else f"{value:g}" if isinstance(value, float) else str(value)


@pytest.fixture
def load(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Load:
    """Return a function that loads settings from an environment and the text of a .env file."""

    def load(env_file: str | bytes = "", **environment: str) -> Settings:
        for name in (*NAMES, OTHER_NAME):
            monkeypatch.delenv(name, raising=False)
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        path = tmp_path / ".env"
        path.write_bytes(env_file.encode() if isinstance(env_file, str) else env_file)
        return Settings.load(path)

    return load


def error_line(load: Load, *arguments: Any, **environment: str) -> str:
    """Return the one line that says what is wrong."""
    with pytest.raises(ConfigurationError) as refused:
        load(*arguments, **environment)
    text = str(refused.value)
    assert "\n" not in text
    assert refused.value.__cause__ is None
    return text


# --- .env.example -------------------------------------------------------------------------------------------


def test_the_example_names_exactly_the_settings() -> None:
    """The example lists every setting once, in the class's order, and nothing else."""
    assert re.findall(r"^#?([A-Z_]+)=", EXAMPLE, re.MULTILINE) == NAMES


def test_the_example_shows_the_defaults() -> None:
    """The value shown in the example is the default."""
    shown = dict(re.findall(r"^#?([A-Z_]+)=(.*)$", EXAMPLE, re.MULTILINE))
    for name, field in Settings.model_fields.items():
        default = "" if field.default in (PydanticUndefined, None) else plain(field.default)
        assert (name, shown[name.upper()]) == (name, default)


def test_the_example_explains_every_setting() -> None:
    """Each setting has full sentences of its own above it."""
    blocks = [block.splitlines() for block in EXAMPLE.split("\n\n")]
    settings = [block for block in blocks if re.match(r"#?[A-Z_]+=", block[-1])]
    assert len(settings) == len(NAMES)
    for *explanation, _ in settings:
        assert all(line.startswith("# ") and len(line) <= 120 for line in explanation)
        assert explanation[-1].endswith(".")


def test_the_readme_lists_the_settings_and_their_defaults() -> None:
    """The table in the README has every setting in the class's order, with its default."""
    listed = dict(re.findall(r"^\| `([A-Z_]+)` \| (.*?) ?\| .+ \|$", README, re.MULTILINE))
    assert list(listed) == NAMES
    for name, field in Settings.model_fields.items():
        required = field.default is PydanticUndefined
        default = "" if required else f"`{plain(field.default)}`" if field.default not in ("", None) else "empty"
        assert (name, listed[name.upper()]) == (name, default)


@pytest.mark.parametrize("all_in_use", [False, True])
def test_the_example_and_two_tokens_are_enough(load: Load, all_in_use: bool) -> None:
    """A copy of the example with both tokens filled in gives the defaults, even with every # removed."""
    text = re.sub(r"^#(?=[A-Z_]+=)", "", EXAMPLE, flags=re.MULTILINE) if all_in_use else EXAMPLE
    for name, token in TOKENS.items():
        text = text.replace(f"\n{name}=\n", f"\n{name}={token}\n")
    assert load(text) == load(**TOKENS)


def test_the_example_alone_is_not_enough(load: Load) -> None:
    """The unchanged example lacks both tokens and nothing else."""
    text = error_line(load, EXAMPLE)
    assert [part.split()[0] for part in text.split("; ")] == list(TOKENS)
    assert text.count("is missing") == 2


# --- sources -----------------------------------------------------------------------------------------------


def test_the_defaults(load: Load) -> None:
    """With only the two tokens set, every other setting has its default."""
    settings = load(**TOKENS)
    assert settings.discord_token.get_secret_value() == "discord-token"
    assert settings.flux_api_token.get_secret_value() == "flux-token"
    assert settings.public_url == ""
    assert settings.database_url.get_secret_value() == "sqlite:///data/flux_bot.db"


VALUES = {
    "DISCORD_TOKEN": ("a.b-c_d", SecretStr("a.b-c_d")),
    "FLUX_API_TOKEN": ("0123abc", SecretStr("0123abc")),
    "PUBLIC_URL": ("https://bot.example.org/flux/", "https://bot.example.org/flux"),
    "WEBHOOK_HOST": ("127.0.0.1", "127.0.0.1"),
    "WEBHOOK_PORT": ("9000", 9000),
    "DATABASE_URL": ("postgresql://u:p@db.example.org/bot", SecretStr("postgresql://u:p@db.example.org/bot")),
    "RETENTION_DAYS": ("0", 0),
    "ROLE": ("worker", "worker"),
    "SHARD_COUNT": ("4", 4),
    "SHARD_IDS": ("0, 2-3", (0, 2, 3)),
    "DISCORD_API_URL": ("http://127.0.0.1:8001/api/v10", "http://127.0.0.1:8001/api/v10"),
    "FLUX_API_URL": ("http://127.0.0.1:8002/", "http://127.0.0.1:8002"),
    "FLUX_CATALOGUE": ("2026-10", "2026-10"),
    "FLUX_MAX_IN_FLIGHT": ("1", 1),
    "MAX_RUNNING_PER_USER": ("2", 2),
    "MAX_QUEUED_PER_USER": ("20", 20),
    "CALLBACK_GRACE_SECONDS": ("0", 0.0),
    "POLL_INTERVAL_SECONDS": ("0.5", 0.5),
    "JOB_DEADLINE_SECONDS": ("60", 60.0),
    "ALLOW_PRIVATE_IMAGE_HOSTS": ("true", True),
    "LOG_LEVEL": ("debug", "DEBUG"),
    "LOG_FORMAT": ("json", "json"),
}
NEEDED = {"SHARD_IDS": {"SHARD_COUNT": "4"}}
"""Other settings that a setting requires."""


def test_every_setting_is_covered() -> None:
    """These tests cover every setting."""
    assert list(VALUES) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_a_value_from_the_environment(load: Load, name: str) -> None:
    """Each setting is read from its variable, in upper or lower case, and changes no other."""
    text, value = VALUES[name]
    others = {**TOKENS, **NEEDED.get(name, {})}
    settings = load(**{**others, name: text})
    assert getattr(settings, name.lower()) == value
    assert settings.model_copy(update={name.lower(): None}) == load(**others).model_copy(update={name.lower(): None})


@pytest.mark.parametrize("name", NAMES)
def test_a_value_from_the_file(load: Load, name: str) -> None:
    """Each setting is read from .env too."""
    text, value = VALUES[name]
    needed = {**TOKENS, **NEEDED.get(name, {})}
    others = "".join(f"{key}={token}\n" for key, token in needed.items() if key != name)
    assert getattr(load(f"# a comment\n{others}{name}={text}\n"), name.lower()) == value


@pytest.mark.parametrize("name", NAMES)
def test_the_environment_wins(load: Load, name: str) -> None:
    """An environment variable overrides .env, even a malformed value there."""
    text, value = VALUES[name]
    others = {**TOKENS, **NEEDED.get(name, {})}
    assert getattr(load(f"{name}=a b\n", **{**others, name: text}), name.lower()) == value


@pytest.mark.parametrize("name", [name for name in NAMES if name not in TOKENS])
def test_empty_means_unset(load: Load, name: str) -> None:
    """An empty value means the default."""
    assert load(f"{name}=\n", **TOKENS) == load(**TOKENS, **{name: ""}) == load(**TOKENS)


@pytest.mark.parametrize("name", TOKENS)
def test_an_empty_token_is_missing(load: Load, name: str) -> None:
    """An empty token is reported like a missing one."""
    environment = {**TOKENS, name: ""}
    missing = f"{name} is missing: set it in the environment or in .env (see .env.example)"
    assert error_line(load, **environment) == missing
    assert error_line(load, f"{name}=\n", **{key: token for key, token in TOKENS.items() if key != name}) == missing


def test_the_vendors_name_for_the_token(load: Load) -> None:
    """ACEDATACLOUD_API_TOKEN is used if FLUX_API_TOKEN is not set; the environment overrides .env."""
    discord = {"DISCORD_TOKEN": "d"}

    def token(env_file: str = "", **environment: str) -> str:
        return load(env_file, **discord, **environment).flux_api_token.get_secret_value()

    assert token(ACEDATACLOUD_API_TOKEN="theirs") == "theirs"
    assert token("ACEDATACLOUD_API_TOKEN=theirs\n") == "theirs"
    assert token(ACEDATACLOUD_API_TOKEN="theirs", FLUX_API_TOKEN="ours") == "ours"
    assert token(ACEDATACLOUD_API_TOKEN="theirs", FLUX_API_TOKEN="") == "theirs"
    assert token("FLUX_API_TOKEN=\nACEDATACLOUD_API_TOKEN=theirs\n") == "theirs"
    assert token("FLUX_API_TOKEN=ours\n", ACEDATACLOUD_API_TOKEN="theirs") == "theirs"
    assert token("ACEDATACLOUD_API_TOKEN=theirs\n", FLUX_API_TOKEN="ours") == "ours"


def test_the_file_is_optional(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without .env the environment is enough, and overrides take precedence over it."""
    for name, token in TOKENS.items():
        monkeypatch.setenv(name, token)
    assert Settings.load(tmp_path / "missing").discord_token.get_secret_value() == "discord-token"
    assert Settings.load(None, webhook_port=1).webhook_port == 1
    assert Settings.load(None, discord_token=SecretStr("other")).discord_token.get_secret_value() == "other"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_files_of_any_editor(load: Load, encoding: str, newline: str) -> None:
    """A file may have a byte order mark and Windows line endings."""
    text = "".join(f"{name}={token}{newline}" for name, token in TOKENS.items()) + f"FLUX_CATALOGUE=é.toml{newline}"
    settings = load(text.encode(encoding))
    assert (settings.discord_token.get_secret_value(), settings.flux_catalogue) == ("discord-token", "é.toml")


@pytest.mark.parametrize("data", ["DISCORD_TOKEN=x\n".encode("utf-16"), "# é\n".encode("latin-1")])
def test_a_file_that_is_not_utf_8(load: Load, data: bytes) -> None:
    """The error for a file in another encoding names the file and says what to do."""
    text = error_line(load, data, **TOKENS)
    assert ".env" in text
    assert "UTF-8" in text


# --- what they accept ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", TOKENS)
@pytest.mark.parametrize("text", ["{}", " {} ", "Bearer {}", "Bot {}", "  Bearer   {}\n"])
def test_text_pasted_around_a_token(load: Load, name: str, text: str) -> None:
    """Blanks and the scheme of the header are stripped."""
    token = getattr(load(**{**TOKENS, name: text.format("a.b-c")}), name.lower())
    assert token.get_secret_value() == "a.b-c"


MALFORMED = [
    *((name, text) for name in TOKENS for text in (" ", f"two {MARK}", f"{MARK}\tx", f"{MARK}\u200b", "Bearer  \n")),
    *(
        (name, text)
        for name in ("PUBLIC_URL", "DISCORD_API_URL", "FLUX_API_URL")
        for text in (
            MARK,
            f"{MARK}.example.org",
            f"ftp://{MARK}.example.org",
            "https://",
            f"https:///{MARK}",
            f"https://[{MARK}",
            f"https://example.org:{MARK}",
            f"https://example.org:99999/{MARK}",
            f"https://example.org/?{MARK}",
            f"https://example.org/#{MARK}",
            "https://example.org/?",
            "https://example.org/#",
            f"https://example.org/{MARK} b",
            f"https://{MARK} .example.org",
        )
    ),
    *(("WEBHOOK_PORT", text) for text in (MARK, "-1", "65536", "80.5", "eighty", "9" * 30)),
    *(
        ("DATABASE_URL", text)
        for text in (MARK, f"mysql://u:{MARK}@h/d", "sqlite://", f"postgresql:{MARK}", f" {MARK}")
    ),
    ("DATABASE_URL", "sqlite:///"),
    ("DATABASE_URL", "sqlite:///:memory:"),
    *(
        (name, text)
        for name in ("FLUX_MAX_IN_FLIGHT", "SHARD_COUNT", "MAX_RUNNING_PER_USER", "MAX_QUEUED_PER_USER")
        for text in (MARK, "0", "-1", "1.5", "ten")
    ),
    *(
        (name, text)
        for name in ("CALLBACK_GRACE_SECONDS", "POLL_INTERVAL_SECONDS", "JOB_DEADLINE_SECONDS")
        for text in (MARK, "-1", "soon", "nan", "inf", "1e300", "1e12")
    ),
    *((name, "0") for name in ("POLL_INTERVAL_SECONDS", "JOB_DEADLINE_SECONDS")),
    *(("ALLOW_PRIVATE_IMAGE_HOSTS", text) for text in (MARK, "2", "maybe")),
    *(("LOG_LEVEL", text) for text in (MARK, "10", "VERBOSE")),
    *(("RETENTION_DAYS", text) for text in (MARK, "-1", "1.5", "for ever")),
    *(("ROLE", text) for text in (MARK, "gateway")),
    *(("SHARD_IDS", text) for text in (MARK, "0", "0 1", "1,", "2-", "-1", "[0]", "²", "0-999999")),
    *(("LOG_FORMAT", text) for text in (MARK, "xml")),
]


@pytest.mark.parametrize(("name", "text"), MALFORMED)
def test_a_malformed_value(load: Load, name: str, text: str) -> None:
    """The error names a malformed setting in one line without showing its value, which may be a secret."""
    error = error_line(load, **{**TOKENS, name: text})
    assert re.match(rf"{name}: \w", error)
    assert MARK not in error
    assert "Value error" not in error


@pytest.mark.parametrize("text", ["4", "0,4", "0,0", "0-2,2", "3-1", "0-99999"])
def test_invalid_shard_ids(load: Load, text: str) -> None:
    """Shard ids must be unique and below the number of shards."""
    error = error_line(load, **TOKENS, SHARD_COUNT="4", SHARD_IDS=text)
    assert error == "SHARD_IDS: must be distinct numbers from 0 to 3"


def test_a_malformed_token_under_the_vendors_name(load: Load) -> None:
    """The error uses our name for the token, whichever name it was set under."""
    error = error_line(load, DISCORD_TOKEN="d", ACEDATACLOUD_API_TOKEN=f"a {MARK}")
    assert error == "FLUX_API_TOKEN: must not contain whitespace"


def test_all_errors_at_once(load: Load) -> None:
    """All errors are reported in one line, so that they can be fixed in one go."""
    error = error_line(load, DISCORD_TOKEN="d", WEBHOOK_PORT="x", LOG_LEVEL="y")
    assert re.findall(r"(?:^|; )([A-Z_]+)", error) == ["FLUX_API_TOKEN", "WEBHOOK_PORT", "LOG_LEVEL"]


def test_secrets_are_hidden(load: Load) -> None:
    """Settings can be logged: tokens and the database's password stay hidden."""
    settings = load(DISCORD_TOKEN=MARK, FLUX_API_TOKEN=MARK, DATABASE_URL=f"postgresql://u:{MARK}@h/d")
    assert MARK not in f"{settings!r} {settings}"
