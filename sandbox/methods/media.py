"""Photos, documents, albums, places, contacts, and getting files back."""

from __future__ import annotations

from typing import Any

from sandbox.decode import Upload, Uploads, uploaded
from sandbox.files import LARGEST_DOWNLOAD, StoredFile, picture_size
from sandbox.methods.registry import method
from sandbox.methods.sending import caption_of, send
from sandbox.refusal import bad_request
from sandbox.state import World
from sandbox.wire import Json, load

_LARGEST_PHOTO = 10 * 1024 * 1024
_FOLDERS = {
    "photo": "photos", "document": "documents", "video": "videos", "animation": "animations", "audio": "music",
    "voice": "voice", "video_note": "video_notes", "sticker": "stickers",
}  # fmt: skip
_SIZED = ("video", "animation")


def media_content(world: World, kind: str, reference: object, params: Json, uploads: Uploads) -> Json:
    """The message field of a photo, document and so on: from an upload or from a known file id."""
    upload = uploaded(reference, uploads)
    stored = store(world, kind, upload) if upload is not None else _known(world, reference)
    return described(kind, stored, params)


def store(world: World, kind: str, upload: Upload) -> StoredFile:
    if kind == "photo":
        if len(upload.content) > _LARGEST_PHOTO:
            raise bad_request("file is too big for a photo")
        if picture_size(upload.content) is None:
            raise bad_request("IMAGE_PROCESS_FAILED")
    return world.files.add(upload.content, upload.name, upload.mime, _FOLDERS.get(kind, "documents"))


def _known(world: World, reference: object) -> StoredFile:
    if isinstance(reference, str) and reference.startswith(("http://", "https://")):
        raise bad_request("failed to get HTTP URL content")  # this server asks nobody
    return world.files.get(str(reference))


def described(kind: str, stored: StoredFile, params: Json) -> Json:
    """Telegram's JSON of a stored file as that kind of content."""
    card: Json = {
        "file_id": stored.file_id,
        "file_unique_id": stored.unique_id,
        "file_size": len(stored.content),
    }
    width, height = picture_size(stored.content) or (512, 512)
    if kind == "photo":
        return {"photo": [{**card, "width": width, "height": height}]}
    if kind == "sticker":
        sticker = {**card, "type": "regular", "width": width, "height": height}
        return {"sticker": {**sticker, "is_animated": False, "is_video": False}}
    card["mime_type"] = stored.mime
    if kind in _SIZED:
        card.update(width=params.get("width", 640), height=params.get("height", 360))
    if kind in {*_SIZED, "audio", "voice", "video_note"}:
        card["duration"] = params.get("duration", 0)
    if kind == "video_note":
        del card["mime_type"]
        card["length"] = params.get("length", 240)
    elif kind != "voice":
        card["file_name"] = stored.name
    content = {kind: card}
    if kind == "animation":
        content["document"] = {
            key: value for key, value in card.items() if key not in ("width", "height", "duration")
        }
    return content


def _sender(kind: str) -> Any:
    def handler(world: World, params: Json, uploads: Uploads) -> bytes:
        world.writable(params["chat_id"])
        caption = caption_of(params)
        return send(world, params, {**media_content(world, kind, params[kind], params, uploads), **caption})

    return handler


for _name, _kind in (
    ("sendPhoto", "photo"),
    ("sendDocument", "document"),
    ("sendVideo", "video"),
    ("sendAnimation", "animation"),
    ("sendAudio", "audio"),
    ("sendVoice", "voice"),
    ("sendVideoNote", "video_note"),
    ("sendSticker", "sticker"),
):
    method(_name)(_sender(_kind))


@method("sendMediaGroup")
def send_media_group(world: World, params: Json, uploads: Uploads) -> list[Json]:
    album: list[Json] = params["media"]
    if not 2 <= len(album) <= 10:
        raise bad_request("wrong number of messages: an album has from 2 to 10")
    world.writable(params["chat_id"])
    contents = [
        {**media_content(world, item["type"], item["media"], item, uploads), **caption_of(item)}
        for item in album
    ]
    mark = album_mark(contents[0])
    return [load(send(world, params, {**content, "media_group_id": mark})) for content in contents]


