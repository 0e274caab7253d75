"""What the bot says on its own, and the same messages after somebody has answered them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from bot.texts import Html, html_join
from domain.booking import Answer, BookingStatus, Engagement, Planned
from domain.letters import Letter, Part
from domain.notices import Change, SlotSnapshot
from domain.payloads import Promoted
from domain.seen import mark_of
from handlers.booking.callbacks import OpenBooking, OpenMyBookings
from handlers.booking.changes import when_and_where
from handlers.booking.screens import LABEL_TITLE, passed_over_because, where
from handlers.card.callbacks import OpenCard
from handlers.card.screens import clip
from handlers.notices.callbacks import AcceptOffer, Coming, DeclineOffer, FreePlace, KeepMoved, NotComing
from handlers.screen import Button, Row, Screen, button, rows
from handlers.view import View
from handlers.workshops.callbacks import OpenWorkshops

NOTICE = "n"
"""Origin of cards opened from here: they come below, the notice stays."""
LONGEST_BRING = 300
LONGEST_BRING_OF_MANY = 100
LONGEST_TITLE_OF_MANY = 160
LONGEST_PLACE_OF_MANY = 240
BLANK_LINE = "\n\n"


def reminder(view: View, letter: Letter) -> Screen:
    visits = [part.visit for part in letter.parts]
    if len(visits) == 1:
        _, slot, _ = visits[0]
        day = view.dates.relative_day(slot.starts_at, now=view.now)
        head = view.text("notices-reminder", day=day, time=view.dates.time(slot.starts_at))
    else:
        head = view.text("notices-reminders", count=len(visits))
    if letter.parts[0].change is not None:
        return moved(view, letter, head=head)
    return answered(view, visits, head=head, tail=view.text("notices-will-you-come"))


def _changed_from(part: Part) -> SlotSnapshot | None:
    """How the person read the slot, where it is not so any more."""
    return part.before if part.change is not None else None


def answered(
    view: View,
    visits: Sequence[Planned],
    *,
    head: Html | None = None,
    tail: Html | None = None,
    asked: int | None = None,
    changes: Mapping[int, SlotSnapshot] | None = None,
) -> Screen:
    """Visits with their state and the answers that are still open; ``asked`` is the booking in question.

    ``changes``: by booking, how its slot was read before, where it has changed since.
    """
    many = len(visits) > 1
    parts = [head] if head else []
    buttons: list[Row] = []
    for visit in visits:
        before = (changes or {}).get(visit[0].id)
        parts.append(_visit(view, visit, many=many, asked=visit[0].id == asked, before=before))
        buttons += _visit_buttons(view, visit, many=many, asked=visit[0].id == asked)
    if tail:
        parts.append(tail)
    return Screen(html_join(parts, BLANK_LINE), rows(*buttons, _my_button(view)))


def _what(view: View, visit: Planned, before: SlotSnapshot | None, *, many: bool) -> Html:
    """What, when and where; old → new where it has changed since ``before``."""
    _, slot, activity = visit
    if before is not None:
        return _news(view, visit, before, many=many)
    title, place = activity.title, where(activity, slot)
    if many:
        title, place = clip(title, LONGEST_TITLE_OF_MANY), clip(place, LONGEST_PLACE_OF_MANY)
    return view.text("notices-visit", title=title, when=view.when(slot), where=place)


def _news(view: View, visit: Planned, before: SlotSnapshot, *, many: bool) -> Html:
    _, slot, activity = visit
    title = activity.title
    if many:
        title, longest = clip(title, LONGEST_TITLE_OF_MANY), LONGEST_PLACE_OF_MANY // 4
        venue = activity.venue
        venue = replace(venue, name=clip(venue.name, longest), address=clip(venue.address, longest))
        activity, slot = replace(activity, venue=venue), replace(slot, room=clip(slot.room, longest))
        before = replace(
            before,
            venue_name=clip(before.venue_name, longest),
            address=clip(before.address, longest),
            room=clip(before.room, longest),
        )
    head = view.text("notices-restored" if before.cancelled else "notices-moved", title=title)
    return html_join([head, *when_and_where(view, before, slot, activity)])


def _visit(
    view: View, visit: Planned, *, many: bool, asked: bool, before: SlotSnapshot | None = None
) -> Html:
    booking, slot, activity = visit
    lines = [_what(view, visit, before, many=many)]
    awaited = booking.status is BookingStatus.BOOKED and slot.cancelled_at is None and slot.ends_at > view.now
    if activity.bring and awaited:
        longest = LONGEST_BRING_OF_MANY if many else LONGEST_BRING
        lines.append(view.text("card-bring", text=clip(activity.bring, longest)))
    if booking.places > 1 and awaited:
        lines.append(view.text("booking-places", count=booking.places))
    if asked and awaited:
        lines.append(view.text("notices-state-asked"))
    elif (state := _state(view, visit)) is not None:
        lines.append(state)
    return html_join(lines)


def _state(view: View, visit: Planned) -> Html | None:
    """What has become of the booking; None while the question is open."""
    booking, slot, _ = visit
    if slot.ends_at <= view.now:
        return view.text("notices-state-over")
    if slot.cancelled_at is not None:
        return view.text("notices-state-cancelled")
    if booking.status is BookingStatus.WAITING:
        return view.text("notices-state-waiting")
    if booking.status is BookingStatus.OFFERED and booking.offer_expires_at is not None:
        return view.text("notices-state-offered", until=_until(view, visit))
    if not booking.status.is_active:
        key = "notices-state-freed" if slot.starts_at > view.now else "notices-state-started"
        return view.text(key)
    return view.text("notices-state-coming") if booking.answer is Answer.COMING else None


def _visit_buttons(view: View, visit: Planned, *, many: bool, asked: bool) -> list[Row]:
    booking, slot, activity = visit
    title = clip(activity.title, LABEL_TITLE)
    if slot.ends_at <= view.now or slot.cancelled_at is not None:
        return []
    if booking.status is BookingStatus.OFFERED:
        return _offer_buttons(view, visit, None)
    if not booking.status.is_active:
        label = view.label("notices-button-again")
        if many:
            label = view.label("notices-button-again-to", title=title)
        again = button(label, OpenCard(activity=activity.id, origin=NOTICE))
        return [[again]] if slot.starts_at > view.now else []
    if booking.status is not BookingStatus.BOOKED:
        return []
    if asked:
        return [
            [
                button(view.label("notices-button-free"), FreePlace(booking=booking.id, seen=slot.sequence)),
                button(view.label("notices-button-keep"), Coming(booking=booking.id, seen=slot.sequence)),
            ]
        ]
    coming = view.label("notices-button-coming")
    not_coming = view.label("notices-button-not-coming")
    if many:
        coming = view.label("notices-button-coming-to", title=title)
        not_coming = view.label("notices-button-not-coming-to", title=title)
    no = button(not_coming, NotComing(booking=booking.id, seen=slot.sequence))
    if booking.answer is Answer.COMING:
        return [[no]]
    yes = button(coming, Coming(booking=booking.id, seen=slot.sequence))
    return [[yes], [no]] if many else [[yes, no]]


def moved(view: View, letter: Letter, head: Html | None = None) -> Screen:
    """Old → new in one message; also "it takes place after all", and a reminder under its ``head``."""
    part = letter.parts[0]
    booking, slot, activity = visit = part.visit
    restored = part.change is Change.RESTORED
    lines = [view.text("notices-restored" if restored else "notices-moved", title=activity.title)]
    lines += when_and_where(view, part.before, slot, activity)
    if head is not None and activity.bring:
        lines.append(view.text("card-bring", text=clip(activity.bring, LONGEST_BRING)))
    parts = [head] if head is not None else []
    parts.append(html_join(lines))
    if (state := _state(view, visit)) is not None and booking.answer is not Answer.COMING:
        parts.append(state)
    elif booking.status is BookingStatus.BOOKED:
        if part.clashes:
            parts.append(_clashes(view, part.clashes))
        parts.append(view.text("notices-fits"))
    buttons = _answer_buttons(view, visit)
    if part.clashes and booking.status is BookingStatus.BOOKED:
        buttons.append([_swap_button(view, visit, part.clashes)])
    return Screen(html_join(parts, BLANK_LINE), rows(*buttons, _my_button(view)))


def keep_anew(view: View, visit: Planned, clashes: Sequence[Engagement]) -> Screen:
    """«Заменить запись» under a move, when something else overlaps by now than the message named."""
    parts = [_what(view, visit, None, many=False), _clashes(view, clashes)]
    buttons = [*_answer_buttons(view, visit), [_swap_button(view, visit, clashes)]]
    return Screen(html_join(parts, BLANK_LINE), rows(*buttons, _my_button(view)))


def _clashes(view: View, clashes: Sequence[Engagement]) -> Html:
    """What the moved slot overlaps now."""
    lines = [view.text("notices-offer-clashes", count=len(clashes))]
    lines += [_clash(view, clash) for clash in clashes]
    return html_join([*lines, view.text("notices-moved-swap")])


def _clash(view: View, clash: Engagement) -> Html:
    when = view.dates.slot(clash.starts_at, clash.ends_at, now=view.now)
    return view.text("notices-offer-clash", title=clash.title, when=when)


def _answer_buttons(view: View, visit: Planned) -> list[Row]:
    """Both answers, whatever was answered before the slot changed."""
    booking, slot, _ = visit
    if booking.status is not BookingStatus.BOOKED:
        return _visit_buttons(view, visit, many=False, asked=False)
    return [
        [
            button(view.label("notices-button-coming"), Coming(booking=booking.id, seen=slot.sequence)),
            button(
                view.label("notices-button-not-coming"), NotComing(booking=booking.id, seen=slot.sequence)
            ),
        ]
    ]


def cancelled(view: View, letter: Letter) -> Screen:
    part = letter.parts[0]
    _, slot, activity = part.visit
    starts_at, ends_at = slot.starts_at, slot.ends_at
    if part.before is not None:
        starts_at, ends_at = part.before.starts_at, part.before.ends_at
    when = view.dates.slot(starts_at, ends_at, now=view.now)
    lines = [
        view.text("notices-cancelled", title=activity.title),
        view.text("notices-cancelled-when", when=when),
    ]
    if slot.cancel_reason:
        lines.append(view.text("notices-cancelled-reason", reason=slot.cancel_reason))
    parts = [html_join(lines)]
    found, buttons = _alternatives(view, part)
    parts.append(found)
    others = button(view.label("notices-button-workshops"), OpenWorkshops())
    return Screen(html_join(parts, BLANK_LINE), rows(*buttons, others, _my_button(view)))


def _alternatives(view: View, part: Part) -> tuple[Html, list[Button]]:
    """Where else there are places, with a button for each activity."""
    if not part.alternatives:
        return view.text("notices-cancelled-no-alternatives"), []
    buttons: dict[int, Button] = {}
    lines = [view.text("notices-cancelled-alternatives")]
    for other_slot, other in part.alternatives:
        lines.append(
            view.text(
                "notices-cancelled-alternative",
                title=other.title,
                when=view.when(other_slot),
                places=view.places(other_slot.free),
            )
        )
        label = view.label("notices-button-alternative", title=clip(other.title, LABEL_TITLE))
        buttons[other.id] = button(label, OpenCard(activity=other.id, origin=NOTICE))
    return html_join(lines), list(buttons.values())


def passed_over(view: View, letter: Letter) -> Screen:
    """To somebody who waits: why there is no place, and where there are some."""
    part = letter.parts[0]
    booking, slot, activity = part.visit
    found, buttons = _alternatives(view, part)
    visit = view.text(
        "notices-visit", title=activity.title, when=view.when(slot), where=where(activity, slot)
    )
    parts = [view.text("notices-passed-over"), visit, passed_over_because(view, part.visit), found]
    opened = button(view.label("notices-button-waiting"), OpenBooking(booking=booking.id))
    return Screen(html_join(parts, BLANK_LINE), rows(*buttons, opened, _my_button(view)))


def promoted(view: View, letter: Letter) -> Screen:
    part = letter.parts[0]
    booking, slot, _ = visit = part.visit
    parts = [
        view.text("notices-promoted"),
        _visit(view, visit, many=False, asked=False, before=_changed_from(part)),
    ]
    payload = part.delivery.payload
    if isinstance(payload, Promoted) and payload.more:
        # Added to places held before: one tap must not give all of them away.
        opened = button(view.label("notices-button-booking"), OpenBooking(booking=booking.id))
        return Screen(html_join(parts, BLANK_LINE), rows(opened, _my_button(view)))
    parts.append(view.text("notices-promoted-question"))
    answers = [
        button(view.label("notices-button-coming"), Coming(booking=booking.id, seen=slot.sequence)),
        button(view.label("notices-button-give-away"), FreePlace(booking=booking.id, seen=slot.sequence)),
    ]
    return Screen(html_join(parts, BLANK_LINE), rows(answers, _my_button(view)))


def offer(view: View, letter: Letter) -> Screen:
    """A freed place that overlaps: what would be given up, and until when the answer is awaited."""
    part = letter.parts[0]
    _, slot, activity = visit = part.visit
    title = view.text("notices-offer-title", title=activity.title)
    parts = [
        view.text("notices-offer"),
        html_join([title, *when_and_where(view, part.before, slot, activity)]),
    ]
    if part.clashes:
        lines = [view.text("notices-offer-clashes", count=len(part.clashes))]
        lines += [_clash(view, clash) for clash in part.clashes]
        parts += [html_join(lines), view.text("notices-offer-swap", until=_until(view, visit))]
    else:
        parts.append(view.text("notices-offer-take", until=_until(view, visit)))
    buttons = _offer_buttons(view, visit, part.clashes)
    return Screen(html_join(parts, BLANK_LINE), rows(*buttons, _my_button(view)))


def _offer_buttons(view: View, visit: Planned, clashes: Sequence[Engagement] | None) -> list[Row]:
    """``clashes``: what the message says would be given up; None: it says nothing of it, so it is asked first."""
    booking, slot, _ = visit
    label = view.label("notices-button-take" if clashes == () else "notices-button-swap")
    gives = "" if clashes is None else mark_of(clashes)
    return [
        [
            button(label, AcceptOffer(booking=booking.id, seen=slot.sequence, gives=gives)),
            button(
                view.label("notices-button-decline"), DeclineOffer(booking=booking.id, seen=slot.sequence)
            ),
        ]
    ]


def _swap_button(view: View, visit: Planned, clashes: Sequence[Engagement]) -> Button:
    booking, slot, _ = visit
    keep = KeepMoved(booking=booking.id, seen=slot.sequence, gives=mark_of(clashes))
    return button(view.label("notices-button-swap"), keep)


def _until(view: View, visit: Planned) -> str:
    expires_at = visit[0].offer_expires_at
    return view.dates.moment(expires_at, now=view.now) if expires_at is not None else ""


def offer_lapsed(view: View, letter: Letter) -> Screen:
    _, slot, activity = letter.parts[0].visit
    visit = view.text(
        "notices-visit", title=activity.title, when=view.when(slot), where=where(activity, slot)
    )
    parts = [view.text("notices-lapsed"), visit, view.text("notices-lapsed-explained")]
    look = button(view.label("notices-button-look"), OpenCard(activity=activity.id, origin=NOTICE))
    return Screen(html_join(parts, BLANK_LINE), rows(look, _my_button(view)))


def _my_button(view: View) -> Button:
    return button(view.label("notices-button-my"), OpenMyBookings())
