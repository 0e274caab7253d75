"""Telegram's HTML becomes plain text and entities."""

from __future__ import annotations

import pytest

from sandbox.entities import formatted, parse_html
from sandbox.refusal import Refusal
from sandbox.wire import Json


def entity(kind: str, offset: int, length: int, **more: str) -> Json:
    return {"type": kind, "offset": offset, "length": length, **more}


@pytest.mark.parametrize(
    ("source", "text", "entities"),
    [
        ("plain", "plain", []),
        ("a &lt; b &amp; c &#1071; &copy; & d", "a < b & c Я &copy; & d", []),
        ("<b>a</b> <i>b</i>", "a b", [entity("bold", 0, 1), entity("italic", 2, 1)]),
        ("<b>a<i>b</i></b>", "ab", [entity("bold", 0, 2), entity("italic", 1, 1)]),
        ("🎉 <b>x</b>", "🎉 x", [entity("bold", 3, 1)]),
        (
            '<a href="https://a.ru/?a=1&amp;b=2">x</a>',
            "x",
            [entity("text_link", 0, 1, url="https://a.ru/?a=1&b=2")],
        ),
        ("<a href=tg://user?id=1>x</a>", "x", [entity("text_link", 0, 1, url="tg://user?id=1")]),
        ('<span class="tg-spoiler">x</span>', "x", [entity("spoiler", 0, 1)]),
        ("<blockquote expandable>x</blockquote>", "x", [entity("expandable_blockquote", 0, 1)]),
        ('<pre><code class="language-py">x</code></pre>', "x", [entity("pre", 0, 1, language="py")]),
        ("<B>x</b>", "x", [entity("bold", 0, 1)]),
    ],
)
def test_html_is_read(source: str, text: str, entities: list[Json]) -> None:
    assert parse_html(source) == (text, entities)


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("я<b", "Unclosed start tag at byte offset 2"),
        ("<p>x</p>", 'Unsupported start tag "p" at byte offset 0'),
        ("<b>x</i>", 'Unmatched end tag at byte offset 4, expected "</b>", found "</i>"'),
        ("<b>x", 'Can\'t find end tag corresponding to start tag "b"'),
        ("x</b>", "Unexpected end tag at byte offset 1"),
        ("<span>x</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
    ],
)
def test_bad_html_is_refused(source: str, reason: str) -> None:
    with pytest.raises(Refusal) as refused:
        parse_html(source)
    assert refused.value.description == f"Bad Request: can't parse entities: {reason}"


def test_text_is_trimmed_and_entities_follow() -> None:
    assert formatted("  <b> x </b>  ", "HTML") == ("x", [entity("bold", 0, 1)])


def test_links_and_commands_are_found() -> None:
    text, entities = formatted("😀 /menu https://a.ru/x, a@b.ru @anya_k #tag", None)
    found = [
        (e["type"], text.encode("utf-16-le")[e["offset"] * 2 :][: e["length"] * 2].decode("utf-16-le"))
        for e in entities
    ]
    assert found == [
        ("bot_command", "/menu"),
        ("url", "https://a.ru/x"),
        ("email", "a@b.ru"),
        ("mention", "@anya_k"),
        ("hashtag", "#tag"),
    ]
