"""Screenshots with a palette: PNGs a third as large, in plain Python instead of one more dependency.

Reads what a browser writes: 8 bits a channel, RGB or RGBA without anything to see through, not interlaced.
"""

from __future__ import annotations

import struct
import zlib
from collections import Counter
from collections.abc import Iterator, Sequence

SIGNATURE = b"\x89PNG\r\n\x1a\n"
COLOURS = 256
CHANNELS = {2: 3, 6: 4}
"""Bytes a pixel by the colour type of the header."""
CELL_BITS = 2
"""Colours that differ in these lowest bits alone may become one."""

Colour = tuple[int, int, int]


def with_palette(png: bytes) -> bytes:
    """The same picture in at most 256 colours: the commonest stay exact, the others become the nearest of them."""
    width, height, pixels = decoded(png)
    counts = Counter(pixels)
    palette = _palette(counts)
    index = {colour: _nearest(colour, palette) for colour in counts}
    flat = bytes(index[pixel] for pixel in pixels)
    rows = b"".join(b"\0" + flat[start : start + width] for start in range(0, width * height, width))
    return SIGNATURE + b"".join(
        (
            _chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)),
            _chunk(b"PLTE", bytes(channel for colour in palette for channel in colour)),
            _chunk(b"IDAT", zlib.compress(rows, 9)),
            _chunk(b"IEND", b""),
        )
    )


def _palette(counts: Counter[Colour]) -> list[Colour]:
    """The commonest colour of each of the commonest cells."""
    if len(counts) <= COLOURS:
        return list(counts)
    best: dict[Colour, Colour] = {}
    cells: Counter[Colour] = Counter()
    for colour, count in counts.most_common():
        cell = (colour[0] >> CELL_BITS, colour[1] >> CELL_BITS, colour[2] >> CELL_BITS)
        best.setdefault(cell, colour)
        cells[cell] += count
    return [best[cell] for cell, _ in cells.most_common(COLOURS)]


def _nearest(colour: Colour, palette: Sequence[Colour]) -> int:
    red, green, blue = colour
    return min(
        range(len(palette)),
        key=lambda number: (
            (palette[number][0] - red) ** 2
            + (palette[number][1] - green) ** 2
            + (palette[number][2] - blue) ** 2
        ),
    )


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def _chunks(png: bytes) -> Iterator[tuple[bytes, bytes]]:
    if not png.startswith(SIGNATURE):
        raise ValueError("not a PNG")
    at = len(SIGNATURE)
    while at < len(png):
        (length,) = struct.unpack_from(">I", png, at)
        yield png[at + 4 : at + 8], png[at + 8 : at + 8 + length]
        at += length + 12


def decoded(png: bytes) -> tuple[int, int, list[Colour]]:
    """Width, height and the colours of its pixels, row after row. Raises ValueError for what no browser writes."""
    parts = list(_chunks(png))
    width, height, depth, kind, _, _, interlaced = struct.unpack(">IIBBBBB", parts[0][1])
    if depth != 8 or interlaced or kind not in CHANNELS:
        raise ValueError(f"a PNG of {depth} bits, colour type {kind}: not as browsers write it")
    step = CHANNELS[kind]
    raw = zlib.decompress(b"".join(content for name, content in parts if name == b"IDAT"))
    stride = width * step
    pixels: list[Colour] = []
    above = bytearray(stride)
    for start in range(0, height * (stride + 1), stride + 1):
        row = bytearray(raw[start + 1 : start + 1 + stride])
        _unfilter(raw[start], row, above, step)
        pixels.extend(zip(row[0::step], row[1::step], row[2::step], strict=True))
        above = row
    return width, height, pixels


def _unfilter(kind: int, row: bytearray, above: bytearray, step: int) -> None:
    """Undo what the PNG specification calls filter types 0 to 4, in place."""
    for at in range(len(row)) if kind else ():
        left = row[at - step] if at >= step else 0
        up = above[at]
        match kind:
            case 1:
                guess = left
            case 2:
                guess = up
            case 3:
                guess = (left + up) // 2
            case _:
                guess = _paeth(left, up, above[at - step] if at >= step else 0)
        row[at] = (row[at] + guess) & 255


def _paeth(left: int, up: int, corner: int) -> int:
    estimate = left + up - corner
    by_left, by_up, by_corner = abs(estimate - left), abs(estimate - up), abs(estimate - corner)
    if by_left <= by_up and by_left <= by_corner:
        return left
    return up if by_up <= by_corner else corner
