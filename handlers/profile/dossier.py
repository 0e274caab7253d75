"""«Мои данные»: everything stored about a person, as a text that they can read."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from itertools import groupby
from typing import Any

from bot.texts import Html
from domain.announcement import Received
from domain.delivery import DeliveryKind
from domain.dossier import Names, Record, audience_of
from domain.finding import Filters
from domain.people import Person
from domain.reminders import Offset
from handlers.announcements.letters import beginning, values_of
from handlers.announcements.screens import TRACK_KEYS, topics
from handlers.audiences.screens import in_words as audience_in_words
from handlers.journal.screens import ACTION_KEYS, ROLE_KEYS
from handlers.profile.screens import facts
from handlers.questions.screens import IMPORTANCE_KEYS
from handlers.questions.screens import STATUS_KEYS as QUESTION_KEYS
from handlers.reminders.screens import IN_A_SENTENCE
from handlers.view import View
from handlers.workshops.screens import chosen
from services.registration import Dossier

PART_KEYS = "data-part-"
COLUMN_KEYS = "data-column-"
PACE_KEYS = "data-pace-"
BOOKING_KEYS = "data-booking-"
ANSWER_KEYS = "data-answer-"
PASSED_OVER_KEYS = "data-passed-over-"
BROADCAST_KEYS = "data-broadcast-"
EDIT_KEYS = "data-edit-"
MESSAGE_KEYS = "data-message-"
DELIVERY_KEYS = "data-delivery-"
FILE_KEYS = "data-file-"
LONGEST_TITLE = 80

WORDS: Mapping[str, str] = {
    "role_grant.role": ROLE_KEYS,
    "invite.role": ROLE_KEYS,
    "booking.status": BOOKING_KEYS,
    "booking.answer": ANSWER_KEYS,
    "booking.passed_over": PASSED_OVER_KEYS,
    "question.status": QUESTION_KEYS,
    "question.importance": IMPORTANCE_KEYS,
    "question_message.file_kind": FILE_KEYS,
    "broadcast.status": BROADCAST_KEYS,
    "broadcast.topic": TRACK_KEYS,
    "edit.kind": EDIT_KEYS,
    "log_entry.action": ACTION_KEYS,
    "delivery.kind": MESSAGE_KEYS,
    "delivery.status": DELIVERY_KEYS,
}
"""Where the words stand for what a column says in one word of the code."""

OF_OTHERS = frozenset({DeliveryKind.CANNOT_LEAD, DeliveryKind.ROLE_ASKED})
"""What is in these messages is about somebody else."""


def in_words(view: View, value: Dossier) -> str:
    """Everything stored about a person, as plain text."""
    person = value.person
    lines = [view.label("data-title", moment=view.dates.moment(view.now, now=view.now)), ""]
    lines += [view.label("data-about"), ""]
    lines.append(view.label("data-address", id=person.address.user_id))
    lines += [_plain(fact) for fact in facts(view, person)]
    for part, records in groupby(value.records, key=lambda record: record.part):
        lines += ["", view.label(PART_KEYS + part)]
        lines += [line for record in records if (line := _line(view, record, value.names))]
    choice = value.announcements
    pace = view.label(PACE_KEYS + choice.pace)
    lines += ["", view.label("data-announcements", pace=pace, topics=topics(view, choice.tracks))]
    lines += [_received(view, person, each) for each in value.received]
    return "\n".join(lines) + "\n"


def _line(view: View, record: Record, names: Names) -> str:
    """One row: what is in it, column by column; what is empty is not named."""
    said = []
    for column, value in record.values.items():
        if value in (None, "", [], {}):
            continue
        words = _words(view, record, column, value, names)
        if words:
            said.append(
                view.label("data-value", name=view.label(COLUMN_KEYS + column.replace("_", "-")), value=words)
            )
    return "; ".join(said)


def _words(view: View, record: Record, column: str, value: Any, names: Names) -> str:
    keys = WORDS.get(f"{record.table}.{column}")
    if keys is not None:
        key = keys + str(value).replace("_", "-")
        return view.label(key) if key in view.texts else str(value)
    if column in _SPECIAL:
        return _SPECIAL[column](view, record, value, names)
    if isinstance(value, datetime):
        return view.dates.moment(value, now=view.now)
    if isinstance(value, bool):
        return view.label("data-yes" if value else "data-no")
    return ", ".join(_leaves(view, value)) if isinstance(value, dict | list) else str(value)


def _leaves(view: View, value: Any) -> Iterator[str]:
    """Words and moments inside JSON. Numbers there are the bot's own ids."""
    if isinstance(value, dict):
        for each in value.values():
            yield from _leaves(view, each)
    elif isinstance(value, list):
        for each in value:
            yield from _leaves(view, each)
    elif isinstance(value, str) and value:
        try:
            moment = datetime.fromisoformat(value)
        except ValueError:
            moment = None
        yield view.dates.moment(moment, now=view.now) if moment is not None and moment.tzinfo else value


def _filters(view: View, _: Record, value: Any, __: Names) -> str:
    try:
        said = chosen(view, Filters.from_json(value))
    except (ValueError, KeyError, TypeError):
        # What another version wrote is still theirs to read.
        return ", ".join(_leaves(view, value))
    return "" if said is None else _plain(said).replace("\n", ", ")


def _audience(view: View, record: Record, value: Any, names: Names) -> str:
    audience = audience_of(record)
    if audience is None or audience.is_blank:
        return ", ".join(_leaves(view, value))
    return audience_in_words(view, audience, names.activities)


def _slot(view: View, _: Record, value: Any, names: Names) -> str:
    if value not in names.slots:
        return ""
    start, end, title = names.slots[value]
    return view.label("data-slot", when=view.dates.slot(start, end, now=view.now), title=title)


def _reminders(view: View, _: Record, value: Any, __: Names) -> str:
    return ", ".join(view.label(IN_A_SENTENCE[offset]) for offset in Offset(value))


def _payload(view: View, record: Record, value: Any, _: Names) -> str:
    return "" if record.values["kind"] in OF_OTHERS else ", ".join(_leaves(view, value))


def _places(view: View, _: Record, value: Any, __: Names) -> str:
    codes = [value] if isinstance(value, str) else value
    return ", ".join(view.municipality(code).name for code in codes)


def _person(_: View, __: Record, value: Any, names: Names) -> str:
    return names.people.get(value, "")


_SPECIAL: Mapping[str, Callable[[View, Record, Any, Names], str]] = {
    "filters": _filters,
    "wish": _filters,
    "audience": _audience,
    "definition": _audience,
    "slot_id": _slot,
    "activity_id": lambda _, __, value, names: names.activities.get(value, ""),
    "municipality_code": _places,
    "within": _places,
    "granted_by": _person,
    "confirmed_by": _person,
    "reminders": _reminders,
    "payload": _payload,
}


def _received(view: View, person: Person, each: Received) -> str:
    """When it came and how it begins; the rest is the coordinators' own."""
    said = beginning(view, each.announcement.content, values_of(view, person.name or "", None), LONGEST_TITLE)
    line = view.label("data-announcement", when=view.dates.moment(each.at, now=view.now), said=said)
    if each.read_at is None:
        return line
    read = view.dates.moment(each.read_at, now=view.now)
    return view.label("data-announcement-read", announcement=line, when=read)


def _plain(html: Html) -> str:
    text = html.replace("<b>", "").replace("</b>", "").replace("<i>", "").replace("</i>", "")
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", '"').replace("&amp;", "&")
