"""Announcements as their recipients read them: the coordinator's own words and formatting, with our buttons."""

from __future__ import annotations

from collections.abc import Mapping

from bot.texts import Html, html_join
from domain.announcement import Announcement
from domain.booking import Planned
from domain.broadcast import LONGEST_VALUE, Content, personal
from domain.delivery import Act, DeliveryKind, Outgoing
from domain.letters import Letter, Part
from handlers.announcements.callbacks import Acknowledge, OpenAnnouncement, OpenReceived
from handlers.card.callbacks import OpenCard
from handlers.card.screens import clip
from handlers.screen import Button, button, rows
from handlers.view import View

TITLE_ON_A_BUTTON = 40
BEGINNING_ON_A_BUTTON = 40
BEGINNING = 120
"""Of an announcement in a list."""
IN_A_DIGEST = 8
"""Announcements that a digest shows, and a page of the list: more would not fit a phone."""
ORIGIN = "n"
"""The card comes below: an announcement stays readable."""
MEDIA_KEYS = "announcements-only-"

Values = Mapping[str, str]
Rows = tuple[tuple[Button, ...], ...]


def variables(view: View) -> tuple[str, str]:
    """Words that are filled in when they stand in braces: for the name and for the booking."""
    return view.label("announcements-variable-name"), view.label("announcements-variable-booking")


def values_of(view: View, name: str, visit: Planned | None) -> dict[str, str]:
    """What stands for each variable in the message to one person; ``visit``: what they are booked on next."""
    name_word, booking_word = variables(view)
    said = view.label("announcements-no-visit")
    if visit is not None:
        _, slot, activity = visit
        when = view.when(slot)
        title = clip(activity.title, LONGEST_VALUE - len(when) - 3)
        said = view.label("announcements-visit", title=title, when=when)
    return {name_word: name or view.label("announcements-nameless"), booking_word: said}


def message_for(
    view: View, content: Content, broadcast_id: int, values: Values, *, was_read: bool = False
) -> Outgoing:
    """The message that one person gets, to the letter: what the coordinator's preview shows, too.

    ``was_read``: the person has confirmed it.
    """
    text, entities = personal(content.text, content.entities, values)
    link = receipt = None
    if content.activity_id is not None:
        title = clip(content.activity_title, TITLE_ON_A_BUTTON)
        link = button(
            view.label("announcements-button-open", title=title),
            OpenCard(activity=content.activity_id, origin=ORIGIN),
        )
    if content.wants_receipt:
        receipt = button(read_label(view, was_read=was_read), Acknowledge(broadcast=broadcast_id))
    return Outgoing(text, _payloads(rows(link, receipt)), entities=entities, media=content.media)


def read_label(view: View, *, was_read: bool) -> str:
    return view.label("announcements-button-was-read" if was_read else "announcements-button-read")


def announcement(view: View, letter: Letter) -> Outgoing:
    """A broadcast, several of a day, or what becomes of one that was sent before."""
    if letter.is_digest:
        return _digest(view, letter)
    part = letter.parts[0]
    if letter.kind is DeliveryKind.RECALL:
        first, *others = part.delivery.reached
        return Outgoing("", act=Act.DELETE, message_id=first, more_ids=tuple(others))
    said = _said(part)
    message = message_for(view, said.content, said.id, _values(view, letter, part), was_read=part.was_read)
    if letter.kind is DeliveryKind.CORRECTION:
        return Outgoing(
            message.text,
            message.rows,
            entities=message.entities,
            media=message.media,
            act=Act.EDIT,
            message_id=part.delivery.reached[0],
        )
    return message


def _said(part: Part) -> Announcement:
    """Raises ValueError for a letter about no broadcast."""
    if part.announcement is None:
        raise ValueError(f"{part.delivery.kind} about no broadcast")
    return part.announcement


def _values(view: View, letter: Letter, part: Part) -> dict[str, str]:
    return values_of(view, letter.reader.name, part.speaks_of)


def _digest(view: View, letter: Letter) -> Outgoing:
    shown = letter.parts[:IN_A_DIGEST]
    rest = len(letter.parts) - len(shown)
    lines = [view.text("announcements-digest", count=len(letter.parts))]
    keys: list[Button] = []
    for number, part in enumerate(shown, start=1):
        said = _said(part)
        values = _values(view, letter, part)
        lines.append(line(view, number, said, values))
        keys.append(open_button(view, said, values))
    more = None
    if rest:
        lines.append(view.text("announcements-digest-more", count=rest))
        more = button(view.label("announcements-button-more"), OpenReceived(page=1, below=True))
    return Outgoing(html_join(lines, "\n\n"), _payloads(rows(*keys, more, view.menu_button())))


def line(view: View, number: int, said: Announcement, values: Values) -> Html:
    """One of a list: how it begins, who wrote it and when."""
    when = view.dates.moment(said.at, now=view.now)
    head = view.text(
        "announcements-line", number=str(number), said=beginning(view, said.content, values, BEGINNING)
    )
    if said.author:
        return html_join([head, view.text("announcements-line-who", who=said.author, when=when)])
    return html_join([head, view.text("announcements-line-when", when=when)])


def open_button(view: View, said: Announcement, values: Values) -> Button:
    label = beginning(view, said.content, values, BEGINNING_ON_A_BUTTON)
    return button(
        view.label("announcements-button-read-all", said=label), OpenAnnouncement(broadcast=said.id)
    )


def beginning(view: View, content: Content, values: Values, longest: int) -> str:
    """How it begins, on one line; what it is where it has no words."""
    text, _ = personal(content.text, (), values)
    return clip(" ".join(text.split()), longest) or view.label(MEDIA_KEYS + content.media[0].kind)


def _payloads(keyboard: Rows) -> tuple[tuple[tuple[str, str], ...], ...]:
    return tuple(tuple((key.text, key.callback_data or "") for key in row) for row in keyboard)
