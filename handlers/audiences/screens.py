"""«Кому»: the audience in plain words, its groups, their conditions, and saved audiences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from aiogram.filters.callback_data import CallbackData

from bot.texts import Html, html_join
from domain.broadcast import LONGEST_AUDIENCE_NAME, Audience, Group, Side, Tie
from domain.people import GRADE_COLLEGE, GRADE_UNIVERSITY, Role
from domain.programme import Activity, Municipality, Track
from domain.registration import Unfit
from handlers.audiences.callbacks import (
    AddSaved,
    AimAt,
    AimAtSaved,
    AskActivities,
    AskGrades,
    AskName,
    AskPlaces,
    AskRoles,
    AskToForget,
    AskTracks,
    ForgetSaved,
    ForgetUnread,
    OpenAudience,
    OpenGroup,
    OpenSaved,
    OpenSavedList,
    ReplaceSaved,
    SetActivity,
    SetGrades,
    SetPlace,
    SetRole,
    SetTrack,
    TakeOut,
)
from handlers.broadcasts.callbacks import OpenBroadcast
from handlers.card.screens import TRACK_KEYS, clip, grade_name
from handlers.paging import pager
from handlers.screen import Button, Row, Screen, button, columns, rows
from handlers.view import View
from services.audiences import Aimed, GroupFacts, Reach, Saved

BLANK_LINE = "\n\n"
LONGEST_WORDS = 700
LONGEST_TITLE = 60
"""Of an activity, in the sentence."""
LABEL_WORDS = 40
LABEL_GROUP = 48
LABEL_TITLE = 34
PLACES_IN_WORDS = 4
PLACES_ON_PAGE = 12
SAVED_AT_HAND = 4
"""Saved audiences that are offered at once, beside the roles."""
SAVED_ON_PAGE = 8
SCHOOL = (1, 11)
RANGES = ((1, 4), (5, 9), (10, 11))
FIRST_ROLES = (Role.TEACHER, Role.STUDENT, Role.PARENT, Role.MENTOR)
SCOPE_SHOWN = 5

WHO_KEYS = "audiences-who-"
WHOM_KEYS = "audiences-whom-"
TIE_KEYS = "audiences-tie-"
ROLE_BUTTON_KEYS = "audiences-button-role-"
TIE_BUTTON_KEYS = "audiences-button-tie-"
ASK_TIE_KEYS = "audiences-ask-tie-"

Titles = Mapping[int, str]


# In words.


def in_words(view: View, audience: Audience, titles: Titles) -> str:
    """One sentence without its full stop. ``titles`` of the activities that still are: others are said to be gone."""
    added = [_in_words(view, group, titles, WHO_KEYS) for _, group in audience.used(Side.ADDED)]
    if not added:
        return view.label("audiences-nobody")
    words = _listed(view, added)
    left_out = [_in_words(view, group, titles, WHOM_KEYS) for _, group in audience.used(Side.EXCEPT)]
    if left_out:
        words = view.label("audiences-words-except", groups=words, others=_listed(view, left_out))
    return clip(_capital(words), LONGEST_WORDS)


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def _listed(view: View, groups: Sequence[str]) -> str:
    words = groups[0]
    for other in groups[1:]:
        words = view.label("audiences-and-also", one=words, other=other)
    return words


def _and(view: View, words: Sequence[str]) -> str:
    if len(words) < 2:
        return "".join(words)
    return view.label("audiences-and", most=", ".join(words[:-1]), last=words[-1])


def _or(view: View, words: Sequence[str]) -> str:
    if len(words) < 2:
        return "".join(words)
    return view.label("audiences-or", most=", ".join(words[:-1]), last=words[-1])


def _in_words(view: View, group: Group, titles: Titles, case: str) -> str:
    """A group as those who get it (WHO_KEYS) or as those who do not (WHOM_KEYS)."""
    who = _who(view, group, case)
    facts = [", ".join(part) for part in (_grades(view, group), _places(view, group)) if part]
    if facts:
        who = view.label("audiences-facts", who=who, facts="; ".join(facts))
    conditions = _conditions(view, group, titles)
    if conditions:
        return view.label("audiences-conditions", who=who, conditions=_and(view, conditions))
    return who


def _who(view: View, group: Group, case: str) -> str:
    if group.means_everybody:
        return view.label(case + "everybody")
    if group.roles:
        return _and(view, [view.label(case + role) for role in Role if role in group.roles])
    return view.label(case + (Role.STUDENT if group.grades else "people"))


def _grades(view: View, group: Group) -> list[str]:
    """«5–9 классы», «11 класс», «СПО»."""
    words = []
    school = sorted(grade for grade in group.grades if grade < GRADE_COLLEGE)
    for low in school:
        if low - 1 in school:
            continue
        high = low
        while high + 1 in school:
            high += 1
        if low == high:
            words.append(view.label("grade-one", low=str(low)))
        else:
            words.append(view.label("grade-range", low=str(low), high=str(high)))
    return words + [grade_name(view, grade) for grade in sorted(group.grades) if grade >= GRADE_COLLEGE]


def _places(view: View, group: Group) -> list[str]:
    known = [place.code for place in view.municipalities if place.code in group.municipalities]
    codes = known + [code for code in group.municipalities if code not in known]
    words = [_place(view, code) for code in codes[:PLACES_IN_WORDS]]
    if more := len(codes) - len(words):
        words.append(view.label("audiences-more-places", count=more))
    return words


def _place(view: View, code: str) -> str:
    """«Краснодар», «Лабинский район»: what a town's municipality is need not be said."""
    found = next((place for place in view.municipalities if place.code == code), None)
    if found is None:
        return view.label("audiences-place-gone")
    if found.name == found.centre:
        return found.name
    return view.label("audiences-district", name=found.name, kind=found.kind)


