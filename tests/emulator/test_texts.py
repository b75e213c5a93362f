"""Texts of the bot: limits, HTML, entities."""

from __future__ import annotations

from typing import Any

import pytest

from tests.emulator.telegram import ANNA, Telegram


@pytest.mark.parametrize(
    ("params", "reason"),
    [
        ({"text": ""}, "message text is empty"),
        ({"text": " \n "}, "message text is empty"),
        ({"text": "<b> </b>", "parse_mode": "HTML"}, "message text is empty"),
        ({"text": "я" * 4097}, "message is too long"),
        ({"text": "я" * 4001}, "house rule: a text has at most 4000 characters"),
        (
            {"text": "x", "parse_mode": "MarkdownV2"},
            "unsupported parse_mode (this emulator reads HTML and plain text, not MarkdownV2)",
        ),
        ({"text": "x", "reply_markup": "{"}, "can't parse reply keyboard markup JSON object"),
        ({"text": "x", "reply_markup": []}, "object expected as reply markup"),
        ({"text": "x", "reply_parameters": {"message_id": 999}}, "message to be replied not found"),
    ],
)
async def test_invalid_message_is_refused(telegram: Telegram, params: Any, reason: str) -> None:
    assert await telegram.refusal("sendMessage", chat_id=ANNA, **params) == f"400 Bad Request: {reason}"


async def test_text_that_announces_buttons_stays_with_them(telegram: Telegram) -> None:
    reason = "400 Bad Request: house rule: a text that announces buttons stays with them"
    rows = [[{"text": each, "callback_data": each}] for each in ("10:30", "Меню")]
    assert await telegram.refusal("sendMessage", chat_id=ANNA, text="Выберите время:") == reason
    for text, refused in (("Выберите время:", True), ("Время: любое", False)):
        sent = await telegram.send(text, reply_markup={"inline_keyboard": rows})
        which = {"chat_id": ANNA, "message_id": sent["message_id"]}
        left = {"reply_markup": {"inline_keyboard": rows[1:]}}
        if refused:
            assert await telegram.refusal("editMessageReplyMarkup", **which, **left) == reason
            assert await telegram.refusal("editMessageText", **which, text="Выберите день:") == reason
        else:
            await telegram.do("editMessageReplyMarkup", **which, **left)


async def test_longest_text_is_sent_and_trimmed(telegram: Telegram) -> None:
    sent = await telegram.send(f"  {'<b>я</b>' * 4000}\n", parse_mode="html")
    assert sent["text"] == "я" * 4000


