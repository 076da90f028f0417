"""Requests by messages: a mention of the bot, a reply to one of its results, or a direct message.

reading.py    turns a message into a request, and decides where to answer
pictures.py   the list from which one of several pictures is picked
listener.py   receives the messages
"""
