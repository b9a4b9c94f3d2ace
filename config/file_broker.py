"""The broker of one machine: messages are files in `var/broker/`. Kombu's own transport, but each file is whole.

Kombu makes a file before it writes into it; a worker that looks in that moment reads nothing, and ends. Here a file
has its name only once it is written, and what cannot be read is no message: messages only wake (config.celery).
"""

from __future__ import annotations

import fcntl
import logging
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from queue import Empty
from typing import Any
from uuid import uuid4

from kombu.transport import filesystem, virtual
from kombu.transport.filesystem import exchange_queue_t
from kombu.utils.json import dumps, loads

logger = logging.getLogger(__name__)
UNREADABLE = "%s holds no message, and is thrown away"


class Channel(filesystem.Channel):
    """Messages, and which queues an exchange leads to."""

    def _put(self, queue: str, payload: Any, **kwargs: Any) -> None:  # type: ignore[override]
        """Behind all others of the queue."""
        _write(Path(self.data_folder_out, f"{time.time_ns()}_{uuid4()}.{queue}.msg"), payload)

    def _get(self, queue: str) -> Any:  # type: ignore[override]
        """The oldest message of the queue.

        :raises Empty: there is none
        """
        for name in sorted(os.listdir(self.data_folder_in)):
            if name.partition(".")[2] != f"{queue}.msg":
                continue
            file = Path(self.data_folder_in, name)
            try:
                text = file.read_bytes()
                # Two may have read it; it is for whoever takes it away.
                file.unlink()
            except FileNotFoundError:
                continue
            try:
                return loads(text.decode())
            except ValueError:
                logger.warning(UNREADABLE, file)
        raise Empty

    def get_table(self, exchange: str) -> list[exchange_queue_t]:  # type: ignore[override]
        try:
            return [exchange_queue_t(*one) for one in loads(self._table(exchange).read_text())]
        except FileNotFoundError:
            return []
        except ValueError:
            # Of an earlier version, which was killed while it wrote.
            logger.warning(UNREADABLE, exchange)
            return []

    def _queue_bind(self, exchange: str, routing_key: str, pattern: str | None, queue: str) -> None:
        binding = exchange_queue_t(routing_key or "", pattern or "", queue or "")
        with self._alone():
            table = self.get_table(exchange)
            if binding not in table:
                _write(self._table(exchange), [binding, *table])

    def _delete(
        self, queue: str, exchange: str, routing_key: str, pattern: str, *args: Any, **kwargs: Any
    ) -> None:
        binding = exchange_queue_t(routing_key or "", pattern or "", queue or "")
        self._purge(queue)
        with self._alone():
            table = self.get_table(exchange)
            if binding in table:
                _write(self._table(exchange), [one for one in table if one != binding])

    def _table(self, exchange: str) -> Path:
        return self._exchange_file(exchange)  # type: ignore[attr-defined]

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Nobody else changes what exchanges lead to."""
        self.control_folder.mkdir(parents=True, exist_ok=True)
        with open(self.control_folder / "lock", "w") as held:
            fcntl.flock(held, fcntl.LOCK_EX)
            yield


class Transport(filesystem.Transport):
    """`filesystem://` (config.celery)."""

    Channel = Channel
    global_state = virtual.BrokerState()


def _write(file: Path, content: Any) -> None:
    """The file is there when all of it is."""
    part = file.with_name(f"{uuid4()}.part")
    part.write_bytes(dumps(content).encode())
    part.replace(file)
