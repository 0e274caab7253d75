"""``python -m sandbox``: the server in a process of its own, for demonstrations and load tests."""

from __future__ import annotations

import argparse
import asyncio
import gc
import signal
import sys

from sandbox.server import Sandbox


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m sandbox", description="A Telegram Bot API server in memory."
    )
    parser.add_argument("--port", type=int, default=8081, help="on 127.0.0.1; 0 is any free one")
    parser.add_argument("--token", default="1:demo", help="a made-up token, never a real one")
    parser.add_argument("--name", default="Demo bot", help="the bot's name")
    parser.add_argument("--username", default="demo_bot", help="the bot's user name")
    parser.add_argument("--people", type=int, default=0, help="so many people who have written to the bot")
    parser.add_argument("--history", type=int, default=20_000, help="how many messages and calls are kept")
    parser.add_argument("--accept-unknown", action="store_true", help="make up a person for unknown chat ids")
    parser.add_argument("--webhooks", action="store_true", help="let the bot set a webhook on this machine")
    return parser.parse_args()


async def _serve(arguments: argparse.Namespace) -> None:
    sandbox = Sandbox(
        arguments.token,
        bot_name=arguments.name,
        bot_username=arguments.username,
        history=arguments.history,
        accept_unknown=arguments.accept_unknown,
        webhooks=arguments.webhooks,
    )
    for number in range(1, arguments.people + 1):
        sandbox.new_person(f"Guest {number}", known=True)
    stopped = asyncio.Event()
    for sign in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(sign, stopped.set)
    # what was imported stays for good: without this a full collection stops the server for 0.1 s
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)
    async with sandbox.running(arguments.port) as url:
        sys.stdout.write(f"demo Bot API on {url} (token {sandbox.token}); the chat page is {url}/\n")
        sys.stdout.flush()
        await stopped.wait()


def main() -> None:
    asyncio.run(_serve(_arguments()))


if __name__ == "__main__":
    main()
