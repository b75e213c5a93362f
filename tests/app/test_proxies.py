"""Telegram through real proxies: each kind, with passwords, several tried in turn, and what `check` says of them."""

from __future__ import annotations

import datetime
import socket
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from ipaddress import ip_address
from pathlib import Path

import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramNetworkError
from aiogram.methods import GetMe
from aiohttp import ClientConnectorError
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from structlog.testing import capture_logs

from bot.emulator import Emulator, serve
from bot.findings import Finding, Outcome
from bot.selfcheck import check_all
from bot.telegram.session import make_bot
from tests.builders import some_settings
from tests.chat.town import town as open_town
from tests.proxy_server import ProxyServer, proxy_server

PASSWORD = "p@ss,word"
WRITTEN = "user:p%40ss%2Cword"


@pytest.fixture
async def telegram() -> AsyncIterator[str]:
    async with serve(Emulator()) as url:
        yield url


@asynccontextmanager
async def bot_through(telegram: str, *proxies: str) -> AsyncIterator[Bot]:
    bot = make_bot(some_settings(bot_api_url=telegram, telegram_proxy=",".join(proxies)))
    try:
        yield bot
    finally:
        await bot.session.close()


def dead_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as nobody:
        return int(nobody.getsockname()[1])


@pytest.mark.parametrize("scheme", ["http", "socks5"])
async def test_request_goes_through_the_proxy(telegram: str, scheme: str) -> None:
    async with proxy_server() as proxy, bot_through(telegram, f"{scheme}://127.0.0.1:{proxy.port}") as bot:
        assert (await bot.get_me()).username == "registratura_bot"
        assert proxy.connections == 1


@pytest.mark.parametrize("scheme", ["http", "socks5"])
async def test_proxy_gets_user_and_password(telegram: str, scheme: str) -> None:
    async with proxy_server(("user", PASSWORD)) as proxy:
        async with bot_through(telegram, f"{scheme}://{WRITTEN}@127.0.0.1:{proxy.port}") as bot:
            await bot.get_me()
        async with bot_through(telegram, f"{scheme}://user:other@127.0.0.1:{proxy.port}") as bot:
            with pytest.raises(TelegramNetworkError):
                await bot.get_me()
        assert proxy.connections == 1


async def test_proxy_over_tls_needs_a_trusted_certificate(
    telegram: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    certificate = make_certificate(tmp_path)
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(certificate)
    async with proxy_server(tls=tls) as proxy:
        address = f"https://127.0.0.1:{proxy.port}"
        async with bot_through(telegram, address) as bot:
            with pytest.raises(TelegramNetworkError):
                await bot.get_me()
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        async with bot_through(telegram, address) as bot:
            await bot.get_me()


async def test_next_proxy_is_tried_when_one_is_dead(telegram: str) -> None:
    async with proxy_server() as proxy:
        dead, alive = f"socks5://{WRITTEN}@127.0.0.1:{dead_port()}", f"http://127.0.0.1:{proxy.port}"
        async with bot_through(telegram, dead, alive) as bot:
            with capture_logs() as lines:
                await bot.get_me()
            (line,) = lines
            assert line["proxy"] == dead.replace(f"{WRITTEN}@", "")
            proxy.cut()
            with capture_logs() as lines:
                await bot.get_me()
            assert lines == [], "the one that has answered last is tried first"


async def test_nothing_was_sent_if_no_proxy_answers(telegram: str) -> None:
    async with bot_through(telegram, f"http://127.0.0.1:{dead_port()}", f"socks5://127.0.0.1:{dead_port()}") as bot:
        with pytest.raises(TelegramNetworkError) as refused:
            await bot.session(bot, GetMe())
    assert isinstance(refused.value.__cause__, ClientConnectorError)


async def test_silent_proxy_is_passed_over(telegram: str) -> None:
    async with proxy_server() as silent, proxy_server() as other:
        silent.is_silent = True
        addresses = [f"http://127.0.0.1:{proxy.port}" for proxy in (silent, other)]
        async with bot_through(telegram, *addresses) as bot:
            with pytest.raises(TelegramNetworkError):
                await bot.get_me(request_timeout=1)
            await bot.get_me()
        assert (silent.connections, other.connections) == (1, 1)


async def test_whole_bot_survives_the_loss_of_its_proxy(template: Path, tmp_path: Path) -> None:
    async with proxy_server() as first, proxy_server() as second:
        addresses = ",".join(f"socks5://127.0.0.1:{proxy.port}" for proxy in (first, second))
        async with open_town(template, tmp_path, over_http=True, telegram_proxy=addresses) as town:
            await town.mother.start()
            await town.mother.wait_for("Здравствуйте")
            assert first.connections
            assert not second.connections
            lose(first)
            await town.mother.start()
            await town.mother.wait_for("Здравствуйте")
            assert second.connections


def lose(proxy: ProxyServer) -> None:
    """From now on the proxy refuses its own password."""
    proxy.login = ("nobody", "knows")
    proxy.cut()


async def found_by_check(monkeypatch: pytest.MonkeyPatch, telegram: str, *proxies: str) -> dict[str, Finding]:
    monkeypatch.setenv("BOT_TOKEN", "4242:EMULATOR")
    monkeypatch.setenv("BOT_API_URL", telegram)
    monkeypatch.setenv("TELEGRAM_PROXY", ",".join(proxies))
    return {finding.part: finding for finding in await check_all()}


async def test_check_names_each_proxy_without_its_password(
    telegram: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    dead = dead_port()
    async with proxy_server(("user", PASSWORD)) as proxy:
        alive = f"socks5://{WRITTEN}@127.0.0.1:{proxy.port}"
        found = await found_by_check(monkeypatch, telegram, f"http://127.0.0.1:{dead}", alive)
        assert found["Telegram"].outcome is Outcome.FINE
        assert found["proxies"] == Finding(
            "proxies",
            Outcome.WRONG,
            f"http://127.0.0.1:{dead} does not let through to Telegram; socks5://127.0.0.1:{proxy.port} lets through",
        )
        found = await found_by_check(monkeypatch, telegram, alive)
        assert found["proxies"].outcome is Outcome.FINE
        found = await found_by_check(monkeypatch, telegram, "ftp://user:secret@host:1")
        assert found["settings"].text.count("TELEGRAM_PROXY is wrong") == 1
        assert "secret" not in str(found)


def make_certificate(folder: Path) -> Path:
    """Write a key and its own certificate for 127.0.0.1 into one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "proxy")])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC))
        .not_valid_after(datetime.datetime(2120, 1, 1, tzinfo=datetime.UTC))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path = folder / "proxy.pem"
    path.write_bytes(private + certificate.public_bytes(serialization.Encoding.PEM))
    return path
