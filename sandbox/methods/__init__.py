"""What the methods of the Bot API do. Those that are not here get the plain answer of their type."""

from sandbox.methods import chats, edits, media, messages, profile, queries, topics
from sandbox.methods.registry import HANDLERS

__all__ = ["HANDLERS", "chats", "edits", "media", "messages", "profile", "queries", "topics"]
