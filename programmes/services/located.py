"""What a load refuses, each with its place in the package: all of it is told at once, and nothing is written."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import DataError, IntegrityError, transaction

from indicators.formula.errors import FormulaError
from programmes.catalogue import CatalogueError


class Problems:
    """What was found so far."""

    def __init__(self) -> None:
        self.found: list[str] = []

    @contextmanager
    def at(self, place: str) -> Iterator[None]:
        """Keep what is refused inside, with where it stands; what was written there is undone."""
        try:
            with transaction.atomic():
                yield
        except FormulaError as wrong:
            self.found.append(f"{place}, формула, {_said(wrong)}")
        except (DataError, IntegrityError) as unkept:
            self.found.append(f"{place}: база не принимает запись ({str(unkept).splitlines()[0]}).")
        except CatalogueError as several:
            self.found += several.problems
        except ValueError as refused:
            self.found.append(f"{place}: {_lowered(str(refused))}")

    def refuse(self) -> None:
        """:raises CatalogueError: with everything that was found"""
        if self.found:
            raise CatalogueError(self.found)


def _said(wrong: FormulaError) -> str:
    """Say what is wrong with a formula, by its letter."""
    line = f"строка {wrong.line} формулы, " if "\n" in wrong.source else ""
    return " ".join(filter(None, [f"{line}знак {wrong.column}: {_lowered(wrong.message)}", wrong.hint]))


def _lowered(sentence: str) -> str:
    return sentence[:1].lower() + sentence[1:] if sentence[1:2].islower() else sentence
