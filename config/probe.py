"""Ask an address of this machine and exit with 0 if it answers well: `python -m config.probe URL`."""

import sys
import urllib.request


def main() -> int:
    """Return the exit code."""
    request = urllib.request.Request(sys.argv[1])  # noqa: S310 - the address stands in docker-compose.yml
    try:
        with urllib.request.urlopen(request, timeout=4) as answer:  # noqa: S310 - as above
            return 0 if answer.status == 200 else 1
    except OSError as silent:
        sys.stderr.write(f"{sys.argv[1]}: {silent}\n")
        return 1


if __name__ == "__main__":
    sys.exit(main())
