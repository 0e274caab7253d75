"""An HTTP request as parameters of a method.

The Bot API takes urlencoded forms, multipart forms, JSON and query strings. In forms every value is a text; what is
a list or an object comes as JSON inside it.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from aiogram.types import BufferedInputFile
from aiohttp import web
from pydantic import BaseModel, ValidationError

from sandbox.catalog import Form, Method
from sandbox.refusal import bad_request
from sandbox.wire import Json

_ATTACHED = "attach://"
_MISSING = {
    "text": "message text is empty",
    "chat_id": "chat_id is empty",
    "callback_query_id": "query is too old and response timeout expired or query ID is invalid",
    "inline_query_id": "query is too old and response timeout expired or query ID is invalid",
    "reply_markup": "object expected as reply markup",
}


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that came with a request."""

    name: str
    mime: str
    content: bytes


Uploads = dict[str, Upload]


async def read_request(request: web.BaseRequest) -> tuple[Json, Uploads]:
    """Raw values and uploads of a request, whatever its content type."""
    values: Json = dict(request.query)
    kind = request.content_type
    if kind == "application/x-www-form-urlencoded":
        values.update(parse_qsl((await request.read()).decode(), keep_blank_values=True))
    elif kind == "application/json":
        body = await request.read()
        if body:
            values.update(_json_object(body))
    elif kind == "multipart/form-data":
        uploads: Uploads = {}
        for name, value in (await request.post()).items():
            if isinstance(value, web.FileField):
                uploads[name] = Upload(value.filename, value.content_type, value.file.read())
            else:
                values[name] = value if isinstance(value, str) else bytes(value).decode()
        return values, uploads
    return values, {}


def _json_object(body: bytes) -> Json:
    try:
        values = json.loads(body)
    except ValueError:
        raise bad_request("can't parse JSON object") from None
    if not isinstance(values, dict):
        raise bad_request("object expected")
    return values


def decode(method: Method, values: Json, uploads: Uploads) -> Json:
    """Typed parameters, checked against aiogram's model of the method.

    Unknown parameters are refused, which Telegram does not do: a misspelt one must not pass unnoticed in a test.
    """
    params: Json = {}
    for name, value in values.items():
        form = method.forms.get(name)
        if form is None:
            raise bad_request(f'unknown parameter "{name}" of {method.name}')
        if value is None:
            continue
        params[name] = _typed(name, form, value) if isinstance(value, str) else value
    for name in uploads:
        if name in method.forms and name not in params:
            params[name] = _ATTACHED + name
    _check(method, params, uploads)
    return params


def _typed(name: str, form: Form, text: str) -> Any:
    if not text.isascii():
        _require_utf8(text)
    if form is Form.TEXT:
        return text
    if form is Form.JSON:
        try:
            return json.loads(text)
        except ValueError:
            raise bad_request(f"can't parse {name} JSON object") from None
    if form is Form.FLAG:
        return text.lower() in {"true", "1", "yes"}
    try:
        if form is Form.NUMBER:
            return float(text)
        return int(text)
    except ValueError:
        if form is Form.NAME:
            return text
        raise bad_request(f'parameter "{name}" must be a number') from None


def _require_utf8(text: str) -> None:
    try:
        text.encode()
    except UnicodeEncodeError:
        raise bad_request("strings must be encoded in UTF-8") from None


def _check(method: Method, params: Json, uploads: Uploads) -> None:
    try:
        checked = method.model.model_validate(_as_model_input(method, params, uploads))
    except ValidationError as error:
        raise bad_request(_reason(error)) from None
    _refuse_unknown(checked, "")


def _as_model_input(method: Method, params: Json, uploads: Uploads) -> Json:
    if not uploads:
        return params
    plain = {name: BufferedInputFile(b"", "file") for name in method.plain_files if name in params}
    nested = {name: _with_files(value) for name, value in params.items() if isinstance(value, (list, dict))}
    return {**params, **nested, **plain}


def _with_files(value: Any) -> Any:
    # a field typed plainly InputFile refuses the text "attach://name"; one typed str | InputFile takes both
    if isinstance(value, dict):
        return {key: _with_files(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_with_files(item) for item in value]
    if isinstance(value, str) and value.startswith(_ATTACHED):
        return BufferedInputFile(b"", "file")
    return value


def _reason(error: ValidationError) -> str:
    first = error.errors(include_url=False, include_context=False, include_input=False)[0]
    name = str(first["loc"][0]) if first["loc"] else ""
    if first["type"] == "missing" and len(first["loc"]) == 1:
        return _MISSING.get(name, f"there is no {name} in the request")
    where = ".".join(str(part) for part in first["loc"])
    return f'invalid parameter "{where}": {first["msg"]}'


def _refuse_unknown(value: Any, where: str) -> None:
    if isinstance(value, BaseModel):
        if value.model_extra:
            raise bad_request(f'unknown field "{next(iter(value.model_extra))}" in {where or "the request"}')
        for name in value.model_fields_set:
            item = getattr(value, name)
            if isinstance(item, (BaseModel, list)):
                _refuse_unknown(item, name)
    elif isinstance(value, list):
        for item in value:
            if isinstance(item, (BaseModel, list)):
                _refuse_unknown(item, where)


def uploaded(reference: object, uploads: Uploads) -> Upload | None:
    """The upload behind ``attach://name``, or None when the reference is something else."""
    if not isinstance(reference, str) or not reference.startswith(_ATTACHED):
        return None
    upload = uploads.get(reference.removeprefix(_ATTACHED))
    if upload is None:
        raise bad_request("there is no file in the request")
    if not upload.content:
        raise bad_request("file must be non-empty")
    return upload
