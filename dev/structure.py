"""Print the plan of the library: its rooms, the floors that they are on, and its longest modules and functions.

A room is a module or a package directly in `hexa_notebooks`. It stands on the floor above everything that it imports.

Run `python -m dev.structure`. To measure another checkout, name its folder: `python -m dev.structure ../old`.
"""

import argparse
import ast
import sys
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from statistics import median

import grimp

PACKAGE = "hexa_notebooks"


def rooms(graph: grimp.ImportGraph) -> dict[str, set[str]]:
    """Return each room, and the rooms that it imports."""
    found: dict[str, set[str]] = {}
    for module in graph.modules - {PACKAGE}:
        imported = {_room(each) for each in graph.find_modules_directly_imported_by(module) if each != PACKAGE}
        found.setdefault(_room(module), set()).update(imported - {_room(module)})
    return found


def _room(module: str) -> str:
    return module.split(".")[1]


def floors(arrows: Mapping[str, set[str]]) -> dict[str, int]:
    """Return the floor of each room, counted from 1. Rooms in a circle share one."""

    @cache
    def reached(room: str) -> frozenset[str]:
        seen: set[str] = set()
        left = [room]
        while left:
            for each in arrows[left.pop()] - seen:
                seen.add(each)
                left.append(each)
        return frozenset(seen)

    @cache
    def floor(room: str) -> int:
        below = [each for each in reached(room) if room not in reached(each)]
        return 1 + max(map(floor, below), default=0)

    return {room: floor(room) for room in arrows}


def circles(graph: grimp.ImportGraph) -> list[str]:
    """Return the modules that import themselves through others, below the package's own names."""
    return sorted(
        module
        for module in graph.modules - {PACKAGE}
        if any(module in graph.find_upstream_modules(each) for each in graph.find_modules_directly_imported_by(module))
    )


def functions(path: Path) -> Iterator[tuple[int, str]]:
    """Yield the lines and the name of each function of a module, decorators and docstring included."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno:
            first = min([node.lineno, *(each.lineno for each in node.decorator_list)])
            yield node.end_lineno - first + 1, node.name


def main() -> None:
    """Print the plan, highest floor first, and the figures."""
    parser = argparse.ArgumentParser(description="Print the plan of the library.")
    root = Path(__file__).parents[1]
    parser.add_argument("folder", nargs="?", type=Path, default=root, help="the checkout; this one by default")
    source = parser.parse_args().folder.resolve() / "constructs"
    sys.path.insert(0, str(source))
    # Imports for type checkers alone are no dependence: neither is there when the library runs.
    graph = grimp.build_graph(PACKAGE, exclude_type_checking_imports=True, cache_dir=None)
    arrows = rooms(graph)
    floor = floors(arrows)
    lines = {path: len(path.read_text("utf-8").splitlines()) for path in sorted((source / PACKAGE).rglob("*.py"))}
    for number in range(max(floor.values()), 0, -1):
        print(f"{number:2}  {'  '.join(sorted(room for room in arrows if floor[room] == number))}")
    up = sum(floor[room] <= floor[each] for room, imported in arrows.items() for each in imported)
    longest = max((*each, path) for path in lines for each in functions(path))
    module = max(lines, key=lambda path: lines[path])
    print(f"rooms {len(arrows)}, floors {max(floor.values())}, arrows {sum(map(len, arrows.values()))}, not down {up}")
    print(f"modules in circles: {', '.join(circles(graph)) or 'none'}")
    print(f"lines {sum(lines.values())}, modules {len(lines)}, median {median(lines.values()):.0f}")
    print(f"longest module {module.relative_to(source / PACKAGE)}, {lines[module]}")
    print(f"longest function {longest[1]} in {longest[2].relative_to(source / PACKAGE)}, {longest[0]}")


if __name__ == "__main__":
    main()
