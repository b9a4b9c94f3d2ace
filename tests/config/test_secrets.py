from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from config.secrets import kept, secret_key


class TestSecretKey:
    def test_is_made_once(self, tmp_path: Path):
        first = secret_key(tmp_path / "var")
        assert len(first) > 50
        assert secret_key(tmp_path / "var") == first

    def test_can_be_read_by_its_owner_only(self, tmp_path: Path):
        secret_key(tmp_path)
        assert stat.S_IMODE((tmp_path / "secret_key").stat().st_mode) == 0o600

    def test_differs_between_installations(self, tmp_path: Path):
        assert secret_key(tmp_path / "a") != secret_key(tmp_path / "b")


class TestKept:
    def test_whoever_comes_second_takes_what_is_there(self, tmp_path: Path):
        assert kept(tmp_path / "secret", "first") == "first"
        assert kept(tmp_path / "secret", "second") == "first"

    def test_many_at_once_agree_and_leave_nothing_behind(self, tmp_path: Path):
        with ThreadPoolExecutor(8) as pool:
            found = set(pool.map(lambda n: kept(tmp_path / "secret", f"secret {n}"), range(40)))
        assert len(found) == 1
        assert [path.name for path in tmp_path.iterdir()] == ["secret"]
