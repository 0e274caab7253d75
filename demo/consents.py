"""The consent of those who come ready-made: to the text that a bot without an operator shows."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from typing import Any

from bot.texts import Texts
from db.engine import Session
from db.queries.people import keep_consent_text
from domain.consent import ConsentText
from handlers.registration.consent import consent_text

__all__ = ["agreed"]


def agreed(session: Session, at: datetime) -> dict[str, Any]:
    """What a person's row says of a consent given ``at`` that moment; the text itself is kept."""
    text = _text()
    keep_consent_text(session, text, at)
    return {"consent_version": text.version, "consent_digest": text.digest, "consent_at": at}


@cache
def _text() -> ConsentText:
    return consent_text(Texts.load(), None)
