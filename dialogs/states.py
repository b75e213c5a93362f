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
    way = State()
    number = State()
    old_number = State()
    where_number = State()
    photo = State()
    facts = State()
    name_read = State()
    name = State()
    birth_date = State()
    sex = State()
    detail = State()
    policies = State()
    review = State()
    fields = State()
    extras = State()
    giving_up = State()
    correction = State()


class Patients(StatesGroup):
    list = State()
    card = State()
    edit = State()
    field = State()
    review = State()
    unlink = State()
    history = State()


class Booking(StatesGroup):
    patient = State()
    clinic = State()
    specialty = State()
    referral = State()
    level = State()
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
    journal = State()
    export = State()
    revoke = State()
    erase = State()


class Pin(StatesGroup):
    enter = State()
    forgotten = State()
    settings = State()
    proof = State()
    new = State()
    again = State()


class Contacts(StatesGroup):
    mine = State()
    phone = State()
    email = State()


class Family(StatesGroup):
    household = State()
    invitation = State()
    invited = State()
    take_away = State()
    promote = State()
    asking = State()
    request = State()
    asker = State()


class Watching(StatesGroup):
    letter = State()
    newborn = State()
    get_policy = State()


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
    Consenting.purpose: _place(
        "cp", Consenting.purpose, Consenting.full_text, Consenting.declined, Linking.way, Family.invited
    ),
    Consenting.full_text: _place("cf", Consenting.purpose, Privacy.mine),
    Consenting.declined: _place("cd", Consenting.purpose, Menu.help, Privacy.mine),
    Menu.home: _place(
        "mh",
        Menu.no_policy,
        Booking.patient,
        Booking.clinic,
        Booking.specialty,
        Appointments.list,
        Appointments.card,
        Patients.list,
        Patients.card,
        Privacy.mine,
        Pin.settings,
        Menu.language,
        Menu.help,
        Linking.way,
        Linking.number,
        Linking.old_number,
        Linking.facts,
        Linking.name,
        Linking.name_read,
        Linking.birth_date,
        Linking.sex,
        Linking.detail,
        Linking.policies,
        Linking.review,
        Linking.correction,
        Consenting.welcome,
        Consenting.purpose,
        Desk.day,
        Family.invited,
    ),
    Menu.language: _place("ml", Consenting.welcome),
    Menu.help: _place("mp", Menu.language),
    Menu.no_policy: _place("mn", Linking.number, Watching.newborn, Watching.get_policy),
    Linking.way: _place(
        "ly",
        Linking.number,
        Linking.photo,
        Linking.old_number,
        Linking.name,
        Linking.name_read,
        Linking.birth_date,
        Linking.detail,
        Linking.policies,
        Menu.no_policy,
    ),
    Linking.number: _place(
        "ln",
        Linking.where_number,
        Linking.photo,
        Linking.old_number,
        Linking.way,
        Linking.fields,
        Linking.policies,
        Menu.no_policy,
    ),
    Linking.old_number: _place("lu", Linking.way, Linking.fields, Linking.policies),
    Linking.where_number: _place("lw", Linking.number),
    Linking.photo: _place("lp", Linking.number),
    Linking.facts: _place("lf", Linking.name, Linking.name_read, Linking.review, Linking.number),
    Linking.name_read: _place(
        "lr",
        Linking.name,
        Linking.facts,
        Linking.sex,
        Linking.way,
        Linking.birth_date,
        Linking.detail,
        Linking.policies,
        Linking.review,
    ),
    Linking.name: _place(
        "la",
        Linking.name,
        Linking.facts,
        Linking.sex,
        Linking.way,
        Linking.birth_date,
        Linking.detail,
        Linking.policies,
        Linking.fields,
        Linking.review,
    ),
    Linking.birth_date: _place(
        "lb", Linking.name, Linking.number, Linking.old_number, Linking.policies, Linking.fields
    ),
    Linking.sex: _place("lx", Linking.name, Linking.name_read, Linking.birth_date, Linking.fields, Linking.review),
    Linking.detail: _place("ld", Linking.birth_date, Linking.policies, Linking.extras, Linking.review),
    Linking.policies: _place(
        "lo",
        Linking.policies,
        Linking.name,
        Linking.birth_date,
        Linking.detail,
        Linking.number,
        Linking.facts,
        Linking.review,
        Patients.card,
    ),
    Linking.review: _place("lv", Patients.card, Linking.fields, Linking.extras, Linking.review),
    Linking.fields: _place(
        "lg",
        Linking.number,
        Linking.old_number,
        Linking.name,
        Linking.birth_date,
        Linking.sex,
        Linking.detail,
        Linking.review,
        Linking.giving_up,
    ),
    Linking.giving_up: _place("lz", Linking.fields),
    Linking.extras: _place("le", Linking.detail, Linking.review),
    Linking.correction: _place("lc", Patients.card),
    Patients.list: _place(
        "pl",
        Patients.card,
        Linking.way,
        Linking.number,
        Linking.old_number,
        Linking.facts,
        Linking.name,
        Linking.name_read,
        Linking.birth_date,
        Linking.sex,
        Linking.detail,
        Linking.policies,
        Linking.review,
    ),
    Patients.edit: _place("pe", Patients.card, Patients.field, Patients.review, Patients.unlink),
    Patients.field: _place("pf", Patients.edit, Patients.review, Patients.card),
    Patients.review: _place("pr", Patients.edit, Patients.card, Patients.review),
    Patients.unlink: _place("pu", Patients.card, Patients.list, Appointments.list),
    Patients.history: _place("ph", Patients.history, Patients.card),
    Patients.card: _place(
        "pc",
        Watching.letter,
        Patients.card,
        Patients.list,
        Contacts.phone,
        Patients.edit,
        Patients.field,
        Patients.review,
        Patients.unlink,
        Patients.history,
        Linking.correction,
        Linking.way,
        Linking.number,
        Booking.clinic,
        Booking.specialty,
        Family.household,
        Family.asking,
        Menu.help,
    ),
    Booking.patient: _place("bp", Booking.specialty, Booking.clinic, Linking.way),
    Booking.clinic: _place("bc", Booking.specialty, Booking.patient),
    Booking.level: _place("bl", Booking.specialty, Booking.clinic, Patients.card, Contacts.phone),
    Booking.specialty: _place("bs", Booking.level, Booking.doctor, Booking.clinic, Booking.referral, Booking.patient),
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
    Privacy.mine: _place(
        "dm",
        Contacts.mine,
        Pin.settings,
        Pin.enter,
        Privacy.journal,
        Privacy.export,
        Privacy.revoke,
        Privacy.erase,
        Consenting.full_text,
        Consenting.purpose,
    ),
    Privacy.journal: _place("dj", Privacy.mine),
    Privacy.export: _place("dx", Privacy.mine, Patients.card),
    Privacy.revoke: _place("dr", Privacy.mine),
    Privacy.erase: _place("de", Privacy.mine, Consenting.welcome, Appointments.list),
    Pin.enter: _place("ie", Pin.forgotten, Menu.help),
    Pin.forgotten: _place("if", Pin.enter),
    Pin.settings: _place("is", Pin.new, Pin.proof, Pin.enter, Privacy.mine),
    Pin.proof: _place("ip", Pin.new, Pin.forgotten, Pin.settings, Privacy.mine),
    Pin.new: _place("in", Pin.again, Pin.settings),
    Pin.again: _place("ia", Pin.new, Pin.settings, Pin.enter, Privacy.mine),
    Contacts.mine: _place("tm", Contacts.mine, Contacts.phone, Contacts.email, Privacy.mine, Booking.patient),
    Contacts.phone: _place("tp", Contacts.mine),
    Contacts.email: _place("te", Contacts.mine),
    Family.household: _place(
        "fa", Family.invitation, Family.request, Family.take_away, Family.promote, Family.household, Patients.card
    ),
    Family.invitation: _place("fb", Family.invitation, Family.household),
    Family.invited: _place("fc", Consenting.purpose, Menu.language, Patients.card),
    Family.take_away: _place("fd", Family.household),
    Family.promote: _place("fe", Family.household),
    Family.asking: _place("ff", Family.asking, Patients.card),
    Family.request: _place("fg", Family.household, Family.asker),
    Family.asker: _place("fh", Family.household, Family.request),
    Watching.letter: _place("wl", Patients.card),
    Watching.newborn: _place("wn", Watching.get_policy, Menu.no_policy),
    Watching.get_policy: _place("wg", Linking.number, Menu.no_policy),
    Desk.day: _place("kd", Desk.day, Desk.visit),
    Desk.visit: _place("kv", Desk.cancel, Desk.move, Desk.day),
    Desk.cancel: _place("kx", Desk.visit, Desk.day),
    Desk.move: _place("km", Desk.visit, Desk.move),
}
