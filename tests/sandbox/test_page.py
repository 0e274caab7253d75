"""The chat page in a real browser, with a real aiogram bot behind it."""

from __future__ import annotations

import asyncio
import re
import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import pytest
import pytest_asyncio
from aiogram import Bot
from aiogram.types import BotCommand
from playwright.async_api import Browser, Locator, Page, Request, ViewportSize, async_playwright, expect

from sandbox.server import Action, Person, Sandbox
from tests.sandbox.conftest import polling
from tests.sandbox.page_bot import menu_bot

pytestmark = pytest.mark.asyncio(loop_scope="module")

BROWSERS = ("/usr/bin/chromium", "chromium", "chromium-browser", "google-chrome")
FLAGS = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run "
    "--disable-background-networking --disable-component-update --disable-sync"
).split()
PHONE = ViewportSize(width=360, height=740)
# Ample even on a machine that runs other tests meanwhile; reached only by a failing test.
PATIENCE_MS = 10_000
DESK = ViewportSize(width=1280, height=800)


class Host:
    """The program that runs the sandbox: a clock with one button."""

    hours = 9

    async def add_hour(self) -> str:
        self.hours += 1
        return "Прошёл час"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def released() -> asyncio.Event:
    return asyncio.Event()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def world(released: asyncio.Event) -> AsyncIterator[Sandbox]:
    host = Host()
    sandbox = Sandbox(
        actions=[Action("hour", "+1 час", host.add_hour)], status=lambda: f"Часы бота: {host.hours}:00"
    )
    async with sandbox.running(), polling(sandbox, menu_bot(released)) as bot:
        await set_commands(bot)
        yield sandbox


async def set_commands(bot: Bot) -> None:
    await bot.set_my_commands(
        [
            BotCommand(command="start", description="Сначала"),
            BotCommand(command="rich", description="Разный текст"),
        ]
    )


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    if found is None:
        pytest.fail(
            "There is no Chromium for the tests of the page: run scripts/install-chromium.sh, then try again."
        )
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=found, args=FLAGS)
        yield browser
        await browser.close()


@dataclass
class Window:
    """One page for all tests of the module, and what it complained of."""

    page: Page
    complaints: list[str]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def window(browser: Browser, world: Sandbox) -> AsyncIterator[Window]:
    context = await browser.new_context(base_url=world.url, viewport=PHONE)
    page = await context.new_page()
    page.set_default_timeout(PATIENCE_MS)
    expect.set_options(timeout=PATIENCE_MS)
    complaints: list[str] = []

    def on_request(request: Request) -> None:
        if not request.url.startswith((world.url, "blob:")):
            complaints.append(f"asked another server: {request.url}")

    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda line: complaints.append(line.text) if line.type == "error" else None)
    page.on("request", on_request)
    yield Window(page, complaints)
    await context.close()


@pytest_asyncio.fixture(loop_scope="module")
async def page(window: Window) -> AsyncIterator[Page]:
    """The page on a phone; whatever it complains of, or asks of other servers, fails the test."""
    page = window.page
    await page.set_viewport_size(PHONE)
    window.complaints.clear()
    yield page
    if await page.locator("dialog[open], .menu").count():
        await page.reload()
    assert window.complaints == []


_names = iter(range(1, 1000))


def somebody(world: Sandbox, name: str = "Аня") -> Person:
    """A person nobody else in this module uses."""
    return world.new_person(f"{name} {next(_names):03}", note="ученица 8 класса")


async def open_chat(page: Page, person: Person) -> None:
    await page.goto(f"/#chat={person.id}")
    await expect(page.get_by_role("textbox", name="Сообщение боту")).to_be_visible()


async def say(page: Page, text: str) -> None:
    await page.get_by_role("textbox", name="Сообщение боту").fill(text)
    await page.keyboard.press("Enter")


def log(page: Page) -> Locator:
    return page.get_by_role("log")


def message(page: Page, text: str) -> Locator:
    """The newest message with this text."""
    return log(page).get_by_role("article").filter(has_text=text).last


def key(page: Page, text: str) -> Locator:
    """The newest inline button with these words."""
    return log(page).get_by_role("button", name=text, exact=True).last


