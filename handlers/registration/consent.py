"""The consent text of today, with the operator from the settings in it."""

from __future__ import annotations

from bot.texts import Texts
from domain.consent import ConsentText, Operator


def consent_text(texts: Texts, operator: Operator | None) -> ConsentText:
    """``operator`` None: a demonstration, and the text says so."""
    who = texts("registration-consent-nobody")
    if operator is not None:
        who = texts(
            "registration-consent-operator",
            name=operator.name,
            address=operator.address,
            contact=operator.contact,
        )
    return ConsentText(texts("registration-consent-full", operator=who), operator)
