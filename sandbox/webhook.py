"""Updates delivered to the bot by HTTP: setWebhook and what follows from it."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Callable
from urllib.parse import parse_qsl, urlsplit

import aiohttp

from sandbox.decode import Upload, Uploads
from sandbox.refusal import bad_request
from sandbox.state import World
from sandbox.updates import allowed_kinds
from sandbox.wire import Json

_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")
_SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"
_RETRY_SECONDS = 0.2
_DELIVERY_SECONDS = 60.0

Perform = Callable[[str, Json, Uploads], None]


class Webhook:
    """Sends one update after the other to the bot's URL; repeats one until it is taken."""

    def __init__(self, world: World, perform: Perform, *, allowed: bool = False) -> None:
        self._allowed = allowed
        self._world = world
        self._perform = perform
        self._task: asyncio.Task[None] | None = None
        self._secret = ""
        self._error: Json = {}
        self.url = ""

    def configure(self, method: str, params: Json) -> Json | bool:
        """What setWebhook, deleteWebhook and getWebhookInfo do."""
        if method == "getWebhookInfo":
            return self._info()
        if params.get("drop_pending_updates"):
            self._world.updates.clear()
        if method == "deleteWebhook":
            self._set("", "")
            return True
        url, secret = params["url"], params.get("secret_token", "")
        if url and not self._allowed:
            raise bad_request("bad webhook: this server was started without webhooks")
        if url and not _allowed(url):
            raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
        if secret and not _SECRET.fullmatch(secret):
            raise bad_request("secret token contains unallowed characters")
        updates = self._world.updates
        updates.allowed = allowed_kinds(params.get("allowed_updates"), updates.allowed)
        self._set(url, secret)
        return True

    def _info(self) -> Json:
        return {
            "url": self.url,
            "has_custom_certificate": False,
            "pending_update_count": self._world.updates.pending,
            **self._error,
        }

    def _set(self, url: str, secret: str) -> None:
        self.stop()
        self.url, self._secret, self._error = url, secret, {}
        if url:
            self._task = asyncio.get_running_loop().create_task(self._deliver())

    def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            self._task = None

    async def _deliver(self) -> None:
        updates = self._world.updates
        headers = {_SECRET_HEADER: self._secret} if self._secret else {}
        timeout = aiohttp.ClientTimeout(total=_DELIVERY_SECONDS)
        async with aiohttp.ClientSession(headers=headers, timeout=timeout) as session:
            while True:
                first = updates.first()
                if first is None:
                    await updates.wait(_DELIVERY_SECONDS)
                elif await self._send(session, first[1]):
                    updates.confirm(first[0] + 1)
                else:
                    await asyncio.sleep(_RETRY_SECONDS)

    async def _send(self, session: aiohttp.ClientSession, update: bytes) -> bool:
        try:
            content_type = {"Content-Type": "application/json"}
            async with session.post(self.url, data=update, headers=content_type) as response:
                if response.ok:
                    await self._perform_answer(response)
                    return True
                reason = f"Wrong response from the webhook: {response.status} {response.reason}"
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            reason = f"Connection failed: {type(error).__name__}"
        self._error = {"last_error_date": int(self._world.now()), "last_error_message": reason}
        self._world.changed.fire()
        return False

    async def _perform_answer(self, response: aiohttp.ClientResponse) -> None:
        values, uploads = await _read_answer(response)
        method = values.pop("method", None)
        if method:
            self._perform(str(method), values, uploads)


async def _read_answer(response: aiohttp.ClientResponse) -> tuple[Json, Uploads]:
    """A request inside an answer: JSON, a form, or multipart as aiogram sends it."""
    kind = response.content_type
    if kind == "multipart/form-data":
        return await _read_multipart(response)
    body = await response.text()
    if kind == "application/json" and body:
        values = json.loads(body)
        return (values if isinstance(values, dict) else {}), {}
    if kind == "application/x-www-form-urlencoded":
        return dict(parse_qsl(body)), {}
    return {}, {}


async def _read_multipart(response: aiohttp.ClientResponse) -> tuple[Json, Uploads]:
    values: Json = {}
    uploads: Uploads = {}
    async for part in aiohttp.MultipartReader.from_response(response):
        if isinstance(part, aiohttp.BodyPartReader) and part.name:
            content = bytes(await part.read(decode=True))
            if part.filename:
                mime = part.headers.get("Content-Type", "application/octet-stream")
                uploads[part.name] = Upload(part.filename, mime, content)
            else:
                values[part.name] = content.decode()
    return values, uploads


def _allowed(url: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme == "https" or (
        parts.scheme == "http" and parts.hostname in ("127.0.0.1", "localhost", "::1")
    )
