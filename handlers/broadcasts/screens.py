"""A broadcast as its coordinator sees it: a draft, what waits, how it goes, and the rows of its report."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, time, timedelta
from math import ceil

from bot.texts import Html, html_join
from domain.broadcast import (
    LARGE,
    Broadcast,
    Content,
    Count,
    Flaw,
    Recipient,
    Status,
    Step,
    Verdict,
    flaw,
    unknown_variables,
    verdict,
)
from domain.delivery import DeliveryStatus
from domain.four_eyes import SEASONED, Objection, takes_two
from domain.links import Link, links
from domain.programme import Activity, Track
from domain.quiet import at, is_night, next_waking
from handlers.announcements.letters import variables
from handlers.audiences.callbacks import OpenAudience
from handlers.audiences.screens import in_words
from handlers.broadcasts.callbacks import (
    AskContent,
    AskLink,
    AskTopic,
    AskUrgent,
    AskWhen,
    BeginBroadcast,
    CallSheet,
    Confirm,
    LinkTo,
    NotUrgent,
    OpenBroadcast,
    OpenBroadcasts,
    OpenReport,
    Pause,
    Recall,
    RemindUnread,
    Resume,
    SendAt,
    SetTopic,
    ShowToMe,
    Stop,
    SwitchReceipt,
    TakeBack,
    ThrowAway,
)
from handlers.card.screens import clip
from handlers.coordination.callbacks import OpenCoordination
from handlers.paging import pager
from handlers.registration.screens import ROLE_KEYS
from handlers.screen import Button, Row, Screen, button, columns, rows
from handlers.view import View
from services.broadcasts import State
from services.printed_table import Heading
from services.spreadsheet import Value

ON_PAGE = 5
EXCERPT = 300
LINE = 60
LABEL = 34
BAR = 10
PER_SECOND = 28
"""Messages a second that leave the bot, see ``bot.limits``."""
BLANK_LINE = "\n\n"
OFFERED = (time(9), time(18))
"""Times of day that have a button of their own."""
SOON = timedelta(minutes=5)
"""What is nearer than this is sent now, not later."""
EPOCH_MINUTE = 60

STATE_KEYS = "broadcasts-state-"
MEDIA_KEYS = "broadcasts-media-"
FLAW_KEYS = "broadcasts-flaw-"
NOT_SECOND_KEYS = "broadcasts-not-second-"
WHEN_KEYS = "broadcasts-when-"
TRACK_KEYS = "track-"
OUTCOME_KEYS = "broadcasts-outcome-"


def entries(view: View) -> Row:
    """The way in from the coordinator's menu."""
    return (
        button(view.label("broadcasts-button-new"), BeginBroadcast()),
        button(view.label("broadcasts-button-list"), OpenBroadcasts()),
    )


def excerpt(view: View, content: Content, longest: int) -> str:
    """The beginning of the text on one line, or that there is none."""
    return clip(" ".join(content.text.split()), longest) or view.label("broadcasts-wordless")


def _to_list(view: View) -> list[Button]:
    return [button(view.label("common-button-back"), OpenBroadcasts()), view.menu_button()]


def _to_one(view: View, broadcast_id: int) -> list[Button]:
    return [
        button(view.label("common-button-back"), OpenBroadcast(broadcast=broadcast_id)),
        view.menu_button(),
    ]


def _noted(note: Html | None, *parts: Html) -> Html:
    return html_join([part for part in (note, *parts) if part], BLANK_LINE)


def broadcasts(view: View, found: Sequence[Broadcast], page: int, *, has_more: bool) -> Screen:
    """The latest first; ``has_more``: there is another page."""
    parts = [view.text("broadcasts-list")]
    parts += [
        view.text(
            "broadcasts-list-line",
            number=str(number),
            state=view.label(STATE_KEYS + one.status),
            moment=view.dates.moment(_moment(one), now=view.now),
            said=excerpt(view, one.content, LINE),
        )
        for number, one in enumerate(found, start=1)
    ]
    if not found:
        parts.append(view.text("broadcasts-list-empty"))
    buttons = [
        button(
            view.label("broadcasts-list-button", number=str(number), said=excerpt(view, one.content, LABEL)),
            OpenBroadcast(broadcast=one.id),
        )
        for number, one in enumerate(found, start=1)
    ]
    return Screen(
        html_join(parts, BLANK_LINE),
        rows(
            button(view.label("broadcasts-button-new"), BeginBroadcast()),
            *buttons,
            pager(view, page, page + has_more, lambda number: OpenBroadcasts(page=number)),
            (button(view.label("common-button-back"), OpenCoordination()), view.menu_button()),
        ),
    )


