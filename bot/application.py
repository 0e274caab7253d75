"""The composition root: everything is built here, started and stopped in the right order.

application = Application(settings, bot, clock, texts)
await application.start()        # forms, search index, what a crash left in flight, the clock
await application.run_polling()  # until stop
await application.stop()
"""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Awaitable, Callable, Mapping
from datetime import tzinfo

import structlog
from aiogram import Bot, Dispatcher
from aiogram.client.default import DefaultBotProperties
from aiogram.client.telegram import TelegramAPIServer
from aiogram.enums import ParseMode
from aiogram.types import BotCommand, Update

from bot.actors import Actors
from bot.charts import ChartPainter
from bot.clock import Clock
from bot.dispatcher import build_dispatcher
from bot.form_storage import FormStorage
from bot.jobs import YOUNG_PUPILS, Jobs, RunsInDatabase
from bot.limits import Limits
from bot.middleware import PRIVATE, TELEGRAM, Acquaintance
from bot.outbox import Outbox
from bot.pacer import Pacer
from bot.personal_queues import PersonalQueues
from bot.polling import Poller
from bot.programme_reader import ProgrammeReader
from bot.programme_search import ProgrammeSearch
from bot.question_group import QuestionGroup
from bot.quick_import import make_ready
from bot.repeats import Repeats
from bot.scheduler import Scheduler
from bot.screens import ScreenQueue
from bot.sender import TelegramSender
from bot.session import PATIENCE_SECONDS, FrugalSession
from bot.texts import Texts
from db.engine import Database
from db.queries.programme import municipalities
from domain.consent import Operator
from domain.delivery import DeliveryKind
from domain.people import Address
from domain.question import Reception
from handlers.announcements.letters import announcement
from handlers.broadcasts import letters as broadcast_letters
from handlers.broadcasts.live import LiveBroadcasts
from handlers.mentoring import letters as mentoring
from handlers.menu.callbacks import OpenMenu
from handlers.menu.letters import late_screen
from handlers.notices.letters import LetterScreen, LetterWriter
from handlers.questions import letters as question_letters
from handlers.registration.consent import consent_text
from handlers.registration.letters import child_let_go
from handlers.roles import letters as role_letters
from handlers.screen import Screen, acknowledge, button
from handlers.workshops.letters import watch_fulfilled

UPDATES = ("message", "edited_message", "callback_query", "inline_query", "my_chat_member")
"""Channels and the rest are deliberately not asked for."""
COMMANDS = ("menu", "workshops", "programme", "my", "reminders", "ask", "profile", "help", "privacy")
COMMAND_KEYS = "menu-command-"
LONGEST_FAREWELL = 5.0
"""Seconds that a stop waits for messages in hand."""
GC_THRESHOLD = (5_000, 2, 1_000)
"""Garbage is looked for among few objects at a time, 2 ms for 5,000; what stays is frozen every minute, before a look
at everything would come: 200,000 objects make that a pause of 0.15 s, and it comes at night."""

LETTERS: Mapping[DeliveryKind, LetterScreen] = {
    DeliveryKind.WATCH: watch_fulfilled,
    DeliveryKind.LATE: mentoring.late,
    DeliveryKind.CANNOT_LEAD: mentoring.cannot_lead,
    DeliveryKind.BROADCAST: announcement,
    DeliveryKind.CORRECTION: announcement,
    DeliveryKind.RECALL: announcement,
    DeliveryKind.TO_CONFIRM: broadcast_letters.to_confirm,
    DeliveryKind.CONFIRMED: broadcast_letters.confirmed,
    DeliveryKind.SENT_BACK: broadcast_letters.sent_back,
    DeliveryKind.GREW: broadcast_letters.grew,
    DeliveryKind.HANDED_OVER: broadcast_letters.handed_over,
    DeliveryKind.ROLE_ASKED: role_letters.asked,
    DeliveryKind.ROLE_ANSWERED: role_letters.answered,
    DeliveryKind.NEW_COORDINATOR: role_letters.new_coordinator,
    DeliveryKind.QUESTION: question_letters.new_question,
    DeliveryKind.ANSWER: question_letters.answered,
    DeliveryKind.LOST_ANSWER: question_letters.lost_answer,
    DeliveryKind.GROUP_TO_TIDY: question_letters.group_to_tidy,
    DeliveryKind.OPEN_QUESTIONS: question_letters.still_open,
    DeliveryKind.CHILD_LET_GO: child_let_go,
    DeliveryKind.SCREEN: late_screen,
}
"""How features word what they owe, beside the notices of bookings."""

log = structlog.get_logger(__name__)


def make_bot(token: str, api_url: str) -> Bot:
    """A bot that speaks to ``api_url`` in HTML, without link previews."""
    session = FrugalSession(api=TelegramAPIServer.from_base(api_url), timeout=PATIENCE_SECONDS)
    defaults = DefaultBotProperties(parse_mode=ParseMode.HTML, link_preview_is_disabled=True)
    return Bot(token, session=session, default=defaults)


