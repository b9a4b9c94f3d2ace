from __future__ import annotations

import pytest

from config.postgres import PostgresUnavailable, binaries, database
from config.postgres.binaries import Binaries, find
from config.postgres.options import options_from
from config.postgres.place import _choose


def fake_programs(folder, version):
    """A bin folder whose programs say that they are of this version."""
    folder.mkdir(parents=True)
    for name in ("postgres", "initdb"):
        (folder / name).write_text(f"#!/bin/sh\necho '{name} (PostgreSQL) {version}'\n")
        (folder / name).chmod(0o755)
    return folder


@pytest.fixture
def machine(tmp_path, monkeypatch):
    """Where the packages of the machine seem to be."""
    monkeypatch.setattr(binaries, "PACKAGES", (f"{tmp_path}/usr/lib/postgresql/*/bin",))
    return tmp_path / "usr" / "lib" / "postgresql"


class TestFind:
    def test_takes_the_newest_of_the_machine_before_the_wheel(self, machine):
        for version in ("9.6.24", "14.11", "15.6", "17beta1", "16.2 (Debian 16.2-1)"):
            fake_programs(machine / version[:2] / "bin", version)

        names = [one.name for one in find({"PATH": ""})]

        assert names[:3] == ["17-machine", "16-machine", "15-machine"]
        assert [name.partition("-")[2] for name in names[3:]] == ["wheel"]

    def test_finds_what_path_leads_to(self, machine, tmp_path):
        folder = fake_programs(tmp_path / "opt" / "bin", "16.2")

        assert find({"PATH": str(folder)})[0] == Binaries(folder, 16, "machine")

    def test_finds_the_wheels_when_asked_or_when_there_are_no_others(self, machine):
        (forced,) = find({"PATH": "", "THROUGHLINE_PG_BIN": "wheel"})

        assert forced.flavour == "wheel"
        assert find({"PATH": ""}) == [forced]

    def test_takes_the_folder_that_is_given_and_no_other(self, machine, tmp_path):
        fake_programs(machine / "17" / "bin", "17.1")
        given = fake_programs(tmp_path / "given", "15.1")

        assert find({"THROUGHLINE_PG_BIN": str(given)}) == [Binaries(given, 15, "machine")]

    @pytest.mark.parametrize(
        ("version", "what"), [("14.9", "leads to PostgreSQL 14; 15 or later"), ("", "no programs postgres")]
    )
    def test_refuses_a_given_folder_that_will_not_do(self, tmp_path, version, what):
        given = fake_programs(tmp_path / "given", version)

        with pytest.raises(PostgresUnavailable, match=what):
            find({"THROUGHLINE_PG_BIN": str(given)})

    def test_refuses_a_given_folder_that_is_missing(self, tmp_path):
        with pytest.raises(PostgresUnavailable, match="no programs postgres"):
            database(tmp_path, {"THROUGHLINE_PG_BIN": str(tmp_path / "none")})

    def test_says_what_to_do_when_there_is_none(self, machine, monkeypatch):
        monkeypatch.setattr(binaries, "of_wheel", lambda: iter(()))

        with pytest.raises(PostgresUnavailable, match="Set DATABASE_URL, or install"):
            find({"PATH": ""})


class TestChoose:
    def test_stays_with_the_programs_that_have_data(self, tmp_path):
        found = [Binaries(tmp_path, 17, "machine"), Binaries(tmp_path, 15, "machine")]
        options = options_from({})

        assert _choose(found, tmp_path, options)[0].major == 17

        (tmp_path / "15-machine" / "data").mkdir(parents=True)

        assert _choose(found, tmp_path, options)[0].major == 15


class TestOptions:
    def test_are_safe_for_data_unless_told_otherwise(self):
        assert "fsync" not in dict(options_from({}).settings)

        options = options_from({"THROUGHLINE_PG_FSYNC": "off"})

        assert dict(options.settings)["fsync"] == "off"
        assert options.suffix == "-nosync"

    def test_can_be_added_to(self):
        options = options_from({"THROUGHLINE_PG_OPTIONS": "work_mem=16MB log_line_prefix='%m '"})

        assert dict(options.settings)["work_mem"] == "16MB"
        assert dict(options.settings)["log_line_prefix"] == "%m "

    @pytest.mark.parametrize(
        ("name", "value"),
        [
            ("FSYNC", "maybe"),
            ("LINGER", "long"),
            ("LINGER", "-1"),
            ("LINGER", "nan"),
            ("OPTIONS", "work_mem"),
            ("OPTIONS", "-c fsync=off"),
            ("OPTIONS", "a='"),
        ],
    )
    def test_are_refused_when_they_make_no_sense(self, name, value):
        with pytest.raises(PostgresUnavailable, match=f"THROUGHLINE_PG_{name}"):
            options_from({f"THROUGHLINE_PG_{name}": value})
