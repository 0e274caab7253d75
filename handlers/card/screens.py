"""The card of a workshop or a forum session: one phone screen that answers everything before the tap."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from aiogram.types import SwitchInlineQueryChosenChat

from bot.texts import Html
from domain.booking import Booking, BookingStatus
from domain.people import GRADE_COLLEGE, GRADE_UNIVERSITY
from domain.programme import Access, Activity, Kind, Slot
from handlers.booking.callbacks import OpenBooking, OpenMyBookings, TakeSlot
from handlers.card.callbacks import OpenCard, ShowOnMap
from handlers.menu.callbacks import OpenMenu
from handlers.programme.callbacks import OpenProgramme
from handlers.screen import Button, Screen, button, rows
from handlers.view import View
from handlers.workshops.callbacks import OpenList

SLOTS_SHOWN = 6
"""Coming slots on a card: more would not fit a phone."""
LONGEST_DESCRIPTION = 500
LONGEST_DETAIL = 200

TRACK_KEYS = "track-"
FORMAT_KEYS = "format-"
OWN_KEYS = {
    BookingStatus.WAITING: "card-button-own-waiting",
    BookingStatus.OFFERED: "card-button-own-offered",
}
ACCESS_KEYS = "access-"
AUDIENCE_KEYS = "audience-"


@dataclass(frozen=True, slots=True)
class Card:
    """What the card shows: the coming slots in order of time and the person's own bookings by slot id."""

    activity: Activity
    slots: Sequence[Slot]
    own: Mapping[int, Booking]
    distance_km: float | None = None


def grade_name(view: View, grade: int) -> str:
    if grade == GRADE_COLLEGE:
        return view.label("grade-college")
    if grade == GRADE_UNIVERSITY:
        return view.label("grade-university")
    return str(grade)


def grades(view: View, activity: Activity) -> str | None:
    """«7–11 класс», «9 класс – СПО», «СПО, вуз»; None when everybody may come."""
    low, high = activity.grade_from, activity.grade_to
    if low is None and high is None:
        return None
    low = 1 if low is None else low
    high = GRADE_UNIVERSITY if high is None else high
    if high <= 11:
        if low == high:
            return view.label("grade-one", low=str(low))
        return view.label("grade-range", low=str(low), high=str(high))
    if low > 11:
        names = [grade_name(view, grade) for grade in range(low, high + 1)]
        return ", ".join(names)
    return view.label("grade-mixed", low=str(low), high=grade_name(view, high))


def clip(text: str, longest: int) -> str:
    """Cut at a word, with an ellipsis: Telegram refuses long messages, people skip them.

    ``longest`` is in UTF-16 units, as Telegram counts: an emoji is two.
    """
    text = text.strip()
    units = text.encode("utf-16-le")
    if len(units) <= 2 * longest:
        return text
    cut = units[: 2 * longest].decode("utf-16-le", "ignore")
    return cut.rsplit(" ", 1)[0].rstrip(" ,.;:") + "…"


def address(activity: Activity) -> str:
    """Town, venue and address, without saying the town twice."""
    venue = activity.venue
    parts = [part for part in (venue.name, venue.address) if part]
    if not any(venue.town in part for part in parts):
        parts.insert(0, venue.town)
    return ", ".join(parts)


def head(view: View, activity: Activity) -> list[Html]:
    kind = (
        view.label(FORMAT_KEYS + activity.format.replace("_", "-"))
        if activity.format
        else view.label("card-kind-workshop" if activity.kind is Kind.WORKSHOP else "card-kind-forum")
    )
    track = view.label(TRACK_KEYS + activity.track)
    return [view.text("card-title", title=activity.title), view.text("card-kind", kind=kind, track=track)]


def card(view: View, value: Card, origin: str = "") -> Screen:
    activity = value.activity
    parts = [*head(view, activity)]
    if activity.description:
        parts.append(view.text("card-description", text=clip(activity.description, LONGEST_DESCRIPTION)))
    parts.append(Html("\n".join(_facts(view, value))))
    slots = value.slots[:SLOTS_SHOWN]
    parts.append(_times(view, slots, value.own))
    return Screen("\n\n".join(part for part in parts if part), _buttons(view, value, slots, origin))


