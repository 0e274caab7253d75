"""The Bot API over HTTP: ``/bot<token>/<method>`` and ``/file/bot<token>/<path>``."""

from __future__ import annotations

import asyncio
import time

from aiohttp import web

from sandbox.catalog import CATALOG, Method, plain_answer
from sandbox.decode import Uploads, decode, read_request
from sandbox.faults import Fault, Faults
from sandbox.limits import Limits
from sandbox.methods import HANDLERS
from sandbox.methods.sending import send
from sandbox.refusal import Refusal, bad_request
from sandbox.state import World
from sandbox.updates import allowed_kinds
from sandbox.webhook import Webhook
from sandbox.wire import Json, dump

_MOST_UPDATES = 100
_LONGEST_POLL = 50
_JSON = "application/json"
_PAGE = b"<html><body><h1>Please wait</h1></body></html>"
"""What a gateway says in place of the server behind it."""


class BotApi:
    """Answers the bot's requests."""

    def __init__(self, world: World, token: str, *, webhooks: bool = False) -> None:
        self._world = world
        self._token = token
        self.faults = Faults()
        self.limits = Limits()
        self.active = 0
        """Requests that are being answered now, getUpdates aside."""
        self.requests = 0
        """Requests that came in so far, getUpdates aside."""
        self.webhook = Webhook(world, self.perform, allowed=webhooks)

    async def handle(self, request: web.Request) -> web.StreamResponse:
        if request.match_info["token"] != self._token:
            return _answer(Refusal(401, "Unauthorized"))
        method = CATALOG.get(request.match_info["method"].lower())
        if method is None:
            return _answer(Refusal(404, "Not Found"))
        if method.name == "getUpdates":
            return await self._handle(request, method)
        self.active += 1
        self.requests += 1
        try:
            return await self._handle(request, method)
        finally:
            self.active -= 1
            self._world.changed.fire()

    async def _handle(self, request: web.Request, method: Method) -> web.StreamResponse:
        at = time.monotonic()
        params: Json = {}
        try:
            values, uploads = await read_request(request)
            params = decode(method, values, uploads)
            result = await self._despite(self.faults.take(method.name, params), method, params, uploads)
        except _Dropped:
            self._world.calls.add(at, method.name, params, 0, b"")
            if request.transport is not None:
                request.transport.abort()
            return web.Response()
        except _Unreadable:
            self._world.calls.add(at, method.name, params, 200, b"")
            return web.Response(body=_PAGE, content_type="text/html")
        except Refusal as refusal:
            body = _refusal_body(refusal)
            self._world.calls.add(at, method.name, params, refusal.status, body)
            return web.Response(status=refusal.status, body=body, content_type=_JSON)
        except UnicodeError:
            return _answer(bad_request("strings must be encoded in UTF-8"))
        body = b'{"ok":true,"result":' + result + b"}"
        self._world.calls.add(at, method.name, params, 200, body)
        return web.Response(body=body, content_type=_JSON)

    async def _despite(self, fault: Fault | None, method: Method, params: Json, uploads: Uploads) -> bytes:
        """The result, before or after which the trouble strikes."""
        if fault is None:
            return await self._result(method, params, uploads)
        if fault.delay:
            await asyncio.sleep(fault.delay)
        if not fault.after:
            _strike(fault)
        result = await self._result(method, params, uploads)
        if fault.late:
            await asyncio.sleep(fault.late)
        if fault.after:
            _strike(fault)
        return result

    async def _result(self, method: Method, params: Json, uploads: Uploads) -> bytes:
        if method.name == "getUpdates":
            return await self._get_updates(params)
        limits = self.limits
        if limits.round_trip or limits.jitter:
            await asyncio.sleep(limits.way_there())
        limits.admit(method.name, params, time.monotonic())
        result = self._do(method, params, uploads)
        if limits.round_trip:
            await asyncio.sleep(limits.way_back())
        return result

    def _do(self, method: Method, params: Json, uploads: Uploads) -> bytes:
        if method.name in ("setWebhook", "deleteWebhook", "getWebhookInfo"):
            return dump(self.webhook.configure(method.name, params))
        handler = HANDLERS.get(method.name)
        if handler is not None:
            result = handler(self._world, params, uploads)
        elif "Message" in str(method.returns) and "chat_id" in params and method.name.startswith("send"):
            # nothing is known of such a message but that it is there
            result = send(self._world, params, {"text": f"[{method.name}]"})
        else:
            result = plain_answer(method.returns)
        return result if isinstance(result, bytes) else dump(result)

    def perform(self, name: str, values: Json, uploads: Uploads) -> None:
        """Does the request that came as the answer to a webhook; its result goes nowhere, as in Telegram."""
        method = CATALOG.get(name.lower())
        if method is None:
            return
        at = time.monotonic()
        params: Json = {}
        self.requests += 1
        try:
            params = decode(method, values, uploads)
            self.limits.admit(method.name, params, at)
            body = b'{"ok":true,"result":' + self._do(method, params, uploads) + b"}"
        except Refusal as refusal:
            self._world.calls.add(at, method.name, params, refusal.status, _refusal_body(refusal))
        else:
            self._world.calls.add(at, method.name, params, 200, body)

    async def _get_updates(self, params: Json) -> bytes:
        if self.webhook.url:
            raise Refusal(
                409,
                "Conflict: can't use getUpdates method while webhook is active; "
                "use deleteWebhook to delete the webhook first",
            )
        updates = self._world.updates
        updates.allowed = allowed_kinds(params.get("allowed_updates"), updates.allowed)
        limit = min(max(params.get("limit", _MOST_UPDATES), 1), _MOST_UPDATES)
        seconds = min(max(params.get("timeout", 0), 0), _LONGEST_POLL)
        return await updates.poll(params.get("offset", 0), limit, seconds)

    async def download(self, request: web.Request) -> web.StreamResponse:
        """A file that getFile gave the path of."""
        if request.match_info["token"] != self._token:
            return _answer(Refusal(401, "Unauthorized"))
        stored = self._world.files.at(request.match_info["path"])
        if stored is None:
            return _answer(Refusal(404, "Not Found"))
        return web.Response(body=stored.content, content_type="application/octet-stream")


class _Dropped(Exception):
    """The connection is to break in place of an answer."""


class _Unreadable(Exception):
    """The answer is to be a page."""


def _strike(fault: Fault) -> None:
    if fault.drop:
        raise _Dropped
    if fault.unreadable:
        raise _Unreadable
    refusal = fault.refusal()
    if refusal is not None:
        raise refusal


def _refusal_body(refusal: Refusal) -> bytes:
    answer: Json = {"ok": False, "error_code": refusal.status, "description": refusal.description}
    if refusal.parameters:
        answer["parameters"] = refusal.parameters
    return dump(answer)


def _answer(refusal: Refusal) -> web.Response:
    return web.Response(status=refusal.status, body=_refusal_body(refusal), content_type=_JSON)