def _moment(one: Broadcast) -> datetime:
    return one.started_at or one.send_at or one.created_at


def ask_content(view: View, broadcast_id: int | None, note: Html | None = None) -> Screen:
    """For a new one, or anew for a draft."""
    key = "broadcasts-ask-content" if broadcast_id is None else "broadcasts-ask-content-again"
    back = _to_list(view) if broadcast_id is None else _to_one(view, broadcast_id)
    return Screen(_noted(note, view.text(key, variables=view.text("announcements-variables"))), rows(back))


def ask_correction(view: View, broadcast_id: int, note: Html | None = None) -> Screen:
    return Screen(_noted(note, view.text("broadcasts-ask-correction")), rows(_to_one(view, broadcast_id)))


def one(view: View, state: State, note: Html | None = None) -> Screen:
    """A broadcast in whichever state it is."""
    if state.broadcast.status is Status.HELD and not state.broadcast.begun:
        return _held(view, state, note)
    match state.broadcast.status:
        case Status.DRAFT if state.broadcast.corrects_id is not None:
            return _correction(view, state, note)
        case Status.DRAFT:
            return _draft(view, state, note)
        case Status.UNCONFIRMED:
            return _unconfirmed(view, state, note)
        case Status.SCHEDULED:
            return _scheduled(view, state, note)
        case _:
            return _going(view, state, note)


def _said(view: View, content: Content) -> Html:
    parts = [view.text("broadcasts-quoted", said=excerpt(view, content, EXCERPT))]
    if content.media:
        parts.append(view.text(MEDIA_KEYS + content.media[0].kind, count=len(content.media)))
    if found := links(content.text, content.entities):
        parts.append(view.text("broadcasts-links"))
        parts += [_link(view, each) for each in found]
    return html_join(parts)


def _link(view: View, link: Link) -> Html:
    """One line: what is read, where it leads, and what is odd about that."""
    line = view.text("broadcasts-link", shown=clip(link.shown, LINE), target=link.target)
    if link.target == link.shown:
        line = view.text("broadcasts-link-bare", target=link.target)
    odd = []
    if link.is_plain:
        odd.append(view.text("broadcasts-link-plain"))
    if link.is_foreign:
        odd.append(view.text("broadcasts-link-foreign", host=link.host))
    return html_join([line, *odd], " ")


def _aimed(view: View, state: State) -> Html:
    """To whom and how, a line each."""
    broadcast = state.broadcast
    parts = [
        view.text("broadcasts-whom", who=in_words(view, broadcast.audience, state.titles)),
        view.text("broadcasts-meant", count=state.meant),
    ]
    if broadcast.content.activity_id is not None:
        title = state.titles.get(broadcast.content.activity_id, "")
        parts.append(view.text("broadcasts-has-link", title=title))
    if broadcast.topic is not None:
        parts.append(view.text("broadcasts-has-topic", topic=view.label(TRACK_KEYS + broadcast.topic)))
    if broadcast.content.wants_receipt:
        parts.append(view.text("broadcasts-has-receipt"))
    if broadcast.urgent_reason:
        parts.append(view.text("broadcasts-has-urgent", reason=broadcast.urgent_reason))
    return html_join(parts)


def _draft(view: View, state: State, note: Html | None) -> Screen:
    broadcast, content = state.broadcast, state.broadcast.content
    warnings = []
    if (reason := flaw(content)) is not None:
        warnings.append(view.text("broadcasts-warning", what=view.text(FLAW_KEYS + reason)))
    if unknown := unknown_variables(content.text, variables(view)):
        words = ", ".join(unknown)
        what = view.text("broadcasts-unknown-variable", words=words)
        warnings.append(view.text("broadcasts-warning", what=what))
    text = _noted(
        note,
        view.text("broadcasts-draft"),
        _said(view, content),
        _aimed(view, state),
        html_join(warnings),
    )
    id_ = broadcast.id
    receipt = "broadcasts-button-receipt-on" if content.wants_receipt else "broadcasts-button-receipt-off"
    urgent = "broadcasts-button-urgent-on" if broadcast.urgent_reason else "broadcasts-button-urgent"
    return Screen(
        text,
        rows(
            (
                button(view.label("broadcasts-button-whom"), OpenAudience(broadcast=id_)),
                button(view.label("broadcasts-button-content"), AskContent(broadcast=id_)),
            ),
            (
                button(view.label("broadcasts-button-link"), AskLink(broadcast=id_)),
                button(view.label("broadcasts-button-topic"), AskTopic(broadcast=id_)),
            ),
            (
                button(view.label(receipt), SwitchReceipt(broadcast=id_, wanted=not content.wants_receipt)),
                button(view.label(urgent), AskUrgent(broadcast=id_)),
            ),
            (
                button(view.label("broadcasts-button-preview"), ShowToMe(broadcast=id_)),
                button(view.label("broadcasts-button-send"), AskWhen(broadcast=id_)),
            ),
            button(view.label("broadcasts-button-throw-away"), ThrowAway(broadcast=id_)),
            _to_list(view),
        ),
    )


