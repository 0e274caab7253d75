"""«Роли» as screens."""

from __future__ import annotations

from collections.abc import Sequence

from bot.texts import Html, html_join
from domain.people import Grant, Role
from domain.registration import Question
from domain.roles import (
    DAYS,
    INVITED_ROLES,
    RECORD_KEPT,
    STAFF_ROLES,
    USES,
    Holder,
    Invitation,
    Newcomer,
    Reason,
    uses_for,
    written,
)
from handlers.coordination.callbacks import OpenCoordination
from handlers.menu import screens as menu_screens
from handlers.paging import page_line, pager
from handlers.profile.callbacks import EditAnswer, OpenProfile
from handlers.roles.callbacks import (
    AcceptInvitation,
    AskDays,
    AskToTakeBack,
    AskUses,
    AskWhere,
    Invite,
    LetIn,
    OpenHolder,
    OpenHolders,
    OpenInvitation,
    OpenInvitations,
    OpenRoles,
    RevokeInvitation,
    SendForward,
    TakeBack,
    TakeBackAll,
    TurnAway,
)
from handlers.screen import Button, Screen, button, columns, rows
from handlers.view import View
from services.roles import Offered, Overview

INVITE_LINK = "inv_"
ON_PAGE = 8
PLACES_ON_PAGE = 12
MANY_KEYS = "roles-many-"
ONE_KEYS = "roles-one-"
INVITE_KEYS = "roles-button-invite-"
ASK_USES_KEYS = "roles-ask-uses-"
WHAT_KEYS = "roles-what-"
REFUSED_KEYS = "roles-refused-"


def where(view: View, grant: Grant) -> str:
    if grant.municipality is None:
        return view.label("roles-everywhere")
    return view.municipality(grant.municipality).name


def one(view: View, role: Role) -> str:
    return view.label(ONE_KEYS + role)


def scope(view: View) -> str:
    held = view.actor.scope
    if held.everywhere:
        return view.label("roles-everywhere")
    return ", ".join(sorted(view.municipality(code).name for code in held.municipalities))


def _back(view: View, to: OpenRoles | OpenHolders | OpenInvitations | AskUses | AskDays) -> Button:
    return button(view.label("common-button-back"), to)


def overview(view: View, value: Overview) -> Screen:
    holders = [
        button(
            view.label(
                "roles-button-holders", role=view.label(MANY_KEYS + role), count=value.holders.get(role, 0)
            ),
            OpenHolders(role=role),
        )
        for role in INVITED_ROLES
    ]
    invite = [button(view.label(INVITE_KEYS + role), AskUses(role=role)) for role in INVITED_ROLES]
    return Screen(
        view.text("roles-title", where=scope(view)),
        rows(
            *holders,
            *invite,
            button(view.label("roles-button-invitations", count=value.invitations), OpenInvitations()),
            button(view.label("common-button-back"), OpenCoordination()),
            view.menu_button(),
        ),
    )


# Making an invitation: one question a screen.


def ask_uses(view: View, role: Role) -> Screen:
    choices = [
        button(view.label("roles-button-uses", count=uses), AskDays(role=role, uses=uses)) for uses in USES
    ]
    return Screen(
        view.text(ASK_USES_KEYS + role), rows(*choices, _back(view, OpenRoles()), view.menu_button())
    )


def ask_days(view: View, role: Role, uses: int) -> Screen:
    choices = [
        button(view.label("roles-button-days", count=days), AskWhere(role=role, uses=uses, days=days))
        for days in DAYS
    ]
    return Screen(
        view.text("roles-ask-days"), rows(*choices, _back(view, AskUses(role=role)), view.menu_button())
    )


