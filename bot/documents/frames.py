"""Frames between the bot and a limited program: a header with the kind and the length, then the content."""

from __future__ import annotations

import json
import re
import struct
from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import Enum
from typing import Any, NamedTuple

from bot.core.errors import InvalidInput
from bot.core.people import PersonName
from bot.delivery.paper import Chart, Paper, Section
from bot.delivery.spacing import keep_together
from bot.patients.problems import FileProblem
from bot.patients.records import PolicyCode

REQUEST = struct.Struct(">cBBI")
"""what to do, seconds of processor time, seconds of real time, length of the content"""
REPLY = struct.Struct(">cI")
"""what it is, length of the content"""

LONGEST_NAME = 100
MOST_TEXTS, LONGEST_TEXT = 4, 300
"""of the QR codes in a picture"""
MOST_PAPER_PAGES = 3
"""of a paper that goes with an application"""
PAGE_LENGTH = struct.Struct(">I")
JPEG_BEGINS, JPEG_ENDS = b"\xff\xd8\xff", b"\xff\xd9"
NUMBER = re.compile(r"[0-9]{16}")
_FILE_PROBLEMS = frozenset(FileProblem)


class Task(Enum):
    """What a limited program can do."""

    READ = b"r"
    PRINT = b"p"
    SCAN = b"s"
    DRAW = b"q"
    CHART = b"c"
    REDRAW = b"w"


class ReplyKind(Enum):
    """What a limited program replies; the first two are its greeting."""

    LIMITED = b"l"
    """the system limits its memory"""
    UNLIMITED = b"u"
    """the system does not, so the bot must watch its size"""
    CODE = b"c"
    PROBLEM = b"x"
    PDF = b"d"
    TEXTS = b"t"
    PNG = b"i"
    PAGES = b"g"
    OUT_OF_MEMORY = b"m"
    FAILED = b"f"
    """an error that is no problem of the file; the content is the name of its class"""


class ForeignReply(Exception):
    """A program has replied what no program of ours would: a hostile file may have taken it over."""


class Request(NamedTuple):
    task: Task
    content: bytes
    cpu: int
    """seconds of processor time after which the program is ended"""
    wall: int
    """seconds of real time after which the program is ended"""
    longest_reply: int
    """bytes"""

    def packed(self) -> bytes:
        return REQUEST.pack(self.task.value, self.cpu, self.wall, len(self.content)) + self.content


class Replied(NamedTuple):
    kind: ReplyKind
    content: bytes

    def packed(self) -> bytes:
        return REPLY.pack(self.kind.value, len(self.content)) + self.content


# --- contents ---------------------------------------------------------------------------------------------------------


def packed_code(code: PolicyCode) -> bytes:
    return _json(
        {"number": code.number, "name": code.name and [code.name.family, code.name.given, code.name.patronymic]}
    )


def code_in(content: bytes) -> PolicyCode:
    """Raises ForeignReply for a content that is no code."""
    match _parsed(content):
        case {"number": str(number), "name": None} if NUMBER.fullmatch(number):
            return PolicyCode(number)
        case {"number": str(number), "name": [str(family), str(given), str(patronymic)]} if NUMBER.fullmatch(number):
            if max(map(len, (family, given, patronymic))) <= LONGEST_NAME:
                return PolicyCode(number, PersonName(family, given, patronymic))
    raise ForeignReply


def packed_texts(texts: Sequence[str]) -> bytes:
    return _json(list(texts))


def texts_in(content: bytes) -> Sequence[str]:
    """Raises ForeignReply for a content that is no short list of short texts."""
    match _parsed(content):
        case [*texts] if len(texts) <= MOST_TEXTS and all(
            isinstance(each, str) and len(each) <= LONGEST_TEXT for each in texts
        ):
            return tuple(map(str, texts))
    raise ForeignReply


def packed_pages(pages: Sequence[bytes]) -> bytes:
    return b"".join(PAGE_LENGTH.pack(len(page)) + page for page in pages)


def pages_in(content: bytes) -> Sequence[bytes]:
    """Raises ForeignReply for a content that is not a few JPEG pictures."""
    pages: list[bytes] = []
    while content:
        length = int.from_bytes(content[: PAGE_LENGTH.size])
        page, content = content[PAGE_LENGTH.size :][:length], content[PAGE_LENGTH.size + length :]
        if len(page) != length or not (page.startswith(JPEG_BEGINS) and page.endswith(JPEG_ENDS)):
            raise ForeignReply
        pages.append(page)
    if not 1 <= len(pages) <= MOST_PAPER_PAGES:
        raise ForeignReply
    return tuple(pages)


def packed_problem(refused: InvalidInput) -> bytes:
    return _json({"problem": refused.problem, "facts": dict(refused.facts)})


def problem_in(content: bytes) -> InvalidInput:
    """Raises ForeignReply for a content that is no problem of a file."""
    match _parsed(content):
        case {"problem": str(problem), "facts": {"limit": int(limit)}} if problem in _FILE_PROBLEMS:
            return InvalidInput(FileProblem(problem), limit=limit)
        case {"problem": str(problem), "facts": {**facts}} if problem in _FILE_PROBLEMS and not facts:
            return InvalidInput(FileProblem(problem))
    raise ForeignReply


def _parsed(content: bytes) -> object:
    try:
        return json.loads(content)
    except (ValueError, RecursionError):
        raise ForeignReply from None


def packed_paper(paper: Paper) -> bytes:
    sections = [[keep_together(section.heading), _kept_lines(section)] for section in paper.sections]
    made_at = paper.made_at.isoformat()
    return _json(
        {
            "title": keep_together(paper.title),
            "sections": sections,
            "made_at": made_at,
            "mark": keep_together(paper.mark),
            "footer": keep_together(paper.footer),
            "narrow": paper.narrow,
            "code": paper.code,
            "codes": [(keep_together(words), text) for words, text in paper.codes],
        }
    )


def _kept_lines(section: Section) -> list[tuple[str, str]]:
    return [(keep_together(label), keep_together(value)) for label, value in section.lines]


def paper_in(content: bytes) -> Paper:
    facts: Mapping[str, Any] = json.loads(content)
    sections = tuple(
        Section(heading, tuple((label, value) for label, value in lines)) for heading, lines in facts["sections"]
    )
    made_at = datetime.fromisoformat(facts["made_at"])
    codes = tuple((words, text) for words, text in facts["codes"])
    marks = facts["mark"], facts["footer"], facts["narrow"], facts["code"]
    return Paper(facts["title"], sections, made_at, *marks, codes)


def packed_chart(chart: Chart) -> bytes:
    return _json(chart)


def chart_in(content: bytes) -> Chart:
    title, columns, rows = json.loads(content)
    return Chart(
        title,
        tuple(columns),
        tuple((label, tuple(None if cell is None else (cell[0], cell[1]) for cell in cells)) for label, cells in rows),
    )


def _json(facts: object) -> bytes:
    return json.dumps(facts, ensure_ascii=False).encode("utf-8", "surrogatepass")
