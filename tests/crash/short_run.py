"""A short run of one of the programs of this folder."""

from __future__ import annotations

import asyncio
import sys

from tests.project_files import ROOT

LONGEST = 240
"""seconds"""


async def run_program(module: str, *options: str) -> str:
    """Run a program that must end with exit code 0. Returns the last line that it has printed."""
    run = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", module, *options),
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    try:
        printed, _none = await asyncio.wait_for(run.communicate(), LONGEST)
    finally:
        if run.returncode is None:
            run.kill()
            await run.wait()
    assert run.returncode == 0, printed.decode()
    return printed.decode().splitlines()[-1]