def _conditions(view: View, group: Group, titles: Titles) -> list[str]:
    """What stands after «которые»."""
    words = []
    if group.tracks:
        tracks = _tracks(view, group.tracks)
        words.append(view.label("audiences-tracks", count=len(group.tracks), tracks=tracks))
    if group.interests:
        tracks = _tracks(view, group.interests)
        words.append(view.label("audiences-interests", count=len(group.interests), tracks=tracks))
    if group.unread:
        words.append(view.label("audiences-unread"))
    words += [
        view.label(TIE_KEYS + tie, activities=_activities(view, group.tied(tie), titles, tie))
        for tie in Tie
        if group.tied(tie)
    ]
    return words


def _tracks(view: View, tracks: Sequence[Track]) -> str:
    return _or(view, [_quoted(view, view.label(TRACK_KEYS + track)) for track in Track if track in tracks])


def _quoted(view: View, title: str) -> str:
    return view.label("audiences-quoted", title=clip(title, LONGEST_TITLE))


def _activities(view: View, activities: Sequence[int], titles: Titles, tie: Tie) -> str:
    """Titles in quotes, joined by "or"; those that were removed are said to be gone."""
    there = [_quoted(view, titles[activity]) for activity in activities if activity in titles]
    gone = len(activities) - len(there)
    at = tie is Tie.CAME
    named, missing = "", ""
    if there:
        key = "audiences-at" if at else "audiences-onto"
        named = view.label(key, count=len(there), titles=_or(view, there))
    if gone:
        missing = view.label("audiences-gone-at" if at else "audiences-gone-onto", count=gone)
    if named and missing:
        return view.label("audiences-or-gone", activities=named, gone=missing)
    return named or missing


def group_in_words(view: View, group: Group, titles: Titles) -> str:
    """One group alone, as a sentence without its full stop."""
    return clip(_capital(_in_words(view, group, titles, WHO_KEYS)), LONGEST_WORDS)


# The audience.


def _reached(view: View, total: int) -> Html:
    return view.text("audiences-reached", count=total) if total else view.text("audiences-reached-nobody")


def _scope(view: View) -> list[Html]:
    """A line for a coordinator of some municipalities."""
    scope = view.actor.scope
    if scope.everywhere:
        return []
    codes = [place.code for place in view.municipalities if scope.covers(place.code)]
    names = [_place(view, code) for code in codes[:SCOPE_SHOWN]]
    if more := len(codes) - len(names):
        names.append(view.label("audiences-more-places", count=more))
    return [view.text("audiences-scope", where=", ".join(names))] if names else []


