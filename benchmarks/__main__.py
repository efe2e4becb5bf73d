"""
Run the benchmarks and write RESULTS.md.

`python -m benchmarks` runs all of them, `python -m benchmarks pages` those named. A module of this folder is a
benchmark if it has `measure() -> Iterator[Figure]`; each gets a process of its own, so that memory is its own too.
"""

import json
import os
import platform
import subprocess
import sys
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

from benchmarks.figures import Figure

HERE = Path(__file__).resolve().parent
SKIPPED = {"__init__", "__main__", "figures"}


def names() -> list[str]:
    """List the benchmarks of this folder."""
    return sorted(path.stem for path in HERE.glob("*.py") if path.stem not in SKIPPED and not path.stem.startswith("_"))


def run_here(name: str) -> None:
    """Run one benchmark in this process and print its figures as JSON lines."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.base")
    os.environ.setdefault("OPORA_PROCESS", "web" if name == "pages" else "worker")
    import django

    django.setup()
    module = __import__(f"benchmarks.{name}", fromlist=["measure"])
    for figure in module.measure():
        print(json.dumps(asdict(figure), ensure_ascii=False), flush=True)


def run_apart(name: str) -> list[Figure]:
    """Run one benchmark in a child process and collect its figures."""
    command = [sys.executable, "-m", "benchmarks", "--here", name]
    done = subprocess.run(command, cwd=HERE.parent, stdout=subprocess.PIPE, text=True, check=True)
    return [Figure(**json.loads(line)) for line in done.stdout.splitlines() if line.startswith("{")]


def table(name: str, figures: list[Figure]) -> list[str]:
    """Print the figures of one benchmark as a table."""
    words = {True: "kept", False: "**missed**", None: ""}
    rows = [f"| {f.name} | {f.value:.3g} {f.unit} | {f.promise} | {words[f.is_kept]} | {f.note} |" for f in figures]
    return [f"## {name}", "", "| what | measured | promised | | how |", "|---|---|---|---|---|", *rows, ""]


def merged(new: dict[str, list[str]]) -> dict[str, list[str]]:
    """Keep the older results of benchmarks that were not run now."""
    results, current = {}, ""
    path = HERE / "RESULTS.md"
    for line in path.read_text(encoding="utf-8").splitlines() if path.exists() else []:
        if line.startswith("## "):
            current = line[3:].split(" — ")[0]
            results[current] = []
        if current:
            results[current].append(line)
    return {**results, **new}


def main(asked: list[str]) -> None:
    """Run what is asked for and write the results."""
    day = datetime.now().astimezone().strftime("%d.%m.%Y %H:%M")
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], cwd=HERE.parent, stdout=subprocess.PIPE, text=True, check=False
    ).stdout.strip()
    new = {}
    for name in asked or names():
        print(f"… {name}", file=sys.stderr, flush=True)
        lines = table(name, run_apart(name))
        lines[0] = f"## {name} — {day}, commit {commit}"
        print("\n".join(lines))
        new[name] = lines
    head = [
        "# What was measured",
        "",
        "Written by `make bench`. Medians; everything of one table was measured side by side in one run.",
        f"Machine: {os.cpu_count()} cores, Python {platform.python_version()}, embedded PostgreSQL.",
        "",
    ]
    body = [line for name in sorted(merged(new)) for line in [*merged(new)[name], ""]]
    text = "\n".join(head + body)
    while "\n\n\n" in text:
        text = text.replace("\n\n\n", "\n\n")
    (HERE / "RESULTS.md").write_text(text.rstrip() + "\n", encoding="utf-8")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--here"]:
        run_here(sys.argv[2])
    else:
        main(sys.argv[1:])
