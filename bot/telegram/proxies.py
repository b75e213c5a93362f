"""Reach Telegram through proxies: a new connection tries them in turn, the one that has answered last first."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Sequence
from typing import Any

import structlog
from aiogram.exceptions import TelegramNetworkError
from aiohttp import ClientConnectorError
from aiohttp.client_proto import ResponseHandler
from aiohttp_socks import ProxyConnector
from python_socks import ProxyError, ProxyType

from bot.settings import Proxy
from bot.telegram.gateway_errors import TelegramSession

CONNECT_WITHIN = 3.0
"""seconds for one proxy to connect, so that a request has time for three of them"""

TYPES = {"http": ProxyType.HTTP, "https": ProxyType.HTTP, "socks5": ProxyType.SOCKS5}

log = structlog.get_logger(__name__)


class NoProxyAnswers(OSError):
    pass


class Proxies:
    """The proxies in the order in which they are tried."""

    def __init__(self, proxies: Sequence[Proxy]) -> None:
        self._order = list(proxies)

    def in_order(self) -> Sequence[Proxy]:
        return tuple(self._order)

    def pass_over(self, proxy: Proxy, reason: BaseException) -> None:
        """Try this proxy last from now on."""
        log.warning("a proxy does not answer", proxy=proxy.shown, error=type(reason).__name__)
        self._order.remove(proxy)
        self._order.append(proxy)


class ProxiesConnector(ProxyConnector):
    """Connect through the first proxy that answers. Names are resolved by the proxy: the own DNS may hide Telegram."""

    def __init__(self, proxies: Proxies, trusted: ssl.SSLContext, **kwargs: Any) -> None:
        super().__init__("", 0, rdns=True, **kwargs)
        self._proxies, self._trusted = proxies, trusted

    async def _wrap_create_connection(self, *args: Any, **kwargs: Any) -> tuple[asyncio.Transport, ResponseHandler]:
        try:
            return await super()._wrap_create_connection(*args, **kwargs)
        except NoProxyAnswers as nobody:
            # What callers know as "nothing was sent".
            raise ClientConnectorError(kwargs["req"].connection_key, nobody) from nobody

    async def _connect_via_proxy(
        self,
        host: str,
        port: int,
        ssl: ssl.SSLContext | None = None,
        timeout: float | None = None,  # noqa: ASYNC109 - the base class has it
    ) -> tuple[asyncio.Transport, ResponseHandler]:
        for proxy in self._proxies.in_order():
            self._choose(proxy)
            try:
                return await super()._connect_via_proxy(host, port, ssl, CONNECT_WITHIN)
            except (ProxyError, OSError) as trouble:
                self._proxies.pass_over(proxy, trouble)
        raise NoProxyAnswers("no proxy answers")

    def _choose(self, proxy: Proxy) -> None:
        """Set what the base class reads before it first waits, so that connections do not disturb each other."""
        self._proxy_type, self._proxy_ssl = TYPES[proxy.scheme], self._trusted if proxy.scheme == "https" else None
        self._proxy_host, self._proxy_port = proxy.host, proxy.port
        self._proxy_username = proxy.user
        self._proxy_password = None if proxy.password is None else proxy.password.get_secret_value()


class ProxiedSession(TelegramSession):
    def __init__(self, proxies: Sequence[Proxy], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._choice = Proxies(proxies)
        trusted: ssl.SSLContext = self._connector_init["ssl"]
        trusted.load_default_certs()  # an authority of the own network signs its https proxies
        self._connector_type = ProxiesConnector
        self._connector_init |= {"proxies": self._choice, "trusted": trusted}

    async def make_request(self, bot: Any, method: Any, timeout: int | None = None) -> Any:  # noqa: ASYNC109 - aiogram has it
        try:
            return await super().make_request(bot, method, timeout)
        except TelegramNetworkError as trouble:
            # The proxy has connected and passes nothing on.
            if isinstance(trouble.__cause__, TimeoutError):
                self._choice.pass_over(self._choice.in_order()[0], trouble.__cause__)
            raise