def _marked(view: View, label: str, *, on: bool) -> str:
    return view.label("audiences-button-on", what=label) if on else label


def audience(view: View, value: Aimed, saved: Sequence[Saved], *, note: Html | None = None) -> Screen:
    """``saved``: what is offered while nothing is chosen yet."""
    if value.audience.is_blank:
        return start(view, value.broadcast_id, saved, note=note)
    return overview(view, value, note=note)


def start(view: View, broadcast_id: int, saved: Sequence[Saved], *, note: Html | None = None) -> Screen:
    """Nobody is chosen yet: the usual in one tap."""
    roles = [
        button(view.label(ROLE_BUTTON_KEYS + role), AimAt(broadcast=broadcast_id, role=role))
        for role in FIRST_ROLES
    ]
    at_hand = [
        button(clip(each.name, LABEL_WORDS), AimAtSaved(broadcast=broadcast_id, saved=each.id, over=False))
        for each in saved[:SAVED_AT_HAND]
    ]
    return Screen(
        _parts(note, view.text("audiences-start"), *_scope(view)),
        rows(
            *columns(roles, 2),
            button(view.label("audiences-button-everybody"), AimAt(broadcast=broadcast_id)),
            *at_hand,
            _to_saved_list(view, broadcast_id) if saved else None,
            button(
                view.label("audiences-button-compose"),
                OpenGroup(broadcast=broadcast_id, side=Side.ADDED, number=0),
            ),
            _back(view, OpenBroadcast(broadcast=broadcast_id)),
        ),
    )


def _to_saved_list(view: View, broadcast_id: int) -> Button:
    return button(view.label("audiences-button-saved-list"), OpenSavedList(broadcast=broadcast_id))


def _back(view: View, to: CallbackData) -> Row:
    return button(view.label("common-button-back"), to), view.menu_button()


def _parts(*parts: Html | None) -> Html:
    """Paragraphs; those that are not there leave no gap."""
    return html_join([part for part in parts if part], BLANK_LINE)


def overview(view: View, value: Aimed, *, note: Html | None = None) -> Screen:
    broadcast, chosen = value.broadcast_id, value.audience
    added, left_out = chosen.used(Side.ADDED), chosen.used(Side.EXCEPT)
    words = view.text("audiences-words", words=in_words(view, chosen, value.titles))
    facts = _scope(view)
    if added:
        facts = [_reached(view, value.total), view.text("audiences-not-counted"), *facts]
    groups = [
        _group_button(view, value, Side.ADDED, number, place) for place, (number, _) in enumerate(added, 1)
    ]
    groups += [_group_button(view, value, Side.EXCEPT, number) for number, _ in left_out]
    more: list[Button] = []
    for side, key in ((Side.ADDED, "audiences-button-more"), (Side.EXCEPT, "audiences-button-except")):
        if (number := chosen.unused(side)) is not None:
            more.append(button(view.label(key), OpenGroup(broadcast=broadcast, side=side, number=number)))
    keeping = [_to_saved_list(view, broadcast)]
    if added:
        keeping.insert(0, button(view.label("audiences-button-save"), AskName(broadcast=broadcast)))
    return Screen(
        _parts(note, view.text("audiences-title"), words, html_join(facts)),
        rows(
            *groups,
            more,
            keeping,
            (
                button(view.label("audiences-button-done"), OpenBroadcast(broadcast=broadcast)),
                view.menu_button(),
            ),
        ),
    )


def _group_button(view: View, value: Aimed, side: Side, number: int, place: int = 0) -> Button:
    """``place``: which of the groups it is for people, who count without the gaps."""
    group = value.audience.group(side, number)
    words = clip(_in_words(view, group, value.titles, WHO_KEYS), LABEL_GROUP)
    label = view.label("audiences-button-except-group", words=words)
    if side is Side.ADDED:
        label = view.label("audiences-button-group", number=str(place), words=words)
    return button(label, OpenGroup(broadcast=value.broadcast_id, side=side, number=number))


# One group.


def _counts(view: View, facts: GroupFacts) -> Html:
    """How many the group means, and how many the whole audience reaches."""
    lines = []
    if not facts.group.is_empty:
        lines.append(view.text("audiences-alone", count=facts.alone))
    if facts.audience.used(Side.ADDED):
        lines.append(_reached(view, facts.total))
    return html_join([*lines, *_scope(view)])


