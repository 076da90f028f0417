"""The settings: their sources, their accepted values, and .env.example, which explains them."""

import os
import re
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from pydantic_core import PydanticUndefined

from flux_bot.core.costs import CostDisplay, Money
from flux_bot.core.errors import ConfigurationError
from flux_bot.settings import Settings, read_log_format

ROOT = Path(__file__).parents[1]
EXAMPLE = (ROOT / ".env.example").read_text()
README = (ROOT / "README.md").read_text()
NAMES = [name.upper() for name in Settings.model_fields]
TOKENS = {"DISCORD_TOKEN": "discord-token", "FLUX_API_TOKEN": "flux-token"}
OTHER_NAME = "ACEDATACLOUD_API_TOKEN"
MARK = "kept-to-ourselves"
PLATFORM_TOKEN = "ACEDATACLOUD_PLATFORM_TOKEN"
ADDRESSES = ("PUBLIC_URL", "DISCORD_API_URL", "FLUX_API_URL", "FLUX_PLATFORM_URL")
HOSTS = ("WEBHOOK_HOST", "HEALTH_HOST")
PORTS = ("WEBHOOK_PORT", "HEALTH_PORT")
COUNTS = ("SHARD_COUNT", "FLUX_MAX_IN_FLIGHT", "MAX_RUNNING_PER_USER", "MAX_QUEUED_PER_USER")
GRACE, *INTERVALS = DURATIONS = [name for name in NAMES if name.endswith("_SECONDS")]

Load = Callable[..., Settings]


def plain(value: object) -> str:
    """Return a setting's value in the form used in a file."""
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
    """Return the single line of the error."""
    with pytest.raises(ConfigurationError) as refused:
        load(*arguments, **environment)
    text = str(refused.value)
    assert "\n" not in text
    assert refused.value.__suppress_context__, "the cause would show the value in a traceback"
    return text


def test_the_example_shows_the_settings() -> None:
    """The example lists every setting once, in the class's order, with its default, and explains it in sentences."""
    shown = re.findall(r"^#?([A-Z0-9_]+)=(.*)$", EXAMPLE, re.MULTILINE)
    assert shown == [
        (name.upper(), "" if field.default in (PydanticUndefined, None) else plain(field.default))
        for name, field in Settings.model_fields.items()
    ]
    blocks = [block.splitlines() for block in EXAMPLE.split("\n\n")]
    explained = [block for block in blocks if re.match(r"#?[A-Z0-9_]+=", block[-1])]
    assert len(explained) == len(NAMES)
    for *explanation, setting in explained:
        assert all(line.startswith("# ") and len(line) <= 120 for line in explanation), setting
        assert explanation[-1].endswith("."), setting


def test_the_readme_lists_the_settings_and_their_defaults() -> None:
    """The table in the README has every setting in the class's order, with its default."""
    listed = dict(re.findall(r"^\| `([A-Z0-9_]+)` \| (.*?) ?\| .+ \|$", README, re.MULTILINE))
    assert list(listed) == NAMES
    for name, field in Settings.model_fields.items():
        required = field.default is PydanticUndefined
        default = "" if required else f"`{plain(field.default)}`" if field.default not in ("", None) else "empty"
        assert (name, listed[name.upper()]) == (name, default)


def test_the_example_and_two_tokens_are_enough(load: Load) -> None:
    """A copy of the example with both tokens filled in gives the defaults, even with every # removed."""
    for text in (EXAMPLE, re.sub(r"^#(?=[A-Z0-9_]+=)", "", EXAMPLE, flags=re.MULTILINE)):
        filled = text
        for name, token in TOKENS.items():
            filled = filled.replace(f"\n{name}=\n", f"\n{name}={token}\n")
        assert load(filled) == load(**TOKENS)
        error = error_line(load, text)
        assert [part.split(":")[0] for part in error.split("; ")] == [f"{name} is missing" for name in TOKENS]


