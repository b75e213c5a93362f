"""Rewrite the file of settings: some settings change, every other line stays as it is."""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Collection, Iterator, Mapping
from io import StringIO
from pathlib import Path

from dotenv import dotenv_values
from dotenv.parser import Binding, parse_stream

OWNER_ONLY = 0o600
PLAIN = re.compile(r"[\w@%+=:,./-]+", re.ASCII)
"""A value that no reader of the file takes for anything else, without quotes."""
RETIRED = "# Replaced by new keys. Copies that were made before open with these alone:"


class EnvFile:
    """The text of a file of settings. Names are read in any case, as the settings read them."""

    def __init__(self, text: str) -> None:
        self.text = text
        known = dotenv_values(stream=StringIO(text))
        self.values = {name.upper(): value for name, value in known.items() if value}

    def change(self, values: Mapping[str, str], comments: Mapping[str, str], retired: Collection[str] = ()) -> str:
        """Return the text with new values where the old ones stood; what is new follows at the end with its comment.

        The lines of ``retired`` settings stay as comments.
        """
        parts: list[str] = []
        written: set[str] = set()
        for binding in parse_stream(StringIO(self.text)):
            name = (binding.key or "").upper()
            if name in retired:
                parts += _retire(binding)
            elif name not in values:
                parts.append(binding.original.string)
            elif name not in written:
                parts.append(f"{_leading(binding)}{name}={quote(values[name])}\n")
            written.add(name)
        text = "".join(parts)
        text += "\n" if text and not text.endswith("\n") else ""
        new = (name for name in values if name not in written or name in retired)
        return text + "".join(f"\n# {comments[name]}\n{name}={quote(values[name])}\n" for name in new)


def _leading(binding: Binding) -> str:
    """Return the empty lines above a setting, which the parser counts as its own."""
    return "\n" * (len(binding.original.string) - len(binding.original.string.lstrip("\n")))


def _retire(binding: Binding) -> Iterator[str]:
    if binding.value:
        yield f"{_leading(binding)}{RETIRED}\n"
        yield from (f"# {line}\n" for line in binding.original.string.strip().splitlines())


def quote(value: str) -> str:
    """Return a value as it is written into the file."""
    if PLAIN.fullmatch(value):
        return value
    escaped = value.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"


def can_be_written(value: str) -> bool:
    """Return whether the file can hold a value: no line breaks, and nothing that is replaced when it is read."""
    return value.isprintable() and dotenv_values(stream=StringIO(f"X={quote(value)}")) == {"X": value}


def write_env_file(file: Path, text: str) -> None:
    """Write the whole file at once, readable for its owner alone. Raises OSError, and then nothing has changed."""
    target = file.resolve()  # where .env is a link, the link stays
    new = target.with_name(f"{target.name}.{secrets.token_hex(4)}.new")
    try:
        with open(new, "x", encoding="utf-8", opener=_open_private) as opened:
            _keep_owner(opened.fileno(), target)
            opened.write(text)
            opened.flush()
            os.fsync(opened.fileno())
        new.replace(target)
    finally:
        new.unlink(missing_ok=True)


def _open_private(path: str, flags: int) -> int:
    return os.open(path, flags, OWNER_ONLY)


def _keep_owner(descriptor: int, target: Path) -> None:
    """Give the new file to the owner of the old one, so that root does not take it from the user of the bot."""
    if os.name == "posix" and os.geteuid() == 0 and target.exists():
        known = target.stat()
        os.fchown(descriptor, known.st_uid, known.st_gid)