def _correction(view: View, state: State, note: Html | None) -> Screen:
    """Another text before anybody reads it."""
    id_ = state.broadcast.id
    return Screen(
        _noted(
            note,
            view.text("broadcasts-correction"),
            _said(view, state.broadcast.content),
            view.text("broadcasts-correction-for", count=state.meant),
            view.text("broadcasts-ask-when-large", large=LARGE, count=state.together)
            if takes_two(state.together, LARGE)
            else Html(""),
        ),
        rows(
            (
                button(view.label("broadcasts-button-content"), AskContent(broadcast=id_)),
                button(view.label("broadcasts-button-preview"), ShowToMe(broadcast=id_)),
            ),
            button(view.label("broadcasts-button-put-right"), SendAt(broadcast=id_)),
            button(view.label("broadcasts-button-throw-away"), ThrowAway(broadcast=id_)),
            _to_list(view),
        ),
    )


def _held(view: View, state: State, note: Html | None) -> Screen:
    """It has not begun, and its author may not send it any more."""
    id_ = state.broadcast.id
    return Screen(
        _noted(
            note,
            view.text("broadcasts-held"),
            _said(view, state.broadcast.content),
            _aimed(view, state),
            view.text("broadcasts-held-note"),
        ),
        rows(
            button(view.label("broadcasts-button-preview"), ShowToMe(broadcast=id_)),
            button(view.label("broadcasts-button-adopt"), TakeBack(broadcast=id_)),
            button(view.label("broadcasts-button-stop"), Stop(broadcast=id_)),
            _to_list(view),
        ),
    )


def ask_throw_away(view: View, broadcast_id: int) -> Screen:
    return Screen(
        view.text("broadcasts-ask-throw-away"),
        rows(
            button(
                view.label("broadcasts-button-throw-away-yes"), ThrowAway(broadcast=broadcast_id, sure=True)
            ),
            _to_one(view, broadcast_id),
        ),
    )


def ask_link(view: View, broadcast_id: int, query: str = "", found: Sequence[Activity] = ()) -> Screen:
    """Before a query, and with what it found."""
    parts = [view.text("broadcasts-ask-link")]
    if query:
        parts = [view.text("broadcasts-link-found" if found else "broadcasts-link-nothing", query=query)]
    return Screen(
        html_join(parts),
        rows(
            *(
                button(clip(each.title, LABEL), LinkTo(broadcast=broadcast_id, activity=each.id))
                for each in found
            ),
            button(view.label("broadcasts-button-no-link"), LinkTo(broadcast=broadcast_id)),
            _to_one(view, broadcast_id),
        ),
    )


def ask_topic(view: View, state: State) -> Screen:
    id_, chosen = state.broadcast.id, state.broadcast.topic

    def choice(label: str, topic: str, *, on: bool) -> Button:
        what = view.label("broadcasts-chosen", what=label) if on else label
        return button(what, SetTopic(broadcast=id_, topic=topic))

    tracks = [choice(view.label(TRACK_KEYS + each), each, on=each is chosen) for each in Track]
    return Screen(
        view.text("broadcasts-ask-topic"),
        rows(
            *columns(tracks, 2),
            choice(view.label("broadcasts-button-no-topic"), "", on=chosen is None),
            _to_one(view, id_),
        ),
    )


