"""The extra `fast`: the same results with it and without it, and `check` names what is used."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from bot.check_machine import examine_loop
from bot.core import fast

HIDE = "import sys; sys.modules['uvloop'] = sys.modules['orjson'] = None\n"
RUN = """
import asyncio
from bot.core import fast
async def main():
    encoded = fast.encode({'text': 'Ёж «и» 🦔', 'rows': [[1, True, None]]})
    print(type(asyncio.get_running_loop()).__module__, encoded.decode())
fast.run(main())
"""
VALUES = {"text": "Ёж «и» 🦔", "rows": [[1, True, None]]}


def printed(code: str) -> str:
    command = [sys.executable, "-c", code]
    return subprocess.run(command, check=True, capture_output=True, encoding="utf-8").stdout  # noqa: S603 - our own code


def test_program_runs_alike_without_the_extra() -> None:
    loop, encoded = printed(HIDE + RUN).split(" ", 1)
    assert loop.startswith("asyncio")
    assert json.loads(encoded) == VALUES
    described = printed(HIDE + "from bot.check_machine import examine_loop; print(examine_loop())")
    assert described.strip() == "asyncio, JSON by Python; the extra `fast` (pip install uvloop orjson) has quicker ones"


@pytest.mark.skipif(not fast.is_whole(), reason="the extra is not installed")
def test_installed_extra_runs_the_program() -> None:
    loop, encoded = printed(RUN).split(" ", 1)
    assert loop.startswith("uvloop")
    assert encoded == printed(HIDE + RUN).split(" ", 1)[1]
    assert examine_loop() == "uvloop, JSON by orjson"


def test_json_comes_back_as_it_was() -> None:
    assert fast.decode(fast.encode(VALUES).decode()) == VALUES


def test_half_a_pair_of_surrogates_is_read() -> None:
    """A text that was cut in the middle of an emoji; an update that cannot be read would come again and again."""
    assert fast.decode(r'"\ud83e"') == "\ud83e"


@pytest.mark.parametrize("text", ["", "{", "<html>", "NaN x"])
def test_what_is_no_json_raises_value_error(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - both modules have errors of their own
        fast.decode(text)
