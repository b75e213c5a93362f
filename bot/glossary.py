"""The words of the product and the types of its ids."""

from __future__ import annotations

from typing import NewType

AccountId = NewType("AccountId", int)


PatientId = NewType("PatientId", int)


ClinicId = NewType("ClinicId", int)


SpecialtyId = NewType("SpecialtyId", int)


DoctorId = NewType("DoctorId", int)


OrderId = NewType("OrderId", int)


AppointmentId = NewType("AppointmentId", int)


OutboxId = NewType("OutboxId", int)


RequestId = NewType("RequestId", int)


InvitationId = NewType("InvitationId", int)


DraftId = NewType("DraftId", int)


TakeoverId = NewType("TakeoverId", int)


SystemName = NewType("SystemName", str)
"""Which clinic system a reference belongs to: ``registry`` is the embedded one."""


# Opaque tokens of one clinic system, up to 512 bytes: never parsed, never put into a button.
ClinicRef = NewType("ClinicRef", str)


SpecialtyRef = NewType("SpecialtyRef", str)


DoctorRef = NewType("DoctorRef", str)


SlotRef = NewType("SlotRef", str)


PersonRef = NewType("PersonRef", str)


BookingRef = NewType("BookingRef", str)


Key = NewType("Key", str)
"""An idempotency key: the same key asks for the same thing, however often it is sent."""


Ref = NewType("Ref", str)
"""A number people read aloud: XXXX-XX, stored in Latin letters."""