def ask_urgent(view: View, state: State, note: Html | None = None) -> Screen:
    id_ = state.broadcast.id
    take_back = None
    if state.broadcast.urgent_reason:
        take_back = button(view.label("broadcasts-button-not-urgent"), NotUrgent(broadcast=id_))
    return Screen(_noted(note, view.text("broadcasts-ask-urgent")), rows(take_back, _to_one(view, id_)))


def ask_when(view: View, state: State, note: Html | None = None) -> Screen:
    """The last look before it goes: how many, who, when."""
    broadcast = state.broadcast
    parts = [
        view.text(
            "broadcasts-ask-when",
            meant=view.text("broadcasts-meant", count=state.meant),
            who=view.text("broadcasts-whom", who=in_words(view, broadcast.audience, state.titles)),
        )
    ]
    if takes_two(state.together, LARGE):
        parts.append(view.text("broadcasts-ask-when-large", large=LARGE, count=state.together))
    if is_night(view.now, view.zone) and not broadcast.urgent_reason:
        morning = view.dates.time(next_waking(view.now, view.zone))
        parts.append(view.text("broadcasts-ask-when-night", time=morning))
    later = [
        button(
            view.label("broadcasts-button-at", moment=view.dates.moment(moment, now=view.now)),
            SendAt(broadcast=broadcast.id, minute=minute_of(moment)),
        )
        for moment in _moments(view)
    ]
    return Screen(
        _noted(note, *parts),
        rows(
            button(view.label("broadcasts-button-now"), SendAt(broadcast=broadcast.id)),
            *later,
            _to_one(view, broadcast.id),
        ),
    )


def minute_of(moment: datetime) -> int:
    return int(moment.timestamp()) // EPOCH_MINUTE


def _moments(view: View) -> list[datetime]:
    """The next evening and the next morning."""
    today = view.dates.local(view.now).date()
    found = [at(today + timedelta(days=days), clock, view.zone) for days in (0, 1) for clock in OFFERED]
    return [moment for moment in found if moment > view.now + SOON][:2]


def _unconfirmed(view: View, state: State, note: Html | None) -> Screen:
    broadcast = state.broadcast
    parts = [view.text("broadcasts-unconfirmed"), _said(view, broadcast.content), _aimed(view, state)]
    parts.append(view.text("broadcasts-unconfirmed-why", large=LARGE, count=state.others))
    if broadcast.send_at is not None:
        moment = view.dates.moment(broadcast.send_at, now=view.now)
        parts.append(view.text("broadcasts-unconfirmed-at", moment=moment))
    preview = button(view.label("broadcasts-button-preview"), ShowToMe(broadcast=broadcast.id))
    if broadcast.author_id == view.actor.person_id:
        choices: tuple[Button, ...] = (
            button(view.label("broadcasts-button-take-back"), TakeBack(broadcast=broadcast.id)),
        )
    else:
        choices = (
            button(
                view.label("broadcasts-button-confirm"),
                Confirm(broadcast=broadcast.id, revision=broadcast.revision),
            ),
            button(view.label("broadcasts-button-send-back"), TakeBack(broadcast=broadcast.id)),
        )
    return Screen(_noted(note, *parts), rows(preview, *choices, _to_list(view)))


def _scheduled(view: View, state: State, note: Html | None) -> Screen:
    broadcast = state.broadcast
    moment = view.dates.moment(broadcast.send_at or view.now, now=view.now)
    parts = [
        view.text("broadcasts-scheduled", moment=moment),
        _said(view, broadcast.content),
        _aimed(view, state),
        view.text("broadcasts-scheduled-note"),
    ]
    return Screen(
        _noted(note, *parts),
        rows(
            button(view.label("broadcasts-button-preview"), ShowToMe(broadcast=broadcast.id)),
            button(view.label("broadcasts-button-take-back"), TakeBack(broadcast=broadcast.id)),
            _to_list(view),
        ),
    )


