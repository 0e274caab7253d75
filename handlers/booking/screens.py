"""What a sign-up comes to, one booking, «Мои записи» and the past."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.texts import Html, html_join
from domain.booking import (
    GATHERS_UNTIL,
    MAXIMUM_PLACES,
    Answer,
    Booking,
    BookingStatus,
    Engagement,
    PassedOver,
    Planned,
    Refusal,
    gathers,
)
from domain.limits import LIMITS, Kept
from domain.people import MINIMUM_AGE
from domain.programme import Activity, Slot
from domain.seen import mark_of
from handlers.booking.callbacks import (
    AskToCancel,
    BringChildren,
    CancelBooking,
    ChangeNumber,
    NameCompanions,
    OpenBooking,
    OpenMyBookings,
    OpenPast,
    SendCalendar,
    SwapSlot,
    TakeAndWait,
    TakeSlot,
    WaitForSlot,
)
from handlers.card import screens as cards
from handlers.card.callbacks import OpenCard, ShowOnMap
from handlers.limits import limit_reached
from handlers.paging import pager
from handlers.screen import Button, Screen, button, columns, rows
from handlers.view import View
from handlers.workshops.callbacks import OpenList, OpenWorkshops
from services.booking import Clashing, NoPlaces, Plan, Refused, Signed, SignUp, Waiting

PLAN_PAGE = 6
"""Bookings on one page of «Мои записи»."""
LABEL_TITLE = 34
"""Characters of a title on a button before a phone cuts it by itself."""

REFUSAL_KEYS = "booking-refused-"
PASSED_OVER_KEYS = "booking-passed-over-"


def where(activity: Activity, slot: Slot) -> str:
    place = cards.address(activity)
    return f"{place}, {slot.room}" if slot.room else place


def facts(view: View, activity: Activity, slot: Slot) -> Html:
    """Title, when and where: the same three lines wherever a booking is named."""
    return view.text("booking-facts", title=activity.title, when=view.when(slot), where=where(activity, slot))


def ask_places(view: View, slot: Slot, activity: Activity, origin: str) -> Screen:
    """«Сколько мест?» for adults; when fewer are free the rest leads to the waiting list."""
    most = MAXIMUM_PLACES if slot.capacity is None else min(MAXIMUM_PLACES, slot.capacity)
    choices = [
        button(str(count), TakeSlot(slot=slot.id, places=count, origin=origin, seen=slot.sequence))
        for count in range(1, most + 1)
    ]
    text = view.text(
        "booking-ask-places", facts=facts(view, activity, slot), places=cards.availability(view, slot)
    )
    back = button(view.label("common-button-back"), OpenCard(activity=activity.id, origin=origin))
    return Screen(text, rows(choices, (back, view.menu_button())))


def _is_adult(view: View) -> bool:
    return view.actor.person is not None and view.actor.person.is_adult


def outcome(view: View, result: SignUp) -> Screen:
    """The screen for whatever a sign-up came to."""
    match result:
        case Signed():
            return signed(view, result)
        case Waiting():
            return waiting(view, result)
        case Clashing():
            return clashing(view, result)
        case NoPlaces():
            return no_places(view, result)
        case Refused():
            return refused(view, result)


def signed(view: View, result: Signed) -> Screen:
    booking = result.booking
    if booking.status is BookingStatus.OFFERED:
        return booking_screen(view, (booking, result.slot, result.activity), 0)
    parts = [
        view.text("booking-signed" if result.fresh else "booking-signed-already"),
        facts(view, result.activity, result.slot),
    ]
    if booking.places > 1:
        parts.append(view.text("booking-places", count=booking.places))
    if result.more:
        parts.append(view.text("booking-more-waited-for", count=result.more))
    if result.activity.bring:
        parts.append(view.text("card-bring", text=cards.clip(result.activity.bring, cards.LONGEST_DETAIL)))
    if result.tight is not None:
        parts.append(_tight(view, result.tight))
    return Screen(
        "\n\n".join(parts),
        _booking_buttons(view, (booking, result.slot, result.activity), "booking-button-my"),
    )


def _tight(view: View, other: Engagement) -> Html:
    return view.text(
        "booking-tight", title=other.title, hours=view.dates.hours(other.starts_at, other.ends_at)
    )


def waiting(view: View, result: Waiting) -> Screen:
    return booking_screen(
        view, (result.booking, result.slot, result.activity), result.position, fresh=result.fresh
    )


def clashing(view: View, result: Clashing) -> Screen:
    lines = [
        view.text(
            "booking-clash-line",
            title=clash.title,
            when=view.dates.slot(clash.starts_at, clash.ends_at, now=view.now),
        )
        for clash in result.clashes
    ]
    text = view.text(
        "booking-clash",
        facts=facts(view, result.activity, result.slot),
        clashes=Html("\n".join(lines)),
        count=len(lines),
    )
    bring = None
    if _is_adult(view):
        text = html_join([text, view.text("booking-clash-of-an-adult")], "\n\n")
        brings = BringChildren(slot=result.slot.id, places=result.places, seen=result.slot.sequence)
        bring = button(view.label("booking-button-bring"), brings)
    slot = result.slot
    swap = SwapSlot(slot=slot.id, places=result.places, seen=slot.sequence, gives=mark_of(result.clashes))
    return Screen(
        text,
        rows(
            bring,
            button(view.label("booking-button-swap"), swap),
            button(view.label("booking-button-keep"), OpenCard(activity=result.activity.id)),
            view.menu_button(),
        ),
    )


def no_places(view: View, result: NoPlaces) -> Screen:
    about = facts(view, result.activity, result.slot)
    if result.free:
        text = view.text("booking-full-some", facts=about, free=result.free, asked=result.places)
    else:
        text = view.text("booking-full", facts=about, waiting=result.slot.waiting)
    fewer = None
    if result.free:
        fewer = button(
            view.label("booking-button-fewer", count=result.free),
            TakeSlot(slot=result.slot.id, places=result.free, seen=result.slot.sequence),
        )
    in_part = None
    if result.free and result.places > result.free:
        in_part = button(
            view.label("booking-button-in-part", free=result.free, rest=result.places - result.free),
            TakeAndWait(
                slot=result.slot.id, places=result.places, at_once=result.free, seen=result.slot.sequence
            ),
        )
    wait = WaitForSlot(slot=result.slot.id, places=result.places, seen=result.slot.sequence)
    return Screen(
        text,
        rows(
            in_part,
            fewer,
            button(view.label("booking-button-wait"), wait),
            button(view.label("booking-button-other-times"), OpenCard(activity=result.activity.id)),
            view.menu_button(),
        ),
    )


def refused(view: View, result: Refused) -> Screen:
    text = _refusal(view, result)
    other = OpenCard(activity=result.activity.id)
    retry = button(view.label("booking-button-other-times"), other)
    if result.reason in (Refusal.TOO_MANY_BOOKINGS, Refusal.TOO_MANY_WAITS):
        retry = button(view.label("booking-button-my"), OpenMyBookings())
    if result.reason in (Refusal.GRADE, Refusal.AUDIENCE):
        retry = button(view.label("booking-button-other-workshops"), OpenWorkshops())
    return Screen(text, rows(retry, view.menu_button()))


def _refusal(view: View, result: Refused) -> Html:
    """Why not, and what to do instead."""
    title, key = result.activity.title, REFUSAL_KEYS + result.reason.replace("_", "-")
    match result.reason:
        case Refusal.GRADE:
            return view.text(key, title=title, grades=cards.grades(view, result.activity) or "")
        case Refusal.TOO_MANY_PLACES:
            return view.text(key, most=MAXIMUM_PLACES)
        case Refusal.LARGER_THAN_SLOT:
            return view.text(key, capacity=result.slot.capacity or 0)
        case Refusal.ONE_PLACE_ONLY:
            return view.text(key)
        case Refusal.TOO_MANY_BOOKINGS:
            return limit_reached(view, Kept.BOOKINGS)
        case Refusal.TOO_MANY_WAITS:
            return limit_reached(view, Kept.WAITS)
        case _:
            return view.text(key, title=title)


def booking_screen(view: View, planned: Planned, position: int, *, fresh: bool = False) -> Screen:
    """One booking in whatever state; ``position`` in the waiting list, 0 when it is not in one."""
    booking, slot, activity = planned
    parts = [facts(view, activity, slot)]
    if slot.cancelled_at is not None:
        parts.append(view.text("booking-state-slot-cancelled"))
    elif booking.status is BookingStatus.WAITING:
        parts.insert(0, view.text("booking-waiting" if fresh else "booking-state-waiting"))
        parts += _waiting(view, planned, position)
    elif booking.status is BookingStatus.OFFERED and booking.offer_expires_at is not None:
        until = view.dates.moment(booking.offer_expires_at, now=view.now)
        parts.append(view.text("booking-state-offered", until=until))
    elif booking.status is BookingStatus.BOOKED:
        parts.insert(
            0, view.text("booking-state-past" if slot.ends_at <= view.now else "booking-state-booked")
        )
        if booking.answer is Answer.COMING:
            parts.append(view.text("booking-answer-coming"))
    else:
        parts.append(view.text("booking-state-given-back"))
    if booking.places > 1:
        key = "booking-places-asked" if booking.status is BookingStatus.WAITING else "booking-places"
        parts.append(view.text(key, count=booking.places))
    if booking.brings_only:
        parts.append(view.text("booking-brings-only"))
    if booking.companions:
        parts.append(view.text("booking-companions", names=", ".join(booking.companions)))
    if activity.bring and booking.status is BookingStatus.BOOKED and slot.ends_at > view.now:
        parts.append(view.text("card-bring", text=cards.clip(activity.bring, cards.LONGEST_DETAIL)))
    return Screen("\n\n".join(parts), _booking_buttons(view, planned, "common-button-back"))


def _waiting(view: View, planned: Planned, position: int) -> list[Html]:
    """The place in the list and its rule, or why there will be none."""
    booking, slot, _ = planned
    if booking.passed_over is not None:
        return [passed_over_because(view, planned)]
    rule = view.text("booking-rule-now")
    if gathers(slot.starts_at, view.now):
        until = view.dates.moment(slot.starts_at - GATHERS_UNTIL, now=view.now)
        rule = view.text("booking-rule", until=until)
    return [view.text("booking-position", position=str(position)), rule]


def passed_over_because(view: View, planned: Planned) -> Html:
    """Why somebody who waits gets no place, and what they can do."""
    booking, slot, activity = planned
    reason = booking.passed_over or PassedOver.LATE
    key = PASSED_OVER_KEYS + reason
    match reason:
        case PassedOver.LARGER:
            return view.text(key, capacity=slot.capacity or 0, places=booking.places)
        case PassedOver.GRADE:
            return view.text(key, grades=cards.grades(view, activity) or "")
        case PassedOver.BOOKINGS:
            return view.text(key, most=LIMITS[Kept.BOOKINGS].most)
        case _:
            return view.text(key)


def _booking_buttons(view: View, planned: Planned, back_key: str) -> tuple[tuple[Button, ...], ...]:
    booking, slot, activity = planned
    coming = slot.ends_at > view.now
    back: list[Button] = [button(view.label(back_key), OpenMyBookings()), view.menu_button()]
    card = button(view.label("booking-button-card"), OpenCard(activity=activity.id, origin="my"))
    if not coming or not booking.status.is_active:
        return rows(card, back)
    number = None
    if _is_adult(view) and slot.starts_at > view.now:
        number = button(view.label("booking-button-number"), ChangeNumber(booking=booking.id))
    if booking.status is BookingStatus.WAITING:
        leave = button(view.label("booking-button-leave"), AskToCancel(booking=booking.id))
        return rows(number, leave, card, back)
    if booking.status is BookingStatus.OFFERED:
        return rows(
            button(
                view.label("notices-button-take"),
                TakeSlot(slot=slot.id, places=booking.places, seen=slot.sequence),
            ),
            button(
                view.label("booking-button-decline"), CancelBooking(booking=booking.id, seen=slot.sequence)
            ),
            back,
        )
    tools = [button(view.label("booking-button-calendar"), SendCalendar(booking=booking.id))]
    if activity.venue.latitude is not None and activity.venue.longitude is not None:
        tools.append(button(view.label("card-button-map"), ShowOnMap(activity=activity.id)))
    names = None
    if booking.places > 1:
        names = button(view.label("booking-button-companions"), NameCompanions(booking=booking.id))
    return rows(
        tools,
        number,
        names,
        card if back_key == "common-button-back" else None,
        button(view.label("booking-button-cancel"), AskToCancel(booking=booking.id)),
        back,
    )


def ask_to_cancel(view: View, planned: Planned) -> Screen:
    booking, slot, activity = planned
    key = "booking-ask-cancel-started" if slot.starts_at <= view.now else "booking-ask-cancel"
    if booking.status is BookingStatus.WAITING:
        key = "booking-ask-leave"
    text = view.text(key, facts=facts(view, activity, slot))
    yes = (
        "booking-button-leave-yes" if booking.status is BookingStatus.WAITING else "booking-button-cancel-yes"
    )
    return Screen(
        text,
        rows(
            button(view.label(yes), CancelBooking(booking=booking.id, seen=slot.sequence)),
            button(view.label("booking-button-cancel-no"), OpenBooking(booking=booking.id)),
            view.menu_button(),
        ),
    )


def given_back(view: View, planned: Planned) -> Screen:
    booking, slot, activity = planned
    held = booking.held_since is not None
    key = "booking-given-back-started" if slot.starts_at <= view.now else "booking-given-back"
    if not held:
        key = "booking-left"
    text = view.text(key, facts=facts(view, activity, slot))
    remove = None
    if held:
        remove = button(view.label("booking-button-calendar-remove"), SendCalendar(booking=booking.id))
    again = None
    if slot.starts_at > view.now and slot.cancelled_at is None:
        again = button(view.label("booking-button-again"), TakeSlot(slot=slot.id, seen=slot.sequence))
    return Screen(
        text,
        rows(
            again,
            remove,
            button(view.label("booking-button-other-workshops"), OpenList()),
            (button(view.label("booking-button-my"), OpenMyBookings()), view.menu_button()),
        ),
    )


def over(view: View, planned: Planned) -> Screen:
    """The booking was given back, passed on or is past: said plainly, with a way on."""
    booking, slot, activity = planned
    key = "booking-over-past" if slot.ends_at <= view.now else "booking-over"
    again = None
    if slot.starts_at > view.now and slot.cancelled_at is None and not booking.status.is_active:
        again = button(view.label("booking-button-again"), TakeSlot(slot=slot.id, seen=slot.sequence))
    return Screen(
        view.text(key, facts=facts(view, activity, slot)),
        rows(again, (button(view.label("booking-button-my"), OpenMyBookings()), view.menu_button())),
    )


def not_yours(view: View) -> Screen:
    return Screen(
        view.text("booking-not-yours"),
        rows((button(view.label("booking-button-my"), OpenMyBookings()), view.menu_button())),
    )


def slot_gone(view: View) -> Screen:
    return Screen(
        view.text("booking-slot-gone"),
        rows(button(view.label("booking-button-other-workshops"), OpenList()), view.menu_button()),
    )


def child_needs_adult(view: View, slot: Slot, activity: Activity) -> Screen:
    """For a pupil under fourteen: nothing is kept; a message to forward to their adult comes below."""
    text = view.text("booking-child", age=MINIMUM_AGE, facts=facts(view, activity, slot))
    card = button(view.label("booking-button-card"), OpenCard(activity=activity.id))
    return Screen(text, rows(card, view.menu_button()))


def child_forward(view: View, slot: Slot, activity: Activity) -> Screen:
    """What a child forwards to their parent or teacher."""
    link = view.link(f"act_{activity.code}")
    return Screen(view.text("booking-child-forward", facts=facts(view, activity, slot), link=link))


def _state_word(view: View, planned: Planned, positions: Mapping[int, int]) -> str:
    booking, slot, _ = planned
    if slot.cancelled_at is not None:
        return view.label("my-state-cancelled")
    if booking.status is BookingStatus.WAITING:
        return view.label("my-state-waiting", position=str(positions.get(booking.id, 0)))
    if booking.status is BookingStatus.OFFERED:
        return view.label("my-state-offered")
    if slot.ends_at <= view.now:
        return view.label("my-state-past")
    return view.label("my-state-coming" if booking.answer is Answer.COMING else "my-state-booked")


def plan_lines(view: View, shown: Sequence[Planned], positions: Mapping[int, int]) -> Html:
    """Bookings under the day on which they are."""
    lines: list[Html] = []
    day = ""
    for planned in shown:
        booking, slot, activity = planned
        line = view.text(
            "my-line",
            hours=view.dates.hours(slot.starts_at, slot.ends_at),
            title=activity.title,
            where=cards.clip(where(activity, slot), 80),
            state=_state_word(view, planned, positions),
            places=booking.places,
        )
        if (this_day := view.dates.relative_day(slot.starts_at, now=view.now)) != day:
            day = this_day
            line = Html("\n".join((view.text("my-day", day=day), line)))
        lines.append(line)
    return Html("\n\n".join(lines))


def my_bookings(view: View, plan: Plan, page: int) -> Screen:
    past = button(view.label("my-button-past"), OpenPast()) if plan.has_past else None
    if not plan.coming:
        find = button(view.label("menu-button-workshops"), OpenWorkshops())
        return Screen(view.text("my-empty"), rows(find, past, view.menu_button()))
    last = (len(plan.coming) - 1) // PLAN_PAGE
    page = max(0, min(page, last))
    shown = plan.coming[page * PLAN_PAGE : (page + 1) * PLAN_PAGE]
    lines = plan_lines(view, shown, plan.positions)
    buttons = [
        button(
            view.label(
                "my-button-booking",
                time=view.dates.time(slot.starts_at),
                title=cards.clip(activity.title, LABEL_TITLE),
            ),
            OpenBooking(booking=booking.id),
        )
        for booking, slot, activity in shown
    ]
    calendar = None
    if any(booking.status is BookingStatus.BOOKED for booking, _, _ in plan.coming):
        calendar = button(view.label("my-button-calendar"), SendCalendar())
    return Screen(
        view.text("my-coming", lines=lines),
        rows(
            *columns(buttons, 1),
            pager(view, page, last, lambda number: OpenMyBookings(page=number)),
            [part for part in (calendar, past) if part],
            view.menu_button(),
        ),
    )


def my_past(view: View, shown: Sequence[Planned], page: int, *, has_more: bool) -> Screen:
    text = view.text("my-past", lines=plan_lines(view, shown, {})) if shown else view.text("my-past-empty")
    return Screen(
        text,
        rows(
            pager(view, page, page + 1 if has_more else page, lambda number: OpenPast(page=number)),
            (button(view.label("common-button-back"), OpenMyBookings()), view.menu_button()),
        ),
    )


def names_please(view: View, booking_id: int) -> Screen:
    """Something else than first names was sent."""
    return Screen(
        view.text("booking-names-please"),
        rows((button(view.label("common-button-back"), OpenBooking(booking=booking_id)), view.menu_button())),
    )


def one_word_each(view: View, booking_id: int, unfit: str) -> Screen:
    """One of the names is more than a first name: nothing of it is kept."""
    return Screen(
        view.text("booking-names-one-word", name=cards.clip(unfit, LABEL_TITLE)),
        rows((button(view.label("common-button-back"), OpenBooking(booking=booking_id)), view.menu_button())),
    )


def too_many_names(view: View, booking: Booking) -> Screen:
    return Screen(
        view.text("booking-too-many-names", count=booking.places),
        rows((button(view.label("common-button-back"), OpenBooking(booking=booking.id)), view.menu_button())),
    )


def ask_companions(view: View, planned: Planned) -> Screen:
    booking, slot, activity = planned
    return Screen(
        view.text("booking-ask-companions", facts=facts(view, activity, slot), count=booking.places),
        rows((button(view.label("common-button-back"), OpenBooking(booking=booking.id)), view.menu_button())),
    )
