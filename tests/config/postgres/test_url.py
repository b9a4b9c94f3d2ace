from __future__ import annotations

import pytest

from config.postgres import PostgresUnavailable
from config.postgres.url import parse

SECRET = "s3cr3t"


class TestParse:
    def test_reads_every_part(self):
        assert parse(
            "postgres://ann:p%40ss%2F@db.example:6432/main%20one?sslmode=require&connect_timeout=3"
        ) == {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": "main one",
            "USER": "ann",
            "PASSWORD": "p@ss/",
            "HOST": "db.example",
            "PORT": "6432",
            "OPTIONS": {"sslmode": "require", "connect_timeout": "3"},
        }

    @pytest.mark.parametrize(
        ("url", "host", "port"),
        [
            ("postgresql:///name", "", ""),
            ("postgresql://localhost/name", "localhost", ""),
            ("postgresql://[::1]:5433/name", "::1", "5433"),
            ("postgresql://[::1]/name", "::1", ""),
            ("postgresql://%2Fvar%2FRun%2Fpg/name", "/var/Run/pg", ""),
            ("postgresql://ann@%2Frun%2Fpg:5433/name", "/run/pg", "5433"),
            ("postgresql:///name?host=/var/Run/pg&port=5433", "/var/Run/pg", "5433"),
            ("postgresql://?host=/run/pg&dbname=name&user=ann&password=x", "/run/pg", ""),
        ],
    )
    def test_finds_the_host(self, url, host, port):
        settings = parse(url)

        assert (settings["HOST"], settings["PORT"], settings["NAME"]) == (host, port, "name")
        assert settings["OPTIONS"] == {}

    @pytest.mark.parametrize(
        ("url", "what"),
        [
            ("mysql://ann:s3cr3t@host/name", "has to start with postgresql://"),
            ("ann:s3cr3t@host/name", "has to start with postgresql://"),
            ("s3cr3t", "has to start with postgresql://"),
            ("postgresql:name", "has to start with postgresql://"),
            ("postgresql://ann:s3cr3t@host", "name of the database is missing"),
            ("postgresql://ann:s3cr3t@host/", "name of the database is missing"),
            ("postgresql://ann:s3cr3t@/run/pg/name", "holds a /"),
            ("postgresql://ann:s3cr3t@host:port/name", "port is not a number"),
            ("postgresql://ann:x@host:99999/name", "port is not a number"),
            ("postgresql://ann:x:s3cr3t/name", "port is not a number"),
            ("postgresql://ann:x/s3cr3t@host/name", "%2F"),
            ("postgresql://ann:x?s3cr3t@host/name", "%2F"),
            ("postgresql://ann:x#s3cr3t@host/name", "%23"),
            ("postgresql://ann:s3cr3t@[::1/name", "brackets"),
            ("postgresql://ann:s3cr3t@[::1]x/name", "brackets"),
            ("postgresql://ann:s3cr3t@host/name?sslmode", "name=value"),
            ("postgresql://ann:s3cr3t@host/name?sslmod=require", "no connection parameter 'sslmod'"),
            ("postgresql://host/name?sslmode=a&sslmode=b", "'sslmode' is given twice"),
        ],
    )
    def test_says_what_is_wrong_and_never_the_password(self, url, what):
        with pytest.raises(PostgresUnavailable) as caught:
            parse(url)

        assert what in str(caught.value)
        assert SECRET not in str(caught.value)
        assert caught.value.__cause__ is None
        assert caught.value.__suppress_context__ or caught.value.__context__ is None