async def test_the_first_screen_lists_people_and_says_that_it_is_a_demonstration(
    page: Page, world: Sandbox
) -> None:
    anya = somebody(world)
    await anya.send("привет")
    await anya.expect("Сказано: привет")
    await page.goto("/")
    await expect(page.get_by_text("Демонстрация: настоящий Telegram не используется")).to_be_visible()
    entry = page.get_by_role("navigation").get_by_role("link").filter(has_text=anya.name)
    await expect(entry).to_contain_text("ученица 8 класса")
    await expect(entry).to_contain_text("Сказано: привет")
    await expect(entry.get_by_label("1 непрочитанное")).to_be_visible()
    await entry.click()
    await expect(message(page, "Сказано: привет")).to_be_visible()
    await page.get_by_role("link", name="К списку людей").click()
    await expect(entry.locator(".badge")).to_have_count(0)


async def test_a_new_person_begins_with_one_button(page: Page) -> None:
    await page.goto("/")
    await page.get_by_role("button", name="Новый человек").click()
    await page.get_by_label("Имя").fill("Соня")
    await page.get_by_label("Кто это").fill("ученица 5 класса")
    await page.get_by_role("button", name="Добавить").click()
    await expect(page.get_by_text("вы — Соня, ученица 5 класса")).to_be_visible()
    await page.get_by_role("button", name="Запустить").click()
    await expect(message(page, "Меню")).to_be_visible()
    await expect(page).to_have_url(re.compile(r"#chat=\d+$"))


async def test_enter_sends_and_shift_enter_breaks_the_line(page: Page, world: Sandbox) -> None:
    await open_chat(page, somebody(world))
    field = page.get_by_role("textbox", name="Сообщение боту")
    await field.fill("раз")
    await field.press("Shift+Enter")
    await field.press_sequentially("два")
    await field.press("Enter")
    await expect(message(page, "Сказано")).to_contain_text("Сказано: раз\nдва")
    await expect(field).to_have_value("")


async def test_what_the_bot_says_on_its_own_appears_at_once(page: Page, world: Sandbox) -> None:
    anya = somebody(world)
    await open_chat(page, anya)
    await anya.send("издалека")
    await expect(message(page, "Сказано: издалека")).to_be_visible()
    await expect(log(page)).to_have_attribute("aria-live", "polite")


async def test_formatting_stands_where_the_bot_put_it_and_markup_stays_text(
    page: Page, world: Sandbox
) -> None:
    await open_chat(page, somebody(world))
    await say(page, "/rich")
    text = message(page, "Сварка").locator(".text")
    for tag, content in [
        ("strong", "Сварка"),
        ("em", "курсив"),
        ("u", "черта"),
        ("s", "зачёркнуто"),
        ("blockquote", "цитата"),
    ]:
        await expect(text.locator(tag)).to_have_text(content)
    await expect(text.locator("pre")).to_have_text("строка\nещё строка")
    await expect(text.locator("code").first).to_have_text("код")
    await expect(text).to_contain_text("<script>window.hacked = 1</script>")
    assert await page.evaluate("window.hacked") is None
    cover = text.get_by_role("button", name="Скрытый текст, показать")
    await cover.press("Enter")
    await expect(text.locator(".spoiler.shown")).to_have_text("секрет")


async def test_links_to_the_bot_start_it_with_their_payload(page: Page, world: Sandbox) -> None:
    await open_chat(page, somebody(world))
    await say(page, "/rich")
    await log(page).get_by_role("link", name="Карточка").click()
    await expect(message(page, "Меню act_W1")).to_be_visible()
    await key(page, "Открыть").click()
    await expect(message(page, "Меню act_W2")).to_be_visible()


async def test_a_shared_link_works_for_the_other_person(page: Page, world: Sandbox) -> None:
    anya, olga = somebody(world), somebody(world, "Ольга")
    await open_chat(page, anya)
    await say(page, "/start")
    await key(page, "Позвать").click()
    await page.get_by_role("dialog").get_by_role("button", name=olga.name).click()
    received = page.get_by_role("dialog", name=f"{anya.name} пишет вам лично")
    await expect(received).to_contain_text("Смотри\nhttps://t.me/demo_bot?start=act_W3")
    await received.get_by_role("link").click()
    await expect(message(page, "Меню act_W3")).to_be_visible()
    assert olga.screen == "Меню act_W3"


async def test_a_button_copies_its_text(page: Page, world: Sandbox) -> None:
    await page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    await open_chat(page, somebody(world))
    await say(page, "/start")
    await key(page, "Код").click()
    await expect(page.get_by_role("status").get_by_text("Скопировано")).to_be_visible()
    assert await page.evaluate("navigator.clipboard.readText()") == "W-1"


