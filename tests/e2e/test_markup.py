"""Brackets, quotes and emoji in every field of a programme: every screen stays valid and short enough."""

from __future__ import annotations

from collections import deque

from domain.programme_import import TEXT_LENGTHS, Column, Sheet
from tests.e2e.stage import Stage, Visitor
from tests.services.programme_desk import SESSION, SLOT, VENUE, WORKSHOP, Desk, book
from tests.town import moscow

NASTY = '<b>"&amp;<i>& «💥👩‍🔧» </b>'
LONGEST_MESSAGE = 4096
DESTRUCTIVE = ("px2", "pw2")
MOST_TAPS = 150


def nasty(length: int) -> str:
    return (NASTY * (length // len(NASTY) + 1))[:length].strip()


def longest(sheet: Sheet, column: Column) -> str:
    """As much as an import lets in."""
    return nasty(TEXT_LENGTHS[sheet, column])


async def _nasty_programme(stage: Stage) -> None:
    venues, workshops, slots, forum = Sheet.VENUES, Sheet.WORKSHOPS, Sheet.SLOTS, Sheet.FORUM
    venue = {
        **VENUE,
        "название": longest(venues, Column.NAME),
        "муниципалитет": "Лабинский",
        "адрес": longest(venues, Column.ADDRESS),
        "как добраться": longest(venues, Column.DIRECTIONS),
    }
    workshop = {
        **WORKSHOP,
        "название": longest(workshops, Column.NAME),
        "описание": longest(workshops, Column.DESCRIPTION),
        "наставник": longest(workshops, Column.LED_BY),
        "предприятие": longest(workshops, Column.ENTERPRISE),
        "что взять": longest(workshops, Column.BRING),
        "безопасность": longest(workshops, Column.SAFETY),
    }
    times = [
        {**SLOT, "код": f"S{day}", "дата": f"{day}.10.2026", "кабинет": longest(slots, Column.ROOM)}
        for day in range(13, 21)
    ]
    sessions = [
        {
            **SESSION,
            "код": f"F{number}",
            "название": longest(forum, Column.NAME),
            "зал": longest(forum, Column.ROOM),
            "спикеры": longest(forum, Column.LED_BY),
            "описание": longest(forum, Column.DESCRIPTION),
            "дата": f"{13 + number // 6}.10.2026",
            "начало": f"{13 + number}:00",
            "конец": f"{14 + number}:00",
        }
        for number in range(7)
    ]
    about = [
        {"ключ": f"{number}{nasty(70)}", "значение": longest(Sheet.ABOUT, Column.VALUE)}
        for number in range(6)
    ]
    file = book(venues=[venue], workshops=[workshop], slots=times, forum=sessions, about=about)
    applied = await Desk(stage.database).apply(file, stage.clock.now())
    assert list(applied.preview.problems) == []
    await stage.tick()


async def _walk(visitor: Visitor, begin: str) -> dict[str, list[str]]:
    """Tap every button there is, breadth first; the screens that were seen."""
    await visitor.send(begin)
    seen: set[str] = set()
    screens: dict[str, list[str]] = {}
    target = visitor.last
    queue: deque[str] = deque()

    def look() -> None:
        for message in visitor.seat.news:
            screens[message.text] = [label for row in message.buttons for label in row]
            assert len(message.text.encode("utf-16-le")) // 2 <= LONGEST_MESSAGE
            for row in message.rows:
                for button in row:
                    data = button.get("callback_data")
                    if data and data not in seen and data.split(":")[0] not in DESTRUCTIVE:
                        seen.add(data)
                        queue.append(data)

    look()
    taps = 0
    while queue and taps < MOST_TAPS:
        taps += 1
        await visitor.hack(queue.popleft(), target)
        look()
    return screens


async def test_every_screen_of_a_nasty_programme_is_valid_and_leads_home(stage: Stage) -> None:
    await _nasty_programme(stage)
    olga = await stage.registered(nasty(50), role="parent", organisation=nasty(90))
    await olga.send(NASTY)
    await olga.send("/start act_W1")
    await olga.tap("13 октября", "2", "Имена, кто придёт")
    await olga.send(f"{nasty(28)}, {nasty(20)}")
    screens = await _walk(olga, "/menu")
    assert len(screens) > 25
    stage.expect_unmodified()
    dead_ends = [
        text
        for text, buttons in screens.items()
        if buttons
        and not {"В меню", "Назад"} & set(buttons)
        and not any("Помощь" in label for label in buttons)
    ]
    assert dead_ends == []


async def test_reminders_and_calendars_of_a_nasty_programme_arrive(stage: Stage) -> None:
    await _nasty_programme(stage)
    olga = await stage.registered(nasty(50), role="parent", organisation=nasty(90))
    await olga.send("/start act_W1")
    await olga.tap("13 октября", "2")
    for number in range(6):
        await olga.send(f"/start act_F{number}")
        await olga.tap("Записаться", "1")
    await olga.toast("В календарь")
    olga.listen()
    await stage.move_to(moscow("12 18:00"))
    assert [text.split(":")[0] for text in olga.news] == ["⏰ Напоминание"] * 2
    answer = await olga.inline("W1")
    assert len(answer.results) == 1
