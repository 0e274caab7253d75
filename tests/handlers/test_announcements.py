"""Announcements as messages: whatever was written, Telegram takes them."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from domain.announcement import Announcement
from domain.booking import BookingStatus
from domain.broadcast import LONGEST_TEXT, LONGEST_VALUE, Content, longest_length, utf16_length
from domain.delivery import Act, DeliveryKind, Media, Outgoing
from domain.letters import Letter, Part
from domain.payloads import OfMessage, ToRecipient
from handlers.announcements.letters import announcement, message_for, values_of, variables
from sandbox.entities import parse_html
from tests.handlers.previews import NOW, TEXTS, Preview, Style

LONGEST_DATA = 64
LONGEST_LABEL = 60
PREVIEW = Preview(Style.LONGEST, 0)
VIEW = PREVIEW.view()


def said(text: str = "Сбор в пятницу", **values: Any) -> Announcement:
    content = Content(
        text,
        activity_id=2**31 - 1,
        activity_title="Щи & <b>борщ «Кубанские»</i> " * 6,
        wants_receipt=True,
    )
    return Announcement(
        2**31 - 1, dataclasses.replace(content, **values), "Елена Станиславовна Преображенская", NOW
    )


def letter(kind: DeliveryKind, *announcements: Announcement, was_read: bool = False) -> Letter:
    made: Letter = PREVIEW.of(Letter)
    payload = OfMessage(7) if kind is not DeliveryKind.BROADCAST else ToRecipient()
    delivery = dataclasses.replace(PREVIEW.of(Part).delivery, kind=kind, payload=payload)
    parts = [Part(delivery=delivery, announcement=each, was_read=was_read) for each in announcements]
    reader = dataclasses.replace(made.reader, name="Ольга <b>")
    return dataclasses.replace(made, kind=kind, reader=reader, parts=tuple(parts))


def check(message: Outgoing) -> None:
    for label, payload in (key for row in message.rows for key in row):
        assert 0 < len(label) <= LONGEST_LABEL, label
        assert label == label.strip()
        assert len(payload.encode()) <= LONGEST_DATA


def labels(message: Outgoing) -> list[str]:
    return [label for row in message.rows for label, _ in row]


def test_a_message_is_the_coordinators_own_words_with_two_buttons() -> None:
    entities = ({"type": "bold", "offset": 0, "length": 5},)
    text = "{имя}, <b>сбор</b> & всё"
    message = announcement(VIEW, letter(DeliveryKind.BROADCAST, said(text, entities=entities)))
    check(message)
    assert message.text == "Ольга <b>, <b>сбор</b> & всё"
    assert message.entities == ({"type": "bold", "offset": 0, "length": 9},)
    assert message.act is Act.SEND
    assert labels(message)[1:] == ["Ознакомлен(а)"]


def test_an_announcement_without_words_or_buttons_is_its_media() -> None:
    photos = tuple(Media("photo", f"f{number}") for number in range(3))
    plain = said("", media=photos, activity_id=None, wants_receipt=False)
    message = announcement(VIEW, letter(DeliveryKind.BROADCAST, plain))
    assert (message.text, message.entities, message.media, message.rows) == ("", (), photos, ())


def test_a_correction_edits_and_a_recall_deletes() -> None:
    edited = announcement(VIEW, letter(DeliveryKind.CORRECTION, said(), was_read=True))
    assert (edited.act, edited.message_id, edited.text) == (Act.EDIT, 7, "Сбор в пятницу")
    assert labels(edited)[1:] == ["✓ Отмечено: ознакомлен(а)"]
    recall = announcement(VIEW, letter(DeliveryKind.RECALL, said()))
    assert (recall.act, recall.message_id, recall.rows) == (Act.DELETE, 7, ())


@pytest.mark.parametrize("count", [2, 8, 9, 40])
def test_a_digest_fits_a_message_whatever_was_written(count: int) -> None:
    longest = [said("Щи & <борщ> {имя} " * 300) for _ in range(count)]
    message = announcement(VIEW, letter(DeliveryKind.BROADCAST, *longest))
    check(message)
    text, _ = parse_html(message.text)
    assert message.entities is None
    assert utf16_length(text) <= LONGEST_TEXT
    assert f"Объявления за день: {count}" in text
    assert len([label for label in labels(message) if label.startswith("Читать: ")]) == min(count, 8)
    assert ("Ещё" in labels(message)) == (count > 8)
    assert ("И ещё" in text) == (count > 8)


def test_a_digest_names_what_has_no_words_and_no_author() -> None:
    photo = said("", media=(Media("photo", "f"),))
    nameless = dataclasses.replace(said(" Сбор\n\nв пятницу "), author="")
    message = announcement(VIEW, letter(DeliveryKind.BROADCAST, photo, nameless))
    text, _ = parse_html(message.text)
    assert "1. (фото)\nЕлена Станиславовна Преображенская, пн 12 октября, 12:00" in text
    assert "2. Сбор в пятницу\nпн 12 октября, 12:00" in text


def test_values_are_never_longer_than_what_a_text_is_measured_with() -> None:
    for turn in range(12):
        preview = Preview(Style.LONGEST, turn)
        visit = preview.letter(DeliveryKind.REMINDER).parts[0].visit
        values = values_of(VIEW, "я" * 60, visit)
        assert list(values) == list(variables(VIEW))
        assert all(utf16_length(value) <= LONGEST_VALUE for value in values.values())
        assert values["запись"].endswith(VIEW.when(visit[1]))
        text = "{имя}{запись}"
        assert utf16_length(message_for(VIEW, Content(text), 1, values).text) <= longest_length(text)


def test_somebody_without_a_name_or_a_booking_reads_a_sentence_all_the_same() -> None:
    values = values_of(VIEW, "", None)
    greeted = message_for(VIEW, Content("Здравствуйте, {имя}! {имя}, не забудьте {запись}."), 1, values)
    assert greeted.text == "Здравствуйте, друзья! Друзья, не забудьте ваше занятие."


def test_a_booking_is_named_with_its_day_and_hours() -> None:
    visit = Preview(Style.USUAL, 0).letter(DeliveryKind.REMINDER).parts[0].visit
    assert visit[0].status is BookingStatus.BOOKED
    assert values_of(VIEW, "Ольга", visit) == {
        "имя": "Ольга",
        "запись": f"{visit[2].title}, пн 12 октября, 14:00–15:30",
    }
    assert TEXTS.plain("announcements-visit", title="Сварка", when="завтра") == "Сварка, завтра"
