"""Secrets in Python code: values of names that sound like a secret, and passwords in URLs."""

import ast
import io
import re
import tokenize
from collections.abc import Iterable, Iterator
from itertools import pairwise

from hexa_notebooks.kubernetes.plaintext_secret import (
    are_names,
    could_be_secret,
    describes,
    is_random,
    is_word,
    names_a_secret,
    names_labels,
    text_holds_a_secret,
)

_REFERENCES = {"secretName", "secret_name", "valueFrom", "value_from", "secretKeyRef", "secret_key_ref"}
"""Keys by which a mapping, or a call, names a Secret instead of holding a secret."""

_TAKE_A_NAME = {"get": 1, "getenv": 1, "get_config": 1, "get_secret_value": 1, "pop": 1, "getattr": 2}
"""Functions, each with the number of arguments that locate a value, before the default value."""

_TAKE_NO_SECRET = {
    *("__import__", "open", "Path", "read_text", "encode", "decode", "strip", "lstrip", "rstrip", "split"),
    # Its last argument is a path of the values.
    "set_config_if_not_none",
}
_HOLD = {
    *("bytes", "dict", "frozenset", "list", "set", "sorted", "str", "tuple", "zip"),
    *("b64decode", "format", "fromhex", "join", "loads", "replace", "unhexlify", "urlsafe_b64decode"),
}
"""Functions that return their argument in another form."""
_SET = {"__setitem__", "putenv", "set", "setattr", "setdefault", "setenv"}
"""Functions that take a name, and then its value."""
_ADD = {"add", "append", "extend", "insert", "setdefault", "update"}

Literal = ast.Constant | ast.JoinedStr | ast.pattern
Named = Iterator[tuple[str, ast.expr]]


def secret_literals(tree: ast.AST) -> list[Literal]:
    """Return the nodes, in order, that variables must replace: constants, and whole f-strings and patterns."""
    found: set[ast.Constant | ast.JoinedStr] = set()
    whole: dict[ast.AST, Literal] = {}
    labels: set[ast.AST] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr | ast.pattern):
            for part in ast.walk(node):
                whole.setdefault(part, node)
        if isinstance(node, ast.Constant | ast.JoinedStr) and text_holds_a_secret(_shown(node)):
            found.add(node)
        if isinstance(node, ast.BinOp) and text_holds_a_secret(_sum(node)):
            found.update(part for part in ast.walk(node) if isinstance(part, ast.Constant) and _shown(part))
        for name, value in _named(node):
            if names_labels(f"{name}."):
                labels.update(ast.walk(value))
            elif node not in labels and names_a_secret(name) and not _are_names(name, value):
                found.update(
                    literal
                    for literal in _literals(value, keys=name.lower().endswith("tokens"))
                    if _may_be_secret(name, literal)
                )
    return sorted({whole.get(node, node) for node in found}, key=lambda node: (node.lineno, node.col_offset))


def code_holds_a_secret(text: str) -> bool:
    """Return whether a Python file has a secret in it. Invalid Python is checked as text."""
    try:
        return bool(secret_literals(ast.parse(text))) or any(secret_comments(text))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return text_holds_a_secret(text)


def secret_comments(text: str) -> Iterator[tuple[int, int, int]]:
    """Yield the line, and the first and last column in bytes, of each comment with a secret, such as disabled code."""
    for token in tokenize.generate_tokens(io.StringIO(text, newline=None).readline):
        if token.type == tokenize.COMMENT and _is_secret_comment(token.string.lstrip("#! ")):
            start = len(token.line[: token.start[1]].encode())
            yield token.start[0], start, start + len(token.string.encode())


def _is_secret_comment(text: str) -> bool:
    try:
        return text_holds_a_secret(text) or bool(secret_literals(ast.parse(text)))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False


def text_of(node: Literal) -> str | None:
    """Return the text that a variable needs to replace a literal, or None if no variable can."""
    if isinstance(node, ast.JoinedStr):
        parts = [str(part.value) for part in node.values if isinstance(part, ast.Constant)]
        return "".join(parts) if len(parts) == len(node.values) and _fits(parts) else None
    if not isinstance(node, ast.Constant):
        return None
    try:
        text = node.value.decode() if isinstance(node.value, bytes) else str(node.value)
    except UnicodeDecodeError:
        return None
    return text if _fits([text]) else None


def _fits(texts: Iterable[str]) -> bool:
    """Return whether an environment variable that is read from a file can hold these texts."""
    return not any(re.search("[\0\r\ud800-\udfff]", text) for text in texts)


