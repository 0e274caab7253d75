"""The text that people agree to before anything of them is stored. Which one it was stays provable."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

CONSENT_VERSION = "2026-12"
"""Of the text in ``locales``; a new text gets a new version. The operator's name is part of the text, too."""


@dataclass(frozen=True, slots=True)
class Operator:
    """Who answers for the data (federal law 152-FZ, article 9): from the settings."""

    name: str
    address: str
    contact: str


@dataclass(frozen=True, slots=True)
class ConsentText:
    """The whole text as it is shown, with the operator in it. ``operator`` None: a demonstration."""

    text: str
    operator: Operator | None = None
    version: str = CONSENT_VERSION

    @property
    def digest(self) -> str:
        """SHA-256 of the text as shown, in hexadecimal: another operator or another word is another text."""
        return hashlib.sha256(self.text.encode()).hexdigest()


NO_TEXT = ConsentText("")
"""Where nobody is asked, as in letters."""
