"""
Print the Debian packages that are missing for PDF reports and, with `dev`, for browser tests.

WeasyPrint looks for Pango at run time, so that nothing would fail before the first report; this asks first.
"""

import ctypes
import shutil
import subprocess
import sys

LIBRARIES = {
    "libpango-1.0.so.0": "libpango-1.0-0",
    "libpangoft2-1.0.so.0": "libpangoft2-1.0-0",
    "libharfbuzz.so.0": "libharfbuzz0b",
    "libharfbuzz-subset.so.0": "libharfbuzz-subset0",
    "libfontconfig.so.1": "libfontconfig1",
}
# The families that the style sheets name, any of which will do, and the package that brings one.
FONTS = {
    "fonts-liberation": ("Liberation Serif", "Times New Roman"),  # official documents
    "fonts-dejavu-core": ("PT Sans", "DejaVu Sans"),  # pages and analytical reports
}
BROWSERS = ("chromium", "chromium-browser", "google-chrome")


def missing_packages(kind: str) -> list[str]:
    """Return the names of packages to install."""
    missing = [package for library, package in LIBRARIES.items() if not loads(library)]
    missing += [] if shutil.which("fc-list") else ["fontconfig"]
    families = cyrillic_families()
    missing += [package for package, names in FONTS.items() if not families.intersection(names)]
    if kind == "dev" and not any(shutil.which(name) for name in BROWSERS):
        missing.append("chromium")
    return missing


def loads(library: str) -> bool:
    """Whether the dynamic loader finds the library."""
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def cyrillic_families() -> set[str]:
    """Return the names of the installed font families that cover Russian."""
    program = shutil.which("fc-list")
    if not program:
        return set()
    arguments = [program, ":lang=ru", "family"]
    listed = subprocess.run(arguments, capture_output=True, text=True, check=False).stdout  # noqa: S603  # fixed
    return {name.strip() for line in listed.splitlines() for name in line.split(",")}


if __name__ == "__main__":
    sys.stdout.write(" ".join(missing_packages(sys.argv[1] if len(sys.argv) > 1 else "base")))
