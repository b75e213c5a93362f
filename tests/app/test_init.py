"""`registratura init`: what is asked, what is written, and that what is there is kept."""

from __future__ import annotations

import asyncio
import os
import stat
from collections.abc import AsyncIterator, Iterator
from contextlib import AbstractAsyncContextManager
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.__main__ import cli
from bot.emulator import TOKEN, Emulator, serve
from bot.env_file import EnvFile, can_be_written, quote, write_env_file
from bot.init_command import KEYS
from bot.selfcheck import STAND_INS
from bot.settings import Settings, load_settings
from bot.setup_questions import QUESTIONS, find_trouble
from tests.app.terminal import Terminal, terminal
from tests.app.test_cli import KEY, Ended
from tests.chat.client import ChatClient
from tests.project_files import ROOT

OPTIONS = (
    *("--operator-name", "Детская клиника «Ёлка»"),
    *("--support-phone", "+7 900 000-00-00"),
    *("--support-email", "help@clinic.example"),
    *("--support-hours", "по будням с 9 до 18"),
)
ANSWERS = {
    "Token of the bot": TOKEN,
    "Who runs the bot": "Детская клиника «Ёлка»",
    "Postal address": "",
    "Telephone of support": "+7 900 000-00-00",
    "E-mail of support": "help@clinic.example",
    "When support answers": "по будням с 9 до 18",
    "Number of your Telegram chat": "1001",
}
READY = "Next: fill the registry («Fill the registry» in OPERATING.md), then `registratura run`."


class Newcomer:
    """A person with an empty folder and a token."""

    def __init__(self, folder: Path, telegram: str) -> None:
        self.folder, self.env_file = folder, folder / ".env"
        self.environment = {"BOT_API_URL": telegram, "COLUMNS": "200"}

    async def init(self, *options: str, typed: str = "", command: str = "init") -> Ended:
        """Run it without a terminal, in this process."""
        run = CliRunner().invoke
        result = await asyncio.to_thread(run, cli, [command, *options], env=self.environment, input=typed)
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        return Ended(result.exit_code, result.stdout, result.stderr)

    def at_terminal(self, *options: str, **environment: str) -> AbstractAsyncContextManager[Terminal]:
        given = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), **self.environment, **environment}
        return terminal("init", *options, folder=self.folder, environment=given)

    def settings(self) -> Settings:
        return load_settings(self.env_file)

    def written(self) -> list[str]:
        return sorted(str(path.relative_to(self.folder)) for path in self.folder.rglob("*"))


