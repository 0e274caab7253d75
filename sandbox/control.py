"""The control API: what the chat page and other processes use to be a person. Described in CONTROL.md."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from urllib.parse import quote

from aiohttp import web

from sandbox.actions import Action
from sandbox.acts import Acts
from sandbox.api import BotApi
from sandbox.decode import Upload
from sandbox.limits import Limits
from sandbox.methods.profile import chats_with_commands, commands_for
from sandbox.refusal import Impossible, Refusal
from sandbox.state import Chat, World
from sandbox.wire import Json, dump, load

_SHOWN_MESSAGES = 200
_LONGEST_WAIT = 60.0
_KINDS = frozenset({"photo", "document", "sticker", "voice", "video", "audio", "animation", "video_note"})

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Control:
    """Routes under ``/control``."""

    def __init__(
        self,
        world: World,
        acts: Acts,
        api: BotApi,
        title: str,
        actions: Sequence[Action],
        status: Callable[[], str],
    ) -> None:
        self._world = world
        self._acts = acts
        self._api = api
        self._title = title
        self._actions = {action.id: action for action in actions}
        self._status = status
        self._closing = False

    def routes(self) -> list[web.RouteDef]:
        chat = "/control/chats/{chat:-?[0-9]+}"
        table: list[tuple[str, str, Handler]] = [
            ("GET", "/control/people", self._people),
            ("POST", "/control/people", self._add_person),
            ("GET", "/control/bot", self._bot),
            ("GET", "/control/groups", self._groups),
            ("POST", "/control/groups", self._add_group),
            ("GET", chat, self._chat),
            ("POST", chat + "/text", self._text),
            ("POST", chat + "/tap", self._tap),
            ("POST", chat + "/tap_raw", self._tap_raw),
            ("POST", chat + "/contact", self._contact),
            ("POST", chat + "/location", self._location),
            ("POST", chat + "/web_app_data", self._web_app_data),
            ("POST", chat + "/file", self._file),
            ("POST", chat + "/forward", self._forward),
            ("POST", chat + "/edit", self._edit),
            ("POST", chat + "/follow", self._follow),
            ("POST", chat + "/block", self._block),
            ("POST", chat + "/unblock", self._unblock),
            ("POST", "/control/inline", self._inline),
            ("POST", "/control/inline/choose", self._choose),
            ("GET", "/control/files/{file_id}", self._download),
            ("GET", "/control/calls", self._calls),
            ("POST", "/control/faults", self._add_fault),
            ("DELETE", "/control/faults", self._clear_faults),
            ("DELETE", "/control/faults/{id:[0-9]+}", self._remove_fault),
            ("POST", "/control/chaos", self._chaos),
            ("POST", "/control/limits", self._limits),
            ("POST", "/control/updates", self._deliver),
            ("GET", "/control/actions", self._list_actions),
            ("POST", "/control/actions/{id}", self._run_action),
            ("POST", "/control/reset", self._reset),
        ]
        return [web.route(verb, path, _with_errors(handler)) for verb, path, handler in table]

    def close(self) -> None:
        """Ends all long polls."""
        self._closing = True
        for chat in self._world.chats.values():
            chat.changed.fire()

    def open(self) -> None:
        self._closing = False

    # people, bot, groups

    def _person_json(self, chat: Chat) -> Json:
        return {
            "id": chat.id,
            "first_name": chat.card["first_name"],
            "note": self._world.notes.get(chat.id, ""),
            "blocked": chat.blocked,
            "last_text": chat.last_text,
            "last_message_at": chat.last_at,
            "unread": chat.unread,
        }

    async def _people(self, _: web.Request) -> web.StreamResponse:
        chats = self._world.chats.values()
        shown = [chat for chat in chats if chat.is_private and chat.id not in self._world.unseen]
        return _json([self._person_json(chat) for chat in shown])

    async def _add_person(self, request: web.Request) -> web.StreamResponse:
        body = await _body(request)
        name = str(body.get("first_name") or f"Guest {len(self._world.people) + 1}")
        user = self._world.add_person(name, username=body.get("username") or "", note=body.get("note") or "")
        return _json(self._person_json(self._world.chats[user["id"]]))

    async def _bot(self, _: web.Request) -> web.StreamResponse:
        own = {str(chat): commands_for(self._world, chat) for chat in chats_with_commands(self._world)}
        return _json(
            {
                "first_name": self._world.bot["first_name"],
                "username": self._world.bot["username"],
                "title": self._title,
                "commands": commands_for(self._world),
                "commands_for": own,
            }
        )

    async def _groups(self, _: web.Request) -> web.StreamResponse:
        groups = [chat for chat in self._world.chats.values() if not chat.is_private]
        return _json(
            [
                {
                    "id": chat.id,
                    "title": chat.card["title"],
                    "type": chat.card["type"],
                    "members": chat.members,
                    "topics": list(chat.topics.values()),
                    "last_text": chat.last_text,
                    "last_message_at": chat.last_at,
                    "unread": chat.unread,
                }
                for chat in groups
            ]
        )

    async def _add_group(self, request: web.Request) -> web.StreamResponse:
        body = await _body(request)
        members = [int(member) for member in body.get("members", [])]
        chat = self._acts.make_group(str(body["title"]), members, topics=bool(body.get("topics")))
        return _json({"id": chat.id})

    # a chat

    def _place(self, request: web.Request, body: Json) -> tuple[Chat, int]:
        person = body.get("from")
        return self._acts.place(int(request.match_info["chat"]), None if person is None else int(person))

    async def _chat(self, request: web.Request) -> web.StreamResponse:
        chat, _ = self._place(request, {})
        version = int(request.query.get("version", -1))
        loop = asyncio.get_running_loop()
        end = loop.time() + min(float(request.query.get("wait", 0)), _LONGEST_WAIT)
        while chat.version == version and not self._closing:
            if not await chat.changed.wait(end - loop.time()):
                break
        chat.unread = 0
        return _json(
            {
                "version": chat.version,
                "messages": [self._shown(chat, n) for n in list(chat.messages)[-_SHOWN_MESSAGES:]],
                "typing": chat.typing_until > loop.time(),
                "toasts": [
                    {"id": toast.id, "text": toast.text, "alert": toast.alert} for toast in chat.toasts
                ],
                "reply_keyboard": chat.reply_keyboard,
                "topics": list(chat.topics.values()),
                "pinned": chat.pinned,
            }
        )

    def _shown(self, chat: Chat, message_id: int) -> Json:
        return self._message(load(chat.messages[message_id]), deleted=message_id in chat.deleted)

    def _message(self, message: Json, *, deleted: bool = False) -> Json:
        sender = message.get("from")
        from_bot = sender is not None and sender["id"] == self._world.bot["id"]
        return {**message, "from_bot": from_bot, "deleted": deleted}

    async def _text(self, request: web.Request) -> web.StreamResponse:
        body = await _body(request)
        chat, person = self._place(request, body)
        if chat.card["type"] == "channel":
            return _json(self._message(self._acts.post_in_channel(chat, str(body["text"]))))
        reply_to, thread = body.get("reply_to"), body.get("thread")
        return _json(self._message(self._acts.text(chat, person, str(body["text"]), reply_to, thread)))

    async def _tap(self, request: web.Request) -> web.StreamResponse:
        body = await _body(request)
        chat, person = self._place(request, body)
        message_id = int(body["message_id"])
        button = self._acts.button(
            chat,
            message_id,
            row=body.get("row"),
            column=body.get("column"),
            data=body.get("data"),
            text=body.get("text"),
        )
        return _json((await self._acts.tap(chat, person, message_id, button)).as_json())

    async def _tap_raw(self, request: web.Request) -> web.StreamResponse:
        body = await _body(request)
        chat, person = self._place(request, body)
        toast = await self._acts.tap_raw(chat, person, int(body["message_id"]), str(body["data"]))
        return _json(toast.as_json())

    async def _contact(self, request: web.Request) -> web.StreamResponse:
        body = await _body(request)
        chat, person = self._place(request, body)
        phone = body.get("phone")
        message = self._acts.contact(chat, person, phone) if phone else self._acts.contact(chat, person)
        return _json(self._message(message))

    async def _location(self, request: web.Request) -> web.StreamResponse:
        body = await _body(request)
        chat, person = self._place(request, body)
        message = self._acts.location(chat, person, float(body["latitude"]), float(body["longitude"]))
        return _json(self._message(message))

    async def _web_app_data(self, request: web.Request) -> web.StreamResponse:
        body = await _body(request)
        chat, person = self._place(request, body)
        message = self._acts.web_app_data(chat, person, str(body.get("button_text", "")), str(body["data"]))
        return _json(self._message(message))

    async def _file(self, request: web.Request) -> web.StreamResponse:
        form = await request.post()
        chat, person = self._acts.place(int(request.match_info["chat"]))
        given, kind = form.getall("file", []), str(form.get("as", "document"))
        uploads = [
            Upload(each.filename, each.content_type, each.file.read())
            for each in given
            if isinstance(each, web.FileField)
        ]
        if not uploads or kind not in _KINDS:
            raise Impossible("there is no file, or an unknown kind of it", 400)
        album = self._acts.album(chat, person, kind, uploads, str(form.get("caption", "")))
        return _json(self._message(album[-1]))

    async def _forward(self, request: web.Request) -> web.StreamResponse:
        body = await _body(request)
        chat, person = self._place(request, body)
        source, _ = self._acts.place(int(body["from_chat"]))
        return _json(self._message(self._acts.forward(chat, person, source, int(body["message_id"]))))

    async def _edit(self, request: web.Request) -> web.StreamResponse:
        body = await _body(request)
        chat, person = self._place(request, body)
        message = self._acts.edit(chat, person, int(body["message_id"]), str(body["text"]))
        return _json(self._message(message))

    async def _follow(self, request: web.Request) -> web.StreamResponse:
        body = await _body(request)
        _, person = self._place(request, body)
        return _json(self._message(self._acts.follow(person, str(body["url"]))))

    async def _block(self, request: web.Request) -> web.StreamResponse:
        self._acts.block(self._place(request, {})[0])
        return _json({})

    async def _unblock(self, request: web.Request) -> web.StreamResponse:
        self._acts.unblock(self._place(request, {})[0])
        return _json({})

    # inline mode, files

    async def _inline(self, request: web.Request) -> web.StreamResponse:
        body = await _body(request)
        found = await self._acts.inline(int(body["from"]), str(body["query"]), str(body.get("offset") or ""))
        answer: Json = {"results": found.results, "next_offset": found.next_offset}
        if found.button:
            answer["button"] = found.button
        return _json(answer)

    async def _choose(self, request: web.Request) -> web.StreamResponse:
        body = await _body(request)
        chat, _ = self._acts.place(int(body["chat"]))
        message = self._acts.choose(
            int(body["from"]), chat, str(body["result_id"]), str(body.get("query", ""))
        )
        return _json(self._message(message))

    async def _download(self, request: web.Request) -> web.StreamResponse:
        stored = self._world.files.find(request.match_info["file_id"])
        if stored is None:
            raise Impossible("no such file")
        kind = (
            stored.mime
            if stored.mime.startswith(("image/", "audio/", "video/"))
            else "application/octet-stream"
        )
        headers = {
            "Content-Type": kind if kind != "image/svg+xml" else "application/octet-stream",
            "Content-Disposition": f"inline; filename*=UTF-8''{quote(stored.name)}",
            "X-Content-Type-Options": "nosniff",
        }
        return web.Response(body=stored.content, headers=headers)

    # calls, faults, limits

    async def _calls(self, request: web.Request) -> web.StreamResponse:
        after, method = int(request.query.get("after", 0)), request.query.get("method")
        calls = self._world.calls.select(method, after)
        return _json({"calls": [call.as_json() for call in calls], "last": self._world.calls.last})

    async def _add_fault(self, request: web.Request) -> web.StreamResponse:
        body = await _body(request)
        return _json({"id": self._api.faults.add(**body).id})

    async def _clear_faults(self, _: web.Request) -> web.StreamResponse:
        self._api.faults.clear()
        return _json({})

    async def _remove_fault(self, request: web.Request) -> web.StreamResponse:
        if not self._api.faults.remove(int(request.match_info["id"])):
            raise Impossible("no such fault")
        return _json({})

    async def _chaos(self, request: web.Request) -> web.StreamResponse:
        body = await _body(request)
        self._api.faults.at_random(float(body["share"]), int(body.get("seed", 7)))
        return _json({})

    async def _deliver(self, request: web.Request) -> web.StreamResponse:
        body = await _body(request)
        return _json({"update_id": self._world.updates.push(str(body["kind"]), body["payload"])})

    async def _limits(self, request: web.Request) -> web.StreamResponse:
        self._api.limits = Limits(**await _body(request))
        return _json({})

    # the host program

    async def _list_actions(self, _: web.Request) -> web.StreamResponse:
        actions = [{"id": action.id, "label": action.label} for action in self._actions.values()]
        return _json({"status": self._status(), "actions": actions})

    async def _run_action(self, request: web.Request) -> web.StreamResponse:
        action = self._actions.get(request.match_info["id"])
        if action is None:
            raise Impossible("no such action")
        message = await action.run()
        return _json({"status": self._status(), "message": message})

    async def _reset(self, _: web.Request) -> web.StreamResponse:
        self._world.reset()
        return _json({})


def _json(value: object) -> web.Response:
    return web.Response(body=dump(value), content_type="application/json")


def _error(status: int, reason: str) -> web.Response:
    return web.Response(status=status, body=dump({"error": reason}), content_type="application/json")


async def _body(request: web.Request) -> Json:
    data = await request.read()
    try:
        body = load(data) if data else {}
    except ValueError:
        raise Impossible("the body is not JSON", 400) from None
    if not isinstance(body, dict):
        raise Impossible("the body is not a JSON object", 400)
    return body


def _with_errors(handler: Handler) -> Handler:
    """Errors as JSON."""

    async def answered(request: web.Request) -> web.StreamResponse:
        try:
            return await handler(request)
        except Impossible as impossible:
            return _error(impossible.status, str(impossible))
        except Refusal as refusal:
            return _error(400, refusal.description)
        except KeyError as missing:
            return _error(400, f"{missing.args[0]} is missing")
        except (TypeError, ValueError) as wrong:
            return _error(400, str(wrong))

    return answered
