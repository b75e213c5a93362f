from __future__ import annotations

import re

import pytest
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup, Message

from tests.bench.__main__ import FIGURES, parse, run
from tests.bench.figures import Compared, Effort, Figure, Sample, Skipped, in_turns, interleaved
from tests.bench.updates import Line, telegram
from tests.builders import bot_at, some_settings

LINE = re.compile(r"bench \w+ ratio=\d+\.\d{2,4} limit=(\d+(\.\d+)?|-) floor=\w+ samples=\d+( over)?")
TINY = Effort(rounds=1, samples=2, rows=20_000)
TAPS = "tap_specialties tap_doctors tap_days tap_times tap_review tap_book tap_menu tap_visits"
CUT = " ".join(f"{name}_cut" for name in TAPS.split())
PROMISED = (
    f"{TAPS} {CUT} dispatch_200 read_next20 growth_slots growth_days growth_due booking_64 booking_whole_64 "
    f"cold_start migrate_noop"
)


def figure(ratio: float, limit: float | None = 1.15, decimals: int = 2) -> Figure:
    return Figure("tap_menu", ratio, limit, "edit12_answer", 360, decimals)


def test_a_figure_is_one_line_that_runs_can_be_compared_by() -> None:
    assert str(figure(1.1)) == "bench tap_menu ratio=1.10 limit=1.15 floor=edit12_answer samples=360"
    assert str(figure(0.06273, 0.0667, 4)).startswith("bench tap_menu ratio=0.0627 limit=0.0667 ")


def test_a_figure_over_its_limit_says_so_at_the_end() -> None:
    assert str(figure(1.2)).endswith(" over")
    assert LINE.fullmatch(str(figure(1.2)))


def test_what_a_line_shows_as_equal_to_the_limit_is_within_it() -> None:
    assert not figure(1.1549).is_over


def test_a_figure_without_a_limit_is_only_told() -> None:
    assert " limit=- " in str(figure(9, None))
    assert not figure(9, None).is_over


def test_a_figure_that_this_machine_cannot_give_is_seen() -> None:
    assert str(Skipped("booking_64", "no_C_compiler")) == "bench booking_64 skipped=no_C_compiler"


def test_every_promised_figure_can_be_asked_for() -> None:
    assert sorted(FIGURES) == sorted(PROMISED.split())


async def test_the_two_sides_alternate_and_the_middle_of_their_ratios_is_told() -> None:
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


def test_what_never_waits_is_compared_in_the_same_way() -> None:
    assert in_turns(lambda: 3, lambda: 2, Effort(rounds=2, samples=2), warm_up=1) == Compared(1.5, 4)


async def test_a_short_run_gives_the_figures_it_was_asked_for() -> None:
    told = [figure async for figure in run(["migrate_noop", "dispatch_200"], TINY)]
    assert [figure.name for figure in told] == ["migrate_noop", "dispatch_200"]
    assert all(LINE.fullmatch(str(figure)) for figure in told)


async def test_a_tap_is_measured_with_its_requests_and_without_them() -> None:
    whole, cut = [figure async for figure in run(["tap_menu", "tap_menu_cut"], TINY)]
    assert LINE.fullmatch(str(whole))
    assert " limit=- floor=edit12_answer_without_http " in str(cut)


async def test_what_is_shown_comes_back_from_the_other_process_as_telegram_has_it() -> None:
    async with telegram() as address, bot_at(address) as bot:
        button = InlineKeyboardButton(text="Меню & дети", callback_data="mh")
        markup = InlineKeyboardMarkup(inline_keyboard=[[button]])
        shown = await bot.edit_message_text("Кого записать? +1%", chat_id=7, message_id=8, reply_markup=markup)
        assert isinstance(shown, Message)
        assert shown.text == "Кого записать? +1%"
        assert await bot.answer_callback_query("5")


async def test_a_figure_is_not_taken_where_a_tap_ends_in_a_refusal() -> None:
    async with telegram() as address:
        line = Line(some_settings(bot_api_url=address))
        with pytest.raises(AssertionError, match="a refusal instead of a screen"):
            await line.bot.answer_callback_query("5", text="Это время уже заняли", show_alert=True)
        await line.close()


def test_a_name_that_is_no_figure_is_refused_with_the_names_there_are(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        parse(["tap_menu", "speed"])
    assert "there is no speed; there are tap_specialties, " in capsys.readouterr().err


@pytest.mark.parametrize("name", ["growth_due", "read_next20"])
async def test_tables_are_filled_with_what_a_figure_reads(name: str) -> None:
    (told,) = [figure async for figure in run([name], TINY._replace(rows=100_000))]
    assert "_rows" in str(told)
