"""Who may speak to the server: programs of this machine and its own page, never the page of another site.

A browser names the host that a page asked for, the page's origin and, today, how the two belong together. Another
site that has its name lead to this machine shows the wrong host; one that asks across sites shows the wrong origin.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from urllib.parse import unquote

from aiohttp import web

from sandbox.wire import dump

OUR_HOSTS = ("127.0.0.1", "localhost")
_OUR_SITES = ("same-origin", "none")
_TOKEN = re.compile(r"[0-9]{1,15}:[A-Za-z0-9_-]{1,29}")
_REAL_TOKEN = re.compile(r"\d+:[\w-]{30,}")

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@web.middleware
async def guard(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refuses with 403, before anything is read, what a page of another site or port asks for."""
    if not _is_ours(request):
        body = {
            "ok": False,
            "error_code": 403,
            "description": "Forbidden: only this machine and its own page",
        }
        body["error"] = "only pages of this server may do that"
        return web.Response(status=403, body=dump(body), content_type="application/json")
    return await handler(request)


def _is_ours(request: web.Request) -> bool:
    socket = request.transport.get_extra_info("sockname") if request.transport is not None else None
    if socket is None:
        return False
    host = request.headers.get("Host", "").lower()
    return (
        host in [f"{name}:{socket[1]}" for name in OUR_HOSTS]
        and request.headers.get("Origin", f"http://{host}").lower() == f"http://{host}"
        and (request.path == "/" or request.headers.get("Sec-Fetch-Site", "none") in _OUR_SITES)
    )


def made_up(token: str) -> str:
    """The token without the blanks around it.

    Raises:
        ValueError: it is none, or looks like a real one, however it is spelt.
    """
    plain = "".join(letter for letter in unquote(token) if letter.isprintable() and not letter.isspace())
    if _REAL_TOKEN.search(plain):
        raise ValueError("this looks like a real token: the sandbox takes only made-up ones, such as 1:demo")
    if not _TOKEN.fullmatch(token.strip()):
        raise ValueError("a made-up token is a number, a colon and at most 29 letters, such as 1:demo")
    return token.strip()