def _facts(view: View, value: Card) -> list[Html]:
    activity, venue = value.activity, value.activity.venue
    facts = []
    if activity.led_by or activity.enterprise:
        key = "card-leader" if activity.kind is Kind.WORKSHOP else "card-speakers"
        who = ", ".join(part for part in (activity.led_by, activity.enterprise) if part)
        facts.append(view.text(key, who=clip(who, LONGEST_DETAIL)))
    rooms = {slot.room for slot in value.slots if slot.cancelled_at is None}
    room = rooms.pop() if len(rooms) == 1 else ""
    place = address(activity)
    facts.append(view.text("card-where", where=f"{place}, {room}" if room else place))
    if value.distance_km is not None:
        facts.append(view.text("card-distance", distance=view.distance(value.distance_km)))
    if venue.directions:
        facts.append(view.text("card-directions", text=clip(venue.directions, LONGEST_DETAIL)))
    if venue.access:
        names = [
            view.label(ACCESS_KEYS + value.replace("_", "-")) for value in Access if value in venue.access
        ]
        facts.append(view.text("card-access", what=", ".join(names)))
    if (allowed := grades(view, activity)) is not None:
        facts.append(view.text("card-grades", grades=allowed))
    if activity.kind is Kind.FORUM:
        facts.append(view.text("card-audience", who=view.label(AUDIENCE_KEYS + activity.audience)))
    if activity.bring:
        facts.append(view.text("card-bring", text=clip(activity.bring, LONGEST_DETAIL)))
    if activity.safety:
        facts.append(view.text("card-safety", text=clip(activity.safety, LONGEST_DETAIL)))
    return facts


def availability(view: View, slot: Slot) -> str:
    """Places for somebody who comes now: with a waiting list there are none."""
    if slot.cancelled_at is not None:
        return view.label("card-slot-cancelled")
    if slot.waiting and slot.capacity is not None:
        return view.label("card-slot-queue", count=slot.waiting)
    return view.places(slot.free)


def _times(view: View, slots: Sequence[Slot], own: Mapping[int, Booking]) -> Html:
    """What the buttons do not say: the one slot there is, what was cancelled, or that there is nothing."""
    still_on = [slot for slot in slots if slot.cancelled_at is None]
    lines = [
        view.text("card-slot-gone", when=view.when(slot)) for slot in slots if slot.cancelled_at is not None
    ]
    if not still_on:
        lines.append(view.text("card-no-slots"))
    elif len(still_on) == 1 and still_on[0].id not in own:
        slot = still_on[0]
        lines.append(view.text("card-slot", when=view.when(slot), status=availability(view, slot)))
    else:
        lines.append(view.text("card-slots"))
    return Html("\n".join(lines))


def slot_button(view: View, slot: Slot, own: Booking | None, origin: str, *, single: bool) -> Button | None:
    """«Записаться» when there is one slot, else the slot itself; own bookings open, cancelled ones have none."""
    if own is not None:
        key = OWN_KEYS.get(own.status, "card-button-own")
        return button(view.label(key, when=view.when(slot)), OpenBooking(booking=own.id))
    if slot.cancelled_at is not None:
        return None
    if single:
        return button(
            view.label("card-button-sign-up"), TakeSlot(slot=slot.id, origin=origin, seen=slot.sequence)
        )
    label = view.label("card-button-slot", when=view.when(slot), status=availability(view, slot))
    return button(label, TakeSlot(slot=slot.id, origin=origin, seen=slot.sequence))


def back_button(view: View, origin: str) -> Button:
    """«Назад» to where the card was opened from."""
    label = view.label("common-button-back")
    if origin.startswith("w"):
        page = int(origin[1:]) if origin[1:].isdecimal() and len(origin) < 6 else 0
        return button(label, OpenList(page=page))
    if origin == "my":
        return button(label, OpenMyBookings())
    if origin.startswith("f"):
        return button(label, OpenProgramme(place=origin[1:]))
    return button(label, OpenMenu())


def _buttons(view: View, value: Card, slots: Sequence[Slot], origin: str) -> tuple[tuple[Button, ...], ...]:
    activity = value.activity
    open_slots = [slot for slot in slots if slot.cancelled_at is None]
    single = len(open_slots) == 1
    venue = activity.venue
    on_map = None
    if venue.latitude is not None and venue.longitude is not None:
        on_map = button(view.label("card-button-map"), ShowOnMap(activity=activity.id))
    share = Button(
        text=view.label("card-button-share"),
        switch_inline_query_chosen_chat=SwitchInlineQueryChosenChat(
            query=activity.code, allow_user_chats=True, allow_group_chats=True
        ),
    )
    return rows(
        *(slot_button(view, slot, value.own.get(slot.id), origin, single=single) for slot in slots),
        [part for part in (on_map, share) if part],
        (back_button(view, origin), view.menu_button()),
    )


def not_found(view: View) -> Screen:
    return Screen(
        view.text("card-not-found"),
        rows(button(view.label("menu-button-workshops"), OpenList()), view.menu_button()),
    )


def back_to_card(view: View, activity: Activity, origin: str = "") -> Button:
    return button(view.label("common-button-back"), OpenCard(activity=activity.id, origin=origin))
