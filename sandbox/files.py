"""Files in memory: what the bot uploads and what people send."""

from __future__ import annotations

import mimetypes
import struct
from dataclasses import dataclass

from sandbox.refusal import bad_request

LARGEST_UPLOAD = 50 * 1024 * 1024
LARGEST_DOWNLOAD = 20 * 1024 * 1024
_KEPT_BYTES = 128 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file that Telegram would keep."""

    file_id: str
    unique_id: str
    name: str
    mime: str
    content: bytes
    path: str
    """What getFile answers as ``file_path``."""


class FileStore:
    """Files by id and by path; the oldest go when they take too much memory."""

    def __init__(self) -> None:
        self._by_id: dict[str, StoredFile] = {}
        self._by_path: dict[str, StoredFile] = {}
        self._bytes = 0
        self._last = 0

    def add(self, content: bytes, name: str, mime: str = "", folder: str = "documents") -> StoredFile:
        if len(content) > LARGEST_UPLOAD:
            raise bad_request("file is too big")
        self._last += 1
        kind = mime if mime and mime != "application/octet-stream" else mimetypes.guess_type(name)[0]
        suffix = name.rpartition(".")[2] if "." in name else "bin"
        stored = StoredFile(
            file_id=f"sandbox-{folder}-{self._last:06}-file",
            unique_id=f"unique{self._last:06}",
            name=name,
            mime=kind or "application/octet-stream",
            content=content,
            path=f"{folder}/file_{self._last}.{suffix}",
        )
        self._by_id[stored.file_id] = self._by_path[stored.path] = stored
        self._bytes += len(content)
        while self._bytes > _KEPT_BYTES and len(self._by_id) > 1:
            self._forget(next(iter(self._by_id.values())))
        return stored

    def _forget(self, stored: StoredFile) -> None:
        del self._by_id[stored.file_id], self._by_path[stored.path]
        self._bytes -= len(stored.content)

    def get(self, file_id: str) -> StoredFile:
        stored = self._by_id.get(file_id)
        if stored is None:
            raise bad_request("wrong file identifier/HTTP URL specified")
        return stored

    def find(self, file_id: str) -> StoredFile | None:
        return self._by_id.get(file_id)

    def at(self, path: str) -> StoredFile | None:
        return self._by_path.get(path)


def picture_size(content: bytes) -> tuple[int, int] | None:
    """Width and height in pixels of a PNG, GIF, JPEG or WebP; None when it is no picture."""
    if content.startswith(b"\x89PNG\r\n\x1a\n") and len(content) >= 24:
        width, height = struct.unpack(">II", content[16:24])
        return width, height
    if content[:6] in (b"GIF87a", b"GIF89a"):
        width, height = struct.unpack("<HH", content[6:10])
        return width, height
    if content.startswith(b"\xff\xd8"):
        return _jpeg_size(content)
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return 512, 512
    return None


def _jpeg_size(content: bytes) -> tuple[int, int]:
    position = 2
    while position + 9 < len(content):
        marker, size = content[position + 1], struct.unpack(">H", content[position + 2 : position + 4])[0]
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack(">HH", content[position + 5 : position + 9])
            return width, height
        position += 2 + size
    return 1, 1
