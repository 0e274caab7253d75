"""aiogram whose types are made ready one by one knows and accepts the same as aiogram imported as a whole."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

EVERYTHING = """
import json
from pydantic import BaseModel, ValidationError
from aiogram import methods, types

def refused(model):
    try:
        model.model_validate({"unknown": 1})
    except ValidationError as error:
        return [[list(each["loc"]), each["type"]] for each in error.errors()]
    return []

ready = [name for name in types.__all__ if getattr(getattr(types, name), "__pydantic_complete__", False)]
answers = {}
for name in types.__all__:
    model = getattr(types, name)
    if hasattr(model, "model_validate"):
        answers[name] = refused(model)
for name in methods.__all__:
    model = getattr(methods, name)
    if name in ("Request", "Response", "TelegramMethod"):
        continue
    answers[name] = refused(model)
    answers[f"Response of {name}"] = refused(methods.Response[model.__returning__])
user = {"id": 7, "is_bot": False, "first_name": "A"}
chat = {"id": 7, "type": "private", "first_name": "A"}
said = {
    "message_id": 1, "date": 1767225600, "chat": chat, "from": user, "text": "/start x",
    "entities": [{"type": "bot_command", "offset": 0, "length": 6}],
    "reply_markup": {"inline_keyboard": [[{"text": "A", "callback_data": "b"}, {"text": "C", "url": "https://d"}]]},
}
old = {"message_id": 1, "date": 0, "chat": chat}
place = {"latitude": 45.0, "longitude": 39.0}
updates = [
    {"update_id": 1, "message": said | {"reply_to_message": said, "location": place}},
    {"update_id": 2, "callback_query": {"id": "1", "from": user, "chat_instance": "1", "data": "b", "message": said}},
    {"update_id": 3, "callback_query": {"id": "1", "from": user, "chat_instance": "1", "data": "b", "message": old}},
    {"update_id": 4, "inline_query": {"id": "1", "from": user, "query": "q", "offset": ""}},
]
print(json.dumps({
    "ready": len(ready),
    "updates": [repr(types.Update.model_validate(update)) for update in updates],
    "answers": answers,
    "pydantics_own": types.TelegramObject.model_rebuild.__func__ is BaseModel.model_rebuild.__func__,
}))
"""

QUICKLY = "from bot.quick_import import import_aiogram, make_ready; import_aiogram(); "


def _told(beginning: str) -> dict[str, Any]:
    program = beginning + EVERYTHING
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def test_types_are_made_ready_one_by_one_and_accept_the_same() -> None:
    quick = _told(QUICKLY)
    # Where aiogram is imported already, the quick import leaves all as it is.
    whole = _told(f"import aiogram; {QUICKLY} make_ready(); ")
    assert (quick["pydantics_own"], whole["pydantics_own"]) == (False, True)
    assert whole["ready"] > 350
    assert quick["ready"] < whole["ready"] / 3
    assert len(quick["answers"]) > 700
    assert quick["answers"] == whole["answers"]
    assert "InaccessibleMessage" in whole["updates"][2]
    assert quick["updates"] == whole["updates"]