async def test_a_tap_shows_progress_then_its_toast(
    page: Page, world: Sandbox, released: asyncio.Event
) -> None:
    await open_chat(page, somebody(world))
    await say(page, "/start")
    await key(page, "Ждать").click()
    await expect(key(page, "Ждать")).to_have_attribute("aria-busy", "true")
    released.set()
    await expect(page.get_by_role("status").get_by_text("Дождались")).to_be_visible()
    await expect(key(page, "Ждать")).not_to_have_attribute("aria-busy", "true")
    await key(page, "Подсказка").click()
    await expect(page.locator(".toast", has_text="Место за вами")).to_have_count(1)


async def test_an_alert_is_a_window_to_be_closed(page: Page, world: Sandbox) -> None:
    await open_chat(page, somebody(world))
    await say(page, "/start")
    await key(page, "Окно").click()
    window = page.get_by_role("dialog")
    await expect(window).to_contain_text("Мест больше нет")
    await window.get_by_role("button", name="Понятно").click()
    await expect(window).to_have_count(0)


async def test_a_menu_that_is_edited_in_place_keeps_the_focus(page: Page, world: Sandbox) -> None:
    await open_chat(page, somebody(world))
    await say(page, "/start")
    await key(page, "Дальше").press("Enter")
    await expect(message(page, "Страница 1")).to_contain_text("изменено")
    await expect(key(page, "Дальше")).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(message(page, "Страница 2")).to_be_visible()


async def test_the_reply_keyboard_asks_for_a_place_and_a_number(page: Page, world: Sandbox) -> None:
    await open_chat(page, somebody(world))
    await say(page, "/keys")
    keyboard = page.get_by_role("group", name="Кнопки бота")
    await keyboard.get_by_role("button", name="Где я").click()
    await page.get_by_role("button", name="Лабинск").click()
    await expect(message(page, "Широта 44.636")).to_be_visible()
    await keyboard.get_by_role("button", name="Где я").click()
    await page.get_by_label("Другая точка").fill("где-то")
    await page.get_by_role("button", name="Отправить", exact=True).last.click()
    await expect(page.get_by_role("alert").get_by_text("Нужны два числа")).to_be_visible()
    await page.get_by_label("Другая точка").fill("46.5, 38.1")
    await page.keyboard.press("Enter")
    await expect(message(page, "Широта 46.5")).to_be_visible()
    await keyboard.get_by_role("button", name="Мой номер").click()
    await page.get_by_role("textbox", name="Номер").fill("+79000000001")
    await page.get_by_role("button", name="Поделиться", exact=True).click()
    await expect(message(page, "Номер +79000000001")).to_be_visible()
    await keyboard.get_by_role("button", name="Ученик").click()
    await expect(message(page, "Сказано: Ученик")).to_be_visible()
    await page.get_by_role("button", name="Клавиатура бота").click()
    await expect(keyboard).to_be_hidden()


async def test_pictures_files_and_places_are_drawn(page: Page, world: Sandbox) -> None:
    await open_chat(page, somebody(world))
    await say(page, "/media")
    picture = message(page, "Схема прохода").get_by_role("img")
    await expect(picture).to_have_js_property("complete", True)
    assert await picture.evaluate("image => image.naturalWidth") == 1
    file = message(page, "запись.ics").get_by_role("link")
    await expect(file).to_contain_text("2 КБ")
    async with page.expect_download() as download:
        await file.click()
    assert (await download.value).suggested_filename == "запись.ics"
    await expect(message(page, "УПК «Лабинский»")).to_contain_text("44.63600, 40.73600")


async def test_a_file_goes_to_the_bot_with_its_caption(page: Page, world: Sandbox, tmp_path: Path) -> None:
    programme = tmp_path / "программа.xlsx"
    programme.write_bytes(b"sheet")
    await open_chat(page, somebody(world))
    await page.get_by_role("button", name="Прикрепить").click()
    async with page.expect_file_chooser() as chooser:
        await page.get_by_role("menuitem", name="Документ").click()
    await (await chooser.value).set_files(programme)
    await page.get_by_label("Подпись").fill("на осень")
    await page.get_by_role("dialog").get_by_role("button", name="Отправить").click()
    await expect(message(page, "Файл программа.xlsx, подпись на осень")).to_be_visible()


