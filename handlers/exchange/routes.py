"""A file with the programme comes as a document, is previewed, applied or dropped; the programme goes out as one."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Collection

from aiogram import Bot, Router
from aiogram.exceptions import TelegramBadRequest
from aiogram.filters import Filter
from aiogram.fsm.context import FSMContext
from aiogram.types import BufferedInputFile, CallbackQuery, Document, InaccessibleMessage, Message

from db.engine import Database
from domain.people import Address, Forbidden, Right
from domain.programme_import import Preview, Problem, ProgrammeChanged, ProgrammeRows, UnusableFile
from handlers.exchange import screens
from handlers.exchange.callbacks import (
    FINGERPRINT_LENGTH,
    ApplyFile,
    DropFile,
    OpenExchange,
    OpenExport,
    Output,
    SendExport,
    SendTemplate,
)
from handlers.exchange.progress import Progress
from handlers.ports import ActivitySearch, ProgrammeReader, Wakeable
from handlers.screen import acknowledge, show
from handlers.view import View
from services import programme_export, programme_import, programme_source
from services.programme_file import FILE_BYTES
from services.programme_template import write_template
from services.schedule.writing import NoSessions, write_schedule
from services.second_look import NeedsSecond


class ProgrammeSent(Filter):
    """A document from somebody who runs the programme."""

    async def __call__(self, message: Message, view: View) -> bool:
        return message.document is not None and view.actor.may(Right.RUN_PROGRAMME)


def router() -> Router:
    router = Router(name="exchange")
    # Files are read one at a time: each takes a processor and tens of megabytes while it is read.
    turn = asyncio.Semaphore(1)

    @router.callback_query(OpenExchange.filter())
    async def open_exchange(query: CallbackQuery, view: View, state: FSMContext) -> None:
        _require(view)
        await state.clear()
        await show(query, screens.invitation(view))

    @router.message(ProgrammeSent())
    async def file_sent(
        message: Message, view: View, db: Database, bot: Bot, reader: ProgrammeReader
    ) -> None:
        document = message.document
        assert document is not None  # noqa: S101 - the filter saw it
        progress = await Progress.begin(message, screens.reading(view))
        try:
            async with turn:
                rows = await _read(bot, db, view, document, progress, reader)
                seen = await db.read(programme_import.preview, view.actor, rows, view.now, view.zone)
        except UnusableFile as unusable:
            await progress.show(screens.unusable(view, unusable.problem))
            return
        await progress.show(screens.preview(view, _name(document), seen))
        await _send_whole(message, view, seen)

    @router.callback_query(ApplyFile.filter())
    async def apply_file(
        query: CallbackQuery,
        callback_data: ApplyFile,
        view: View,
        db: Database,
        bot: Bot,
        outbox: Wakeable,
        search: ActivitySearch,
        coordinators: Collection[Address],
        reader: ProgrammeReader,
    ) -> None:
        _require(view)
        file = _file_of(query)
        if file is None or file.document is None or not isinstance(query.message, Message):
            await show(query, screens.no_file(view))
            return
        await acknowledge(query)
        document, progress = file.document, Progress(query.message, file)
        await progress.show(screens.applying(view))
        try:
            async with turn:
                content = await _content(bot, document)
                rows = await _rows(db, view, document, content, reader)
                prepared = await db.read(programme_import.prepare, view.actor, rows, view.now, view.zone)
                if prepared.preview.fingerprint[:FINGERPRINT_LENGTH] != callback_data.fingerprint:
                    raise ProgrammeChanged(prepared.preview)
                kept = await asyncio.to_thread(
                    programme_import.kept_file, prepared, _name(document), content, view.zone
                )
                try:
                    applied = await db.write(
                        programme_import.apply,
                        view.actor,
                        rows,
                        view.now,
                        view.zone,
                        prepared.preview.fingerprint,
                        prepared=prepared,
                        file=kept,
                        coordinators=coordinators,
                    )
                except NeedsSecond as needed:
                    await db.write(
                        programme_import.ask_second, view.actor, needed, prepared, _name(document), view.now
                    )
                    await progress.show(screens.needs_second(view, needed.people))
                    return
        except UnusableFile as unusable:
            await progress.show(screens.unusable(view, unusable.problem))
            return
        except ProgrammeChanged as changed:
            if changed.preview.is_empty:
                # A second tap, or a colleague with the same file: what this one asked for is so.
                await progress.show(screens.applied_before(view, changed.preview))
                return
            await progress.show(screens.preview(view, _name(document), changed.preview, changed_since=True))
            await _send_whole(file, view, changed.preview)
            return
        await progress.show(screens.applied(view, applied))
        outbox.kick()
        await search.refresh()

    @router.callback_query(DropFile.filter())
    async def drop_file(query: CallbackQuery, view: View) -> None:
        _require(view)
        await show(query, screens.dropped(view))

    @router.callback_query(SendTemplate.filter())
    async def send_template(query: CallbackQuery, view: View, bot: Bot) -> None:
        _require(view)
        await acknowledge(query)
        scope = view.actor.scope
        names = [place.name for place in view.municipalities if scope.covers(place.code)]
        file = io.BytesIO()
        await asyncio.to_thread(write_template, sorted(names), file)
        await bot.send_document(
            query.from_user.id,
            BufferedInputFile(file.getvalue(), filename=view.label("exchange-template-name")),
            caption=view.text("exchange-template"),
        )

    @router.callback_query(OpenExport.filter())
    async def open_export(query: CallbackQuery, view: View) -> None:
        _require(view)
        await show(query, screens.outputs(view))

    @router.callback_query(SendExport.filter())
    async def send_export(
        query: CallbackQuery, callback_data: SendExport, view: View, db: Database, bot: Bot
    ) -> None:
        if callback_data.output is Output.WORKBOOK:
            name, content = await _workbook(view, db)
        else:
            try:
                name, content = await _schedule(view, db)
            except NoSessions:
                await acknowledge(query, view.label("exchange-no-sessions"), alert=True)
                return
        await db.write(programme_export.note_export, view.actor, name, view.now)
        await acknowledge(query)
        caption = "exchange-workbook" if callback_data.output is Output.WORKBOOK else "exchange-schedule"
        await bot.send_document(
            query.from_user.id, BufferedInputFile(content, filename=name), caption=view.text(caption)
        )

    return router


def _require(view: View) -> None:
    if not view.actor.may(Right.RUN_PROGRAMME):
        raise Forbidden(Right.RUN_PROGRAMME)


def _name(document: Document) -> str:
    return "".join(filter(str.isprintable, document.file_name or ""))[:80] or document.file_unique_id


def _file_of(query: CallbackQuery) -> Message | None:
    """The message with the file that a preview replies to."""
    if query.message is None or isinstance(query.message, InaccessibleMessage):
        return None
    return query.message.reply_to_message


async def _read(
    bot: Bot, db: Database, view: View, document: Document, progress: Progress, reader: ProgrammeReader
) -> ProgrammeRows:
    """Both steps of a preview, each said while it lasts."""
    content = await _content(bot, document)
    _, rows = await asyncio.gather(
        progress.show(screens.checking(view)), _rows(db, view, document, content, reader)
    )
    return rows


async def _rows(
    db: Database, view: View, document: Document, content: bytes, reader: ProgrammeReader
) -> ProgrammeRows:
    name = document.file_name or ""
    behind = await db.read(programme_source.background, view.actor, name)
    return await reader.read(name, content, behind, view.zone)


async def _content(bot: Bot, document: Document) -> bytes:
    """Raises UnusableFile: the messenger hands no such large file to a bot, or has lost it."""
    if (document.file_size or 0) > FILE_BYTES:
        raise _too_large()
    target = io.BytesIO()
    try:
        await bot.download(document, target)
    except TelegramBadRequest as error:
        if "too big" in error.message:
            raise _too_large() from None
        raise UnusableFile(Problem("exchange-file-gone")) from None
    return target.getvalue()


def _too_large() -> UnusableFile:
    return UnusableFile(Problem("import-file-too-large", args={"limit": FILE_BYTES // 1024 // 1024}))


async def _send_whole(file: Message, view: View, seen: Preview) -> None:
    """What the screen has no room for, as a file."""
    if screens.hides_some(view, seen):
        content = await asyncio.to_thread(screens.whole_report, view, seen)
        await file.answer_document(BufferedInputFile(content, filename=view.label("exchange-report-name")))


async def _workbook(view: View, db: Database) -> tuple[str, bytes]:
    stored = await db.read(programme_export.own_programme, view.actor)
    file = io.BytesIO()
    await asyncio.to_thread(programme_export.write_workbook, stored, view.zone, file)
    day = view.dates.local(view.now)
    return view.label("exchange-workbook-name", day=f"{day:%Y-%m-%d}"), file.getvalue()


async def _schedule(view: View, db: Database) -> tuple[str, bytes]:
    stored = await db.read(programme_export.programme, view.actor)
    title = view.label("exchange-schedule-title")
    content = await asyncio.to_thread(write_schedule, stored, view.zone, title, view.bot_username)
    return "schedule.json", content
