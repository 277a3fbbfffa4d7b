"""All regular expressions of the packages with the ways in which they are used, and texts that are bad for them."""

import ast
import importlib
import pkgutil
import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from inspect import signature
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any

import assistant
import ui
from assistant.text import WordPattern

# Training and benchmarks, whose texts a developer chooses, and plots, which read what matplotlib writes.
_SEE_NO_TEXT = tuple(f"assistant.evaluation.{name}" for name in ("training", "benchmarks", "plots"))
_WAYS = {"match": "match", "fullmatch": "fullmatch"} | dict.fromkeys(
    ("search", "finditer", "findall", "sub", "subn", "split"), "finditer"
)
_ALL_WAYS = frozenset(_WAYS.values())
_DEEPEST = 4  # of a pattern within tuples and dictionaries
_A_NAME = "Ann"  # for what stands in a pattern that a function builds
Held = tuple[str, re.Pattern[Any]]


@dataclass(frozen=True)
class Used:
    """A pattern, where it is, and how it is used: `finditer` stands for all that go through the whole text."""

    place: str
    pattern: re.Pattern[Any]
    way: str

    def run(self, text: str) -> None:
        """Match `text`."""
        given = text.encode("utf-8", "surrogatepass") if isinstance(self.pattern.pattern, bytes) else text
        found = getattr(self.pattern, self.way)(given)
        if self.way == "finditer":
            deque(found, 0)


@cache
def used_patterns() -> tuple[Used, ...]:
    """Every pattern that a module holds, also within tuples, dictionaries, classes and closures, or that is written
    where it is used.
    """
    modules = {module: _tree(module) for module in _modules()}
    found: dict[tuple[re.Pattern[Any], str], Used] = {}
    for module, tree in modules.items():
        for place, pattern in _held(module):
            name = place.partition(".")[0]
            trees = [tree] if name.startswith("_") else list(modules.values())
            for way in frozenset().union(*(_ways(name, each) for each in trees)) or _ALL_WAYS:
                found.setdefault((pattern, way), Used(f"{module.__name__}.{place}", pattern, way))
        for line, pattern, way in _written(tree, module):
            found.setdefault((pattern, way), Used(f"{module.__name__}, line {line}", pattern, way))
    return tuple(found.values())


def _modules() -> Iterator[ModuleType]:
    for package in (assistant, ui):
        for info in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if not info.name.startswith(_SEE_NO_TEXT) and not info.name.endswith("__main__"):
                yield importlib.import_module(info.name)


def _tree(module: ModuleType) -> ast.Module:
    return ast.parse(Path(module.__file__ or "").read_text(encoding="utf-8"))


def _held(module: ModuleType) -> Iterator[Held]:
    for name, value in list(vars(module).items()):
        yield from _inside(value, name, module.__name__, depth=0)


def _inside(value: Any, place: str, module: str, depth: int) -> Iterator[Held]:
    if isinstance(value, WordPattern):
        yield place, value.compiled
    elif isinstance(value, re.Pattern):
        yield place, value
    elif depth < _DEEPEST:
        for name, part in _parts(value, module):
            yield from _inside(part, f"{place}.{name}", module, depth + 1)


def _parts(value: Any, module: str) -> list[tuple[Any, Any]]:
    if isinstance(value, dict):
        return [*value.items(), *((f"key {key}", key) for key in value)]
    if isinstance(value, tuple | list | set | frozenset):
        return list(enumerate(value))
    if (
        hasattr(value, "cache_info")
        and getattr(value, "__module__", None) == module
        and not signature(value).parameters
    ):
        return [("()", value())] if "Pattern" in str(signature(value).return_annotation) else []
    if isinstance(value, FunctionType) and value.__module__ == module:
        return list(enumerate([*(cell.cell_contents for cell in value.__closure__ or ()), *(value.__defaults__ or ())]))
    if getattr(value, "__module__", None) == module:  # a class, or an object of one, with what it holds
        return list(getattr(value, "__dict__", {}).items())
    return []


def _ways(name: str, tree: ast.Module) -> frozenset[str]:
    """In which ways `tree` uses the pattern, or the patterns, of this name; all where it does not show."""
    ways: set[str] = set()
    for node in ast.walk(tree):
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.Name) and child.id == name and isinstance(child.ctx, ast.Load):
                ways |= _ways_of_use(node, child, tree)
    return frozenset(ways)


def _ways_of_use(parent: ast.AST, name: ast.Name, tree: ast.Module) -> frozenset[str]:
    if isinstance(parent, ast.Attribute):
        return frozenset({_WAYS[parent.attr]} if parent.attr in _WAYS else ())
    if isinstance(parent, ast.For | ast.comprehension) and isinstance(parent.target, ast.Name):
        return _ways(parent.target.id, tree) if parent.target.id != name.id else _ALL_WAYS
    return _ALL_WAYS


def _written(tree: ast.Module, module: ModuleType) -> Iterator[tuple[int, re.Pattern[Any], str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in _WAYS:
            if isinstance(node.func.value, ast.Name) and node.func.value.id == "re":
                pattern = _evaluated(node.args[0], module)
                if pattern is not None:
                    yield node.lineno, re.compile(pattern, _flags(node)), _WAYS[node.func.attr]


def _evaluated(node: ast.expr, module: ModuleType) -> Any:
    """The text of a pattern as written; what a variable of a function stands for in it is taken for a name."""
    if isinstance(node, ast.JoinedStr):
        node = ast.JoinedStr([part if _is_known(part, module) else ast.Constant(_A_NAME) for part in node.values])
    expression = compile(ast.fix_missing_locations(ast.Expression(node)), "pattern", "eval")
    try:
        value = eval(expression, vars(module))
    except (NameError, TypeError, AttributeError):
        return None
    return value if isinstance(value, str | bytes) else None


def _is_known(part: ast.expr, module: ModuleType) -> bool:
    return all(node.id in vars(module) for node in ast.walk(part) if isinstance(node, ast.Name))


def _flags(node: ast.Call) -> int:
    given = [word.value for word in node.keywords if word.arg == "flags"] + node.args[1:]
    names = [part.attr for argument in given for part in _members_of_re(argument)]
    return sum(getattr(re, name) for name in dict.fromkeys(names))


def _members_of_re(argument: ast.expr) -> list[ast.Attribute]:
    if isinstance(argument, ast.BinOp):
        return _members_of_re(argument.left) + _members_of_re(argument.right)
    return [argument] if isinstance(argument, ast.Attribute) and getattr(argument.value, "id", "") == "re" else []
