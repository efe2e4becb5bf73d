"""Figures measured side by side on one machine: `make bench` writes them to RESULTS.md."""
