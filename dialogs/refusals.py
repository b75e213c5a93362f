"""What a person is told when something cannot be done, and where he goes from there: one sentence and one link each."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from bot.errors import (
    AlreadyBooked,
    ClinicSilent,
    ConsentRequired,
    DeskSlotGone,
    InvalidInput,
    NotActive,
    NotForThisPatient,
    NotOwner,
    NotPrinted,
    NotYours,
    OrderExpired,
    OutcomePending,
    PolicyNotVerified,
    Problem,
    ReferralRequired,
    RuleError,
    SlotGone,
    SlotTaken,
    TimeClash,
    TooLateToReschedule,
    TooManyChecks,
    TooManyPatients,
    VisitGone,
)
from bot.i18n import MOSCOW, clock_time, ngettext, spoken_moment
from bot.i18n import gettext as _
from dialogs.links import (
    AppointmentCard,
    AskConsent,
    Days,
    DeskDay,
    DeskMove,
    Home,
    Link,
    PatientCard,
    PatientList,
    Specialties,
    Times,
)

Sentence = Callable[[RuleError, datetime], str]


def sentence(refusal: RuleError, now: datetime) -> str:
    """Plain text, no markup; at most 200 characters where it may become an alert."""
    if isinstance(refusal, InvalidInput):
        return _problem(refusal)
    if isinstance(refusal, SlotTaken):
        return _taken(refusal)
    if isinstance(refusal, AlreadyBooked):
        when = spoken_moment(refusal.starts_at, refusal.zone, now)
        return _("There is already a visit to this specialist: {when}. You can move it or cancel it.").format(when=when)
    if isinstance(refusal, TimeClash):
        when = spoken_moment(refusal.starts_at, refusal.zone, now)
        return _("Another visit is booked for this time: {when}. Choose another time.").format(when=when)
    if isinstance(refusal, TooManyChecks):
        return _paused(refusal)
    if isinstance(refusal, TooManyPatients):
        return ngettext(
            "There can be {n} card at most. Write to support if you need more.",
            "There can be {n} cards at most. Write to support if you need more.",
            refusal.limit,
        ).format(n=refusal.limit)
    if isinstance(refusal, TooLateToReschedule):
        hours = int(refusal.deadline.total_seconds()) // 3600
        return ngettext(
            "Less than {n} hour is left before the visit: it cannot be moved here, only cancelled. "
            "The clinic may move it by phone.",
            "Less than {n} hours are left before the visit: it cannot be moved here, only cancelled. "
            "The clinic may move it by phone.",
            hours,
        ).format(n=hours)
    return _simple(refusal)


def _simple(refusal: RuleError) -> str:
    sentences: dict[type[RuleError], str] = {
        ConsentRequired: _("Your consent is needed first."),
        NotYours: _("This is not here any more. Here is what there is now."),
        NotOwner: _("Only the owner of the card can do this. You may look, book, move and cancel."),
        PolicyNotVerified: _("The policy has not been confirmed yet: booking opens once it is."),
        ReferralRequired: _("This doctor sees patients with a referral from the pediatrician."),
        NotForThisPatient: _("This doctor does not see patients of this age or sex."),
        SlotGone: _("This time can no longer be booked. Here is what is free."),
        OrderExpired: _("This screen is too old to book from. Please choose again."),
        NotActive: _("This visit is no longer active."),
        OutcomePending: _("The clinic has not confirmed in time. I will write as soon as I know."),
        ClinicSilent: _("The clinic's system does not answer. Please try again in a minute."),
        NotPrinted: _("The file was not ready in time. Please try again in a minute."),
        VisitGone: _("This visit is already cancelled or moved."),
        DeskSlotGone: _("This time has just been taken. Choose another one."),
    }
    return sentences.get(type(refusal), _("This cannot be done."))


def _paused(refusal: TooManyChecks) -> str:
    """A minute begun counts whole: at the time that is told the register may really be asked."""
    until = refusal.until + timedelta(minutes=1, microseconds=-1)
    return _(
        "Five times the data did not agree. The next try is at {time}; nothing is lost. "
        "Compare everything with the policy; for help send /help."
    ).format(time=clock_time(until, MOSCOW))


def _taken(refusal: SlotTaken) -> str:
    taken = clock_time(refusal.starts_at, refusal.zone)
    near = [clock_time(start, refusal.zone) for start in refusal.neighbours]
    if len(near) == 2:
        return _("{time} has just been taken. Nearby {one} and {two} are free.").format(
            time=taken, one=near[0], two=near[1]
        )
    if near:
        return _("{time} has just been taken. Nearby {one} is free.").format(time=taken, one=near[0])
    return _("{time} has just been taken. No other time is left on that day.").format(time=taken)


def _problem(refusal: InvalidInput) -> str:
    facts = dict(refusal.facts)
    if refusal.problem is Problem.POLICY_CHARACTERS and facts.get("hint"):
        return _("Character {at} is “{found}”: should it be the digit {hint}? A policy number has digits only.").format(
            **facts
        )
    if refusal.problem is Problem.POLICY_LENGTH:
        return _length(int(facts["length"]), str(facts["groups"]))
    if refusal.problem is Problem.NAME_PARTS:
        return _parts(int(facts["expected"]))
    return _problem_sentences()[refusal.problem].format(**facts)


def _parts(expected: int) -> str:
    if expected == 1:
        return _("I see no letters here. Write it as in the policy.")
    if expected == 2:
        return _("Two words are needed: family name and given name.")
    return _(
        "Three words are needed: family name, given name and patronymic. If there is no patronymic, press the button "
        "below."
    )


def _length(length: int, groups: str) -> str:
    typed = ngettext(
        "The number has {n} digit, and 16 are needed.", "The number has {n} digits, and 16 are needed.", length
    ).format(n=length)
    if length == 15:
        more = _("It seems that one is missing: {groups}").format(groups=groups)
    elif length == 17:
        more = _("It seems that one is too many: {groups}").format(groups=groups)
    else:
        more = _("You typed: {groups}").format(groups=groups)
    return f"{typed} {more}"


def _problem_sentences() -> dict[Problem, str]:
    return {
        Problem.POLICY_EMPTY: _("I see no number here. A policy number has 16 digits."),
        Problem.POLICY_CHARACTERS: _("Character {at} is “{found}”, and a policy number has digits only."),
        Problem.POLICY_ELEVEN: _(
            "These are 11 digits. That is how a SNILS looks, or the number of the form on the back. "
            "A policy number is longer: 16 digits, on the front."
        ),
        Problem.POLICY_TEMPORARY: _(
            "These are 9 digits: a temporary certificate. Wait for the policy itself: its number has 16 digits."
        ),
        Problem.POLICY_OLD_FORM: _(
            "This looks like the number of an old policy. A number of 16 digits is needed: "
            "your insurer will tell you it by phone."
        ),
        Problem.POLICY_CHECK_DIGIT: _(
            "The number does not agree with its check digit: there is a typing error. Compare by fours: {groups}"
        ),
        Problem.POLICY_DATE: _(
            "There is no date of birth in this number: there is a typing error. Compare by fours: {groups}"
        ),
        Problem.POLICY_ADULT: _("This is an adult's policy. I book visits for patients under 18."),
        Problem.NAME_CHARACTERS: _(
            "“{word}”: character {at} is “{found}”. A name has only Russian letters, hyphens, apostrophes and spaces."
        ),
        Problem.NAME_MIXED_ALPHABETS: _(
            "“{word}”: character {at}, “{found}”, is a Latin letter. Write the name in Russian letters."
        ),
        Problem.NAME_LENGTH: _("“{word}” is too long: at most {limit} letters fit."),
        Problem.NAME_FORM: _("“{word}”: write it in full, as in the policy, beginning and ending with a letter."),
        Problem.NAME_NO_WORD: _("“{word}” is not a patronymic. If there is none, press the button below."),
        Problem.NAME_PATRONYMIC_SEX: _(
            "“{word}”: the ending does not fit. Check the patronymic; if it is right, send it once more."
        ),
        Problem.FILE_TOO_BIG: _("This file is too big: {limit} MB at most. Send a smaller one, or write the number."),
        Problem.FILE_KIND: _("I can read JPG, PNG and PDF only. Send such a file, or write the number."),
        Problem.FILE_BROKEN: _("This file does not open. Send another one, or write the number."),
        Problem.FILE_LOST: _("The file has not reached me. Send it once more, or write the number."),
        Problem.CODE_NOT_FOUND: _(
            "I cannot read a policy's barcode here. Take the picture close and straight, in good light, the whole "
            "barcode in it, and send it as a file, without compression. Or write the number."
        ),
        Problem.CODE_SEVERAL: _("There are several policies in this picture. Send the child's one by itself."),
    }


def way_out(refusal: RuleError) -> Link | None:  # noqa: C901 one line a refusal: it is a table
    """The screen that a refusal leads to; None for the screen where it happened, or the menu."""
    match refusal:
        case ConsentRequired():
            return AskConsent(step=1)
        case PolicyNotVerified(patient=patient) | NotOwner(patient=patient):
            return PatientCard(patient=patient)
        case TooManyPatients():
            return PatientList()
        case TooManyChecks(patient=patient) if patient:
            return PatientCard(patient=patient)
        case SlotTaken() as taken:
            day = taken.starts_at.astimezone(taken.zone).toordinal()
            return Times(patient=taken.patient, doctor=taken.doctor, day=day, replaces=taken.replaces or 0)
        case SlotGone(patient=patient, doctor=doctor, replaces=replaces):
            return Days(patient=patient, doctor=doctor, replaces=replaces or 0)
        case OrderExpired(patient=patient, doctor=doctor) if patient and doctor:
            return Days(patient=patient, doctor=doctor)
        case AlreadyBooked(appointment=appointment) | TimeClash(appointment=appointment) if appointment:
            return AppointmentCard(appointment=appointment)
        case AlreadyBooked(patient=patient) | TimeClash(patient=patient):
            return Specialties(patient=patient)
        case ReferralRequired(patient=patient) | NotForThisPatient(patient=patient):
            return Specialties(patient=patient)
        case NotActive(appointment=appointment) | TooLateToReschedule(appointment=appointment):
            return AppointmentCard(appointment=appointment)
        case OutcomePending(appointment=appointment):
            return AppointmentCard(appointment=appointment)
        case VisitGone():
            return DeskDay()
        case DeskSlotGone(number=number):
            return DeskMove(number=number)
        case NotYours() | OrderExpired():
            return Home()
    return None