@pytest.fixture(autouse=True)
def logs_of_the_tests_themselves(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.init_command.configure_logs", lambda level, as_json: None)


@pytest.fixture(autouse=True)
def usual_umask() -> Iterator[None]:
    before = os.umask(0o022)
    yield
    os.umask(before)


@pytest.fixture
def emulator() -> Emulator:
    emulator = Emulator()
    emulator.profile.joins_groups = False
    return emulator


@pytest.fixture
async def newcomer(emulator: Emulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Newcomer]:
    monkeypatch.chdir(tmp_path)
    async with serve(emulator) as url:
        yield Newcomer(tmp_path, url)


def mode_of(file: Path) -> str:
    return f"{stat.S_IMODE(file.stat().st_mode):o}"


async def answer_all(asked: Terminal, **instead: str) -> None:
    for question, line in ANSWERS.items():
        await asked.answer(question, instead.get(question.split()[0], line))


# --- at a terminal ----------------------------------------------------------------------------------------------------


async def test_answers_make_a_set_up_that_is_checked(newcomer: Newcomer) -> None:
    async with newcomer.at_terminal() as asked:
        await answer_all(asked)
        assert await asked.ended() == 0
    assert "The database is at its newest schema" in asked.shown
    assert "✗" not in asked.shown
    assert READY in asked.shown
    assert newcomer.written() == [".env", "data", "data/registratura.sqlite3"]
    assert mode_of(newcomer.env_file) == "600"
    settings = newcomer.settings()
    assert settings.bot_token.get_secret_value() == TOKEN
    assert (settings.operator_name, settings.operator_address) == ("Детская клиника «Ёлка»", None)
    assert (settings.support_hours, settings.operator_chat) == ("по будням с 9 до 18", 1001)
    assert settings.secret_keys[0].key != settings.index_keys[0].key
    checked = await newcomer.init(command="check")
    assert checked.code == 0, checked


async def test_token_and_keys_are_never_shown(newcomer: Newcomer) -> None:
    async with newcomer.at_terminal() as asked:
        await asked.answer("Token of the bot", "no token: 77:SECRET")
        await answer_all(asked)
        await asked.ended()
    assert "Read: the token of bot 4242." in asked.shown
    for secret in (
        "SECRET",
        "EMULATOR",
        *(key.key.get_secret_value().hex() for key in newcomer.settings().secret_keys),
    ):
        assert secret not in asked.shown.replace("SECRET_KEYS", "")
    lines = dict(line.split("=", 1) for line in newcomer.env_file.read_text().splitlines() if "=" in line)
    assert lines["SECRET_KEYS"] not in asked.shown


async def test_wrong_answer_is_explained_and_asked_for_again(newcomer: Newcomer) -> None:
    async with newcomer.at_terminal() as asked:
        await asked.answer("Token of the bot", "4242-EMULATOR")
        assert "A token has a colon" in await asked.answer("Token of the bot", TOKEN)
        await asked.answer("Who runs the bot", "")
        assert "An answer is needed here." in await asked.answer("Who runs the bot", "Оператор")
        await asked.answer("Postal address", "Садовая, 5")
        await asked.answer("Telephone of support", "103")
        await asked.answer("E-mail of support", "help")
        assert "looks like help@clinic.example" in await asked.answer("E-mail of support", "a@b.c")
        await asked.answer("When support answers", "${HOURS}")
        assert "leave out ${" in await asked.answer("When support answers", "всегда")
        await asked.answer("Number of your Telegram chat", "@operator")
        assert "This is a name" in await asked.answer("Number of your Telegram chat", "-1001234567890")
        assert await asked.ended() == 0
    settings = newcomer.settings()
    assert (settings.operator_name, settings.operator_address) == ("Оператор", "Садовая, 5")
    assert (settings.support_email, settings.operator_chat) == ("a@b.c", -1001234567890)


async def test_number_of_the_chat_is_found_and_its_message_stays_unread(newcomer: Newcomer, emulator: Emulator) -> None:
    async with newcomer.at_terminal(*OPTIONS) as asked, ChatClient(newcomer.environment["BOT_API_URL"]) as chat:
        await asked.answer("Token of the bot", TOKEN)
        await asked.answer("Postal address", "")
        await asked.answer("Number of your Telegram chat", "?")
        await asked.answer("Press Start in the chat with the bot", "")
        assert "No message is waiting" in await asked.answer("Number of your Telegram chat", "?")
        await chat.person(2002, first_name="Операт\x1bор").start()
        await asked.answer("Press Start in the chat with the bot", "")
        assert "  2002  Оператор\n" in await asked.answer("Number of your Telegram chat", "2002")
        assert await asked.ended() == 0
    assert len(emulator.updates.pending) == 1
    assert newcomer.settings().operator_chat == 2002


async def test_search_for_the_chat_explains_a_wrong_token(newcomer: Newcomer) -> None:
    async with newcomer.at_terminal(*OPTIONS, "--operator-address", "-") as asked:
        await asked.answer("Token of the bot", "1:unknown")
        await asked.answer("Number of your Telegram chat", "?")
        await asked.answer("Press Start in the chat with the bot", "")
        assert "BOT_TOKEN is unknown to Telegram" in await asked.answer("Number of your Telegram chat", "")
        assert await asked.ended() == 1


async def test_options_are_not_asked_for(newcomer: Newcomer) -> None:
    async with newcomer.at_terminal(*OPTIONS, "--operator-chat", "one", "--operator-address", "Садовая, 5") as asked:
        await asked.answer("Token of the bot", TOKEN)
        assert "digits only" in await asked.answer("Number of your Telegram chat", "1001")
        assert await asked.ended() == 0
    assert "Telephone" not in asked.shown
    assert newcomer.settings().operator_address == "Садовая, 5"


async def test_what_the_environment_sets_is_neither_asked_for_nor_written(newcomer: Newcomer) -> None:
    given = {"SECRET_KEYS": f"1:{KEY}", "INDEX_KEYS": f"1:{KEY}", "BOT_TOKEN": TOKEN, "OPERATOR_CHAT": "1001"}
    async with newcomer.at_terminal(*OPTIONS, **given) as asked:
        await asked.answer("Postal address", "")
        assert await asked.ended() == 0
    assert "Token" not in asked.shown.replace("The token comes", "")
    assert not any(name in newcomer.env_file.read_text() for name in ("KEYS=", "BOT_TOKEN=", "OPERATOR_CHAT="))


async def test_ctrl_c_leaves_nothing(newcomer: Newcomer) -> None:
    async with newcomer.at_terminal() as asked:
        await asked.answer("Token of the bot", TOKEN)
        await asked.until("Who runs the bot")
        assert await asked.interrupt() == 130
    assert "Nothing was written." in asked.shown
    assert newcomer.written() == []
    assert "Traceback" not in asked.shown


async def test_existing_file_is_changed_only_after_a_yes(newcomer: Newcomer) -> None:
    newcomer.env_file.write_text("OPERATOR_NAME=Прежний\n")
    for line in ("n", ""):
        async with newcomer.at_terminal() as asked:
            await asked.until("Its keys stay")
            await asked.answer("Change it?", line)
            assert await asked.ended() == 0
        assert "Nothing was written." in asked.shown
    assert newcomer.env_file.read_text() == "OPERATOR_NAME=Прежний\n"


async def test_enter_keeps_what_an_answer_was(newcomer: Newcomer) -> None:
    await newcomer.init("--token-stdin", *OPTIONS, typed=TOKEN)
    before = newcomer.env_file.read_text()
    async with newcomer.at_terminal() as asked:
        await asked.answer("Change it?", "y")
        for question in ANSWERS:
            await asked.answer(question, "+7 900 111-11-11" if question == "Telephone of support" else "")
        assert await asked.ended() == 0
    assert "[help@clinic.example]" in asked.shown
    assert TOKEN not in asked.shown
    assert newcomer.env_file.read_text() == before.replace("+7 900 000-00-00", "+7 900 111-11-11")


# --- without a terminal -----------------------------------------------------------------------------------------------


async def test_options_and_a_token_from_standard_input_are_enough(newcomer: Newcomer) -> None:
    told = await newcomer.init("--token-stdin", *OPTIONS, typed=f"{TOKEN}\n")
    assert told.code == 0, told
    assert READY in told.out
    assert TOKEN not in told.out + told.err
    assert mode_of(newcomer.env_file) == "600"
    assert newcomer.settings().support_phone == "+7 900 000-00-00"


async def test_missing_options_are_named_and_nothing_is_written(newcomer: Newcomer) -> None:
    told = await newcomer.init("--support-phone", "103")
    assert (told.code, told.out) == (2, "")
    assert told.err == (
        "Without a terminal nobody can be asked: add --token-stdin, --operator-name, --support-email, --support-hours. "
        "Nothing was written.\n"
    )
    assert newcomer.written() == []


async def test_wrong_options_are_explained_without_their_values(newcomer: Newcomer) -> None:
    told = await newcomer.init("--token", "hunter2", *OPTIONS, "--operator-chat", "+7 900 000-00-00")
    assert (told.code, told.out) == (2, "")
    assert told.err.startswith("--token-stdin: A token has a colon")
    assert "--operator-chat: This looks like a telephone number" in told.err
    assert "hunter2" not in told.err
    assert newcomer.written() == []
    assert (await newcomer.init("--token", TOKEN, "--token-stdin", *OPTIONS)).code == 2


async def test_existing_file_needs_update_and_its_keys_and_lines_stay(newcomer: Newcomer) -> None:
    old = f"# ours\nWEB_PORT=0\nSECRET_KEYS=7:{KEY}\nINDEX_KEY={KEY}\n\nSUPPORT_PHONE='+7 1'  # the old one\n"
    newcomer.env_file.write_text(old)
    newcomer.env_file.chmod(0o644)
    told = await newcomer.init("--token-stdin", *OPTIONS, typed=TOKEN)
    assert (told.code, told.out) == (2, "")
    assert "--update changes it and keeps its keys. Nothing was written." in told.err
    assert newcomer.env_file.read_text() == old
    told = await newcomer.init("--update", "--token-stdin", *OPTIONS, typed=TOKEN)
    assert told.code == 0, told
    changed = newcomer.env_file.read_text()
    assert changed.startswith(
        f"# ours\nWEB_PORT=0\nSECRET_KEYS=7:{KEY}\nINDEX_KEY={KEY}\n\nSUPPORT_PHONE='+7 900 000-00-00'\n"
    )
    assert changed.count("KEY") == old.count("KEY")
    assert mode_of(newcomer.env_file) == "600"


async def test_update_changes_only_what_is_named(newcomer: Newcomer) -> None:
    await newcomer.init("--token-stdin", *OPTIONS, typed=TOKEN)
    before = newcomer.env_file.read_text()
    told = await newcomer.init("--update", "--support-email", "other@clinic.example")
    assert told.code == 0, told
    assert newcomer.env_file.read_text() == before.replace("help@", "other@")


async def test_empty_keys_of_the_example_file_are_filled(newcomer: Newcomer) -> None:
    newcomer.env_file.write_text((ROOT / ".env.example").read_text(encoding="utf-8"))
    told = await newcomer.init("--update", "--token-stdin", *OPTIONS, typed=TOKEN)
    assert told.code == 0, told
    lines = newcomer.env_file.read_text().splitlines()
    assert sum(line.startswith(("SECRET_KEYS=", "INDEX_KEYS=", "BOT_TOKEN=")) for line in lines) == 3


# --- keys -------------------------------------------------------------------------------------------------------------


async def test_new_keys_leave_the_old_ones_as_comments(newcomer: Newcomer) -> None:
    newcomer.env_file.write_text(f"SECRET_KEYS=7:{KEY}\nINDEX_KEY={KEY}\n")
    assert (await newcomer.init("--new-keys", "--token-stdin", *OPTIONS, typed=TOKEN)).code == 2
    told = await newcomer.init("--update", "--new-keys", "--token-stdin", *OPTIONS, typed=TOKEN)
    assert told.code == 0, told
    text = newcomer.env_file.read_text()
    assert f"# SECRET_KEYS=7:{KEY}\n" in text
    assert f"# INDEX_KEY={KEY}\n" in text
    settings = newcomer.settings()
    assert [key.id for key in (*settings.secret_keys, *settings.index_keys)] == ["1", "1"]
    assert KEY not in told.out + told.err


async def test_new_keys_are_asked_about_at_a_terminal(newcomer: Newcomer) -> None:
    newcomer.env_file.write_text(f"SECRET_KEYS=7:{KEY}\n")
    async with newcomer.at_terminal("--update", "--new-keys") as asked:
        assert "opens with those alone" in await asked.answer("Make new keys?", "n")
        assert await asked.ended() == 0
    assert newcomer.env_file.read_text() == f"SECRET_KEYS=7:{KEY}\n"


@pytest.mark.parametrize("lost", [True, False])
async def test_keys_are_never_made_beside_a_database(newcomer: Newcomer, lost: bool) -> None:
    """Neither when .env is lost nor on request: nobody could read the database with them."""
    await newcomer.init("--token-stdin", *OPTIONS, typed=TOKEN)
    kept = newcomer.env_file.read_text()
    if lost:
        newcomer.env_file.unlink()
    command = () if lost else ("--update", "--new-keys")
    told = await newcomer.init(*command, "--token-stdin", *OPTIONS, typed=TOKEN)
    assert (told.code, told.out) == (2, "")
    assert "data/registratura.sqlite3 is there already, and new keys cannot open it" in told.err
    assert newcomer.env_file.exists() is not lost
    assert lost or newcomer.env_file.read_text() == kept


# --- what goes wrong afterwards ---------------------------------------------------------------------------------------


async def test_what_check_finds_does_not_undo_the_answers(newcomer: Newcomer, emulator: Emulator) -> None:
    emulator.profile.joins_groups = True
    told = await newcomer.init("--token-stdin", *OPTIONS, typed=TOKEN)
    assert told.code == 1
    assert "/setjoingroups" in told.out
    *_table, meaning, following = told.out.splitlines()
    assert meaning == "✗ must be put right."
    assert following.startswith("Next: after that, `registratura check`.")
    emulator.profile.joins_groups = False
    assert (await newcomer.init(command="check")).code == 0


async def test_database_that_cannot_be_made_is_explained(newcomer: Newcomer) -> None:
    newcomer.environment["DATABASE_URL"] = f"sqlite:///{newcomer.folder}/file/bot.sqlite3"
    (newcomer.folder / "file").write_text("in the way of a folder")
    told = await newcomer.init("--token-stdin", *OPTIONS, typed=TOKEN)
    assert told.code == 1
    assert "DATABASE_URL names a place that cannot be written to" in told.err
    assert newcomer.env_file.exists()


async def test_file_that_cannot_be_read_is_left_alone(newcomer: Newcomer) -> None:
    newcomer.env_file.write_bytes("OPERATOR_NAME=Больница".encode("cp1251"))
    told = await newcomer.init("--update", "--token-stdin", *OPTIONS, typed=TOKEN)
    assert (told.code, told.err) == (2, ".env cannot be read: save it as UTF-8\n")
    assert newcomer.written() == [".env"]


# --- the questions ----------------------------------------------------------------------------------------------------


def test_every_setting_without_a_default_is_asked_for_or_made() -> None:
    required = {name.upper() for name, field in Settings.model_fields.items() if field.is_required()}
    assert required == {*KEYS, *(question.name for question in QUESTIONS if question.needed)}
    assert required == {name.upper() for name in STAND_INS}


# --- the file ---------------------------------------------------------------------------------------------------------


def test_file_is_private_whatever_the_umask_is(tmp_path: Path) -> None:
    os.umask(0)
    write_env_file(tmp_path / ".env", "A=1\n")
    assert mode_of(tmp_path / ".env") == "600"
    assert [path.name for path in tmp_path.iterdir()] == [".env"]


def test_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "real.env").write_text("A=1\n")
    (tmp_path / ".env").symlink_to("real.env")
    write_env_file(tmp_path / ".env", "A=2\n")
    assert (tmp_path / ".env").is_symlink()
    assert (tmp_path / "real.env").read_text() == "A=2\n"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")