def _address(facts: GroupFacts) -> dict[str, Any]:
    """What every button of a group carries."""
    return {"broadcast": facts.broadcast_id, "side": facts.side, "number": facts.number}


def group(view: View, facts: GroupFacts) -> Screen:
    chosen, at = facts.group, _address(facts)
    unread = None
    if chosen.unread:
        unread = button(view.label("audiences-button-unread"), ForgetUnread(**at))
    take_out = None
    if not chosen.is_empty:
        take_out = button(view.label("audiences-button-take-out"), TakeOut(**at))
    return Screen(
        _parts(_group_title(view, facts), _counts(view, facts)),
        rows(
            (
                _condition(view, "audiences-button-roles", AskRoles(**at), on=bool(chosen.roles)),
                _condition(view, "audiences-button-places", AskPlaces(**at), on=bool(chosen.municipalities)),
            ),
            (
                _condition(view, "audiences-button-grades", AskGrades(**at), on=bool(chosen.grades)),
                _condition(
                    view, "audiences-button-interests", AskTracks(**at, liked=True), on=bool(chosen.interests)
                ),
            ),
            (
                _condition(
                    view, "audiences-button-tracks", AskTracks(**at, liked=False), on=bool(chosen.tracks)
                ),
                _tie(view, facts, Tie.BOOKED),
            ),
            (_tie(view, facts, Tie.WAITING), _tie(view, facts, Tie.CAME)),
            _tie(view, facts, Tie.SILENT),
            unread,
            take_out,
            _back(view, OpenAudience(broadcast=facts.broadcast_id)),
        ),
    )


def _group_title(view: View, facts: GroupFacts) -> Html:
    if facts.group.is_empty:
        added = facts.side is Side.ADDED
        return view.text("audiences-group-new" if added else "audiences-except-new")
    words = group_in_words(view, facts.group, facts.titles)
    if facts.side is Side.EXCEPT:
        return view.text("audiences-except-added", words=words)
    used = [number for number, _ in facts.audience.used(Side.ADDED)]
    return view.text("audiences-group-added", number=str(used.index(facts.number) + 1), words=words)


def _condition(view: View, key: str, to: CallbackData, *, on: bool) -> Button:
    return button(_marked(view, view.label(key), on=on), to)


def _tie(view: View, facts: GroupFacts, tie: Tie) -> Button:
    to = AskActivities(**_address(facts), tie=tie)
    return _condition(view, TIE_BUTTON_KEYS + tie, to, on=bool(facts.group.tied(tie)))


def _question(view: View, facts: GroupFacts, *asked: Html) -> Html:
    """A question about a condition, with what the group is so far: what is chosen may be on another page."""
    chosen = None
    if not facts.group.is_empty:
        chosen = view.text("audiences-chosen", words=group_in_words(view, facts.group, facts.titles))
    return _parts(*asked, chosen, _counts(view, facts))


def _back_to_group(view: View, facts: GroupFacts) -> Row:
    return _back(view, OpenGroup(**_address(facts)))


def roles(view: View, facts: GroupFacts) -> Screen:
    held = facts.group.roles
    choices = [
        button(
            _marked(view, view.label(ROLE_BUTTON_KEYS + role), on=role in held),
            SetRole(**_address(facts), role=role, on=role not in held),
        )
        for role in (*FIRST_ROLES, Role.COORDINATOR)
    ]
    return Screen(
        _question(view, facts, view.text("audiences-ask-roles")),
        rows(*columns(choices, 2), _back_to_group(view, facts)),
    )


