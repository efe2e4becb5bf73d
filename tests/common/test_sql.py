import pytest

from common.sql import named_sql


def test_a_statement_is_found_by_name_and_must_tell_its_grain(tmp_path, monkeypatch):
    folder = tmp_path / "someapp" / "sql"
    folder.mkdir(parents=True)
    (tmp_path / "someapp" / "__init__.py").touch()
    (folder / "told.sql").write_text("-- one row a school\nSELECT 1", encoding="utf-8")
    (folder / "untold.sql").write_text("SELECT 1", encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    assert named_sql("someapp", "told").endswith("SELECT 1")
    with pytest.raises(ValueError, match=r"someapp/sql/untold\.sql"):
        named_sql("someapp", "untold")
