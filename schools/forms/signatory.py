"""The choice of who is accountable, beside what is submitted or approved."""

from typing import Any

from django import forms

from accounts.models import User
from accounts.permissions import Permission
from schools.models import Unit
from schools.selectors.signatories import offered_first, signatories
from schools.services.signing import SignatoryRefused


class SignatoryForm(forms.Form):
    """Who is accountable: the person who clicks, if he may sign, or somebody who may."""

    signatory = forms.TypedChoiceField(label="Кто подписал", coerce=int, empty_value=None, required=False)

    def __init__(
        self,
        *args: Any,
        permission: Permission,
        at: Unit,
        user: User,
        label: str = "",
        is_required: bool = True,
        direction: int | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        among = signatories(permission, at=at, direction=direction)
        self.people = {one.user.pk: one.user for one in among}
        field = self.fields["signatory"]
        field.label = label or field.label
        # Left empty, it is the person; where that cannot be, the service says who may.
        nobody = [("", "выберите" if is_required else "никто не указан")]
        field.choices = nobody + [(one.user.pk, one.label) for one in among]
        first = offered_first(among, to=user)
        field.initial = first.pk if first else None

    @property
    def chosen(self) -> User | None:
        """The person, once the form is valid."""
        return self.people.get(self.cleaned_data.get("signatory"))

    def answer(self) -> User | None:
        """
        Return the person who was chosen, if anybody was.

        :raises SignatoryRefused: if the chosen one is not, or is no longer, among those who may
        """
        if not self.is_valid():
            raise SignatoryRefused("Выбранного больше нет среди тех, кто вправе. Выберите ещё раз.")
        return self.chosen
