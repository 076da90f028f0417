"""A variant of bot.py that may reply after Discord's three seconds, so that a busy machine does not affect tests."""

import sys

from bot import main
from flux_bot.ui.interactions import replies

PATIENCE_SECONDS = 60.0

if __name__ == "__main__":
    replies.ACK_SECONDS = replies.LAST_SECONDS = PATIENCE_SECONDS
    sys.exit(main())
