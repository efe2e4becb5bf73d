"""Shapes of units and schools in the API."""

from rest_framework import serializers

from schools.models import Membership, Partner, SchoolYear, Unit, UnitVersion


class FormerSerializer(serializers.ModelSerializer):
    """What a unit was until a day."""

    until = serializers.DateField(source="valid_to")

    class Meta:
        model = UnitVersion
        fields = ["kind", "code", "name", "short_name", "until"]


class UnitSerializer(serializers.ModelSerializer):
    """A place of the tree, with what it was called and coded before."""

    parent = serializers.IntegerField(source="parent_id", allow_null=True, help_text="Ключ вышестоящей единицы.")
    former = FormerSerializer(source="versions", many=True, help_text="Прежние наименования и коды, до какого дня.")

    class Meta:
        model = Unit
        fields = ["id", "kind", "code", "name", "short_name", "parent", "opened_on", "closed_on", "former"]


class SchoolSerializer(UnitSerializer):
    """A school with its codes in other systems."""

    fisoko_login = serializers.CharField(source="school.fisoko_login", allow_null=True)
    level = serializers.CharField(source="school.level")
    locality = serializers.CharField(source="school.locality")
    type = serializers.CharField(source="school.type")

    class Meta:
        model = Unit
        fields = [*UnitSerializer.Meta.fields, "fisoko_login", "level", "locality", "type"]


class PartnerSerializer(serializers.ModelSerializer):
    """An organisation outside the tree with which schools agree on things."""

    unit = serializers.IntegerField(source="unit_id", help_text="Ключ муниципалитета или края, где она находится.")

    class Meta:
        model = Partner
        fields = ["id", "kind", "name", "short_name", "unit", "inn", "site"]


class MembershipSerializer(serializers.ModelSerializer):
    """That an organisation belongs to a project, from a day to a day; without a last day it still does."""

    unit = serializers.IntegerField(source="unit_id")
    code = serializers.CharField(source="unit.code")
    project = serializers.CharField(source="project.code")
    project_name = serializers.CharField(source="project.short_name")

    class Meta:
        model = Membership
        fields = ["id", "unit", "code", "project", "project_name", "since", "until", "order"]


class SchoolYearSerializer(serializers.ModelSerializer):
    """The social passport of a school for one academic year; null is unknown."""

    unit = serializers.IntegerField(source="unit_id")
    code = serializers.CharField(source="unit.code")

    class Meta:
        model = SchoolYear
        fields = [
            "unit",
            "code",
            "academic_year",
            "pupils",
            "parents_higher_education",
            "single_parent",
            "low_income",
            "parents_unemployed",
            "on_record",
            "russian_not_native",
            "special_needs",
            "teachers",
            "narrow_specialists",
            "distance_km",
            "source",
            "source_row",
        ]