def _are_names(name: str, value: ast.expr) -> bool:
    """Return whether a value is a list of names, such as those of services."""
    match value:
        case ast.List(elts=items) | ast.Tuple(elts=items) | ast.Set(elts=items):
            return bool(items) and are_names(name, [getattr(item, "value", None) for item in items])
    return False


def _may_be_secret(name: str, node: ast.Constant | ast.JoinedStr) -> bool:
    """Return whether the text of a node can be the secret that its name announces.

    Words in an f-string are only the text around a secret.
    """
    text = _shown(node)
    return could_be_secret(name, text) and not (isinstance(node, ast.JoinedStr) and "{}" in text and is_word(text))


def _shown(node: ast.Constant | ast.JoinedStr) -> str:
    """Return the text of a node, with `{}` for the placeholders of an f-string."""
    if isinstance(node, ast.JoinedStr):
        return "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values)
    return node.value.decode("latin-1") if isinstance(node.value, bytes) else str(node.value)


def _sum(node: ast.expr) -> str:
    """Return the text of constants that are added up; anything else counts as a blank."""
    match node:
        case ast.BinOp(op=ast.Add(), left=left, right=right):
            return _sum(left) + _sum(right)
        case ast.Constant(value=str() | bytes()):
            return _shown(node)
    return " "


def _named(node: ast.AST) -> Named:
    """Yield the values that a node assigns, each with the name of the target and of the objects around it."""
    match node:
        case ast.Assign(targets=targets, value=value):
            for target in targets:
                yield from _assigned(target, value)
        case ast.AnnAssign(target=target, value=ast.expr() as value):
            yield from _assigned(target, value)
        case ast.AugAssign(target=target, value=value) | ast.NamedExpr(target=target, value=value):
            yield from _assigned(target, value)
        case ast.For() | ast.AsyncFor() | ast.comprehension():
            yield from ((_name(part), node.iter) for part in ast.walk(node.target))
        case ast.Subscript(value=value, slice=key, ctx=ast.Store() | ast.Del()) if _name(value).endswith("tokens"):
            yield _name(value), key
        case ast.Dict():
            yield from _entries("", node)
        case ast.List(elts=items) | ast.Tuple(elts=items):
            # As in ["--token", ...] and ("token", ...).
            for name, value in pairwise(items):
                if isinstance(name, ast.Constant) and isinstance(name.value, str) and not _is_words(value):
                    is_pair = isinstance(node, ast.Tuple) and len(items) == 2
                    if is_pair or (name.value.startswith("-") and "=" not in name.value):
                        yield name.value, value
        case ast.Call():
            yield from _passed(node)
        case ast.arguments():
            positional = [*node.posonlyargs, *node.args]
            yield from ((a.arg, value) for a, value in zip(positional[::-1], node.defaults[::-1], strict=False))
            yield from ((a.arg, value) for a, value in zip(node.kwonlyargs, node.kw_defaults, strict=True) if value)
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
            yield from ((name, part.value) for part in ast.walk(node) if isinstance(part, ast.Return) and part.value)
        case ast.keyword(arg="auth", value=ast.Tuple(elts=[_, password])):
            yield "password", password
        case ast.Compare(left=left, comparators=others):
            sides = [left, *others]
            yield from ((_name(one), other) for one in sides for other in sides if one is not other)


def _assigned(target: ast.expr, value: ast.expr) -> Named:
    match target, value:
        case ast.Tuple(elts=targets) | ast.List(elts=targets), ast.Tuple(elts=values) | ast.List(elts=values) if len(
            targets
        ) == len(values) and not any(isinstance(each, ast.Starred) for each in [*targets, *values]):
            for each, its in zip(targets, values, strict=True):
                yield from _assigned(each, its)
        case ((ast.Tuple(elts=targets) | ast.List(elts=targets)), _):
            for each in targets:
                yield from _assigned(each, value)
        case _:
            yield from _entries(_name(target), value)
            while isinstance(target, ast.Attribute | ast.Subscript | ast.Starred):
                target = target.value
                yield _name(target), value


def _entries(name: str, value: ast.expr) -> Named:
    """Yield a value and, if it is a mapping, the values in it."""
    yield name, value
    if isinstance(value, ast.Dict):
        entries = {
            key.value: item
            for key, item in zip(value.keys, value.values, strict=True)
            if isinstance(key, ast.Constant) and isinstance(key.value, str)
        }
        for key, item in entries.items():
            yield from _entries(f"{name}.{key}", item)
        yield from _variable(entries)


