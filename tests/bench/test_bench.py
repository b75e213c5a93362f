from __future__ import annotations

import re

import pytest
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup, Message

from bot.core import fast
from bot.telegram.direct import press_answered, request
from tests.bench.__main__ import FIGURES, parse, run
from tests.bench.figures import Compared, Effort, Figure, Sample, Skipped, in_turns, interleaved
from tests.bench.updates import UpdateFeed, product_bot, telegram
from tests.builders import bot_at, some_settings

LINE = re.compile(r"bench \w+ ratio=\d+\.\d{2,4} limit=(\d+(\.\d+)?|-) floor=\w+ samples=\d+( over)?")
TINY = Effort(rounds=1, samples=2, photos=2, rows=20_000)
TAPS = "tap_specialties tap_doctors tap_days tap_times tap_review tap_book tap_menu tap_visits"
PROMISED = (
    f"{TAPS} dispatch_200 read_next20 growth_slots growth_days growth_due booking_64 booking_whole_64 "
    f"cold_start migrate_noop photos_unread import_slots import_memory_xlsx import_memory_csv import_waits "
    "finding_against_scan finding_p99 taps_per_second direct_way rss_idle rss_per_1000_chats"
)


def figure(ratio: float, limit: float | None = 1.15, decimals: int = 2) -> Figure:
    return Figure("tap_menu", ratio, limit, "edit12_answer", 360, decimals)


def test_figure_prints_as_one_comparable_line() -> None:
    assert str(figure(1.1)) == "bench tap_menu ratio=1.10 limit=1.15 floor=edit12_answer samples=360"
    assert str(figure(0.06273, 0.0667, 4)).startswith("bench tap_menu ratio=0.0627 limit=0.0667 ")


def test_line_of_a_figure_over_its_limit_ends_with_over() -> None:
    assert str(figure(1.2)).endswith(" over")
    assert LINE.fullmatch(str(figure(1.2)))


def test_figure_rounded_to_its_limit_is_within_it() -> None:
    assert not figure(1.1549).is_over


def test_figure_without_a_limit_is_never_over() -> None:
    assert " limit=- " in str(figure(9, None))
    assert not figure(9, None).is_over


def test_skipped_figure_has_a_line_with_the_reason() -> None:
    assert str(Skipped("booking_64", "no_C_compiler")) == "bench booking_64 skipped=no_C_compiler"


def test_every_promised_figure_exists() -> None:
    assert sorted(FIGURES) == sorted([*PROMISED.split(), *(f"{tap}_fast" for tap in TAPS.split())])


async def test_samples_alternate_and_the_median_ratio_is_returned() -> None:
    order: list[str] = []

    def side(name: str, *costs: float) -> Sample:
        left = iter(costs)

        async def sample() -> float:
            order.append(name)
            return next(left)

        return sample

    effort = Effort(rounds=3, samples=1)
    compared = await interleaved(side("ours", 2, 30, 4), side("floor", 1, 10, 4), effort, warm_up=0)
    assert compared == Compared(2, 3)
    assert order == ["ours", "floor"] * 3


def test_synchronous_samples_are_compared_alike() -> None:
    assert in_turns(lambda: 3, lambda: 2, Effort(rounds=2, samples=2), warm_up=1) == Compared(1.5, 4)


async def test_short_run_measures_the_named_figures() -> None:
    measured = [figure async for figure in run(["migrate_noop", "dispatch_200", "photos_unread"], TINY)]
    assert [figure.name for figure in measured] == ["migrate_noop", "dispatch_200", "photos_unread"]
    assert all(LINE.fullmatch(str(figure)) for figure in measured)


async def test_short_import_is_measured() -> None:
    names = ["import_slots", "import_waits"]
    measured = [str(figure) async for figure in run(names, TINY)]
    assert [bool(LINE.fullmatch(line) or "skipped" in line) for line in measured] == [True] * 2


async def test_press_is_measured_against_plain_aiogram() -> None:
    (measured,) = [figure async for figure in run(["tap_menu"], TINY)]
    assert LINE.fullmatch(str(measured))
    assert " limit=0.9 floor=plain_aiogram " in str(measured)


async def test_both_ways_of_a_taps_requests_are_measured() -> None:
    (measured,) = [figure async for figure in run(["direct_way"], TINY)]
    assert str(measured).startswith("bench direct_way ")
    assert LINE.fullmatch(str(measured))


async def test_press_is_measured_with_the_extra_where_it_is_installed() -> None:
    (measured,) = [figure async for figure in run(["tap_menu_fast"], TINY)]
    assert LINE.fullmatch(str(measured)) if fast.is_whole() else "skipped=extra_fast_is_not_installed" in str(measured)


async def test_canned_telegram_returns_the_sent_text_and_buttons() -> None:
    async with telegram() as address, bot_at(address) as bot:
        button = InlineKeyboardButton(text="Меню & дети", callback_data="mh")
        markup = InlineKeyboardMarkup(inline_keyboard=[[button]])
        shown = await bot.edit_message_text("Кого записать? +1%", chat_id=7, message_id=8, reply_markup=markup)
        assert isinstance(shown, Message)
        assert shown.text == "Кого записать? +1%"
        assert await bot.answer_callback_query("5")


async def test_alert_during_a_measurement_raises() -> None:
    async with telegram() as address:
        feed = UpdateFeed(product_bot(some_settings(bot_api_url=address)))
        with pytest.raises(AssertionError, match="a refusal instead of a screen"):
            await request(feed.bot, press_answered("5", "Это время уже заняли", alert=True))
        await feed.close()


def test_unknown_figure_is_refused_with_the_known_names(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        parse(["tap_menu", "speed"])
    assert "unknown: speed; known: tap_specialties, " in capsys.readouterr().err


@pytest.mark.parametrize("name", ["growth_due", "read_next20"])
async def test_tables_have_the_rows_that_figures_read(name: str) -> None:
    (measured,) = [figure async for figure in run([name], TINY._replace(rows=100_000))]
    assert "_rows" in str(measured)