def album_mark(first: Json) -> str:
    """What all messages of an album share."""
    return f"album{_file_id(first)}"


def _file_id(content: Json) -> str:
    for kind in _FOLDERS:
        card = content.get(kind)
        if card:
            return str(card[-1]["file_id"] if isinstance(card, list) else card["file_id"])
    raise bad_request("there is no media in the request")


def location_of(params: Json) -> Json:
    """A location; refuses coordinates that are none."""
    latitude, longitude = params["latitude"], params["longitude"]
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        raise bad_request("wrong latitude or longitude specified")
    location: Json = {"latitude": latitude, "longitude": longitude}
    for key in ("horizontal_accuracy", "live_period", "heading", "proximity_alert_radius"):
        if key in params:
            location[key] = params[key]
    return location


def venue_of(params: Json) -> Json:
    """A venue with its location; refuses one without title or address."""
    for key in ("title", "address"):
        if not params[key].strip():
            raise bad_request(f"venue {key} must be non-empty")
    location = location_of(params)
    return {
        "location": location,
        "venue": {"location": location, "title": params["title"], "address": params["address"]},
    }


def contact_of(params: Json) -> Json:
    keys = ("phone_number", "first_name", "last_name", "vcard")
    return {"contact": {key: params[key] for key in keys if params.get(key)}}


@method("sendLocation")
def send_location(world: World, params: Json, _: Uploads) -> bytes:
    return send(world, params, {"location": location_of(params)})


@method("sendVenue")
def send_venue(world: World, params: Json, _: Uploads) -> bytes:
    return send(world, params, venue_of(params))


@method("sendContact")
def send_contact(world: World, params: Json, _: Uploads) -> bytes:
    return send(world, params, contact_of(params))


@method("sendDice")
def send_dice(world: World, params: Json, _: Uploads) -> bytes:
    return send(world, params, {"dice": {"emoji": params.get("emoji", "\N{GAME DIE}"), "value": 4}})


@method("sendPoll")
def send_poll(world: World, params: Json, _: Uploads) -> bytes:
    options = [
        {"persistent_id": str(n), "text": o["text"] if isinstance(o, dict) else o, "voter_count": 0}
        for n, o in enumerate(params["options"])
    ]
    poll = {
        "id": str(world.calls.last + 1),
        "question": params["question"],
        "options": options,
        "total_voter_count": 0,
        "is_closed": bool(params.get("is_closed")),
        "is_anonymous": params.get("is_anonymous", True),
        "type": params.get("type", "regular"),
        "allows_multiple_answers": bool(params.get("allows_multiple_answers")),
        "allows_revoting": bool(params.get("allows_revoting", True)),
        "members_only": bool(params.get("members_only")),
    }
    return send(world, params, {"poll": poll})


@method("stopPoll")
def stop_poll(world: World, params: Json, _: Uploads) -> Any:
    chat = world.writable(params["chat_id"])
    message = chat.message(params["message_id"])
    if message is None or "poll" not in message:
        raise bad_request("message with poll to stop not found")
    if message["poll"]["is_closed"]:
        raise bad_request("poll has already been closed")
    message["poll"]["is_closed"] = True
    message.pop("reply_markup", None)
    world.keep(chat, message)
    return message["poll"]


@method("uploadStickerFile")
def upload_sticker(world: World, params: Json, uploads: Uploads) -> Json:
    upload = uploaded(params["sticker"], uploads)
    if upload is None:
        raise bad_request("there is no sticker in the request")
    return _file_card(store(world, "sticker", upload))


@method("getFile")
def get_file(world: World, params: Json, _: Uploads) -> Json:
    stored = world.files.find(params["file_id"])
    if stored is None:
        raise bad_request("invalid file_id")
    if len(stored.content) > LARGEST_DOWNLOAD:
        raise bad_request("file is too big")
    return _file_card(stored)


def _file_card(stored: StoredFile) -> Json:
    return {
        "file_id": stored.file_id,
        "file_unique_id": stored.unique_id,
        "file_size": len(stored.content),
        "file_path": stored.path,
    }
