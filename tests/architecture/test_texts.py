"""What staff read can be translated: it goes through gettext (docs/operations.md, Languages)."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.source import LAYERS, ROOT, modules, tree

# The names under which `makemessages` finds a text; it does not see through an alias.
GETTEXT = {
    "_": 1, "gettext": 1, "gettext_lazy": 1, "ngettext": 2, "ngettext_lazy": 2, "pgettext": 2, "pgettext_lazy": 2,
    "npgettext": 3,
}  # fmt: skip
# Who shows a text, and which of its arguments it is.
CALLS = {
    "success": 1, "error": 1, "warning": 1, "info": 1, "message_user": 1, "done": 1, "add_error": 1,
    "add_message": 2, "Http404": 0, "PermissionDenied": 0, "ValidationError": 0, "Stale": 0, "Item": 2,
    "Finding": 1, "Conflict": 1, "Resource": 0, "_problem": 1, "_fault": 2, "wrong": 1,
}  # fmt: skip
NAMES = {
    "title", "label", "heading", "submit", "description", "short_description", "verbose_name", "verbose_name_plural",
    "help_text", "search_help_text", "empty_label", "placeholder", "refused",
}  # fmt: skip
# Reads like a sentence or a piece of one: a word with a capital and others, or words and a full stop.
SENTENCE = re.compile(r"^[A-Z“][a-z]+[ ,:].*[a-z]{2}|[a-z]{2} .*[a-z]{2}[.:!?…”]$", re.DOTALL)
MARKUP = re.compile(r"^\s*<|\b(SELECT|FROM|SET LOCAL)\b|; filename=|; charset=")
# What speaks to staff and clients. What imports and workers say of rows and runs is stored, and so stays English.
SPEAKS = {"admin", "services", "conditions", "kinds", "nodes"}
ALSO = {
    "accounts/attributes.py", "accounts/errors.py", "accounts/imports/mapping.py", "accounts/labels.py",
    "accounts/references.py", "accounts/values.py", "actions/data_values.py", "actions/moment_text.py",
    "actions/settings.py", "buying_groups/conditions.py", "buying_groups/personas.py", "buying_groups/references.py",
    "buying_groups/saved_conditions.py", "journeys/document/check.py", "journeys/document/saved_conditions.py",
    "journeys/document/shape.py", "journeys/references.py", "journeys/validation.py",
}  # fmt: skip
SPEAKERS = [path for path in modules(*LAYERS) if SPEAKS & set(path.parts) or str(path) in ALSO]
# Of a script: a literal that reads like a text, and whether gettext is given it.
SCRIPTS = [
    path.relative_to(ROOT) for layer in LAYERS for path in sorted((ROOT / layer).glob("static/**/*.js"))
]
JS_LITERAL = re.compile(r"""(?P<call>n?gettext\((?:"[^"]*", )?)?("(?P<text>[^"\n]*)"|`(?P<put>[^`]*)`)""")
JS_COMMENT = re.compile(r"/\*.*?\*/|(?m:(?<!:)//.*$)", re.DOTALL)
JS_SENTENCE = re.compile(r"^[A-Z][a-z]+(?:[ .…]|$)|[a-z]{2} [a-z]+.*[.…:]$|^[a-z]+ [a-z]+ [a-z]+")
# Names of what the browser has.
JS_NAMES = {"Escape", "Enter", "Backspace", "Accept"}


def test_these_are_there():
    assert {str(path) for path in SPEAKERS} >= ALSO
    assert len(SCRIPTS) >= 5


@pytest.mark.parametrize("path", SPEAKERS, ids=str)
def test_texts_go_through_gettext(path: Path):
    assert list(_bare(tree(path))) == []


@pytest.mark.parametrize("path", SCRIPTS, ids=str)
def test_texts_of_scripts_go_through_gettext(path: Path):
    assert _bare_in_script((ROOT / path).read_text()) == []


def test_nothing_is_looked_up_at_import():
    """It would stay in the language of the process: what a module or a class binds is lazy."""
    wrong = [f"{path}:{line}" for path in modules(*LAYERS) for line in _looked_up_at_import(tree(path))]
    assert wrong == []


@pytest.mark.parametrize(
    "source", ['say("Choose a field")', "say(`${name} is removed.`)", 'tell({ label: "Operator" })']
)
def test_this_finds_a_text_of_a_script(source: str):
    assert _bare_in_script(source)


@pytest.mark.parametrize(
    "source",
    [
        'say(gettext("Choose a field"))', 'ngettext("%(n)s Row", "%(n)s Rows", n)',
        '// "Choose all on this page"', 'f("tl-button tl-small")',
    ],
)  # fmt: skip
def test_this_lets_a_script_pass(source: str):
    assert _bare_in_script(source) == []


@pytest.mark.parametrize(
    "source",
    [
        'from django.utils.translation import gettext as _\nNOUN = _("A list")',
        'from django.utils.translation import gettext as _\nclass A:\n    label = _("A list")',
        'from django.utils.translation import gettext as _\ndef f(said=_("A list")): ...',
        'from django.utils.translation import ngettext\nX = ngettext("a", "b", 2)',
    ],
)
def test_this_finds_what_is_looked_up_at_import(source: str):
    assert list(_looked_up_at_import(ast.parse(source)))


def test_this_lets_pass_what_is_looked_up_later():
    source = "from django.utils.translation import gettext as _\nfrom django.utils.translation import gettext_lazy\n"
    source += 'NOUN = gettext_lazy("A list")\nSAY = lambda: _("A list")\ndef say():\n    return _("A list")'
    assert list(_looked_up_at_import(ast.parse(source))) == []


def test_gettext_is_given_whole_literals_under_a_name_that_is_found():
    """A text put together before it is looked up is never found; put names into it afterwards."""
    wrong = [f"{path}:{line}" for path in modules(*LAYERS) for line in _unfindable(tree(path))]
    assert wrong == []


@pytest.mark.parametrize(
    "source",
    [
        'messages.success(request, "Saved.")',
        'messages.error(request, f"“{name}” is gone.")',
        'messages.error(request, _("Gone.") if gone else "Here.")',
        'messages.warning(request, _("Left out: ") + "the rest")',
        'self.message_user(request, "Saved")',
        '@admin.display(description="Status")\ndef state(self, row): ...',
        'page(request, title="Lists")',
        'class Form:\n    name = CharField(label="Name")',
        'class Dialog:\n    title = "Abort"',
        'class Dialog:\n    name, title = "abort", "Abort"',
        'raise Http404("Nothing")',
        'rows = [("journeys", "Those under way now")]',
        'text = f"{n} entries of it are left."',
    ],
)
def test_this_finds_a_text_outside_gettext(source: str):
    assert list(_bare(ast.parse(source)))


@pytest.mark.parametrize(
    "source",
    [
        'messages.success(request, _("Saved."))',
        'messages.error(request, _("“%(name)s” is gone.") % {"name": name})',
        'messages.error(request, ngettext("%(n)s row", "%(n)s rows", n) % {"n": n})',
        "messages.error(request, str(wrong))",
        'page(request, title=title, submit=labels["Save it"])',
        'class Dialog:\n    name, title = "abort", _("Abort")',
        'redirect(door.to("change"), title=name_of("journey"))',
        '"""Only for readers of the source."""',
        '@admin.display(description="")\ndef menu(self, row): ...',
    ],
)
def test_this_lets_texts_within_gettext_pass(source: str):
    assert list(_bare(ast.parse(source))) == []


@pytest.mark.parametrize(
    "source",
    ['_(f"{n} rows")', '_("a" + b)', "_(text)", '_("{n}".format(n=n))', "ngettext('row', f'{n} rows', n)",
     "from django.utils.translation import gettext_lazy as lazy"],
)  # fmt: skip
def test_this_finds_what_cannot_be_looked_up(source: str):
    assert list(_unfindable(ast.parse(source)))


def _bare_in_script(source: str) -> list[str]:
    """Literals of a script that read like texts and are not given to gettext."""
    found = JS_LITERAL.finditer(JS_COMMENT.sub("", source))
    said = [
        (literal, literal["text"] if literal["text"] is not None else _without_values(literal["put"]))
        for literal in found
    ]
    return [
        text
        for literal, text in said
        if not literal["call"] and text not in JS_NAMES and JS_SENTENCE.search(text)
    ]


def _without_values(template: str) -> str:
    return re.sub(r"\$\{[^}]*\}", "X", template)


def _looked_up_at_import(module: ast.Module) -> Iterator[int]:
    """Lines where a text that is not lazy is looked up outside of functions."""
    names = {
        name.asname or name.name
        for node in module.body
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation"
        for name in node.names
        if name.name.endswith("gettext")
    }
    ahead: list[ast.AST] = [module]
    while ahead:
        node = ahead.pop()
        if isinstance(node, ast.Call) and _name(node.func) in names:
            yield node.lineno
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            ahead += [*node.args.defaults, *filter(None, node.args.kw_defaults), *node.decorator_list]
        elif not isinstance(node, ast.Lambda):
            ahead += ast.iter_child_nodes(node)


def _bare(module: ast.Module) -> Iterator[str]:
    """Texts outside gettext, each with its line."""
    found = {id(text): text for shown in _shown(module) for text in _literals(shown)}
    found |= {id(text): text for text in _sentences(module)}
    for text in sorted(found.values(), key=lambda text: (text.lineno, text.col_offset)):
        yield f"{text.lineno}: {ast.unparse(text)[:80]}"


def _shown(module: ast.Module) -> Iterator[ast.expr]:
    """Whatever is given to somebody who shows it."""
    for node in ast.walk(module):
        if isinstance(node, ast.Call):
            position = CALLS.get(_name(node.func))
            if position is not None:
                yield from node.args[position : position + 1]
            yield from (word.value for word in node.keywords if word.arg in NAMES)
        elif isinstance(node, ast.ClassDef):
            for statement in node.body:
                yield from _assigned(statement)


def _assigned(statement: ast.stmt) -> Iterator[ast.expr]:
    """Of `title = …` and of `name, title = …, …` in a class, what the title is."""
    if isinstance(statement, ast.AnnAssign) and statement.value and _name(statement.target) in NAMES:
        yield statement.value
    if not isinstance(statement, ast.Assign):
        return
    for target in statement.targets:
        if isinstance(target, ast.Tuple) and isinstance(statement.value, ast.Tuple):
            pairs = zip(target.elts, statement.value.elts, strict=True)
            yield from (value for name, value in pairs if _name(name) in NAMES)
        elif _name(target) in NAMES:
            yield statement.value


def _literals(shown: ast.expr) -> Iterator[ast.Constant | ast.JoinedStr]:
    """The literals with letters that end up in what is shown; of a call only those of str() and methods of texts."""
    if isinstance(shown, ast.Constant | ast.JoinedStr):
        if re.search(r"[^\W\d_]{2}", _text(shown)):
            yield shown
    elif isinstance(shown, ast.IfExp):
        yield from (*_literals(shown.body), *_literals(shown.orelse))
    elif isinstance(shown, ast.BoolOp):
        for value in shown.values:
            yield from _literals(value)
    elif isinstance(shown, ast.BinOp):
        yield from (*_literals(shown.left), *_literals(shown.right))
    elif isinstance(shown, ast.Call) and _name(shown.func) in ("str", "format_html"):
        yield from (text for value in shown.args[:1] for text in _literals(value))
    elif isinstance(shown, ast.Call) and isinstance(shown.func, ast.Attribute):
        yield from _literals(shown.func.value)


def _sentences(module: ast.Module) -> Iterator[ast.Constant | ast.JoinedStr]:
    """Literals that read like sentences, wherever they stand; not docstrings, not in gettext."""
    ahead: list[ast.AST] = [module]
    while ahead:
        match ahead.pop():
            case ast.Expr(value=ast.Constant()):
                pass
            case ast.Call(func=caller) if _name(caller) in GETTEXT:
                pass
            case ast.Subscript(value=value):
                ahead.append(value)
            case (ast.Constant(value=str()) | ast.JoinedStr()) as text:
                if SENTENCE.search(_text(text)) and not MARKUP.search(_text(text)):
                    yield text
            case node:
                ahead += ast.iter_child_nodes(node)


def _unfindable(module: ast.Module) -> Iterator[int]:
    """Lines where a text is looked up that `makemessages` does not see."""
    for node in ast.walk(module):
        match node:
            case ast.ImportFrom(module="django.utils.translation", names=names):
                known = [name.asname or name.name for name in names if "gettext" in name.name]
                found = all(name in GETTEXT for name in known)
            case ast.Call(func=caller, args=texts) if _name(caller) in GETTEXT:
                found = all(isinstance(text, ast.Constant) for text in texts[: GETTEXT[_name(caller)]])
            case _:
                continue
        if not found:
            yield node.lineno


def _name(node: ast.expr | None) -> str:
    """The last part of a dotted name."""
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""


def _text(node: ast.Constant | ast.JoinedStr) -> str:
    """What a literal says, without what is put into it."""
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else ""
    return "".join(part.value if isinstance(part, ast.Constant) else "X" for part in node.values)
