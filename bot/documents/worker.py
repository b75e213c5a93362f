"""The limited program that opens files from strangers and prints papers: requests come by pipe, replies go by pipe.

It limits itself before it reads anything, has an empty environment and writes no file. A file that uses up its time or
memory ends it, in native code too, and the bot starts another.
"""

from __future__ import annotations

import math
import os
import resource
import signal
import sys
from collections.abc import Callable, Mapping
from typing import BinaryIO

from bot.core.errors import InvalidInput
from bot.documents.charts import draw_chart
from bot.documents.frames import (
    REQUEST,
    Replied,
    ReplyKind,
    Task,
    chart_in,
    packed_code,
    packed_pages,
    packed_problem,
    packed_texts,
    paper_in,
)
from bot.documents.printing import print_paper
from bot.documents.qr_codes import draw_qr, read_qr_codes
from bot.documents.reading import read_codes
from bot.documents.redrawing import redraw

OPEN_FILES = 64

HAS_NO_MEMORY_LIMIT = frozenset({"darwin"})
"""systems that accept a limit of memory and do not enforce it"""


def main() -> None:
    """Serve until the bot closes the pipe. The last argument is the limit of memory in bytes, 0 for none."""
    replies = _take_stdout()
    greeting = ReplyKind.LIMITED if _limit(int(sys.argv[-1])) else ReplyKind.UNLIMITED
    _send(replies, Replied(greeting, b""))
    _serve(sys.stdin.buffer, replies)


def _take_stdout() -> BinaryIO:
    """Return the pipe to the bot; what a library prints goes nowhere."""
    pipe = os.dup(1)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.close(nowhere)
    return os.fdopen(pipe, "wb")


def _limit(memory: int) -> bool:
    """Limit this program; return whether the system limits its memory."""
    for kind, most in (
        (resource.RLIMIT_CORE, 0),  # a dump of memory would hold personal data
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NPROC, 0),
        (resource.RLIMIT_NOFILE, OPEN_FILES),
    ):
        _lower(kind, most)
    if not memory or sys.platform in HAS_NO_MEMORY_LIMIT:
        return False
    _lower(resource.RLIMIT_AS, memory)
    return True


def _lower(kind: int, most: int) -> None:
    """Set a limit for good, unless a lower one is set already."""
    _soft, hard = resource.getrlimit(kind)
    most = most if hard == resource.RLIM_INFINITY else min(most, hard)
    resource.setrlimit(kind, (most, most))


def _serve(requests: BinaryIO, replies: BinaryIO) -> None:
    while header := requests.read(REQUEST.size):
        task, cpu, wall, length = REQUEST.unpack(header)
        content = requests.read(length)
        _limit_time(cpu, wall)
        replied = _reply(Task(task), content)
        signal.setitimer(signal.ITIMER_REAL, 0)
        _send(replies, replied)


def _limit_time(cpu: int, wall: int) -> None:
    """Let the system end this program after so many seconds: the signals have no handler in Python to wait for."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    total = math.ceil(used.ru_utime + used.ru_stime) + cpu
    _soft, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (total if hard == resource.RLIM_INFINITY else min(total, hard), hard))
    signal.setitimer(signal.ITIMER_REAL, wall)


DOES: Mapping[Task, tuple[ReplyKind, Callable[[bytes], bytes]]] = {
    Task.READ: (ReplyKind.CODE, lambda content: packed_code(read_codes(content))),
    Task.SCAN: (ReplyKind.TEXTS, lambda content: packed_texts(read_qr_codes(content))),
    Task.PRINT: (ReplyKind.PDF, lambda content: print_paper(paper_in(content))),
    Task.DRAW: (ReplyKind.PNG, lambda content: draw_qr(content.decode())),
    Task.REDRAW: (ReplyKind.PAGES, lambda content: packed_pages(redraw(content))),
    Task.CHART: (ReplyKind.PNG, lambda content: draw_chart(chart_in(content))),
}
"""what each task replies"""


def _reply(task: Task, content: bytes) -> Replied:
    kind, do = DOES[task]
    try:
        return Replied(kind, do(content))
    except InvalidInput as refused:
        return Replied(ReplyKind.PROBLEM, packed_problem(refused))
    except MemoryError:
        return Replied(ReplyKind.OUT_OF_MEMORY, b"")
    except Exception as error:  # the bot must get an answer, and the message of an error may have personal data
        return Replied(ReplyKind.FAILED, type(error).__name__.encode())


def _send(replies: BinaryIO, replied: Replied) -> None:
    replies.write(replied.packed())
    replies.flush()


if __name__ == "__main__":
    main()
