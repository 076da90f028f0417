"""Keyed hashes, which replace the ids of users who have erased their data.

A hash shows that two rows belong to the same user, but not which user. The key is random, and saved as a note, so
anyone who can read the database could try all ids with it. Therefore a hash is stored only for as long as a limit or a
block needs it.
"""

import hashlib
import hmac
import secrets

import sqlalchemy as sa

from flux_bot.store.schema import notes

_NOTE = "key of the users' hashes"


class UserKeys:
    """The key for hashing users' ids; ``load`` reads it."""

    def __init__(self) -> None:
        self._key = b""

    def load(self, connection: sa.Connection) -> None:
        """Read the key, or create it; only one process at a time may do this."""
        query = sa.select(notes.c.value).where(notes.c.name == _NOTE)
        key = connection.execute(query).scalar_one_or_none()
        if key is None:
            key = secrets.token_hex(32)
            connection.execute(sa.insert(notes).values(name=_NOTE, value=key))
        self._key = bytes.fromhex(key)

    def of(self, user_id: int) -> str:
        """Return the hash of a user: 64 hexadecimal digits."""
        return hmac.new(self._key, str(user_id).encode(), hashlib.sha256).hexdigest()