async def test_inline_mode_offers_cards_and_sends_the_chosen_one(page: Page, world: Sandbox) -> None:
    await open_chat(page, somebody(world))
    await say(page, "/start")
    await key(page, "Поделиться").click()
    await expect(page.get_by_role("textbox", name="Сообщение боту")).to_have_value("@demo_bot сварка")
    await page.get_by_role("button", name="Нашлось: сварка").click()
    await expect(log(page).locator(".own").filter(has_text="Карточка: сварка")).to_contain_text(
        "через @demo_bot"
    )
    await expect(page.get_by_role("textbox", name="Сообщение боту")).to_have_value("")


async def test_the_menu_lists_the_commands_of_the_bot(page: Page, world: Sandbox) -> None:
    await open_chat(page, somebody(world))
    await page.get_by_role("button", name="Меню: команды бота").click()
    await expect(page.get_by_role("group", name="Команды бота").get_by_role("button")).to_have_text(
        ["/startСначала", "/richРазный текст"]
    )
    await page.keyboard.press("Escape")
    await page.get_by_role("textbox", name="Сообщение боту").press_sequentially("/ri")
    await page.keyboard.press("ArrowUp")
    await page.keyboard.press("Enter")
    await expect(message(page, "Сварка")).to_be_visible()


async def test_messages_are_answered_changed_and_forwarded(page: Page, world: Sandbox) -> None:
    anya, olga = somebody(world), somebody(world, "Ольга")
    await open_chat(page, anya)
    await say(page, "вопрос")
    await message(page, "Сказано: вопрос").get_by_role("button", name="Действия с сообщением").press("Enter")
    await page.get_by_role("menuitem", name="Ответить").click()
    await say(page, "ответ")
    await expect(message(page, "Сказано в ответ на Сказано: вопрос: ответ")).to_be_visible()
    await log(page).locator(".own .bubble").filter(has_text="вопрос").first.click(button="right")
    await page.get_by_role("menuitem", name="Изменить").click()
    await say(page, "другой вопрос")
    await expect(message(page, "Исправлено: другой вопрос")).to_be_visible()
    await message(page, "Исправлено").click(button="right", position={"x": 20, "y": 15})
    await page.get_by_role("menuitem", name="Переслать").click()
    await page.get_by_role("dialog").get_by_role("button", name=olga.name).click()
    await expect(page.get_by_text(f"вы — {olga.name}, ученица 8 класса")).to_be_visible()
    await expect(message(page, "Переслано: Исправлено: другой вопрос")).to_be_visible()


async def test_a_blocked_bot_can_be_unblocked(page: Page, world: Sandbox) -> None:
    await open_chat(page, somebody(world))
    await say(page, "привет")
    await page.get_by_role("button", name="Действия с чатом").click()
    await page.get_by_role("menuitem", name="Заблокировать бота").click()
    await page.get_by_role("button", name="Заблокировать", exact=True).click()
    await page.get_by_role("button", name="Разблокировать бота").click()
    await say(page, "снова здесь")
    await expect(message(page, "Сказано: снова здесь")).to_be_visible()


async def test_a_deleted_message_is_shown_as_removed(page: Page, world: Sandbox) -> None:
    await open_chat(page, somebody(world))
    await say(page, "/gone")
    await expect(message(page, "Сообщение удалено")).to_be_visible()
    await expect(log(page)).not_to_contain_text("Это исчезнет")


async def test_a_bot_that_thinks_is_typing(page: Page, world: Sandbox) -> None:
    await open_chat(page, somebody(world))
    await say(page, "/think")
    await expect(page.get_by_text("печатает…")).to_be_visible()
    await expect(page.get_by_text("Бот печатает")).to_be_visible()


async def test_in_a_group_each_message_has_its_sender(page: Page, world: Sandbox) -> None:
    anya, olga = somebody(world), somebody(world, "Ольга")
    group = world.group("Координаторы", members=[anya, olga])
    await page.goto(f"/#chat={group.id}")
    await page.get_by_label("От имени").select_option(olga.name)
    await say(page, "кто сегодня?")
    await expect(log(page).locator(".own").filter(has_text="кто сегодня?").locator(".sender")).to_have_text(
        olga.name
    )
    await expect(message(page, "Сказано: кто сегодня?")).to_be_visible()


