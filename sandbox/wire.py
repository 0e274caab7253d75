"""JSON as it goes over the wire and as it is kept: compact UTF-8 bytes.

Messages are kept as bytes, not as dictionaries: nobody can change history by accident, the answer needs no second
encoding, and the garbage collector has nothing to walk through.
"""

from __future__ import annotations

import json
from typing import Any

Json = dict[str, Any]

_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def dump(value: object) -> bytes:
    """Compact JSON. Half a character is written as the messenger writes it, as an escape."""
    return _encode(value).encode(errors="backslashreplace")


def load(data: bytes) -> Any:
    """The value of JSON bytes: a fresh copy at every call."""
    return json.loads(data)
