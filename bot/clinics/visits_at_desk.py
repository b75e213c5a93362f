"""A visit as the clinic's own side sees it."""

from __future__ import annotations

from datetime import date, datetime
from typing import NamedTuple

from bot.clinics.port import Booking
from bot.core.people import PersonName


class ClinicVisit(NamedTuple):
    """A visit as the desk sees it; ``number`` is the desk's own id of it, ``doctor_number`` that of its doctor."""

    number: int
    booking: Booking
    person: PersonName
    birth_date: date
    doctor_number: int
    doctor: PersonName
    specialty: str
    policy_number: str = ""
    """"" if the clinic does not tell it"""
    specialty_code: str = ""
    """the catalogue's key («pediatrician»); "" if the clinic has none"""
    phone: str = ""
    """of the person, as the clinic has it; "" if it has none"""
    first_here: bool = False
    """the person has not been at this clinic before"""
    has_priority: bool = False
    """the desk has seen the papers of a benefit"""
    arrived_at: datetime | None = None
    """when the desk has checked the person in; only ``visit`` tells it"""
