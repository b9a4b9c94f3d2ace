"""Messages as files: whole, each for one reader, and none that ends a worker."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import Empty
from typing import Any

import pytest
from kombu import Connection

from config import celery

MESSAGES = 400
END = -1


@pytest.fixture
def name(tmp_path: Path) -> str:
    """Of a queue that no other test has: a process remembers which ones it has made known."""
    return f"queue{tmp_path.name.replace('.', '')}"


@pytest.fixture
def options(tmp_path: Path) -> dict[str, str]:
    folder = tmp_path / "broker"
    folder.mkdir()
    return {
        "data_folder_in": str(folder),
        "data_folder_out": str(folder),
        "control_folder": str(tmp_path / "control"),
    }


@pytest.fixture
def connect(options: dict[str, str]) -> Iterator[Any]:
    made: list[Connection] = []

    def begin() -> Connection:
        made.append(Connection("filesystem://localhost", transport_options=options))
        return made[-1]

    yield begin
    for connection in made:
        connection.release()


def test_workers_use_it() -> None:
    with celery.app.connection_for_read("filesystem://localhost") as connection:
        assert type(connection.transport).__module__ == "config.file_broker"


@pytest.mark.parametrize("text", ["", "{", '"half'])
def test_what_cannot_be_read_is_passed_over(
    connect: Any, options: dict[str, str], name: str, text: str
) -> None:
    unreadable = Path(options["data_folder_in"], f"0_x.{name}.msg")
    unreadable.write_text(text)
    queue = connect().SimpleQueue(name)
    queue.put({"n": 1})
    assert queue.get(timeout=5).payload == {"n": 1}
    assert not unreadable.exists()
    with pytest.raises(Empty):
        queue.get(block=False)


def test_they_come_in_their_order(connect: Any, name: str) -> None:
    queue = connect().SimpleQueue(name)
    for n in range(12):
        queue.put({"n": n})
    assert [queue.get(timeout=5).payload["n"] for _ in range(12)] == list(range(12))


def test_each_is_for_one_of_those_who_read_at_once(connect: Any, name: str) -> None:
    """They read while others write: none is seen before it is whole."""

    def write(first: int) -> None:
        queue = connect().SimpleQueue(name)
        for n in range(first, MESSAGES, 2):
            queue.put({"n": n, "text": "x" * 20_000})

    def read() -> list[int]:
        queue, found = connect().SimpleQueue(name), []
        while (n := _taken(queue)) != END:
            found.append(n)
        return found

    queue = connect().SimpleQueue(name)
    with ThreadPoolExecutor(4) as pool:
        readers = [pool.submit(read) for _ in range(2)]
        for writer in [pool.submit(write, first) for first in (0, 1)]:
            writer.result()
        for _ in readers:
            queue.put({"n": END})
        found = [n for reader in readers for n in reader.result()]
    assert sorted(found) == list(range(MESSAGES))


def _taken(queue: Any) -> int:
    message = queue.get(timeout=60)
    message.ack()
    return int(message.payload["n"])


def test_a_table_that_was_cut_off_is_made_anew(connect: Any, options: dict[str, str], name: str) -> None:
    control = Path(options["control_folder"])
    control.mkdir()
    (control / f"{name}.exchange").write_text("")
    queue = connect().SimpleQueue(name)
    queue.put({"n": 1})
    assert queue.get(timeout=5).payload == {"n": 1}


def test_a_deleted_queue_leaves_the_table(connect: Any, name: str) -> None:
    channel = connect().default_channel
    queues = [f"{name}{n}" for n in range(2)]
    for queue in queues:
        channel._queue_bind(name, "", "", queue)
    channel._put_fanout(name, {"n": 1}, "")
    channel._delete(queues[0], name, "", "")
    assert [binding.queue for binding in channel.get_table(name)] == [queues[1]]
    assert [channel._size(queue) for queue in queues] == [0, 1]