def _going(view: View, state: State, note: Html | None) -> Screen:
    broadcast, count = state.broadcast, state.count
    parts = [_heading(view, state), _said(view, broadcast.content), _numbers(view, state)]
    if state.correction.total:
        parts.append(_after(view, state.correction, "correction"))
    if state.recall.total:
        parts.append(_after(view, state.recall, "recall"))
        lost = state.recall.failed + state.recall.unreachable
        if lost and not state.recall.left:
            parts.append(view.text("broadcasts-recall-left", count=lost))
    id_ = broadcast.id
    steps = (
        (Step.PAUSE, "broadcasts-button-pause", Pause(broadcast=id_)),
        (Step.RESUME, "broadcasts-button-resume", Resume(broadcast=id_)),
        (Step.STOP, "broadcasts-button-stop", Stop(broadcast=id_)),
    )
    steer = [button(view.label(key), data) for step, key, data in steps if allows(state, step)]
    mend = []
    if allows(state, Step.CORRECT, view.now):
        mend.append(button(view.label("broadcasts-button-correct"), AskContent(broadcast=id_)))
    if allows(state, Step.RECALL, view.now):
        mend.append(button(view.label("broadcasts-button-recall"), Recall(broadcast=id_)))
    unread = count.sent - count.read
    return Screen(
        _noted(note, *parts),
        rows(
            steer,
            mend,
            button(view.label("broadcasts-button-report"), OpenReport(broadcast=id_))
            if count.total
            else None,
            button(
                view.label("broadcasts-button-call-sheet", count=_unreached(count)), CallSheet(broadcast=id_)
            )
            if _unreached(count)
            else None,
            button(view.label("broadcasts-button-remind", count=unread), RemindUnread(broadcast=id_))
            if broadcast.content.wants_receipt
            and unread
            and broadcast.status is not Status.RECALLED
            and not broadcast.is_past(view.now)
            else None,
            _to_list(view),
        ),
    )


def allows(state: State, step: Step, now: datetime | None = None) -> bool:
    """Whether a step would change anything; going on after a stop only while somebody was left out.

    With ``now`` also whether it is not too late for it.
    """
    broadcast = state.broadcast
    if step is Step.RESUME and broadcast.status is Status.STOPPED and not state.count.dropped:
        return False
    if now is not None and step in (Step.CORRECT, Step.RECALL) and broadcast.is_past(now):
        return False
    return verdict(step, broadcast.status, begun=broadcast.begun) is Verdict.GO


def _unreached(count: Count) -> int:
    return count.unreachable + count.failed + count.doubtful


def _heading(view: View, state: State) -> Html:
    status = state.broadcast.status
    if status is Status.RECALLED:
        return view.text("broadcasts-recalled")
    if status is Status.SENDING and is_night(view.now, view.zone) and not state.broadcast.urgent_reason:
        return view.text("broadcasts-going-night", time=view.dates.time(next_waking(view.now, view.zone)))
    keys = {
        Status.SENDING: "broadcasts-going",
        Status.PAUSED: "broadcasts-paused",
        Status.HELD: "broadcasts-held",
        Status.DONE: "broadcasts-done",
    }
    return view.text(keys.get(status, "broadcasts-stopped"))