class Application:
    """One running bot. ``coordinators`` are messenger ids from the settings."""

    def __init__(
        self,
        *,
        database: Database,
        bot: Bot,
        clock: Clock,
        texts: Texts,
        zone: tzinfo,
        coordinators: frozenset[int] = frozenset(),
        coordinators_chat: int | None = None,
        operator: Operator | None = None,
        limits: Limits | None = None,
        nightly: Mapping[str, Callable[[], Awaitable[None]]] | None = None,
    ) -> None:
        self.database = database
        self.bot = bot
        self.clock = clock
        self.texts = texts
        self.zone = zone
        self.pacer = Pacer(limits)
        bot.session.middleware(Repeats(self.pacer))
        bot.session.middleware(self.pacer)
        self.coordinators = frozenset(Address(TELEGRAM, str(number)) for number in coordinators)
        self.reception = Reception(
            self.coordinators,
            None if coordinators_chat is None else Address(TELEGRAM, str(coordinators_chat)),
        )
        self.consent = consent_text(texts, operator)
        self.actors = Actors(database, self.coordinators, self.consent)
        self.search = ProgrammeSearch(database, texts)
        self.painter = ChartPainter()
        self.reader = ProgrammeReader()
        self.scheduler = Scheduler(clock, RunsInDatabase(database))
        self.handling = PersonalQueues(self._handle, self._pass_by)
        self.poller = Poller(bot, self.handling, UPDATES)
        self._nightly = dict(nightly or {})
        self._polling: asyncio.Task[None] | None = None
        self._started = False
        self.dispatcher: Dispatcher
        self.outbox: Outbox
        self.live: LiveBroadcasts
        self.group: QuestionGroup
        self.screens: ScreenQueue

    async def start(self) -> None:
        """Everything but the polling. Raises what the messenger raises when the token is wrong."""
        me = await self.bot.me()
        username = me.username or ""
        writer = LetterWriter(self.texts, self.zone, username, more=LETTERS)
        sender = TelegramSender(self.bot, self.pacer)
        self.outbox = Outbox(
            self.database,
            sender,
            self.clock,
            writer,
            self.zone,
            on_lost=self.actors.forget,
            coordinators=self.coordinators,
        )
        self.storage = FormStorage(self.database, self.clock)
        await self.storage.load()
        await self.search.refresh()
        places = tuple(await self.database.read(municipalities))
        mishap = Screen(
            self.texts("error-not-shown"), ((button(self.texts.plain("common-button-menu"), OpenMenu()),),)
        )
        self.screens = ScreenQueue(self.bot, self.database, self.clock, mishap, self.coordinators)
        await self.screens.start()
        acquaintance = Acquaintance(
            self.actors,
            self.clock,
            self.texts,
            self.zone,
            username,
            places,
            self._group_id,
            self.screens,
            consent=self.consent,
        )
        self.group = QuestionGroup(
            self.bot,
            self.database,
            self.clock,
            self.zone,
            acquaintance.view,
            self.coordinators,
            self.outbox.kick,
        )
        self.live = LiveBroadcasts(self.bot, self.database, acquaintance.view)
        self.dispatcher = build_dispatcher(
            acquaintance,
            self.storage,
            db=self.database,
            texts=self.texts,
            zone=self.zone,
            outbox=self.outbox,
            people=self.actors,
            coordinators=self.coordinators,
            reception=self.reception,
            group=self.group,
            search=self.search,
            painter=self.painter,
            reader=self.reader,
            sender=sender,
            live=self.live,
        )
        await self.outbox.start()
        await self.actors.load(self.clock.now())
        jobs = Jobs(
            self.database,
            self.clock,
            self.zone,
            self.outbox,
            self.reception,
            self.search,
            self.live.look,
            self.group.kick,
            self.storage,
            self.actors,
        )
        jobs.schedule(self.scheduler, self._nightly)
        self.scheduler.start()
        await self.scheduler.kick(YOUNG_PUPILS)
        make_ready()
        gc.collect()
        gc.freeze()
        gc.set_threshold(*GC_THRESHOLD)
        self._started = True

    async def introduce(self) -> None:
        """Tell the messenger the commands and what the bot is for."""
        commands = [
            BotCommand(command=name, description=self.texts.plain(COMMAND_KEYS + name)) for name in COMMANDS
        ]
        await self.bot.set_my_commands(commands)
        await self.bot.set_my_description(self.texts.plain("menu-bot-description"))
        await self.bot.set_my_short_description(self.texts.plain("menu-bot-short-description"))

    @property
    def _group_id(self) -> int | None:
        return None if self.reception.group is None else int(self.reception.group.user_id)

    async def remind_of_questions(self) -> None:
        """Now, as every morning: coordinators read how many questions wait."""
        await self.scheduler.kick("questions")

    async def clean_up(self) -> None:
        """Now, as every night: forget what is kept for a time only."""
        await self.scheduler.kick("clean_up")

    async def run_polling(self) -> None:
        """Take updates until ``stop`` is called.

        Raises:
            TokenRefusedError: the messenger does not know the token any more.
        """
        self._polling = asyncio.create_task(self.poller.run(), name="polling")
        await self._polling

    async def _handle(self, update: Update) -> None:
        await self.dispatcher.feed_update(self.bot, update)

    async def _pass_by(self, update: Update) -> None:
        """Somebody sends faster than we can answer: what is not handled is told."""
        query, message = update.callback_query, update.message
        if query is not None:
            await acknowledge(query, self.texts.plain("error-too-many-taps"), alert=True)
        elif message is not None and message.chat.type == PRIVATE:
            await message.answer(self.texts("error-too-many-messages"))

    async def stop(self) -> None:
        """Polling, what it took, the clock, the message in hand, the session, the database: in this order."""
        # Also where the polling has not begun: it must not begin afterwards.
        await self.poller.stop()
        if self._polling is not None:
            await asyncio.wait([self._polling])
        await self.handling.finished()
        await self.poller.confirm()
        await self.scheduler.stop()
        if self._started:
            finishing = asyncio.gather(
                self.screens.finished(), self.actors.finished(), self.outbox.stop(), self.group.stop()
            )
            await asyncio.wait([finishing], timeout=LONGEST_FAREWELL)
            # What the messenger's own limit still holds back is owed to the next start, not waited for.
            self.pacer.close()
            await finishing
        await self.bot.session.close()
        await self.database.close()

    @property
    def busy(self) -> bool:
        """An update is in hand, or an answer on its way."""
        return self.handling.busy or self.screens.busy or self.actors.busy