def _variable(entries: dict[str, ast.expr]) -> Named:
    """Yield the value of an environment variable in Kubernetes' form: `name` and `value`."""
    match entries.get("name"), entries.get("value"):
        case ast.Constant(value=str() as name), ast.expr() as value:
            yield name, value


def _passed(call: ast.Call) -> Named:
    function = _last(_name(call.func))
    if function in _TAKE_NO_SECRET:
        return
    owner = _name(call.func.value) if isinstance(call.func, ast.Attribute) else ""
    keywords = {keyword.arg: keyword.value for keyword in call.keywords if keyword.arg}
    for key, value in keywords.items():
        yield from _entries(f"{owner if function in _ADD else _name(call.func)}.{key}", value)
    yield from _variable(keywords)
    if function in ("BasicAuth", "HTTPBasicAuth"):
        yield from (("password", value) for value in call.args[1:2])
    for index, argument in enumerate(call.args):
        if function in _ADD:
            yield from _entries(owner, argument)
        if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
            # As in setattr(c.CryptKeeper, "keys", ...) and c.CryptKeeper.setdefault("keys", ...).
            name = f"{_name(call.args[index - 1]) if index else owner}.{argument.value}"
            if function in _SET or function in _TAKE_A_NAME:
                values = [*call.args[index + 1 :], *keywords.values()]
            else:
                # Any other function may do anything with the text after a name, such as print it.
                values = [value for value in call.args[index + 1 : index + 2] if not _is_words(value)]
            yield from ((name, value) for value in values)


def _name(node: ast.AST) -> str:
    """Return the dotted name that an expression refers to, without indexes."""
    match node:
        case ast.Name(id=name):
            return name
        case (
            ast.Attribute(value=value, attr=name) | ast.Subscript(value=value, slice=ast.Constant(value=str() as name))
        ):
            return f"{_name(value)}.{name}"
        case ast.Subscript(value=value) | ast.Starred(value=value):
            return _name(value)
    return ""


def _is_words(node: ast.AST) -> bool:
    """Return whether a text is for people: words, or several parts that do not look random."""
    if isinstance(node, ast.JoinedStr):
        return True
    return isinstance(node, ast.Constant) and (
        is_word(_shown(node)) or (" " in _shown(node) and not is_random(_shown(node)))
    )


def _is_place(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant | ast.JoinedStr) and not is_random(_shown(node))


def _last(name: str) -> str:
    return name.rpartition(".")[2]


def _literals(value: ast.AST, *, keys: bool) -> Iterator[ast.Constant | ast.JoinedStr]:
    """Yield the text that becomes part of an expression's value; with `keys` also the keys of mappings."""
    parts: Iterable[ast.AST | None] = ast.iter_child_nodes(value)
    match value:
        case ast.Constant(value=str() | bytes()):
            if _shown(value).strip("\n"):
                yield value
        case ast.JoinedStr(values=values):
            if any(isinstance(part, ast.Constant) and part.value for part in values):
                yield value
            parts = [part.value for part in values if isinstance(part, ast.FormattedValue)]
        case ast.Compare():
            parts = []
        case ast.Subscript(value=container):
            parts = [container]
        case ast.IfExp(body=body, orelse=orelse):
            parts = [body, orelse]
        case ast.BinOp(left=left, right=right):
            # Words that are added to a secret are only the text around it.
            parts = [part for part in (left, right) if not (isinstance(part, ast.Constant) and is_word(_shown(part)))]
        case ast.Dict():
            names = {key.value for key in value.keys if isinstance(key, ast.Constant)}
            secret = [
                item
                for key, item in zip(value.keys, value.values, strict=True)
                if not (isinstance(key, ast.Constant) and isinstance(item, ast.Constant) and describes(key.value))
            ]
            parts = [] if names & _REFERENCES else [*(value.keys if keys else []), *secret]
        case ast.Call(func=function, args=arguments, keywords=keywords):
            name = _last(_name(function) or getattr(function, "attr", ""))
            if name in _TAKE_NO_SECRET:
                parts = [function]
            elif {keyword.arg for keyword in keywords} & _REFERENCES:
                parts = []
            else:
                given = [*arguments[_TAKE_A_NAME.get(name, 0) :], *(keyword.value for keyword in keywords)]
                # Most functions take the place of a secret as an argument; a class takes the secret itself.
                is_lookup = name not in _HOLD and name not in _TAKE_A_NAME and name[:1].islower()
                parts = [function, *(each for each in given if not (is_lookup and _is_place(each)))]
    for part in parts:
        if part is not None:
            yield from _literals(part, keys=keys)
