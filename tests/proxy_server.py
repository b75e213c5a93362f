"""A small proxy for tests: HTTP CONNECT and SOCKS5 on one port, with a password if wanted, over TLS if wanted."""

from __future__ import annotations

import asyncio
import base64
import ssl
from asyncio import StreamReader, StreamWriter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

SOCKS_VERSION = 5


class ProxyServer:
    """Counts the connections that it has made."""

    def __init__(self, login: tuple[str, str] | None = None) -> None:
        self.login = login
        self.port = 0
        self.connections = 0
        self.is_silent = False
        """it accepts a connection and passes nothing on"""
        self._open: set[StreamWriter] = set()

    async def serve(self, reader: StreamReader, writer: StreamWriter) -> None:
        self._open.add(writer)
        try:
            first = await reader.readexactly(1)
            target = await (self._socks(reader, writer) if first[0] == SOCKS_VERSION else self._http(reader, writer))
            if target is not None:
                self.connections += 1
                await self._pass_on(reader, writer, *target)
        except (OSError, EOFError):
            pass
        finally:
            self._open.discard(writer)
            writer.close()

    async def _http(self, reader: StreamReader, writer: StreamWriter) -> tuple[str, int] | None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode().splitlines()
        if self.login is not None:
            wanted = "Proxy-Authorization: Basic " + base64.b64encode(":".join(self.login).encode()).decode()
            if wanted not in head:
                writer.write(b"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n")
                return None
        host, _colon, port = head[0].split()[1].rpartition(":")
        writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        return host, int(port)

    async def _socks(self, reader: StreamReader, writer: StreamWriter) -> tuple[str, int] | None:
        await reader.readexactly((await reader.readexactly(1))[0])
        writer.write(bytes([SOCKS_VERSION, 0 if self.login is None else 2]))
        if self.login is not None:
            await reader.readexactly(1)
            given = [await reader.readexactly((await reader.readexactly(1))[0]) for _part in range(2)]
            is_right = tuple(part.decode() for part in given) == self.login
            writer.write(bytes([1, 0 if is_right else 1]))
            if not is_right:
                return None
        kind = (await reader.readexactly(4))[3]
        if kind == 1:
            host = ".".join(str(byte) for byte in await reader.readexactly(4))
        else:
            host = (await reader.readexactly((await reader.readexactly(1))[0])).decode()
        port = int.from_bytes(await reader.readexactly(2))
        writer.write(bytes([SOCKS_VERSION, 0, 0, 1, 0, 0, 0, 0, 0, 0]))
        return host, port

    async def _pass_on(self, reader: StreamReader, writer: StreamWriter, host: str, port: int) -> None:
        there_reader, there = await asyncio.open_connection(host, port)
        self._open.add(there)
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._copy(reader, there))
                group.create_task(self._copy(there_reader, writer))
        finally:
            self._open.discard(there)
            there.close()

    async def _copy(self, source: StreamReader, target: StreamWriter) -> None:
        with suppress(OSError):
            while data := await source.read(65536):
                if not self.is_silent:
                    target.write(data)
                    await target.drain()
        target.close()

    def cut(self) -> None:
        """Close every connection."""
        for writer in list(self._open):
            writer.close()


@asynccontextmanager
async def proxy_server(
    login: tuple[str, str] | None = None, tls: ssl.SSLContext | None = None
) -> AsyncIterator[ProxyServer]:
    proxy = ProxyServer(login)
    server = await asyncio.start_server(proxy.serve, "127.0.0.1", 0, ssl=tls)
    proxy.port = server.sockets[0].getsockname()[1]
    try:
        yield proxy
    finally:
        server.close()
        proxy.cut()
        await server.wait_closed()
