"""What the report of an identification says of decisions that differ from the calculation."""

from monitoring.services.identification_lists import change_entry
from tests.monitoring.counted_region import approve
from tests.reports.services.test_composing import composed, said, table


def test_change_of_the_list_is_told_with_its_reason(counted, now):
    region = counted
    change_entry(
        school_list=region.drafted,
        unit=region.schools[1],
        categories=[],
        reason="результаты обжалованы",
        actor=region.centre,
        now=now,
    )
    approve(region, now)

    report = composed(region)

    assert table(report, "Решения").rows == [
        ("Кежемский район", "131002", "Тагарская СОШ", "ШНРО", "без категории", "результаты обжалованы")
    ]
    assert [row[2] for row in table(report, "Школы и причины").rows if row[1] == "Кежемский район"] == [
        "131001",
        "131003",
    ]
    assert "решение изменено по 1 школе" in said(report)
