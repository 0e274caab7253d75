"""A Telegram Bot API server in memory, with people to talk to it: for demonstrations and tests only.

It knows nothing of the bot it serves. It listens on 127.0.0.1, takes no real token and keeps nothing on disk.
"""