VALUES = {
    **dict.fromkeys((*TOKENS, PLATFORM_TOKEN), ("a.b-c_d", SecretStr("a.b-c_d"))),
    **dict.fromkeys(ADDRESSES, ("http://127.0.0.1:8001/api/", "http://127.0.0.1:8001/api")),
    **dict.fromkeys(COUNTS, ("4", 4)),
    **dict.fromkeys(DURATIONS, ("0.5", 0.5)),
    GRACE: ("0", 0.0),
    **dict.fromkeys(HOSTS, ("[::1]", "::1")),
    **dict.fromkeys(PORTS, ("0", 0)),
    "DATABASE_URL": ("postgresql://u:p@db.example.org/bot", SecretStr("postgresql://u:p@db.example.org/bot")),
    "RETENTION_DAYS": ("0", 0),
    "OPERATOR_CONTACT": (" me@example.org ", "me@example.org"),
    "ROLE": ("worker", "worker"),
    "SHARD_IDS": ("0, 2-3", (0, 2, 3)),
    "FLUX_CATALOGUE": ("own.toml", "own.toml"),
    "BLOCKED_WORDS_FILE": ("words.txt", "words.txt"),
    "RESUBMIT_AFTER_500": ("true", True),
    "SHOW_COST": ("true", True),
    "MENTIONS": ("false", False),
    "ALLOWED_GUILDS": (" 123456789012345678 ,234567890123456789", (123456789012345678, 234567890123456789)),
    "ALLOW_USER_INSTALLS": ("false", False),
    "CREDIT_PRICE": (" 0.0952  USD ", Money(Decimal("0.0952"), "USD")),
    **dict.fromkeys(("BUDGET_PER_DAY", "BUDGET_PER_MONTH"), (" 12.5 ", Decimal("12.5"))),
    "PICTURES_PER_USER_PER_DAY": ("0", 0),
    "TIMEZONE": ("Europe/Berlin", "Europe/Berlin"),
    "ALLOW_PRIVATE_IMAGE_HOSTS": ("true", True),
    "LOG_LEVEL": ("debug", "DEBUG"),
    "LOG_FORMAT": ("json", "json"),
}


def test_a_value_of_each_setting(load: Load) -> None:
    """Each setting is read from the environment or .env; the environment wins, and no other setting changes."""
    assert set(VALUES) == set(NAMES)
    for name, (text, value) in VALUES.items():
        field = name.lower()
        others = {**TOKENS, **({"SHARD_COUNT": "4"} if name == "SHARD_IDS" else {})}
        settings = load(**{**others, name: text})
        assert getattr(settings, field) == value, name
        assert settings.model_copy(update={field: None}) == load(**others).model_copy(update={field: None}), name
        file = "".join(f"{key}={token}\n" for key, token in others.items() if key != name)
        assert load(f"# a comment\n{file}{name}={text}\n") == settings, name
        assert load(f"{name}=a b\n", **{**others, name: text}) == settings, name


def test_empty_means_unset(load: Load) -> None:
    """An empty value means the default; an empty token is reported as missing."""
    defaults = load(**TOKENS)
    for name in (name for name in NAMES if name not in TOKENS):
        assert load(f"{name}=\n", **TOKENS) == load(**TOKENS, **{name: ""}) == defaults, name
    for name in TOKENS:
        missing = f"{name} is missing: set it in the environment or in .env (see .env.example)"
        others = {key: token for key, token in TOKENS.items() if key != name}
        assert error_line(load, **others, **{name: ""}) == error_line(load, f"{name}=\n", **others) == missing


def test_the_vendors_name_for_the_token(load: Load) -> None:
    """ACEDATACLOUD_API_TOKEN is used if FLUX_API_TOKEN is not set; the environment overrides .env."""

    def token(env_file: str = "", **environment: str) -> str:
        return load(env_file, DISCORD_TOKEN="d", **environment).flux_api_token.get_secret_value()

    ours, theirs = {"FLUX_API_TOKEN": "ours"}, {OTHER_NAME: "theirs"}
    assert token(**theirs) == token(f"{OTHER_NAME}=theirs\n") == "theirs"
    assert token(**theirs, **ours) == token(f"{OTHER_NAME}=theirs\n", **ours) == "ours"
    assert token(**theirs, FLUX_API_TOKEN="") == token(f"FLUX_API_TOKEN=\n{OTHER_NAME}=theirs\n") == "theirs"
    assert token("FLUX_API_TOKEN=ours\n", **theirs) == "theirs"


