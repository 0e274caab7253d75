"""A crowd that taps «Записаться»: real HTTP, the built-in server here, the bot in a process of its own.

    python -m benchmarks.crowd [--people N] [--against TREE] [--rounds N] [--rush N] [--check]

2,000 people tap at once, first such as the bot has never met, then registered ones; without limits, so that the
figure is
the bot's own. ``--against`` names a checkout of another version, whose bot takes turns with ours: then the rate must be
1.4 times its rate and the median toast two thirds of its toast.

``--rush N`` is the other measurement: N sign-ups in 60 seconds against a server that limits each chat, and against one
that refuses a 31st message of any second, answers too.
"""

from __future__ import annotations

import asyncio
import statistics
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

import psutil

from benchmarks._bounds import Bounds, arguments
from benchmarks._town import FIRST_STUDENT
from sandbox.server import Person, Sandbox

HERE = Path(__file__).resolve().parent
BOT = HERE / "_crowd_bot.py"
SCREENS = ("editMessageText", "sendMessage")
RUSH_SECONDS = 60.0
PATIENCE = 240.0


@dataclass(frozen=True)
class Waits:
    """Seconds from each tap to its toast and to its screen; ``seconds`` from the first tap to the last screen."""

    toasts: list[float]
    screens: list[float]
    seconds: float
    cpu: float
    """Milliseconds of the processor for each tap, in the bot's process: the steadiest figure on a shared machine."""

    @property
    def rate(self) -> float:
        return len(self.screens) / self.seconds


@asynccontextmanager
async def _bot(
    tree: Path, sandbox: Sandbox, known: int, limits: str
) -> AsyncIterator[tuple[str, psutil.Process]]:
    """A running bot of that tree: the data of its button, and its process."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        str(BOT),
        sandbox.url,
        str(known),
        limits,
        cwd=tree,
        env={"PYTHONPATH": str(tree)},
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        data = (await asyncio.wait_for(process.stdout.readline(), PATIENCE)).decode().strip()
        await sandbox.polled(PATIENCE)
        yield data, psutil.Process(process.pid)
    finally:
        process.stdin.close()
        await process.wait()


async def _taps(sandbox: Sandbox, bot: tuple[str, psutil.Process], people: int, seconds: float) -> Waits:
    """Everybody taps once, evenly over so many seconds, and waits for the screen."""
    crowd = [sandbox.new_person("Student", id=FIRST_STUDENT + number, known=True) for number in range(people)]
    data, process = bot
    cards = [_card(sandbox, person) for person in crowd]
    tapped: dict[int, float] = {}
    toasts: list[float] = []

    async def tap(nth: int) -> None:
        await asyncio.sleep(nth * seconds / people)
        person = crowd[nth]
        tapped[person.id] = begun = monotonic()
        toast = await person.tap_raw(cards[nth], data, timeout=PATIENCE)
        assert toast.answered, "a tap without an answer"
        toasts.append(monotonic() - begun)

    worked = process.cpu_times()
    tapping = asyncio.gather(*(tap(nth) for nth in range(people)))
    shown: dict[int, float] = {}
    begun = monotonic()
    while len(shown) < people:
        await asyncio.sleep(0.25)
        for call in (call for method in SCREENS for call in sandbox.calls(method)):
            if call.status == 200 and isinstance(call.chat_id, int):
                shown.setdefault(call.chat_id, call.at)
        assert monotonic() - begun < PATIENCE, f"{people - len(shown)} screens are lost"
    await tapping
    now = process.cpu_times()
    cpu = 1000 * (now.user + now.system - worked.user - worked.system) / people
    seconds = max(shown.values()) - min(tapped.values())
    return Waits(toasts, [shown[id_] - at for id_, at in tapped.items()], seconds, cpu)


def _card(sandbox: Sandbox, person: Person) -> int:
    world = sandbox.world
    message: int = world.post(world.chat(person.id), world.bot, {"text": "A card"})["message_id"]
    return message


async def _crowd(tree: Path, people: int, known: bool) -> Waits:
    sandbox = Sandbox(history=people * 8)
    async with sandbox.running(), _bot(tree, sandbox, people if known else 0, "none") as bot:
        return await _taps(sandbox, bot, people, 0.0)


async def _rush(people: int, per_second: int) -> tuple[Waits, int]:
    """The waits, and how many requests were refused."""
    sandbox = Sandbox(history=people * 12)
    async with sandbox.running(), _bot(HERE.parent, sandbox, people, "telegram") as bot:
        limits = sandbox.limits(per_second, 1)
        return await _taps(sandbox, bot, people, RUSH_SECONDS), limits.refused


def p95(waits: list[float]) -> float:
    return sorted(waits)[int(len(waits) * 0.95)]


def _told(name: str, waits: Waits) -> None:
    toast, screen = statistics.median(waits.toasts), statistics.median(waits.screens)
    print(
        f"{name:28} {waits.rate:6.0f} taps a second; toast {toast:.2f} s median, {p95(waits.toasts):.2f} s p95; "
        f"screen {screen:.2f} s median, {p95(waits.screens):.2f} s p95, all in {waits.seconds:.1f} s; "
        f"{waits.cpu:.2f} ms of CPU a tap",
        flush=True,
    )


async def crowd(people: int, against: Path | None, rounds: int) -> Bounds:
    bounds = Bounds()
    for known in (False, True):
        name = "known" if known else "unknown"
        rates, toasts = [], []
        for _ in range(rounds):
            ours = await _crowd(HERE.parent, people, known)
            _told(f"{name} people", ours)
            if against is not None:
                theirs = await _crowd(against, people, known)
                _told(f"{name} people, other version", theirs)
                rates.append(ours.rate / theirs.rate)
                toasts.append(statistics.median(ours.toasts) / statistics.median(theirs.toasts))
        if rates:
            bounds.at_least(f"{name}: rate to the other version's", statistics.median(rates), 1.4, " x")
            bounds.at_most(f"{name}: median toast to the other's", statistics.median(toasts), 0.667, " x")
    return bounds


async def rush(people: int) -> Bounds:
    bounds = Bounds()
    waits, refused = await _rush(people, 0)
    _told("a limit for each chat", waits)
    bounds.at_most("screen, p95", p95(waits.screens), 0.5, " s")
    bounds.at_most("refused", refused, 0)
    waits, refused = await _rush(people, 30)
    _told("30 a second, answers too", waits)
    print(f"refused: {refused}")
    bounds.at_most("all screens", waits.seconds, 120.0, " s")
    return bounds


def main() -> int:
    parser = arguments(__doc__)
    parser.add_argument("--people", type=int, default=2_000)
    parser.add_argument("--against", type=Path, help="a checkout of the version to compare with")
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument(
        "--rush", type=int, default=0, metavar="N", help="measure N sign-ups in a minute instead"
    )
    given = parser.parse_args()
    measured = rush(given.rush) if given.rush else crowd(given.people, given.against, given.rounds)
    return asyncio.run(measured).exit_status(check=given.check)


if __name__ == "__main__":
    sys.exit(main())
