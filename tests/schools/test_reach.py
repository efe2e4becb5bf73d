"""Which places a text names for whoever manages people there."""

import pytest

from accounts.permissions import Role
from schools.enums import Kind
from schools.selectors.reach import units_named
from tests.factories.programmes import make_unit
from tests.factories.schools import make_municipality, make_region, make_user

pytestmark = pytest.mark.django_db


def test_a_part_of_a_code_is_not_the_place_that_has_it():
    kezhma = make_municipality(make_region(), "131", "Кежемский район")
    school = make_unit(Kind.SCHOOL, "131001", "Тагарская школа", kezhma)
    director = make_user("director", Role.SCHOOL_DIRECTOR, school)

    assert units_named(director, "131001; Тагарская")[0] == [school]
    assert units_named(director, "131") == ([], ["Места «131» среди ваших нет. Впишите его код или название."])
