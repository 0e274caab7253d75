"""The story that a visitor can play in three minutes, whatever day it is.

Tomorrow, around Labinsk:

- ``last_place``, 15:00-16:30, welding: exactly one place is free and nobody waits. Its mentor is Sergey, one of
  the ready-made people.
- ``clash``, 15:30-17:00, sounds for a film, at another venue of the same town: five places are free.
- ``nearby_after``, 17:10-18:40, robots, at the first venue again: seven places are free, and it is less than
  half an hour after the end of ``clash``.

1. Anya (grade 8, Labinsk) finds ``last_place`` among the workshops near Labinsk and takes the last place.
2. Timur (grade 10, Kurganinsk) finds it full and joins the waiting list: he is the first.
3. Anya tries ``clash``: refused, her welding overlaps. With the swap she moves over, and Timur gets her place
   at once. Or she stays, moves the clock to her reminder, answers that she is not coming, and Timur gets it
   then. Nobody but the visitor's people is ever in this waiting list.
4. From ``clash``, ``nearby_after`` is taken with a warning that there are ten minutes to get there.

Both pupils have no other place tomorrow, and nobody of the background crowd takes part in these three slots
beyond the places that are gone already.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from demo.programme import data, slot_code


@dataclass(frozen=True, slots=True)
class SceneSlot:
    """A slot of the story: its code, and how many of its places are gone before it begins."""

    code: str
    places: int
    taken: int


@dataclass(frozen=True, slots=True)
class Scene:
    last_place: SceneSlot
    clash: SceneSlot
    nearby_after: SceneSlot

    @property
    def slots(self) -> tuple[SceneSlot, ...]:
        return (self.last_place, self.clash, self.nearby_after)


def scene(today: date) -> Scene:
    """The story's slots of the demonstration that was made on ``today``."""
    tomorrow = today + timedelta(days=1)
    return Scene(
        **{
            name: SceneSlot(
                slot_code(slot["activity"], tomorrow, slot["start"]), slot["places"], slot["taken"]
            )
            for name, slot in data("scene.toml").items()
        }
    )
