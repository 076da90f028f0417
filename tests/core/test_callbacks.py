"""The secret that proves who calls the callback address."""

from flux_bot.core.callbacks import is_secret, new_secret


def test_only_the_jobs_secret_is_accepted() -> None:
    """A secret has 256 bits; a wrong, partial or missing one, and any secret of an unknown job, are refused."""
    secret = new_secret()
    assert len(secret) == 43
    assert is_secret(secret, secret)
    for given in ("", secret[:-1], secret + "a", new_secret(), "é"):
        assert not is_secret(given, secret), given
    assert not is_secret(secret, None)
