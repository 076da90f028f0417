"""What a server's managers and moderators are told in its log channel.

server_log.py    collects entries and posts them
log_entries.py   the entries about refused requests and what moderators do
"""