def test_root_leaves_the_file_to_its_owner(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("A=1\n")
    os.chown(tmp_path / ".env", 1234, 1234)
    write_env_file(tmp_path / ".env", "A=2\n")
    found = (tmp_path / ".env").stat()
    assert (found.st_uid, found.st_gid, mode_of(tmp_path / ".env")) == (1234, 1234, "600")


def test_file_that_cannot_be_replaced_leaves_nothing_behind(tmp_path: Path) -> None:
    (tmp_path / ".env").mkdir()
    with pytest.raises(OSError, match="directory"):
        write_env_file(tmp_path / ".env", "A=2\n")
    assert [path.name for path in tmp_path.iterdir()] == [".env"]


@pytest.mark.parametrize(
    "value", ["plain", "a b", "it's", "\\", "'", "a#b", " #", "x=y", "$HOME", '"', "«9–18», без выходных", "1:a+/="]
)
def test_every_value_is_read_back_as_it_was(value: str) -> None:
    assert can_be_written(value)
    assert EnvFile(f"A={quote(value)}\n").values == {"A": value}
    assert EnvFile(EnvFile("a=1\nB=2").change({"A": value}, {"A": "a"})).values == {"A": value, "B": "2"}


@pytest.mark.parametrize("value", ["${HOME}", "two\nlines", "\x1b[2J", "\u202e"])
def test_value_that_the_file_cannot_hold_is_refused(value: str) -> None:
    assert not can_be_written(value)


def test_every_other_line_stays(tmp_path: Path) -> None:
    old = "# a\n\nexport A='1' # one\nB=\"two\nlines\"\nA=2\nnot a setting\n\nC=3"
    new = EnvFile(old).change({"A": "9", "D": "x y"}, {"A": "first", "D": "fourth"})
    assert new == "# a\n\nA=9\nB=\"two\nlines\"\nnot a setting\n\nC=3\n\n# fourth\nD='x y'\n"


@pytest.mark.parametrize(
    ("setting", "typed", "said"),
    [
        ("bot_token", "4242:EMULATOR", None),
        ("bot_token", "Use this token: 4242:A", "no space"),
        ("bot_token", "4242", "has a colon"),
        ("bot_token", "bot:4242", "begins with the digits"),
        ("operator_chat", "1001", None),
        ("operator_chat", "-1001234567890", None),
        ("operator_chat", "@operator", "This is a name"),
        ("operator_chat", "https://t.me/operator", "This is a name"),
        ("operator_chat", "+79000000000", "telephone"),
        ("operator_chat", "8 900 000-00-00", "telephone"),
        ("operator_chat", "0", "digits only"),
        ("operator_chat", "1_000", "digits only"),
        ("support_email", "help@clinic", None),
        ("support_email", "help", "looks like"),
        ("support_hours", "всегда", None),
        ("support_phone", "122", None),
        ("support_phone", "нет", "digits"),
    ],
)
def test_trouble_of_an_answer_is_specific(setting: str, typed: str, said: str | None) -> None:
    (question,) = [question for question in QUESTIONS if question.setting == setting]
    trouble = find_trouble(question, typed)
    assert trouble is None if said is None else trouble is not None and said in trouble
