"""The log channel of a server, for its managers and moderators.

server_log.py    collects entries and posts them
log_entries.py   the entries about rejected requests and the actions of moderators
"""