def places(view: View, facts: GroupFacts, people: Mapping[str, int], page: int) -> Screen:
    """``people``: how many there are by the code of a municipality; those with people come first."""
    scope = view.actor.scope
    own = [place for place in view.municipalities if scope.covers(place.code)]
    ordered = sorted(own, key=lambda place: not people.get(place.code))
    last = max(0, (len(ordered) - 1) // PLACES_ON_PAGE)
    page = min(page, last)
    shown = ordered[page * PLACES_ON_PAGE : (page + 1) * PLACES_ON_PAGE]
    whole = view.label("audiences-button-all-places" if scope.everywhere else "audiences-button-all-mine")
    everywhere = SetPlace(**_address(facts), place="", on=True, page=page)
    return Screen(
        _question(view, facts, view.text("audiences-ask-places")),
        rows(
            button(_marked(view, whole, on=not facts.group.municipalities), everywhere),
            *columns([_place_button(view, facts, place, people, page) for place in shown], 2),
            pager(view, page, last, lambda to: AskPlaces(**_address(facts), page=to)),
            _back_to_group(view, facts),
        ),
    )


def _place_button(
    view: View, facts: GroupFacts, place: Municipality, people: Mapping[str, int], page: int
) -> Button:
    on = place.code in facts.group.municipalities
    label = view.label("audiences-button-place", name=place.name, count=people.get(place.code, 0))
    to = SetPlace(**_address(facts), place=place.code, on=not on, page=page)
    return button(_marked(view, label, on=on), to)


def places_found(
    view: View, facts: GroupFacts, people: Mapping[str, int], found: Sequence[Municipality], typed: str
) -> Screen:
    key = "audiences-places-found" if found else "audiences-places-none"
    whole = button(view.label("audiences-button-whole-list"), AskPlaces(**_address(facts)))
    return Screen(
        _question(view, facts, view.text(key, typed=clip(typed, LABEL_WORDS))),
        rows(
            *columns([_place_button(view, facts, place, people, 0) for place in found], 2),
            whole,
            _back_to_group(view, facts),
        ),
    )


def grades(view: View, facts: GroupFacts) -> Screen:
    held = set(facts.group.grades)

    def choice(label: str, low: int, high: int) -> Button:
        on = held.issuperset(range(low, high + 1))
        return button(
            _marked(view, label, on=on), SetGrades(**_address(facts), low=low, high=high, on=not on)
        )

    ranges = [
        choice(view.label("grade-range", low=str(low), high=str(high)), low, high) for low, high in RANGES
    ]
    after = [
        choice(_capital(grade_name(view, grade)), grade, grade) for grade in (GRADE_COLLEGE, GRADE_UNIVERSITY)
    ]
    single = [choice(str(grade), grade, grade) for grade in range(SCHOOL[0], SCHOOL[1] + 1)]
    every = SetGrades(**_address(facts), low=1, high=GRADE_UNIVERSITY, on=False)
    return Screen(
        _question(view, facts, view.text("audiences-ask-grades")),
        rows(
            *columns(ranges, 2),
            after,
            *columns(single, 4),
            button(_marked(view, view.label("audiences-button-any-grade"), on=not held), every),
            _back_to_group(view, facts),
        ),
    )


def tracks(view: View, facts: GroupFacts, *, liked: bool) -> Screen:
    held = facts.group.interests if liked else facts.group.tracks
    choices = [
        button(
            _marked(view, _capital(view.label(TRACK_KEYS + track)), on=track in held),
            SetTrack(**_address(facts), liked=liked, track=track, on=track not in held),
        )
        for track in Track
    ]
    asked = view.text("audiences-ask-interests" if liked else "audiences-ask-tracks")
    return Screen(_question(view, facts, asked), rows(*choices, _back_to_group(view, facts)))


def activities(view: View, facts: GroupFacts, tie: Tie) -> Screen:
    """What is chosen, and a question to type the next one."""
    asked = [view.text(ASK_TIE_KEYS + tie), view.text("audiences-type-activity")]
    return Screen(
        _question(view, facts, *asked), rows(*_chosen(view, facts, tie), _back_to_group(view, facts))
    )


def _chosen(view: View, facts: GroupFacts, tie: Tie) -> list[Button]:
    buttons = []
    for activity in facts.group.tied(tie):
        title = facts.titles.get(activity)
        label = view.label("audiences-button-drop-gone")
        if title is not None:
            label = view.label("audiences-button-drop", title=clip(title, LABEL_TITLE))
        to = SetActivity(**_address(facts), tie=tie, activity=activity, on=False)
        buttons.append(button(label, to))
    return buttons


def activities_found(
    view: View, facts: GroupFacts, tie: Tie, found: Sequence[Activity], typed: str
) -> Screen:
    held = facts.group.tied(tie)
    key = "audiences-activities-found" if found else "audiences-activities-none"
    choices = []
    for activity in found:
        label = view.label(
            "audiences-button-activity",
            title=clip(activity.title, LABEL_TITLE),
            place=clip(activity.venue.town, LABEL_TITLE),
        )
        on = activity.id in held
        to = SetActivity(**_address(facts), tie=tie, activity=activity.id, on=not on)
        choices.append(button(clip(_marked(view, label, on=on), 60), to))
    asked = [view.text(ASK_TIE_KEYS + tie), view.text(key, typed=clip(typed, LABEL_WORDS))]
    return Screen(_question(view, facts, *asked), rows(*choices, _back_to_group(view, facts)))


# Saved audiences.


def ask_name(view: View, value: Aimed, *, unfit: Unfit | None = None) -> Screen:
    """``unfit``: why the name that was typed will not do."""
    note = None
    if unfit is Unfit.LONG:
        note = view.text("audiences-name-long", longest=LONGEST_AUDIENCE_NAME)
    elif unfit is not None:
        note = view.text("audiences-name-wordless")
    words = in_words(view, value.audience, value.titles)
    return Screen(
        _parts(note, view.text("audiences-ask-name", words=words)),
        rows(_back(view, OpenAudience(broadcast=value.broadcast_id))),
    )


def name_taken(view: View, broadcast_id: int, saved: Saved, reach: Reach) -> Screen:
    """``reach`` of what is saved under this name."""
    words = in_words(view, saved.audience, reach.titles)
    return Screen(
        view.text("audiences-name-taken", name=saved.name, words=words),
        rows(
            button(
                view.label("audiences-button-replace-saved"),
                ReplaceSaved(broadcast=broadcast_id, saved=saved.id),
            ),
            _back(view, OpenAudience(broadcast=broadcast_id)),
        ),
    )


def saved_list(view: View, broadcast_id: int, saved: Sequence[Saved], page: int) -> Screen:
    last = max(0, (len(saved) - 1) // SAVED_ON_PAGE)
    page = min(page, last)
    shown = saved[page * SAVED_ON_PAGE : (page + 1) * SAVED_ON_PAGE]
    return Screen(
        view.text("audiences-saved-list" if saved else "audiences-saved-none"),
        rows(
            *(
                button(clip(each.name, LABEL_WORDS), OpenSaved(broadcast=broadcast_id, saved=each.id))
                for each in shown
            ),
            pager(view, page, last, lambda to: OpenSavedList(broadcast=broadcast_id, page=to)),
            _back(view, OpenAudience(broadcast=broadcast_id)),
        ),
    )


def saved_one(view: View, value: Aimed, saved: Saved, reach: Reach) -> Screen:
    """``value``: what the draft means now; ``reach`` of the saved audience."""
    broadcast = value.broadcast_id
    parts = [
        view.text("audiences-saved", name=saved.name, words=in_words(view, saved.audience, reach.titles)),
        html_join([_reached(view, reach.total), *_scope(view)]),
    ]
    choose = "audiences-button-choose"
    add = None
    if not value.audience.is_blank:
        choose = "audiences-button-instead"
        add = button(view.label("audiences-button-add"), AddSaved(broadcast=broadcast, saved=saved.id))
        parts.append(view.text("audiences-saved-choose"))
        if saved.audience.used(Side.EXCEPT):
            parts.append(view.text("audiences-saved-adds-exceptions"))
    return Screen(
        _parts(*parts),
        rows(
            button(view.label(choose), AimAtSaved(broadcast=broadcast, saved=saved.id, over=True)),
            add,
            button(view.label("audiences-button-forget"), AskToForget(broadcast=broadcast, saved=saved.id)),
            _back(view, OpenSavedList(broadcast=broadcast)),
        ),
    )


def ask_to_forget(view: View, broadcast_id: int, saved: Saved) -> Screen:
    return Screen(
        view.text("audiences-ask-forget", name=saved.name),
        rows(
            button(
                view.label("audiences-button-forget-yes"),
                ForgetSaved(broadcast=broadcast_id, saved=saved.id),
            ),
            _back(view, OpenSaved(broadcast=broadcast_id, saved=saved.id)),
        ),
    )