async def test_the_clock_of_the_bot_moves_with_a_button(page: Page, world: Sandbox) -> None:
    await page.goto("/")
    await expect(page.get_by_text("Часы бота: 9:00")).to_be_visible()
    await page.get_by_role("button", name="+1 час").click()
    await expect(page.get_by_text("Часы бота: 10:00")).to_be_visible()
    await expect(page.get_by_role("status").get_by_text("Прошёл час")).to_be_visible()


async def test_strange_texts_never_widen_the_page(page: Page, world: Sandbox) -> None:
    strange = [
        "ш" * 4096,
        "שלום مرحبا hello " * 20,
        "👩‍👩‍👧‍👦" * 60,
        "a\u0301\u0302\u0303" * 200,
        "\u202eзадом наперёд",
        "_" * 300,
    ]
    anya = somebody(world, "Ъ" * 60)
    for text in strange:
        await anya.send(text)
    await anya.expect("_" * 300)
    for size in (PHONE, DESK):
        await page.set_viewport_size(size)
        await open_chat(page, anya)
        await expect(message(page, "_" * 300)).to_be_visible()
        wider = await page.evaluate(
            """() => ["body", ".people-list", "#log-scroll", ".chat-head", "#composer"]
                .map((part) => document.querySelector(part))
                .filter((node) => node.scrollWidth > node.clientWidth + 1)
                .map((node) => node.outerHTML.slice(0, 80))"""
        )
        assert wider == []


async def test_a_wide_screen_shows_people_and_chat_side_by_side(page: Page, world: Sandbox) -> None:
    await page.set_viewport_size(DESK)
    anya = somebody(world)
    await open_chat(page, anya)
    await expect(
        page.get_by_role("navigation").get_by_role("link").filter(has_text=anya.name)
    ).to_have_attribute("aria-current", "page")
    await expect(page.get_by_role("textbox", name="Сообщение боту")).to_be_focused()
    await expect(page.get_by_role("link", name="К списку людей")).to_be_hidden()


async def test_everything_is_reached_with_the_tab_key(page: Page, world: Sandbox) -> None:
    await open_chat(page, somebody(world))
    await say(page, "/start")
    await expect(key(page, "Подсказка")).to_be_visible()
    reached = await tab_round(page)
    wanted = {
        "К полю ввода",
        "+1 час",
        "К списку людей",
        "Действия с чатом",
        "Подсказка",
        "Открыть",
        "Прикрепить",
        "Отправить",
    }
    assert wanted - reached == set()


async def tab_round(page: Page) -> set[str]:
    """Names of what the Tab key stops at."""
    await page.evaluate("document.activeElement.blur()")
    names = set()
    for _ in range(40):
        await page.keyboard.press("Tab")
        names.add(
            await page.evaluate("document.activeElement.ariaLabel || document.activeElement.textContent")
        )
    return names


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_text_stands_out_from_what_is_behind_it(
    page: Page, world: Sandbox, scheme: Literal["light", "dark"]
) -> None:
    anya = somebody(world)
    for text in ("/start", "/rich", "/media", "/gone", "/keys"):
        await anya.send(text)
    await anya.expect("Выберите")
    await page.set_viewport_size(DESK)
    await page.emulate_media(color_scheme=scheme)
    await open_chat(page, anya)
    await expect(message(page, "Выберите")).to_be_visible()
    faint = await page.evaluate((Path(__file__).parent / "faint_text.js").read_text())
    await page.emulate_media(color_scheme="light")
    assert faint == []


async def test_the_page_survives_a_restart_of_the_server(browser: Browser) -> None:
    sandbox = Sandbox()
    anya = sandbox.person("Аня")
    context = await browser.new_context(viewport=PHONE)
    page = await context.new_page()
    async with sandbox.running() as url:
        await page.goto(f"{url}/#chat={anya.id}")
        await expect(page.get_by_role("textbox", name="Сообщение боту")).to_be_visible()
    await expect(page.get_by_text("Нет связи, пробую снова")).to_be_visible()
    await say(page, "не пропади")
    await expect(page.get_by_role("textbox", name="Сообщение боту")).to_have_value("не пропади")
    async with sandbox.running(int(url.rpartition(":")[2])):
        await expect(page.get_by_text("Нет связи, пробую снова")).to_be_hidden()
        await page.get_by_role("textbox", name="Сообщение боту").press("Enter")
        await expect(log(page).get_by_text("не пропади")).to_be_visible()
    await context.close()
