"""What is told before a doctor is chosen: whom enrollment opens at once, and what another clinic may ask for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bot.booking.choose import SpecialtyChoice
from bot.booking.clinic_access import ClinicAccess, access_at
from bot.core.clinic import Specialty
from bot.core.i18n import gettext as _
from dialogs.kit.screen import text
from dialogs.kit.specialties import in_a_sentence

MOST_NAMED = 16


def access_line(choice: SpecialtyChoice) -> str:
    """Return one sentence on referrals at this clinic, "" where there is nothing to say."""
    access = access_at(choice.patient, choice.clinic, choice.specialties)
    if access is None:
        return ""
    return {
        ClinicAccess.OWN: _("Your own clinic: doctors without the mark “referral” are booked at once."),
        ClinicAccess.ELSEWHERE: _("Not your own clinic: the reception may ask for a referral or an enrollment."),
        ClinicAccess.UNKNOWN: _("Planned visits without a referral are for children who are enrolled at the clinic."),
    }[access]


def opened_lines(specialties: Sequence[Specialty]) -> list[str]:
    """Return whom the clinic opens to an enrolled child at once, and whom with a referral."""
    direct = named(each for each in specialties if not each.needs_referral)
    referred = named(each for each in specialties if each.needs_referral)
    return [
        text(_("Without a referral: {doctors}"), doctors=direct) if direct else "",
        text(_("With a referral: {doctors}"), doctors=referred) if referred else "",
    ]


def named(specialties: Iterable[Specialty]) -> str:
    names = list(dict.fromkeys(in_a_sentence(each) for each in specialties))
    return ", ".join(names[:MOST_NAMED]) + ("…" if len(names) > MOST_NAMED else "")
