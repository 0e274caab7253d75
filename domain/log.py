"""What the log remembers: changes of roles, of the programme, and what was done for somebody else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any


class Action(StrEnum):
    INVITED = "invited"
    INVITE_REVOKED = "invite_revoked"
    ROLE_TAKEN = "role_taken"
    """Somebody opened an invitation."""
    ROLE_GIVEN = "role_given"
    """Whoever invited a coordinator said yes to who came."""
    ROLE_REVOKED = "role_revoked"
    IMPORTED = "imported"
    SECOND_ASKED = "second_asked"
    """What many people would hear of waits for a second coordinator."""
    QUESTIONS_REFUSED = "questions_refused"
    """No questions are taken from somebody any more."""
    QUESTIONS_ACCEPTED = "questions_accepted"
    EXPORTED = "exported"
    """A programme or a list of participants left the bot as a file."""
    SLOT_EDITED = "slot_edited"
    SLOT_ADDED = "slot_added"
    SLOT_CANCELLED = "slot_cancelled"
    EDIT_UNDONE = "edit_undone"
    ACTIVITY_EDITED = "activity_edited"
    ATTENDANCE = "attendance"
    LATE = "late"
    CANNOT_LEAD = "cannot_lead"
    BROADCAST = "broadcast"
    BROADCAST_STOPPED = "broadcast_stopped"
    BROADCAST_CORRECTED = "broadcast_corrected"
    BROADCAST_RECALLED = "broadcast_recalled"


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the log. ``actor_id`` None: the operator or somebody who was forgotten since."""

    id: int
    at: datetime
    actor_id: int | None
    actor_name: str | None
    action: Action
    municipality: str | None
    subject: str
    details: Mapping[str, Any]
    has_file: bool
    about_name: str | None = None
    """Whom it was done to: the name of the person whose id is ``details["person_id"]``, while they are known."""
