"""The map of the chat: every state of every flow, its short code in buttons, and the states its buttons lead to."""

from __future__ import annotations

from typing import NamedTuple

from aiogram.fsm.state import State, StatesGroup


class Consenting(StatesGroup):
    welcome = State()
    purpose = State()
    full_text = State()
    declined = State()


class Menu(StatesGroup):
    home = State()
    language = State()
    help = State()
    no_policy = State()


class Linking(StatesGroup):
    number = State()
    where_number = State()
    photo = State()
    facts = State()
    name_read = State()
    name = State()
    correction = State()


class Patients(StatesGroup):
    list = State()
    card = State()


class Booking(StatesGroup):
    patient = State()
    clinic = State()
    specialty = State()
    referral = State()
    doctor = State()
    day = State()
    time = State()
    review = State()


class Appointments(StatesGroup):
    list = State()
    card = State()
    cancel = State()
    alternatives = State()


class Privacy(StatesGroup):
    mine = State()
    revoke = State()
    erase = State()


class Desk(StatesGroup):
    day = State()
    visit = State()
    cancel = State()
    move = State()


class Place(NamedTuple):
    """Where a state stands on the map. Every state leads to ``Menu.home`` besides, and to ``Menu.help`` through it."""

    code: str
    leads_to: frozenset[State]


def _place(code: str, *leads_to: State) -> Place:
    return Place(code, frozenset({*leads_to, Menu.home}))


MAP: dict[State, Place] = {
    Consenting.welcome: _place("cw", Consenting.purpose, Menu.language, Menu.help),
    Consenting.purpose: _place("cp", Consenting.purpose, Consenting.full_text, Consenting.declined, Linking.number),
    Consenting.full_text: _place("cf", Consenting.purpose, Privacy.mine),
    Consenting.declined: _place("cd", Consenting.purpose, Menu.help),
    Menu.home: _place(
        "mh",
        Booking.patient,
        Booking.clinic,
        Booking.specialty,
        Appointments.list,
        Appointments.card,
        Patients.list,
        Patients.card,
        Privacy.mine,
        Menu.language,
        Menu.help,
        Linking.number,
        Linking.facts,
        Linking.name,
        Linking.name_read,
        Linking.correction,
        Consenting.welcome,
        Consenting.purpose,
        Desk.day,
    ),
    Menu.language: _place("ml", Consenting.welcome),
    Menu.help: _place("mp", Menu.language),
    Menu.no_policy: _place("mn", Linking.number),
    Linking.number: _place("ln", Linking.where_number, Linking.photo, Menu.no_policy, Linking.facts),
    Linking.where_number: _place("lw", Linking.number),
    Linking.photo: _place("lp", Linking.number, Linking.facts),
    Linking.facts: _place("lf", Linking.name, Linking.name_read, Linking.number),
    Linking.name_read: _place("lr", Linking.name, Linking.facts, Patients.card),
    Linking.name: _place("la", Linking.facts, Patients.card),
    Linking.correction: _place("lc", Patients.card),
    Patients.list: _place("pl", Patients.card, Linking.number),
    Patients.card: _place(
        "pc",
        Patients.card,
        Patients.list,
        Linking.correction,
        Linking.number,
        Booking.clinic,
        Booking.specialty,
        Menu.help,
    ),
    Booking.patient: _place("bp", Booking.specialty, Booking.clinic, Linking.number),
    Booking.clinic: _place("bc", Booking.specialty, Booking.patient),
    Booking.specialty: _place("bs", Booking.doctor, Booking.clinic, Booking.referral, Booking.patient),
    Booking.referral: _place("bf", Booking.specialty, Booking.doctor),
    Booking.doctor: _place("bd", Booking.day, Booking.review, Booking.specialty, Booking.clinic),
    Booking.day: _place("by", Booking.day, Booking.time, Booking.doctor, Appointments.card),
    Booking.time: _place("bt", Booking.review, Booking.day, Booking.time, Appointments.card),
    Booking.review: _place("br", Appointments.card, Booking.time, Booking.day, Booking.review),
    Appointments.list: _place("al", Appointments.card, Booking.patient),
    Appointments.card: _place(
        "ac",
        Appointments.card,
        Booking.day,
        Booking.doctor,
        Appointments.cancel,
        Appointments.list,
        Appointments.alternatives,
        Booking.patient,
    ),
    Appointments.cancel: _place("ax", Appointments.card, Booking.day),
    Appointments.alternatives: _place("aa", Booking.review, Booking.doctor, Appointments.list),
    Privacy.mine: _place("dm", Privacy.revoke, Privacy.erase, Consenting.full_text, Consenting.purpose),
    Privacy.revoke: _place("dr", Privacy.mine),
    Privacy.erase: _place("de", Privacy.mine, Consenting.welcome, Appointments.list),
    Desk.day: _place("kd", Desk.day, Desk.visit),
    Desk.visit: _place("kv", Desk.cancel, Desk.move, Desk.day),
    Desk.cancel: _place("kx", Desk.visit, Desk.day),
    Desk.move: _place("km", Desk.visit, Desk.move),
}
