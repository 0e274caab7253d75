"""A demonstration: an invented programme and invented people, plainly marked, for trying the bot without a token."""
