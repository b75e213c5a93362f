"""`registratura init`: ask for what the bot needs, write .env, make the database and check everything."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Annotated, NamedTuple

import typer
from pydantic import SecretStr

from bot.command_line import FAILED, exit_on_error, migrate_database
from bot.env_file import EnvFile, write_env_file
from bot.logs import configure_logs
from bot.new_keys import make_keys
from bot.settings import ENV_FILE, Settings, SettingsError, load_settings, require_readable
from bot.setup_questions import QUESTIONS, Question, find_trouble

# The whole bot takes a second to load: it is imported when the command runs.

KEYS = ("SECRET_KEYS", "INDEX_KEYS")
OLD_INDEX_KEY = "INDEX_KEY"
FIND = "?"
"""typed where the number of the chat is not known"""
HEAD = """\
# Settings of Registratura, made by `registratura init`; OPERATING.md lists all of them. Keep this file to yourself,
# and a copy of its keys apart from the database: without them nobody can read what is encrypted.
"""
INTRODUCTION = """\
This writes {file} and makes the database. Ctrl+C ends it, and nothing is written then.
The token comes from @BotFather in Telegram: /newbot makes a bot and shows its token; then /setjoingroups, Disable.
"""
KEPT = """\
{file} is there already. Its keys stay, because without them nobody can read the database; so does every setting that is
not asked for here. Enter keeps what an answer is now."""
MORE_KEYS = """\
--new-keys: what was encrypted with the old keys, in copies of the database too, opens with those alone.
They stay in {file} as comments."""
WRITTEN = """\
Written: {file}, which only you can read. Keep a copy of SECRET_KEYS and INDEX_KEYS apart from the database and its
copies: without them nobody can read what is encrypted."""


class KnownAnswers(NamedTuple):
    """What is set before anything is asked: by .env, and by the environment, which comes first."""

    file: EnvFile | None
    settings: Settings
    wrong: frozenset[str]

    def in_file(self, name: str) -> str:
        return self.file.values.get(name, "") if self.file else ""

    def is_set(self, setting: str) -> bool:
        return setting not in self.wrong and getattr(self.settings, setting) is not None

    def lacks(self, name: str) -> bool:
        """Return whether a key is neither in the file, right or wrong, nor in the environment."""
        names = (name, OLD_INDEX_KEY) if name == "INDEX_KEYS" else (name,)
        return not self.is_set(name.lower()) and not any(map(self.in_file, names))


def init(
    token: Annotated[
        str | None, typer.Option(help="the token of the bot; it stays in your shell's history, so better --token-stdin")
    ] = None,
    token_stdin: Annotated[bool, typer.Option("--token-stdin", help="read the token from standard input")] = False,
    operator_name: Annotated[str | None, typer.Option(help="who runs the bot, as named in the consent")] = None,
    operator_address: Annotated[str | None, typer.Option(help="the postal address of the same")] = None,
    support_phone: Annotated[str | None, typer.Option(help="the telephone number of support")] = None,
    support_email: Annotated[str | None, typer.Option(help="the e-mail address of support")] = None,
    support_hours: Annotated[str | None, typer.Option(help="when support answers, in words")] = None,
    operator_chat: Annotated[str | None, typer.Option(help="the number of the Telegram chat for alarms")] = None,
    update: Annotated[bool, typer.Option("--update", help="change the .env that is there; its keys stay")] = False,
    new_keys: Annotated[bool, typer.Option("--new-keys", help="with --update: new keys in place of the old")] = False,
) -> None:
    """Set the bot up: ask for what it needs, make keys, write .env, make the database, check everything."""
    if token is not None and token_stdin:
        raise typer.BadParameter("--token or --token-stdin, not both")
    given = {
        "bot_token": token,
        "operator_name": operator_name,
        "operator_address": operator_address,
        "support_phone": support_phone,
        "support_email": support_email,
        "support_hours": support_hours,
        "operator_chat": operator_chat,
    }
    with exit_on_error():
        configure_logs("CRITICAL", as_json=False)
        may_ask = sys.stdin.isatty()
        if token_stdin and not may_ask:
            given["bot_token"] = sys.stdin.readline()
        with say_if_interrupted():
            known = read_known()
            agree_to_change(known, may_ask=may_ask, update=update, new_keys=new_keys)
            keys = choose_keys(known, replace=new_keys)
            answers = collect_answers(known, {name: clean(typed) for name, typed in given.items() if typed}, may_ask)
        write(known, keys | answers, replaced=new_keys)
        finish()


@contextmanager
def say_if_interrupted() -> Iterator[None]:
    """Say that nothing was written if Ctrl+C ends the questions."""
    try:
        yield
    except (KeyboardInterrupt, typer.Abort):
        typer.echo("\nNothing was written.", err=True)
        raise


def clean(typed: str) -> str:
    return " ".join(typed.split())


def read_known() -> KnownAnswers:
    """Raises EnvFileUnreadable."""
    from bot.selfcheck import load_what_is_right

    require_readable(ENV_FILE)
    file = EnvFile(ENV_FILE.read_text(encoding="utf-8")) if ENV_FILE.exists() else None
    settings, wrong, _text = load_what_is_right(ENV_FILE)
    return KnownAnswers(file, settings, wrong)


def agree_to_change(known: KnownAnswers, *, may_ask: bool, update: bool, new_keys: bool) -> None:
    """Ask before an existing file is changed, and before its keys are. Raises SettingsError, typer.Exit."""
    if known.file is None:
        return
    if new_keys and not (update or may_ask):
        raise SettingsError("--new-keys needs --update. Nothing was written.")
    if not update:
        if not may_ask:
            raise SettingsError(
                f"{place()} is there already: --update changes it and keeps its keys. Nothing was written."
            )
        typer.echo(KEPT.format(file=place()))
        require_yes("Change it?")
    if new_keys and may_ask:
        typer.echo(MORE_KEYS.format(file=place()))
        require_yes("Make new keys?")


def require_yes(question: str) -> None:
    if not typer.confirm(question, default=False):
        typer.echo("Nothing was written.")
        raise typer.Exit


def place() -> str:
    return str(ENV_FILE.absolute())


def choose_keys(known: KnownAnswers, *, replace: bool) -> dict[str, str]:
    """Return new keys where there are none, or in place of the old. Raises SettingsError beside a database."""
    from storage.database.opening import path_of

    needed = [name for name in KEYS if replace or known.lacks(name)]
    database = path_of(known.settings.database_url.get_secret_value())
    if needed and "database_url" not in known.wrong and database.exists():
        raise SettingsError(
            f"{database} is there already, and new keys cannot open it: put its .env with {' and '.join(needed)} back "
            "into this folder, or move the database away if nobody needs it. Nothing was written."
        )
    made = make_keys()
    return {name: made[name] for name in needed}


def collect_answers(known: KnownAnswers, given: Mapping[str, str], may_ask: bool) -> dict[str, str]:
    """Return the settings that change. Raises SettingsError if nobody can be asked for what is missing or wrong."""
    troubles = {
        question: find_trouble(question, given[question.setting]) for question in QUESTIONS if question.setting in given
    }
    right = {question.name: given[question.setting] for question, trouble in troubles.items() if trouble is None}
    open_questions = [question for question in QUESTIONS if question.name not in right and is_asked(question, known)]
    if may_ask:
        return ask(open_questions, known, troubles, right)
    wrong = [f"{question.option}: {trouble}" for question, trouble in troubles.items() if trouble is not None]
    missing = [
        question.option for question in open_questions if question not in troubles and is_missing(question, known)
    ]
    if missing:
        wrong.append(f"Without a terminal nobody can be asked: add {', '.join(missing)}.")
    if wrong:
        raise SettingsError(" ".join([*wrong, "Nothing was written."]))
    return right


def is_asked(question: Question, known: KnownAnswers) -> bool:
    """Return whether the answer would count: what the environment sets comes before the file."""
    return bool(known.in_file(question.name)) or not known.is_set(question.setting)


def is_missing(question: Question, known: KnownAnswers) -> bool:
    return question.needed and not known.is_set(question.setting)


def ask(
    questions: list[Question], known: KnownAnswers, troubles: Mapping[Question, str | None], right: Mapping[str, str]
) -> dict[str, str]:
    """Return the answers together with those that are right already."""
    if questions:
        typer.echo(INTRODUCTION.format(file=place()))
    answers = dict(right)
    for question in questions:
        if trouble := troubles.get(question):
            typer.echo(trouble)
        while (answer := ask_until_right(question, known)) == FIND:
            find_chat(known, answers)
        if answer:
            answers[question.name] = answer
    return answers


def find_chat(known: KnownAnswers, answers: Mapping[str, str]) -> None:
    from bot.chat_finder import show_chats

    token = answers.get("BOT_TOKEN")
    show_chats(known.settings.model_copy(update={"bot_token": SecretStr(token)}) if token else known.settings)


def ask_until_right(question: Question, known: KnownAnswers) -> str:
    """Return the answer, "" where nothing changes, or FIND."""
    before = known.in_file(question.name) if known.is_set(question.setting) else ""
    words = f"{question.words} [Enter keeps it]" if before and question.hidden else question.words
    while True:
        is_shown = bool(before) and not question.hidden
        typed = clean(typer.prompt(words, default=before, show_default=is_shown, hide_input=question.hidden))
        if typed == before and (before or not question.needed):
            return ""
        if typed == FIND and question.setting == "operator_chat":
            return FIND
        trouble = find_trouble(question, typed) if typed else "An answer is needed here."
        if trouble is None:
            if question.hidden:
                typer.echo(f"Read: the token of bot {typed.partition(':')[0]}.")
            return typed
        typer.echo(trouble)


def write(known: KnownAnswers, values: Mapping[str, str], *, replaced: bool) -> None:
    """Write the file if anything changes. Raises SettingsError if it cannot be, or was changed meanwhile."""
    if not values:
        typer.echo(f"Nothing to write: {'the environment' if known.file is None else place()} has every answer.")
        return
    comments = {name: str(Settings.model_fields[name.lower()].description) for name in values}
    before = known.file.text if known.file else None
    retired = (*KEYS, OLD_INDEX_KEY) if replaced else ()
    text = EnvFile(HEAD if before is None else before).change(in_order(values), comments, retired)
    if before != (ENV_FILE.read_text(encoding="utf-8") if ENV_FILE.exists() else None):
        raise SettingsError(f"{place()} was changed by something else meanwhile. Nothing was written: start again.")
    try:
        write_env_file(ENV_FILE, text)
    except OSError as error:
        raise SettingsError(f"{place()} cannot be written: {error.strerror}. Nothing was written.") from None
    typer.echo(f"\n{WRITTEN.format(file=place())}")


def in_order(values: Mapping[str, str]) -> dict[str, str]:
    """Return the values in the order of the settings."""
    return {name: values[name] for name in map(str.upper, Settings.model_fields) if name in values}


def finish() -> None:
    """Make the database, show what `check` finds and say what comes next. Raises typer.Exit if anything is wrong."""
    from bot.findings import is_sound, show
    from bot.selfcheck import check_all
    from bot.start_errors import sentence_for_operator

    try:
        typer.echo(asyncio.run(migrate_database(load_settings())))
    except Exception as error:
        sentence = sentence_for_operator(error)
        if sentence is None:
            raise
        typer.echo(sentence, err=True)
    findings = asyncio.run(check_all())
    show(findings)
    if not is_sound(findings):
        typer.echo("Next: after that, `registratura check`. To change an answer, run `registratura init` again.")
        raise typer.Exit(FAILED)
    typer.echo("Next: fill the registry («Fill the registry» in OPERATING.md), then `registratura run`.")
