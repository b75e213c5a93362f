"""The deeds of a patient's card by the field, the detail or the verdict that they are about."""

from __future__ import annotations

from collections.abc import Mapping

from bot.core.deeds import Deed
from bot.core.patient import VerificationStatus
from bot.patients.records import Detail, KeyField

CORRECTED: Mapping[KeyField, Deed] = {
    KeyField.FAMILY: Deed.FAMILY_NAME_CORRECTED,
    KeyField.GIVEN: Deed.GIVEN_NAME_CORRECTED,
    KeyField.PATRONYMIC: Deed.PATRONYMIC_CORRECTED,
    KeyField.NUMBER: Deed.NUMBER_CORRECTED,
    KeyField.BIRTH_DATE: Deed.BIRTH_DATE_CORRECTED,
    KeyField.SEX: Deed.SEX_CORRECTED,
}

DETAIL_CHANGED: Mapping[Detail, Deed] = {
    Detail.SNILS: Deed.SNILS_CHANGED,
    Detail.CERTIFICATE: Deed.CERTIFICATE_CHANGED,
    Detail.ISSUED_ON: Deed.ISSUE_DAY_CHANGED,
    Detail.VALID_UNTIL: Deed.LAST_DAY_CHANGED,
    Detail.ADDRESS: Deed.ADDRESS_CHANGED,
}

DETAIL_REMOVED: Mapping[Detail, Deed] = {
    Detail.SNILS: Deed.SNILS_REMOVED,
    Detail.CERTIFICATE: Deed.CERTIFICATE_REMOVED,
    Detail.ISSUED_ON: Deed.ISSUE_DAY_REMOVED,
    Detail.VALID_UNTIL: Deed.LAST_DAY_REMOVED,
    Detail.ADDRESS: Deed.ADDRESS_REMOVED,
}

POLICY_CHECKED: Mapping[VerificationStatus, Deed] = {
    VerificationStatus.VERIFIED: Deed.POLICY_VERIFIED,
    VerificationStatus.NEEDS_CORRECTION: Deed.POLICY_DIFFERS,
    VerificationStatus.REJECTED: Deed.POLICY_REJECTED,
}
"""By the status of the verdict; an open check has none."""