def _numbers(view: View, state: State) -> Html:
    count, status = state.count, state.broadcast.status
    total = count.total
    if not total:
        return view.text("broadcasts-count-forgotten")
    settled = total - count.left
    lines = []
    if status.is_going:
        filled = settled * BAR // total
        bar = "█" * filled + "░" * (BAR - filled)
        lines.append(view.text("broadcasts-bar", bar=bar, percent=str(settled * 100 // total)))
    lines.append(view.text("broadcasts-count-sent", count=count.sent, total=total))
    soon = count.left - count.later
    if soon and status is Status.SENDING and not _waits_for_morning(view, state):
        lines.append(view.text("broadcasts-count-left", count=soon, time=_time(view, soon)))
    elif soon:
        lines.append(view.text("broadcasts-count-waits", count=soon))
    for key, number in (
        ("broadcasts-count-later", count.later),
        ("broadcasts-count-failed", count.failed),
        ("broadcasts-count-unreachable", count.unreachable),
        ("broadcasts-count-doubtful", count.doubtful),
        ("broadcasts-count-dropped", count.dropped),
    ):
        if number:
            lines.append(view.text(key, count=number))
    if state.broadcast.content.wants_receipt:
        lines.append(view.text("broadcasts-count-read", count=count.read, total=count.sent))
    return html_join(lines)


def _waits_for_morning(view: View, state: State) -> bool:
    return is_night(view.now, view.zone) and not state.broadcast.urgent_reason


def _time(view: View, left: int) -> Html:
    seconds = left / PER_SECOND
    if seconds < EPOCH_MINUTE:
        return view.text("broadcasts-time-soon")
    return view.text("broadcasts-time", count=ceil(seconds / EPOCH_MINUTE))


AFTER_KEYS = "broadcasts-"


def _after(view: View, count: Count, what: str) -> Html:
    """How a correction or a recall goes."""
    key = AFTER_KEYS + what + ("-going" if count.left else "-done")
    return view.text(key, done=count.sent, total=count.total)


def ask_recall(view: View, broadcast_id: int) -> Screen:
    return Screen(
        view.text("broadcasts-ask-recall"),
        rows(
            button(view.label("broadcasts-button-recall-yes"), Recall(broadcast=broadcast_id, sure=True)),
            _to_one(view, broadcast_id),
        ),
    )


def shown(view: View, state: State) -> Screen:
    """Below a preview, which pushed the draft out of sight."""
    id_ = state.broadcast.id
    choices: Row = ()
    if state.broadcast.status is Status.DRAFT and state.broadcast.corrects_id is not None:
        choices = (
            button(view.label("broadcasts-button-put-right"), SendAt(broadcast=id_)),
            button(view.label("broadcasts-button-content"), AskContent(broadcast=id_)),
        )
    elif state.broadcast.status is Status.DRAFT:
        choices = (
            button(view.label("broadcasts-button-send"), AskWhen(broadcast=id_)),
            button(view.label("broadcasts-button-content"), AskContent(broadcast=id_)),
        )
    return Screen(view.text("broadcasts-shown"), rows(choices, _to_one(view, id_)))


def begun(view: View) -> Screen:
    return Screen(view.text("broadcasts-begun"), rows(_to_list(view)))


def not_second(view: View, reason: Objection) -> str:
    """Why somebody cannot be the second coordinator, short enough to pop up."""
    key = NOT_SECOND_KEYS + reason
    return view.label(key, days=SEASONED.days) if reason is Objection.NEW else view.label(key)


def flawed(view: View, reason: Flaw) -> Html:
    return view.text(FLAW_KEYS + reason)


def past(view: View) -> Screen:
    """Too late to touch what everybody has read."""
    new = button(view.label("broadcasts-button-new"), BeginBroadcast())
    return Screen(view.text("broadcasts-past"), rows(new, _to_list(view)))


def gone(view: View) -> Screen:
    return Screen(view.text("broadcasts-gone"), rows(_to_list(view)))


# The report.


def headings(view: View) -> Sequence[Heading]:
    return (
        Heading(view.label("broadcasts-column-name"), 28),
        Heading(view.label("broadcasts-column-role"), 14),
        Heading(view.label("broadcasts-column-municipality"), 20),
        Heading(view.label("broadcasts-column-from"), 28),
        Heading(view.label("broadcasts-column-state"), 22),
        Heading(view.label("broadcasts-column-sent"), 20),
        Heading(view.label("broadcasts-column-read"), 20),
        Heading(view.label("broadcasts-column-why"), 36),
    )


def lines(view: View, recipients: Sequence[Recipient]) -> Iterator[Sequence[Value]]:
    for each in recipients:
        yield (
            *_who(view, each),
            view.label(OUTCOME_KEYS + each.status),
            _when(view, each.sent_at),
            _when(view, each.read_at),
            _why(view, each),
        )


def call_headings(view: View) -> Sequence[Heading]:
    return (
        *headings(view)[:4],
        Heading(view.label("broadcasts-column-why"), 36),
        Heading(view.label("broadcasts-column-notes"), 36),
    )


def call_lines(view: View, recipients: Sequence[Recipient]) -> Iterator[Sequence[Value]]:
    """The last cell is for notes by hand."""
    for each in recipients:
        yield (*_who(view, each), _why(view, each) or view.label(OUTCOME_KEYS + "unread"), "")


def _who(view: View, each: Recipient) -> tuple[str, str, str, str]:
    role = view.label(ROLE_KEYS + each.role) if each.role is not None else ""
    place = view.municipality(each.municipality).name if each.municipality else ""
    return each.name, role, place, each.organisation


def _when(view: View, moment: datetime | None) -> str:
    return view.dates.moment(moment, now=view.now) if moment is not None else ""


def _why(view: View, each: Recipient) -> str:
    match each.status:
        case DeliveryStatus.UNREACHABLE:
            return view.label("broadcasts-why-blocked")
        case DeliveryStatus.OBSOLETE | DeliveryStatus.EXPIRED:
            return view.label("broadcasts-why-paused")
        case DeliveryStatus.DOUBTFUL:
            return view.label("broadcasts-why-doubtful")
        case DeliveryStatus.FAILED:
            return view.label("broadcasts-why-refused")
        case _:
            return ""