def ask_where(view: View, role: Role, uses: int, days: int, page: int) -> Screen:
    held = view.actor.scope
    places = [m for m in view.municipalities if held.covers(m.code)]
    last = max(0, (len(places) - 1) // PLACES_ON_PAGE)
    page = min(page, last)
    shown = places[page * PLACES_ON_PAGE : (page + 1) * PLACES_ON_PAGE]
    choices = [
        button(place.name, Invite(role=role, uses=uses, days=days, where=place.code)) for place in shown
    ]
    first = []
    if held.everywhere:
        everywhere = Invite(role=role, uses=uses, days=days, where="")
        first.append(button(view.label("roles-button-everywhere"), everywhere))
    home = view.actor.person.municipality if view.actor.person else None
    if home is not None and held.covers(home) and home not in {place.code for place in shown}:
        at_home = Invite(role=role, uses=uses, days=days, where=home)
        first.append(button(view.municipality(home).name, at_home))
    back = AskDays(role=role, uses=uses) if len(uses_for(role)) > 1 else OpenRoles()
    return Screen(
        view.text("roles-ask-where" if len(uses_for(role)) > 1 else "roles-ask-where-coordinator"),
        rows(
            first,
            *columns(choices, 2),
            pager(view, page, last, lambda to: AskWhere(role=role, uses=uses, days=days, page=to)),
            _back(view, back),
            view.menu_button(),
        ),
    )


def _facts(view: View, value: Invitation) -> dict[str, str]:
    return {
        "role": one(view, value.grant.role),
        "where": where(view, value.grant),
        "until": view.dates.moment(value.expires_at, now=view.now),
        "link": view.link(INVITE_LINK + value.code),
        "code": written(value.code),
    }


def invitation(view: View, value: Invitation, *, fresh: bool) -> Screen:
    """What the coordinator sees of it; ``fresh``: the message to forward comes below."""
    uses = view.label("roles-uses-left", count=value.uses_left)
    facts = _facts(view, value)
    if fresh:
        text = view.text("roles-invitation", uses=uses, **facts)
    else:
        text = view.text("roles-invitation-open", uses=uses, **facts)
    forward = button(view.label("roles-button-forward"), SendForward(invitation=value.id))
    return Screen(
        text,
        rows(
            None if fresh else forward,
            button(view.label("roles-button-revoke"), RevokeInvitation(invitation=value.id)),
            button(view.label("roles-button-back"), OpenRoles()),
            view.menu_button(),
        ),
    )


def forward(view: View, value: Invitation) -> Screen:
    """The message to send on; no buttons, so that it can be forwarded as it is."""
    return Screen(view.text("roles-forward", bot=view.bot_username, **_facts(view, value)))


def invitations(view: View, shown: Sequence[Invitation], total: int, page: int) -> Screen:
    last = max(0, (total - 1) // ON_PAGE)
    buttons = [
        button(
            view.label(
                "roles-button-invitation",
                role=one(view, value.grant.role),
                where=where(view, value.grant),
                uses=view.label("roles-uses-left", count=value.uses_left),
            ),
            OpenInvitation(invitation=value.id),
        )
        for value in shown
    ]
    return Screen(
        view.text("roles-invitations" if total else "roles-invitations-none"),
        rows(
            *buttons,
            pager(view, page, last, lambda to: OpenInvitations(page=to)),
            _back(view, OpenRoles()),
            view.menu_button(),
        ),
    )


# Accepting one.


def offer(view: View, value: Offered) -> Screen:
    grant = value.invitation.grant
    if value.held:
        return _held(view, grant)
    if value.waiting:
        return Screen(view.text("roles-waiting"), rows(view.menu_button()))
    offered = view.text(
        "roles-offer",
        role=one(view, grant.role),
        where=where(view, grant),
        what=view.label(WHAT_KEYS + grant.role),
    )
    if grant.role in STAFF_ROLES:
        offered = html_join([offered, view.text("roles-record", days=RECORD_KEPT.days)], "\n\n")
    if grant.role is Role.COORDINATOR:
        offered = html_join([offered, view.text("roles-offer-waits")], "\n\n")
    return Screen(
        offered,
        rows(
            button(view.label("roles-button-accept"), AcceptInvitation(code=value.invitation.code)),
            view.menu_button(),
        ),
    )


def name_first(view: View) -> Screen:
    """After «Принять» of somebody who has not said who they are."""
    fill = button(view.label("profile-button-fill"), EditAnswer(question=Question.CONSENT))
    return Screen(view.text("roles-nameless-first"), rows(fill, view.menu_button()))


def accepted(view: View, value: Offered) -> Screen:
    """After «Принять»; ``view`` is that of the new role already."""
    grant = value.invitation.grant
    if value.held:
        return _held(view, grant)
    text = view.text(
        "roles-accepted",
        role=one(view, grant.role),
        where=where(view, grant),
        what=view.label(WHAT_KEYS + grant.role),
    )
    return Screen(text, _onwards(view, grant))


def _held(view: View, grant: Grant) -> Screen:
    text = view.text("roles-held", role=one(view, grant.role), where=where(view, grant))
    return Screen(text, _onwards(view, grant))


def _onwards(view: View, grant: Grant) -> tuple[tuple[Button, ...], ...]:
    desk = None
    if grant.role is Role.COORDINATOR:
        desk = button(view.label("menu-button-coordination"), OpenCoordination())
    profile = button(view.label("menu-button-profile"), OpenProfile())
    return rows(desk, profile, view.menu_button())


def refused(view: View, reason: Reason) -> Screen:
    return Screen(view.text(REFUSED_KEYS + reason.replace("_", "-")), rows(view.menu_button()))


def rest(view: View, until: str) -> Screen:
    return Screen(view.text("roles-refused-rest", until=until), rows(view.menu_button()))


# Who holds what.


def name_of(view: View, value: Holder) -> str:
    return value.name or view.label("roles-nameless")


def holders(
    view: View, role: Role, shown: Sequence[Holder], total: int, page: int, *, from_settings: int
) -> Screen:
    """``from_settings``: how many coordinators of all the settings name, beside those granted."""
    last = max(0, (total - 1) // ON_PAGE)
    parts = [view.text("roles-holders-title", role=view.label(MANY_KEYS + role))]
    if not total:
        parts.append(view.text("roles-holders-none"))
    if last:
        parts.append(page_line(view, page, last))
    if role is Role.COORDINATOR and from_settings:
        parts.append(view.text("roles-holders-from-settings", count=from_settings))
    buttons = [
        button(
            view.label("roles-button-holder", name=name_of(view, value), where=where(view, value.grant)),
            OpenHolder(grant=value.id),
        )
        for value in shown
    ]
    return Screen(
        html_join(parts, "\n\n"),
        rows(
            *buttons,
            pager(view, page, last, lambda to: OpenHolders(role=role, page=to)),
            _back(view, OpenRoles()),
            view.menu_button(),
        ),
    )


def holder(view: View, value: Holder) -> Screen:
    return Screen(
        view.text(
            "roles-holder",
            name=name_of(view, value),
            role=one(view, value.grant.role),
            where=where(view, value.grant),
            day=view.dates.day(value.since, now=view.now),
            giver=value.granted_by or view.label("roles-giver-none"),
        ),
        rows(
            button(view.label("roles-button-take-back"), AskToTakeBack(grant=value.id)),
            _back(view, OpenHolders(role=value.grant.role)),
            view.menu_button(),
        ),
    )


def ask_to_take_back(view: View, value: Holder, brought: Sequence[Holder] = ()) -> Screen:
    """``brought``: who holds a role that came from them; their roles can be taken back with it."""
    coordinator = value.grant.role is Role.COORDINATOR
    text = view.text(
        "roles-ask-take-back" if coordinator else "roles-ask-take-back-plain",
        name=name_of(view, value),
        role=one(view, value.grant.role),
        where=where(view, value.grant),
    )
    everybody = None
    if brought:
        named = [
            view.text(
                "roles-brought-in-line",
                name=name_of(view, each),
                role=one(view, each.grant.role),
                where=where(view, each.grant),
            )
            for each in brought[:ON_PAGE]
        ]
        lines = html_join([view.text("roles-brought-in", count=len(brought)), *named])
        text = html_join([text, lines], "\n\n")
        everybody = button(
            view.label("roles-button-take-back-all", count=len(brought)), TakeBackAll(grant=value.id)
        )
    return Screen(
        text,
        rows(
            button(view.label("roles-button-take-back-yes"), TakeBack(grant=value.id)),
            everybody,
            button(view.label("common-button-back"), OpenHolder(grant=value.id)),
            view.menu_button(),
        ),
    )


def newcomer(view: View, value: Newcomer) -> Screen:
    """Who came by an invitation: enough to know whether it is who was invited."""
    place = (
        view.municipality(value.municipality).name if value.municipality else view.label("roles-placeless")
    )
    invitation = value.invitation
    return Screen(
        view.text(
            "roles-newcomer",
            name=value.name,
            place=place,
            since=view.dates.moment(value.known_since, now=view.now),
            came=view.dates.moment(invitation.taken_at or view.now, now=view.now),
            where=where(view, invitation.grant),
        ),
        rows(
            button(view.label("roles-button-let-in"), LetIn(invitation=invitation.id)),
            button(view.label("roles-button-turn-away"), TurnAway(invitation=invitation.id)),
            button(view.label("roles-button-back"), OpenRoles()),
            view.menu_button(),
        ),
    )


def left(view: View) -> Screen:
    """Somebody took their own role back: the menu they have now."""
    return menu_screens.menu(view, note=Html(view.text("roles-left-coordination")))
