"""SQL written by hand lives in `<app>/sql/<name>.sql` and is fetched by name."""

from functools import cache
from importlib.resources import files


@cache
def named_sql(app: str, name: str) -> str:
    """
    Return the text of one statement.

    :raises ValueError: if its first line is not a comment that tells grain and parameters
    """
    text = files(app).joinpath("sql", f"{name}.sql").read_text(encoding="utf-8")
    if not text.startswith("--"):
        raise ValueError(f"{app}/sql/{name}.sql must begin with a comment: its grain and parameters")
    return text
