"""UserData: the parts of this package."""

from flux_bot.store.database.database import Database
from flux_bot.store.rules.user_keys import UserKeys
from flux_bot.store.users.erasure import Erasure
from flux_bot.store.users.export import Export
from flux_bot.store.users.message_erasure import MessageErasure
from flux_bot.store.users.overview import DataOverviews


class UserData:
    """Access to everything that is stored about users."""

    def __init__(self, database: Database, keys: UserKeys) -> None:
        self.overviews = DataOverviews(database, keys)
        self.export = Export(database, keys)
        self.erasure = Erasure(database, keys)
        self.messages = MessageErasure(database)
