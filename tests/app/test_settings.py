"""The settings: where they come from, and what is said of missing and wrong ones."""

from __future__ import annotations

import base64
import logging
from pathlib import Path

import pytest

from bot.app import operators_of
from bot.core.i18n import LANGUAGES
from bot.settings import Settings, SettingsError, load_settings

FIRST, SECOND = (base64.b64encode(letter * 32).decode() for letter in (b"a", b"b"))
COMPLETE = {
    "BOT_TOKEN": "4242:very-secret-token",
    "SECRET_KEYS": f"new:{FIRST},old:{SECOND}",
    "INDEX_KEYS": f"new:{FIRST},old:{SECOND}",
    "OPERATOR_NAME": "МБУЗ «Поликлиника»",
    "SUPPORT_PHONE": "+7 900 000-00-00",
    "SUPPORT_EMAIL": "help@example.org",
    "SUPPORT_HOURS": "по будням с 9 до 18",
}


@pytest.fixture(autouse=True)
def complete(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.delenv("INDEX_KEY", raising=False)
    for name, value in COMPLETE.items():
        monkeypatch.setenv(name, value)


def test_required_settings_are_enough() -> None:
    settings = load_settings()
    assert settings.database_url.get_secret_value() == "sqlite:///data/registratura.sqlite3"
    assert (settings.default_language, settings.patients_limit, settings.reminder_hour) == ("ru", 10, 18)
    assert (settings.web_host, settings.web_port, settings.bot_api_url, settings.clock_url) == (
        "127.0.0.1",
        8081,
        None,
        None,
    )


def test_operators_texts_are_shown_in_english_where_they_are_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPERATOR_NAME_EN", "City Clinic")
    operators = operators_of(load_settings())
    assert (operators["ru"].name, operators["en"].name) == ("МБУЗ «Поликлиника»", "City Clinic")
    assert operators["en"].hours == "по будням с 9 до 18", "without an English text the Russian one is shown"
    assert operators.keys() == set(LANGUAGES)


def test_first_key_is_the_active_one() -> None:
    keys = load_settings().secret_keys
    assert [key.id for key in keys] == ["new", "old"]
    assert keys[0].key.get_secret_value() == b"a" * 32


def test_index_key_of_older_setups_is_still_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("INDEX_KEYS")
    monkeypatch.setenv("INDEX_KEY", SECOND)
    assert [(key.id, key.key.get_secret_value()) for key in load_settings().index_keys] == [("1", b"b" * 32)]
    monkeypatch.setenv("INDEX_KEYS", f"2:{FIRST}")
    assert [key.id for key in load_settings().index_keys] == ["2"], "the newer name wins"


def test_wrong_index_key_of_an_older_setup_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("INDEX_KEYS")
    monkeypatch.setenv("INDEX_KEY", "hunter2")
    with pytest.raises(SettingsError, match=r"^INDEX_KEYS is wrong: .*INDEX_KEY, one such key") as wrong:
        load_settings()
    assert "hunter2" not in str(wrong.value)


def test_env_file_is_read_and_unknown_names_are_ignored(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPERATOR_NAME")
    Path(".env").write_text("OPERATOR_NAME=Оператор\nWEB_PORT=0\nSOMETHING_ELSE=1\n", encoding="utf-8")
    settings = load_settings()
    assert (settings.operator_name, settings.web_port) == ("Оператор", 0)


@pytest.mark.parametrize("encoding", ["cp1251", "utf-16", "utf-16-le", "utf-16-be"])
def test_env_file_that_is_not_utf8_is_named_and_not_quoted(encoding: str) -> None:
    Path(".env").write_bytes("OPERATOR_NAME=Оператор\nBOT_TOKEN=4242:very-secret-token\n".encode(encoding))
    with pytest.raises(SettingsError) as refused:
        load_settings()
    assert str(refused.value) == ".env cannot be read: save it as UTF-8"
    assert refused.value.__cause__ is None
    assert refused.value.__suppress_context__


def test_env_file_saved_with_a_byte_order_mark_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPERATOR_NAME")
    Path(".env").write_text("OPERATOR_NAME=Оператор\n", encoding="utf-8-sig")
    assert load_settings().operator_name == "Оператор"


def test_env_file_that_cannot_be_opened_is_named() -> None:
    Path(".env").mkdir()
    with pytest.raises(SettingsError, match=r"^\.env cannot be read: "):
        load_settings()


@pytest.mark.parametrize("address", ["http://api.example.org", "http://8.8.8.8:8081", "http://[2001:4860::8888]/"])
def test_plain_http_to_a_server_elsewhere_is_refused(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BOT_API_URL", address)
    with pytest.raises(SettingsError, match=r"^BOT_API_URL is wrong: .*https"):
        load_settings()


@pytest.mark.parametrize(
    "address",
    [
        "https://api.example.org",
        "http://localhost:8082",
        "http://127.0.0.1:8082",
        "http://[::1]:8082",
        "http://10.0.0.7:8081",
        "http://telegram-bot-api:8081",
    ],
)
def test_bot_api_server_of_the_same_network_may_use_http(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BOT_API_URL", address)
    assert load_settings().bot_api_url == address


def test_given_settings_override_environment_and_file() -> None:
    Path(".env").write_text("SUPPORT_PHONE=1\nSUPPORT_HOURS=2\n", encoding="utf-8")
    settings = load_settings(support_hours="3")
    assert (settings.support_phone, settings.support_hours) == (COMPLETE["SUPPORT_PHONE"], "3")


@pytest.mark.parametrize("name", COMPLETE)
def test_missing_setting_is_named(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(name)
    with pytest.raises(SettingsError, match=f"^{name} is missing: "):
        load_settings()


def test_empty_setting_is_a_missing_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BOT_TOKEN", "")
    with pytest.raises(SettingsError, match=r"^BOT_TOKEN is missing: the token that @BotFather gave"):
        load_settings()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("BOT_TOKEN", "no-digits"),
        ("BOT_API_URL", "localhost"),
        ("DATABASE_URL", "mysql://somewhere"),
        ("SECRET_KEYS", FIRST),
        ("SECRET_KEYS", "new:c2hvcnQ="),
        ("SECRET_KEYS", f"new:{FIRST},new:{SECOND}"),
        ("INDEX_KEYS", "не base64"),
        ("INDEX_KEYS", f"new:{FIRST},old:c2hvcnQ="),
        ("DEFAULT_LANGUAGE", "de"),
        ("SUPPORT_EMAIL", "nobody"),
        ("PATIENTS_LIMIT", "0"),
        ("REMINDER_HOUR", "24"),
        ("WEB_PORT", "http"),
        ("CLOCK_URL", "now"),
        ("LOG_LEVEL", "LOUD"),
        ("LOG_JSON", "perhaps"),
    ],
)
def test_wrong_setting_is_named_and_not_quoted(name: str, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError, match=f"^{name} is wrong: ") as wrong:
        load_settings()
    assert value not in str(wrong.value).removeprefix(f"{name} is wrong: ").split()
    assert wrong.value.__cause__ is None


def test_all_wrong_settings_are_named_together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPERATOR_NAME")
    monkeypatch.setenv("WEB_PORT", "70000")
    with pytest.raises(SettingsError, match=r"OPERATOR_NAME is missing: .*; WEB_PORT is wrong: "):
        load_settings()


def test_secrets_are_never_printed(caplog: pytest.LogCaptureFixture) -> None:
    settings = load_settings(database_url="sqlite:///data/password.sqlite3")
    with caplog.at_level(logging.INFO):
        logging.getLogger("test").info("%s %r", settings, settings)
    for secret in ("very-secret-token", FIRST, SECOND, "password", "aaaa"):
        assert secret not in caplog.text
