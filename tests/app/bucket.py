"""A bucket on a local S3 server: moto, which is another project's, in a thread of this process."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from aiohttp import ClientSession
from moto.server import ThreadedMotoServer

NAME = "copies"
KEYS = {"AWS_ACCESS_KEY_ID": "of-the-test", "AWS_SECRET_ACCESS_KEY": "of-the-test"}


@dataclass(frozen=True, slots=True)
class Bucket:
    endpoint: str

    @property
    def url(self) -> str:
        """The BACKUP_URL, as that of a provider other than AWS."""
        return f"s3://{NAME}/registratura?endpoint={self.endpoint}&region=ru-central1"


@asynccontextmanager
async def open_bucket() -> AsyncIterator[Bucket]:
    logging.getLogger("werkzeug").setLevel(logging.ERROR)  # it names every request
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    try:
        host, port = server.get_host_and_port()
        bucket = Bucket(f"http://{host}:{port}")
        async with ClientSession() as http, http.put(f"{bucket.endpoint}/{NAME}") as made:
            made.raise_for_status()
        yield bucket
    finally:
        server.stop()
