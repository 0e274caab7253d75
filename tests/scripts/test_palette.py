"""Screenshots keep their size and their commonest colours."""

from __future__ import annotations

import struct
import zlib

import pytest

from scripts.palette import COLOURS, SIGNATURE, decoded, with_palette


def png(width: int, rows: list[tuple[int, bytes]], kind: int = 2, depth: int = 8) -> bytes:
    def chunk(name: bytes, content: bytes) -> bytes:
        return (
            struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))
        )

    raw = b"".join(bytes([filtered]) + row for filtered, row in rows)
    head = struct.pack(">IIBBBBB", width, len(rows), depth, kind, 0, 0, 0)
    return SIGNATURE + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(raw)) + chunk(b"IEND", b"")


def palette_and_indexes(picture: bytes) -> tuple[bytes, bytes]:
    at, palette, raw = len(SIGNATURE), b"", b""
    while at < len(picture):
        (length,) = struct.unpack_from(">I", picture, at)
        name, content = picture[at + 4 : at + 8], picture[at + 8 : at + 8 + length]
        palette += content if name == b"PLTE" else b""
        raw += content if name == b"IDAT" else b""
        at += length + 12
    return palette, zlib.decompress(raw)


def test_every_filter_of_the_format_is_undone() -> None:
    # Each row says (10, 20, 30), (11, 22, 33), in the words of another filter.
    rows = [
        (0, bytes([10, 20, 30, 11, 22, 33])),
        (1, bytes([10, 20, 30, 1, 2, 3])),
        (2, bytes([0, 0, 0, 0, 0, 0])),
        (3, bytes([5, 10, 15, 1, 1, 2])),
        (4, bytes([0, 0, 0, 0, 0, 0])),
    ]
    width, height, pixels = decoded(png(2, rows))
    assert (width, height) == (2, 5)
    assert pixels == [(10, 20, 30), (11, 22, 33)] * 5


def test_what_cannot_be_seen_through_loses_its_fourth_byte() -> None:
    assert decoded(png(1, [(0, bytes([1, 2, 3, 255]))], kind=6))[2] == [(1, 2, 3)]


def test_a_few_colours_stay_exactly_as_they_are() -> None:
    palette, indexes = palette_and_indexes(with_palette(png(2, [(0, bytes([9, 8, 7, 1, 2, 3]))])))
    assert palette == bytes([9, 8, 7, 1, 2, 3])
    assert indexes == bytes([0, 0, 1])


def test_many_colours_become_the_nearest_of_the_commonest() -> None:
    rows = [(0, bytes(3 * 64))] + [
        (0, bytes(value for x in range(64) for value in (x * 4, y * 4, 128))) for y in range(64)
    ]
    palette, indexes = palette_and_indexes(with_palette(png(64, rows)))
    assert len(palette) == 3 * COLOURS
    assert palette[:3] == bytes(3)
    assert set(indexes[1:65]) == {0}


@pytest.mark.parametrize("picture", [b"GIF89a", png(1, [(0, b"\0\0\0\0\0\0")], depth=16)])
def test_another_format_is_refused(picture: bytes) -> None:
    with pytest.raises(ValueError, match="PNG"):
        decoded(picture)
