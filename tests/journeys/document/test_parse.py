from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.findings import Invalid
from journeys.document.canonical import to_json, to_yaml
from journeys.document.json_text import MAX_DEPTH
from journeys.document.parse import MAX_BYTES, parse


def refused(source: str | bytes) -> tuple[str, str]:
    """Code and message of the one fault."""
    with pytest.raises(Invalid) as error:
        parse(source)
    (finding,) = error.value.findings
    return finding.code, finding.message


WORDS = """
on off yes no NO Yes y n True FALSE Null NULL 9:30 +5 =10 0x1F 0o17 017 1_000 .5 5. .inf .nan NaN
2027-01-01 2027-05-01T09:00:00Z << =
"""


class TestYaml:
    @pytest.mark.parametrize("word", [*WORDS.split(), "-5 days"])
    def test_whatever_json_does_not_know_is_text(self, word: str) -> None:
        assert parse(f"value: {word}") == {"value": word}

    def test_keys_are_text(self) -> None:
        assert parse("on: accounts\ntrue: 1\n5: 2\nnull: 3\n2027-01-01: 4") == {
            "on": "accounts", "true": 1, "5": 2, "null": 3, "2027-01-01": 4,
        }  # fmt: skip

    def test_the_types_of_json(self) -> None:
        text = "[true, false, null, ~, 0, -7, 1.5, -2e3, '5', \"true\"]"

        assert parse(text) == [True, False, None, None, 0, -7, 1.5, -2000.0, "5", "true"]
        assert parse("next:\nother: {}\nlist: []") == {"next": None, "other": {}, "list": []}

    def test_blocks_and_a_byte_order_mark(self) -> None:
        assert parse(b"\xef\xbb\xbftext: |\n  one\n  two\nfolded: >-\n  one\n  two\n") == {
            "text": "one\ntwo\n", "folded": "one two",
        }  # fmt: skip

    @pytest.mark.parametrize(
        ("text", "code", "place"),
        [
            ("a: 1\nb: *x", "alias", "Line 2, column 4"),
            ("a: &x {b: 1}", "anchor", "Line 1, column 4"),
            ("a: !!python/object/apply:os.system [ls]", "tag", "Line 1, column 4"),
            ("a: !!str 5", "tag", "Line 1, column 4"),
            ("a: 1\nb: 2\na: 3", "duplicate_key", "Line 3, column 1"),
            ("a: {b: 1, b: 2}", "duplicate_key", "Line 1, column 11"),
            ("? [a, b]\n: c", "bad_key", "Line 1, column 3"),
            ("a: 1\n---\nb: 2", "several_documents", "Line 2, column 1"),
            ("a: [1, 2", "syntax", "Line 2"),
            ("a: 1\n\tb: 2", "syntax", "Line 2"),
            ("a: 1\nb: \x07", "bad_character", "Line 2, column 4"),
            ("a: 1e999", "bad_number", "Line 1, column 4"),
            (f"a: {'9' * 5000}", "bad_number", "Line 1, column 4"),
        ],
    )
    def test_what_is_refused_and_where(self, text: str, code: str, place: str) -> None:
        found, message = refused(text)

        assert found == code
        assert message.startswith(place)

    def test_too_many_levels(self) -> None:
        assert refused("[" * 50_000)[0] == "too_deep"
        assert refused("a:\n" + "".join("  " * n + "- \n" for n in range(1, MAX_DEPTH + 5)))[0] == "too_deep"

    def test_too_large(self) -> None:
        assert refused("a" * (MAX_BYTES + 1))[0] == "too_large"

    def test_another_encoding(self) -> None:
        assert refused("a: 1\nb: ü".encode("latin-1")) == ("not_utf8", "Line 2, column 4: this is not UTF-8.")


class TestJson:
    @pytest.mark.parametrize(
        ("text", "code", "place"),
        [
            ('{"a": 1,\n "a": 2}', "duplicate_key", "Line 2, column 2"),
            ('{"a": 1, "\\u0061": 2}', "duplicate_key", "Line 1, column 10"),
            ('{"a": [{"b": 1}, {"b": 1, "b": 2}]}', "duplicate_key", "Line 1, column 27"),
            ('{"a": NaN}', "bad_number", "Line 1, column 7"),
            ('{"NaN": 1,\n "a": -Infinity}', "bad_number", "Line 2, column 7"),
            ('{"a": 1e999}', "bad_number", "Line 1, column 7"),
            ('{"a": ' + "9" * 5000 + "}", "bad_number", "Line 1, column 7"),
            ('{"a": 1,}', "syntax", "Line 1, column 9"),
            ('{"a": 1', "syntax", "Line 1, column 8"),
            ('{"a": 1} x', "syntax", "Line 1, column 10"),
        ],
    )
    def test_what_is_refused_and_where(self, text: str, code: str, place: str) -> None:
        found, message = refused(text)

        assert found == code
        assert message.startswith(place)

    @pytest.mark.parametrize("text", ['{"a": "\\u0000"}', '{"a": ["\\ud800"]}', '{"\\ud800": 1}'])
    def test_texts_that_cannot_be_stored(self, text: str) -> None:
        assert refused(text)[0] == "bad_character"

    def test_a_pair_of_surrogates_is_a_character(self) -> None:
        assert parse('{"a": "\\ud83d\\ude00"}') == {"a": "😀"}

    def test_too_many_levels(self) -> None:
        assert refused('{"a":' * 50_000)[0] == "too_deep"

    @pytest.mark.timeout(20)
    def test_no_text_takes_long(self) -> None:
        for text in (
            '{"' + '\\"' * 900_000,
            '{"' + '"' * 900_000,
            '{"a' * 500_000,
            "{" + "[" * 1_900_000,
            '{"a": ' + "1" * 1_900_000,
        ):
            refused(text)


# Texts that may stand in a journey: what the database can store and YAML can carry.
texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"))
values = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**15), 10**15) | st.floats(-1e20, 1e20) | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=15,
)


class TestRoundTrip:
    @given(value=st.dictionaries(texts, values, max_size=4))
    def test_what_is_written_is_read_again(self, value: dict[str, Any]) -> None:
        assert parse(to_yaml(value)) == value
        assert parse(to_json(value)) == value
        assert to_yaml(parse(to_json(value))) == to_yaml(value)

    @given(word=st.from_regex(r"\A[-+0-9.eExo_:~a-f]{1,8}\Z"))
    def test_words_that_look_like_numbers_stay_text(self, word: str) -> None:
        assert parse(to_yaml({"a": word})) == {"a": word}

    def test_json_in_yaml(self) -> None:
        assert parse("[" + json.dumps({"a": [1, "x"]}) + "]") == [{"a": [1, "x"]}]