@pytest.mark.parametrize(
    ("html", "reason"),
    [
        ("<br>", 'Unsupported start tag "br" at byte offset 0'),
        ("да <h1>", 'Unsupported start tag "h1" at byte offset 5'),
        ("<b>да", 'Can\'t find end tag corresponding to start tag "b"'),
        ("<b>да</i>", 'Unmatched end tag at byte offset 7, expected "</b>", found "</i>"'),
        ("да</b>", "Unexpected end tag at byte offset 4"),
        ("<b", "Unclosed start tag at byte offset 0"),
        ("<b>x</b", "Unclosed end tag at byte offset 4"),
        ('<a href="x>y</a>', "Unclosed start tag at byte offset 0"),
        ("<span>x</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
        ("<a =x>y</a>", 'Empty attribute name in the tag "a" at byte offset 0'),
        ("2 < 3", 'Unsupported start tag "" at byte offset 2'),
    ],
)
async def test_broken_html_is_refused_with_the_byte_offset(telegram: Telegram, html: str, reason: str) -> None:
    refused = await telegram.refusal("sendMessage", chat_id=ANNA, text=html, parse_mode="HTML")
    assert refused == f"400 Bad Request: can't parse entities: {reason}"


@pytest.mark.parametrize(
    ("tag", "kind"),
    [
        ("b", "bold"),
        ("strong", "bold"),
        ("i", "italic"),
        ("em", "italic"),
        ("s", "strikethrough"),
        ("strike", "strikethrough"),
        ("del", "strikethrough"),
        ("u", "underline"),
        ("ins", "underline"),
        ("tg-spoiler", "spoiler"),
        ('span class="tg-spoiler"', "spoiler"),
        ('tg-emoji emoji-id="5"', "custom_emoji"),
        ('tg-time unix="1800000000"', "date_time"),
        ("pre", "pre"),
        ("code", "code"),
        ("blockquote", "blockquote"),
        ("blockquote expandable", "expandable_blockquote"),
        ('B title="ignored"', "bold"),
    ],
)
async def test_each_tag_becomes_its_entity(telegram: Telegram, tag: str, kind: str) -> None:
    sent = await telegram.send(f"😀 <{tag}>да</{tag.split()[0]}>", parse_mode="HTML")
    assert sent["text"] == "😀 да"
    (entity,) = sent["entities"]
    assert (entity["type"], entity["offset"], entity["length"]) == (kind, 3, 2)


async def test_nested_tags_and_character_references_are_parsed(telegram: Telegram) -> None:
    html = (
        " \n<b>Мама <i>&amp; &lt;папа&gt;</i></b> &quot;&#1076;&#x430;&quot; AT&T &nbsp; <a "
        'href="https://a.ru?x=1&amp;y">тут</a>'
    )
    sent = await telegram.send(html, parse_mode="HTML")
    assert sent["text"] == 'Мама & <папа> "да" AT&T &nbsp; тут'
    assert sent["entities"] == [
        {"offset": 0, "length": 13, "type": "bold"},
        {"offset": 5, "length": 8, "type": "italic"},
        {"offset": 31, "length": 3, "type": "text_link", "url": "https://a.ru/?x=1&y"},
    ]
    screen = await telegram.anna.screen()
    assert screen.html == (
        '<b>Мама <i>&amp; &lt;папа&gt;</i></b> "да" AT&amp;T &amp;nbsp; <a href="https://a.ru/?x=1&amp;y">тут</a>'
    )


async def test_moment_is_shown_in_its_format(telegram: Telegram) -> None:
    sent = await telegram.send('<tg-time unix="1800000000" format="r">3 минуты</tg-time>', parse_mode="HTML")
    (entity,) = sent["entities"]
    assert (entity["unix_time"], entity["date_time_format"]) == (1_800_000_000, "r")
    screen = await telegram.anna.screen()
    assert screen.html == '<time data-unix="1800000000" data-format="r">3 минуты</time>'


@pytest.mark.parametrize(
    "attributes", ["", 'unix="soon"', 'unix="1800000000" format="x"', 'unix="1800000000" format="rt"']
)
async def test_moment_without_sense_is_refused(telegram: Telegram, attributes: str) -> None:
    refused = await telegram.refusal(
        "sendMessage", chat_id=ANNA, text=f"<tg-time {attributes}>x</tg-time>", parse_mode="HTML"
    )
    assert refused.endswith("Invalid date-time entity specified")


async def test_code_in_pre_has_its_language(telegram: Telegram) -> None:
    sent = await telegram.send('<pre><code class="language-python">x = 1</code></pre>', parse_mode="HTML")
    assert {"offset": 0, "length": 5, "type": "pre", "language": "python"} in sent["entities"]


async def test_commands_links_and_mentions_are_found_in_plain_text(telegram: Telegram) -> None:
    sent = await telegram.send("/start @registratura_bot https://a.ru/x, a@b.ru #завтра и/или 1/2")
    assert [entity["type"] for entity in sent["entities"]] == ["bot_command", "mention", "url", "email", "hashtag"]


async def test_entities_of_the_bot_are_kept(telegram: Telegram) -> None:
    sent = await telegram.send(" да", entities=[{"type": "bold", "offset": 1, "length": 2}])
    assert sent["entities"] == [{"type": "bold", "offset": 0, "length": 2}]


@pytest.mark.parametrize(
    ("html", "entities"),
    [
        ("<a href=tg://user?id=7>x</a>", None),
        ('<a href="tg://user?id=7">Пётр</a>', [("text_mention", 0, 4)]),
        ("<a>example.org</a>", [("text_link", 0, 11)]),
        ('<a href="нет">слово</a>', []),
        ("<b>x</>", [("bold", 0, 1)]),
        ("<b></b>x", []),
        ("<pre><code>x</code></pre>", [("code", 0, 1), ("pre", 0, 1)]),
        ("<code class=language-python>x</code>", [("code", 0, 1)]),
        ("&#0;", []),
    ],
)
async def test_unusual_html_is_parsed_as_by_telegram(telegram: Telegram, html: str, entities: Any) -> None:
    answer = await telegram.call("sendMessage", chat_id=ANNA, text=html, parse_mode="HTML")
    if entities is None:
        assert "Unexpected end of name token at byte offset 8" in answer["description"]
        return
    found = [(item["type"], item["offset"], item["length"]) for item in answer["result"].get("entities", [])]
    assert sorted(found) == entities
