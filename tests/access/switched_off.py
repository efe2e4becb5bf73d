"""
The scoping of the program switched off while it runs, all at once: what `make mutants` does to one call at a time.

Every function that calls `require`, `visible_to`, `can` or their like is given the code that `scripts/mutants.py` would
write for it with the switch turned, and gets its own back at the end. Whoever holds the function holds the other code.
"""

import ast
import gc
import importlib.util
import sys
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from textwrap import dedent
from types import CodeType, FunctionType, ModuleType

PROJECT = Path(__file__).resolve().parents[2]
Place = tuple[str, str, int, tuple[str, ...]]  # file, qualified name, first line, what it takes from around it


@contextmanager
def scoping_switched_off() -> Iterator[None]:
    """Ask for no permission and keep every row within the block."""
    script, others = _mutants(), _others()
    probe = ModuleType("mutant_probe")
    exec(dedent(script.PROBE), vars(probe))  # noqa: S102 - the script's own text
    sys.modules[probe.__name__] = probe
    changed = []
    gc.unfreeze()  # what the world's fixture leaves out of the search for garbage is not told of either
    # Not `isinstance`: to ask a lazy object what it is would wake it.
    for function in [one for one in gc.get_objects() if type(one) is FunctionType]:
        other = others.get(_place(function.__code__))
        if other is not None:
            changed.append((function, function.__code__))
            function.__code__ = other
    try:
        yield
    finally:
        for function, own in changed:
            function.__code__ = own
        del sys.modules[probe.__name__]


@cache
def _mutants() -> ModuleType:
    """Load the script."""
    spec = importlib.util.spec_from_file_location("mutants_of_the_net", PROJECT / "scripts" / "mutants.py")
    script = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = script  # dataclasses look their module up
    spec.loader.exec_module(script)
    return script


@cache
def _others() -> dict[Place, CodeType]:
    """Return the other code of every function of the modules that ask; of two on one line, of neither."""
    script = _mutants()

    class Turned(script.Switches):
        """Writes what a call becomes, and not the switch."""

        def visit_Call(self, node: ast.Call) -> ast.AST:
            self.generic_visit(node)
            off = self._switched_off(node)
            if off is None:
                return node
            self.sites.append(node)
            return ast.copy_location(off, node)

    found: dict[Place, list[CodeType]] = defaultdict(list)
    for path in script.sources(PROJECT):
        where = str(path.relative_to(PROJECT))
        if script.COURTESY.search(where):
            continue
        turned = Turned(where, 0)
        tree = turned.visit(ast.parse(path.read_text(encoding="utf-8")))
        if turned.sites:
            for code in _within(compile(ast.fix_missing_locations(tree), str(path), "exec", dont_inherit=True)):
                found[_place(code)].append(code)
    return {place: codes[0] for place, codes in found.items() if len(codes) == 1}


def _place(code: CodeType) -> Place:
    return (code.co_filename, code.co_qualname, code.co_firstlineno, code.co_freevars)


def _within(code: CodeType) -> Iterator[CodeType]:
    for one in code.co_consts:
        if isinstance(one, CodeType):
            yield one
            yield from _within(one)
