"""Forms that were open when a role ended: whatever is typed then steers nothing, and is answered."""

from __future__ import annotations

import pytest
from aiogram.fsm.state import State

from domain.people import Role
from handlers import forms
from handlers.audiences.states import AudiencesForm
from handlers.broadcasts.states import BroadcastForm
from handlers.editing.states import EditingForm
from handlers.forms import Form
from handlers.mentoring.states import MentoringForm
from handlers.questions.states import QuestionForm
from tests.e2e.stage import Stage
from tests.e2e.test_hostile_roles import NAMES, Hostile, Others, dump, harm, leaks

OWN = {QuestionForm.asking, QuestionForm.asking_on}
"""What everybody types for themselves."""
STAFF = (AudiencesForm, BroadcastForm, EditingForm, MentoringForm, QuestionForm)
STATES = [state for form in STAFF for state in form.__all_states__ if state not in OWN]
NUMBERS = (
    "broadcast",
    "question",
    "slot",
    "activity",
    "venue",
    "audience",
    "saved",
    "group",
    "number",
    "edit",
)
CLOCKWORK = ("('booking',", "('slot',", "('delivery',", "('watch',", "('daily_run',")
"""What the bot itself moves on by the clock in rows that were planted."""
FORMER = {
    "coordinator": Hostile(Role.TEACHER, (Role.COORDINATOR, None), ended=True),
    "mentor": Hostile(Role.MENTOR, (Role.MENTOR, None), ended=True),
}


def test_every_form_is_somebodys() -> None:
    """A new form is walked here, or is one that everybody fills in for themselves."""
    everybodys = {"BookingForm", "RegistrationForm"}
    assert {form.__name__ for form in Form.__subclasses__()} == {f.__name__ for f in STAFF} | everybodys


@pytest.mark.parametrize("former", FORMER.values(), ids=FORMER.keys())
@pytest.mark.parametrize("state", STATES, ids=lambda state: state.state)
async def test_what_is_typed_after_the_role_has_ended_changes_nothing(
    stage: Stage, state: State, former: Hostile
) -> None:
    ids = [stage.visitor(name, known=True).id for name in NAMES]
    await stage.write(Others, ids)
    mallory = stage.visitor("Мэллори", known=True)
    await stage.write(former.arrive, mallory.id)
    await mallory.send("/start")
    before, seen = await stage.read(dump), stage.sandbox.calls()[-1].n
    form = stage.application.dispatcher.fsm.get_context(stage.application.bot, mallory.id, mallory.id)
    for typed in ("Идите за гаражи", "13.10.2026 10:00", "5"):
        await forms.ask(form, state, **dict.fromkeys(NUMBERS, 1), side="a", tie="booked", kind="description")
        mallory.listen()
        await mallory.send(typed)
        assert mallory.news != []
    stage.expect_unmodified()
    done = harm(before, await stage.read(dump), mallory.id, None)
    assert [line for line in done if not line.startswith(CLOCKWORK)] == []
    assert leaks(stage, mallory, seen) == []