def test_the_file_is_optional(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without .env the environment is enough, and overrides take precedence over it."""
    for name, token in TOKENS.items():
        monkeypatch.setenv(name, token)
    assert Settings.load(tmp_path / "missing").discord_token.get_secret_value() == "discord-token"
    assert Settings.load(None, webhook_port=1).webhook_port == 1
    assert Settings.load(None, discord_token=SecretStr("other")).discord_token.get_secret_value() == "other"


def test_files_of_any_editor(load: Load) -> None:
    """A file may have a byte order mark and Windows line endings, but must be UTF-8."""
    text = "DISCORD_TOKEN=discord-token\nFLUX_API_TOKEN=flux-token\nFLUX_CATALOGUE=é.toml\n"
    for encoding in ("utf-8", "utf-8-sig"):
        for newline in ("\n", "\r\n"):
            assert load(text.replace("\n", newline).encode(encoding)) == load(**TOKENS, FLUX_CATALOGUE="é.toml")
    for encoding in ("utf-16", "latin-1"):
        error = error_line(load, text.encode(encoding), **TOKENS)
        assert error.endswith("/.env is not a UTF-8 text file: save it as UTF-8"), encoding


def test_text_pasted_around_a_token(load: Load) -> None:
    """Whitespace and the scheme of the header are stripped."""
    for name in TOKENS:
        for text in (" {} ", "Bot {}", "  Bearer   {}\n"):
            token = getattr(load(**{**TOKENS, name: text.format("a.b-c")}), name.lower())
            assert token.get_secret_value() == "a.b-c", (name, text)


BAD_ADDRESSES = (
    *(MARK, f"ftp://{MARK}.example.org", f"https:///{MARK}", f"https://[{MARK}", f"https://example.org:{MARK}"),
    *(f"https://example.org:0/{MARK}", f"https://example.org/?{MARK}", "https://example.org/#"),
    *(f"https://{MARK} .example.org", f"https://example.org/{MARK}\u200b"),
)
BAD_DURATIONS = (MARK, "-1", "nan", "inf", "604801")
MALFORMED = {
    **dict.fromkeys((*TOKENS, PLATFORM_TOKEN), (" ", f"{MARK}\tx", f"{MARK}\u200b", "Bearer  \n")),
    **dict.fromkeys(ADDRESSES, BAD_ADDRESSES),
    **dict.fromkeys(COUNTS, (MARK, "0", "1.5")),
    **dict.fromkeys(INTERVALS, (*BAD_DURATIONS, "0")),
    GRACE: BAD_DURATIONS,
    **dict.fromkeys(HOSTS, (f"{MARK}:80", "0.0.0.0:8080", f"http://{MARK}", f"[{MARK}]", "[::1]:80", "a b", "::g")),
    **dict.fromkeys(PORTS, (MARK, "-1", "65536", "80.5")),
    "DATABASE_URL": (f"mysql://u:{MARK}@h/d", f"postgresql:{MARK}", "sqlite://", "sqlite:///", "sqlite:///:memory:"),
    "RETENTION_DAYS": (MARK, "-1", "1.5", "36501"),
    "OPERATOR_CONTACT": (f"{MARK}\nb", MARK * 100),
    "ROLE": (MARK,),
    "ALLOWED_GUILDS": (MARK, "1", "-123456789012345678", "123456789012345678,", "9" * 20),
    "ALLOW_USER_INSTALLS": (MARK, "2"),
    "SHARD_IDS": (MARK, "0", "0 1", "1,", "2-", "-1", "²", "0-999999"),
    **dict.fromkeys(("RESUBMIT_AFTER_500", "SHOW_COST", "MENTIONS", "ALLOW_PRIVATE_IMAGE_HOSTS"), (MARK, "2")),
    "CREDIT_PRICE": (
        *(MARK, "0.0952", "USD", "USD 0.0952", "0.0952USD", "0.0952 usd", "0.0952 UDS", "$0.0952", "0 USD", "0.00 USD"),
        *("-1 USD", "1e-2 USD", "nan USD", "0,0952 USD", ".5 USD", f"1 USD {MARK}", "1234567890 USD", "² USD"),
    ),
    **dict.fromkeys(("BUDGET_PER_DAY", "BUDGET_PER_MONTH"), (MARK, "0", "-1", "1e3", "nan", "1,5", "1 USD", ".5", "²")),
    "PICTURES_PER_USER_PER_DAY": (MARK, "-1", "1.5"),
    "TIMEZONE": (MARK, "CET/CEST", "../UTC", "/etc/passwd", "UTC "),
    "LOG_LEVEL": (MARK, "10"),
    "LOG_FORMAT": (MARK,),
}


def test_a_malformed_value(load: Load) -> None:
    """The error names a malformed setting in one line without showing its value, which may be a secret."""
    assert set(NAMES) - set(MALFORMED) == {"FLUX_CATALOGUE", "BLOCKED_WORDS_FILE"}
    for name, values in MALFORMED.items():
        for text in values:
            error = error_line(load, **{**TOKENS, name: text})
            assert MARK not in error
            assert re.match(rf"{name}: (must|needs) ", error), (text, error)
            assert not re.search("Value error|Input|pars|string|integer|decimal|instance", error), (text, error)


def test_errors_name_the_allowed_values(load: Load) -> None:
    """The error says which values a setting accepts: the choices, or the kind of number and its limits."""
    expected = {
        **dict.fromkeys(COUNTS, "a whole number, at least 1"),
        **dict.fromkeys(INTERVALS, "a number above 0 and up to 604800"),
        GRACE: "a number from 0 to 604800",
        **dict.fromkeys(PORTS, "a whole number from 0 to 65535"),
        "RETENTION_DAYS": "a whole number from 0 to 36500",
        **dict.fromkeys(("RESUBMIT_AFTER_500", "SHOW_COST", "ALLOW_PRIVATE_IMAGE_HOSTS"), "true or false"),
        "ALLOW_USER_INSTALLS": "true or false",
        "ROLE": "one of all, worker",
        "LOG_LEVEL": "one of DEBUG, INFO, WARNING, ERROR",
        "LOG_FORMAT": "one of text, json",
    }
    for name, values in expected.items():
        for text in MALFORMED[name]:
            assert error_line(load, **{**TOKENS, name: text}) == f"{name}: must be {values}", text


def test_the_largest_values(load: Load) -> None:
    """The limits themselves are accepted."""
    limits = {**dict.fromkeys(PORTS, "65535"), "RETENTION_DAYS": "36500", **dict.fromkeys(DURATIONS, "604800")}
    settings = load(**TOKENS, **limits)
    assert {name: f"{getattr(settings, name.lower()):.0f}" for name in limits} == limits


def test_listen_addresses(load: Load) -> None:
    """Addresses of both families and host names are accepted; IPv6 ones may have brackets."""
    hosts = {"::": "::", "[::]": "::", "[::1]": "::1", "0.0.0.0": "0.0.0.0", "localhost": "localhost"}  # noqa: S104
    for text, host in (hosts | {"fe80::1%eth0": "fe80::1%eth0", "bot.example.org": "bot.example.org"}).items():
        assert load(**TOKENS, WEBHOOK_HOST=text).webhook_host == host, text


def test_credit_price(load: Load) -> None:
    """The price of a credit is exact; the error about a malformed price is one line."""
    for text, amount, currency in (
        ("0.0952 USD", "0.0952", "USD"),
        ("15 JPY", "15", "JPY"),
        ("1.10 EUR", "1.10", "EUR"),
    ):
        settings = load(**TOKENS, CREDIT_PRICE=text, SHOW_COST="true")
        assert settings.cost_display == CostDisplay(Money(Decimal(amount), currency), on_status_cards=True), text
    assert load(**TOKENS).cost_display == CostDisplay(None, on_status_cards=False)
    error = error_line(load, **TOKENS, CREDIT_PRICE="ten cents")
    assert error == "CREDIT_PRICE: must be an amount and an ISO 4217 currency code, such as 0.0952 USD"


def test_shard_ids(load: Load) -> None:
    """Shard ids are numbers and ranges; they must be unique and below the number of shards."""
    for text, ids in {"0": (0,), " 3 , 1 - 2": (3, 1, 2), "1-1": (1,)}.items():
        assert load(**TOKENS, SHARD_COUNT="4", SHARD_IDS=text).shard_ids == ids
    for text in ("4", "0,0", "0-2,2", "3-1", "0-99999"):
        error = error_line(load, **TOKENS, SHARD_COUNT="4", SHARD_IDS=text)
        assert error == "SHARD_IDS: must be distinct numbers from 0 to 3", text
    error = error_line(load, **TOKENS, SHARD_IDS="0")
    assert error == "SHARD_IDS: needs SHARD_COUNT, the number of shards across all processes"


def test_all_errors_at_once(load: Load) -> None:
    """All errors are on one line, so that the operator can fix them together; no alias of a token is named.

    The line never starts with a setting that the operator has not set: wrong settings come before missing ones.
    """
    error = error_line(load, DISCORD_TOKEN="d", WEBHOOK_PORT="x", LOG_LEVEL="y")
    assert re.findall(r"(?:^|; )([A-Z0-9_]+)", error) == ["WEBHOOK_PORT", "LOG_LEVEL", "FLUX_API_TOKEN"]
    for name, (malformed, *_) in MALFORMED.items():
        others = {} if name != "DISCORD_TOKEN" else {OTHER_NAME: "flux-token"}
        assert error_line(load, **others, **{name: malformed}).startswith(f"{name}: "), name
    error = error_line(load, DISCORD_TOKEN="d", ACEDATACLOUD_API_TOKEN=f"a {MARK}")
    assert error == "FLUX_API_TOKEN: must not contain whitespace"


def test_secrets_are_hidden(load: Load) -> None:
    """Settings can be logged: tokens and the database's password stay hidden."""
    settings = load(DISCORD_TOKEN=MARK, FLUX_API_TOKEN=MARK, DATABASE_URL=f"postgresql://u:{MARK}@h/d")
    assert MARK not in f"{settings!r} {settings}"


def test_a_worker_needs_a_shared_database(load: Load) -> None:
    """A worker refuses SQLite; a process with ROLE=all does not."""
    url = "postgresql://user:password@host/database"
    load(**TOKENS).check_role()
    load(**TOKENS, ROLE="worker", DATABASE_URL=url).check_role()
    for database in ("", "sqlite:////app/data/flux_bot.db"):
        with pytest.raises(ConfigurationError, match=rf"^DATABASE_URL: a worker .* needs .*PostgreSQL.* {url}$"):
            load(**TOKENS, ROLE="worker", DATABASE_URL=database).check_role()


def test_the_log_format_despite_errors(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The log format is read even if other settings or the file are invalid; the environment takes precedence."""
    monkeypatch.delenv("LOG_FORMAT", raising=False)
    file = tmp_path / ".env"
    assert read_log_format(file) == "text"
    for content, named, expected in (
        ("WEBHOOK_PORT=x\nLOG_FORMAT=json\n", "", "json"),
        ("LOG_FORMAT=json\n", "text", "text"),
        ("LOG_FORMAT=xml\n", "", "text"),
        ("LOG_FORMAT=xml\n", "json", "json"),
        ("# é\n", "json", "json"),
        ("LOG_FORMAT=json # é\n", "", "text"),
    ):
        file.write_bytes(content.encode("latin-1"))
        monkeypatch.setenv("LOG_FORMAT", named)
        assert read_log_format(file) == expected, (content, named)


def test_an_unreadable_file() -> None:
    """One line names the file, the reason and the user."""
    file = "/proc/self/mem"  # not even root can read the start of this file
    with pytest.raises(ConfigurationError) as refused:
        Settings.load(file)
    reason = f"(Input/output error): the bot runs as user {os.geteuid()}, who must be able to read the file"
    assert str(refused.value) == f"{file} can't be read {reason}"
    assert read_log_format(file) == "text"
