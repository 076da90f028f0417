"""How the bot posts messages that are not replies: results, failures and alerts to the operator.

messenger.py           the delivery methods
channel_pace.py        the pace of posts in a channel
operator_messages.py   direct messages to the operator
"""
