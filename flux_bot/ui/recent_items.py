"""A dict of bounded size, for data that is remembered for a while."""

from collections import OrderedDict
from typing import TypeVar

Key = TypeVar("Key")
Value = TypeVar("Value")


class RecentItems(OrderedDict[Key, Value]):
    """A dict that forgets the oldest of its items when there are more than ``LIMIT``."""

    LIMIT = 1000

    def __setitem__(self, key: Key, value: Value) -> None:
        """Add an item as the newest."""
        super().__setitem__(key, value)
        self.move_to_end(key)
        if len(self) > self.LIMIT:
            self.popitem(last=False)
