from __future__ import annotations

import shutil

import pytest

from config.postgres import elsewhere
from config.postgres.elsewhere import follow, make


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A cluster's folder in a checkout, and shelves for homes that are the test's own."""
    monkeypatch.setattr(elsewhere, "SHELVES", (tmp_path / "missing" / "parent", tmp_path / "shelf"))
    (tmp_path / "checkout" / "pg").mkdir(parents=True)
    return tmp_path / "checkout" / "pg"


class TestFollow:
    def test_finds_the_home_that_was_made(self, folder, tmp_path):
        home = make(folder)

        assert home.parent == tmp_path / "shelf"
        assert follow(folder) == home
        assert make(folder) == home  # a second process, at once
        assert [*home.parent.iterdir()] == [home]
        assert [file.name for file in folder.iterdir()] == ["elsewhere"]

    def test_finds_nothing_where_nothing_was_made(self, folder):
        assert follow(folder) is None

    def test_follows_a_checkout_that_was_moved(self, folder):
        home = make(folder)
        moved = folder.parent.rename(folder.parent.with_name("moved")) / "pg"

        assert follow(moved) == home
        assert follow(moved) == home

    def test_gives_a_copy_of_a_checkout_nothing_of_the_original(self, folder):
        home = make(folder)
        copied = shutil.copytree(folder.parent, folder.parent.with_name("copied")) / "pg"

        assert follow(copied) is None
        assert make(copied) != home
        assert follow(folder) == home

    def test_forgets_a_home_that_was_removed(self, folder):
        make(folder).rmdir()

        assert follow(folder) is None

    def test_does_not_use_a_shelf_that_others_can_write_to(self, folder, tmp_path):
        (tmp_path / "shelf").mkdir()
        (tmp_path / "shelf").chmod(0o777)

        home = make(folder)

        assert home.parent != tmp_path / "shelf"
        home.rmdir()
