"""What people are told of roles that somebody asked for, gave or refused."""

from __future__ import annotations

from domain.facts import OfHolder, OfInvite
from domain.letters import Letter
from domain.payloads import Answered, OfInvitation
from handlers.coordination.callbacks import OpenCoordination
from handlers.roles.callbacks import OpenHolder, OpenInvitation, OpenNewcomer
from handlers.roles.screens import name_of, where
from handlers.screen import Screen, button, rows
from handlers.view import View


def asked(view: View, letter: Letter) -> Screen:
    """To who invited: nobody is named here, the button shows who it is at the moment of the tap."""
    part = letter.parts[0]
    payload, facts = part.delivery.payload, part.facts
    if not isinstance(payload, OfInvitation) or not isinstance(facts, OfInvite):
        raise ValueError(f"{letter.kind} of no invitation")
    id_ = facts.invitation.id
    if payload.stranger:
        open_it = button(view.label("roles-button-look-invitation"), OpenInvitation(invitation=id_))
        return Screen(view.text("roles-asked-stranger"), rows(open_it))
    look = button(view.label("roles-button-look"), OpenNewcomer(invitation=id_))
    return Screen(view.text("roles-asked"), rows(look))


def answered(view: View, letter: Letter) -> Screen:
    payload = letter.parts[0].delivery.payload
    if not isinstance(payload, Answered):
        raise ValueError(f"{letter.kind} without an answer")
    if not payload.given:
        return Screen(view.text("roles-answered-no"), rows(view.menu_button()))
    desk = button(view.label("menu-button-coordination"), OpenCoordination())
    return Screen(view.text("roles-answered-yes"), rows(desk, view.menu_button()))


def new_coordinator(view: View, letter: Letter) -> Screen:
    facts = letter.parts[0].facts
    if not isinstance(facts, OfHolder):
        raise ValueError(f"{letter.kind} of nobody")
    found = facts.holder
    text = view.text("roles-new-coordinator", name=name_of(view, found), where=where(view, found.grant))
    look = button(view.label("roles-button-look"), OpenHolder(grant=found.id))
    return Screen(text, rows(look))
