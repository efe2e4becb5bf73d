"""The generated pages of docs/ say what the code says; what people write by hand names what there is."""

from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from indicators.facts import registered
from indicators.formula.words import FUNCTIONS
from programmes.management.commands.write_docs import pages

DOCS = Path(__file__).resolve().parents[1] / "docs"
NAMES = ["catalogues.md", "commands.md", "facts.md", "formula.md", "permissions.md"]


@pytest.fixture(scope="module")
def written():
    return pages()


@pytest.mark.parametrize("name", NAMES)
def test_generated_page_is_fresh(written, name):
    """`make docs` writes them anew."""
    assert (DOCS / name).read_text(encoding="utf-8") == written[name]


def test_every_fact_and_function_has_its_line(written):
    facts = written["facts.md"]

    assert [fact.name for fact in registered() if f"| `{fact.name}` |" not in facts] == []
    assert [one.name for one in FUNCTIONS if f"| `{one.usage}` |" not in written["formula.md"]] == []


def test_a_stale_page_is_named(tmp_path, settings):
    (tmp_path / "docs").mkdir()
    settings.BASE_DIR = tmp_path

    with pytest.raises(CommandError) as refused:
        call_command("write_docs", check=True)

    assert (
        str(refused.value)
        == "Устарели: facts.md, formula.md, permissions.md, commands.md, catalogues.md. Выполните make docs."
    )


@pytest.mark.parametrize("page", sorted(DOCS.glob("**/*.md")), ids=lambda path: str(path.relative_to(DOCS)))
def test_links_between_pages_lead_somewhere(page):
    lost = [target for target in links(page) if not (page.parent / target).exists()]

    assert lost == []


def links(page: Path) -> list[str]:
    """Relative links of a page, without anchors."""
    text = page.read_text(encoding="utf-8")
    found = [part.partition(")")[0] for part in text.split("](")[1:]]
    return [target.partition("#")[0] for target in found if "://" not in target and not target.startswith("#")]
