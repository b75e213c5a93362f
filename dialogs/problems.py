"""What is wrong with what was typed or sent, in a sentence or two: the place, the expected form, an example."""

from __future__ import annotations

from bot.errors import InvalidInput, Problem
from bot.i18n import gettext as _
from bot.i18n import ngettext


def told(refusal: InvalidInput) -> str:
    """Plain text, no markup."""
    facts = dict(refusal.facts)
    if facts.get("hint") and (meant := _meant().get(refusal.problem)):
        return meant.format(**facts)
    if refusal.problem is Problem.POLICY_LENGTH:
        return _length(int(facts["length"]), str(facts["groups"]))
    if refusal.problem is Problem.NAME_PARTS:
        return _parts(int(facts["expected"]))
    if refusal.problem is Problem.SNILS_LENGTH and facts["length"] == 16:
        return _("These are 16 digits, as in a policy number. A SNILS has 11, for example: 112-233-445 95")
    return _sentences()[refusal.problem].format(**facts)


def _sentences() -> dict[Problem, str]:
    return _of_policies() | _of_papers() | _of_dates() | _of_contacts() | _of_names() | _of_codes() | _of_files()


def _meant() -> dict[Problem, str]:
    """For what is drawn like the right thing, or is the right thing in another form."""
    digit = _("Character {at} is “{found}”: should it be the digit {hint}? Only digits go here.")
    digit_of_number = _("Character {at} of the number is “{found}”: should it be the digit {hint}?")
    return {
        Problem.POLICY_CHARACTERS: _(
            "Character {at} is “{found}”: should it be the digit {hint}? A policy number has digits only."
        ),
        Problem.OLD_POLICY_NUMBER: digit_of_number,
        Problem.SNILS_CHARACTERS: digit,
        Problem.CERTIFICATE_ROMAN: _(
            "There is no Roman numeral “{found}”: should it be {hint}? A series looks like this: II-МЮ"
        ),
        Problem.CERTIFICATE_CHARACTERS: digit_of_number,
        Problem.DATE_FORM: _("Write the date with dots, like this: {hint}"),
        Problem.PHONE_CHARACTERS: digit,
        Problem.EMAIL_CHARACTERS: _(
            "Character {at} is the Russian “{found}”: should it be the Latin {hint}? For example: anna@example.org"
        ),
    }


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
    elif length in {8, 10}:
        more = _("A temporary certificate has 9. You typed: {groups}").format(groups=groups)
    else:
        more = _("You typed: {groups}").format(groups=groups)
    return f"{typed} {more}"


def _of_policies() -> dict[Problem, str]:
    return {
        Problem.POLICY_EMPTY: _("I see no number here. A policy number has 16 digits."),
        Problem.POLICY_CHARACTERS: _("Character {at} is “{found}”, and a policy number has digits only."),
        Problem.POLICY_ELEVEN: _(
            "These are 11 digits. That is how a SNILS looks, or the number of the form on the back. "
            "A policy number is longer: 16 digits, on the front."
        ),
        Problem.POLICY_OLD_FORM: _(
            "This looks like the number of an old policy. Press “Old policy” for it; a new number has 16 digits, and "
            "your insurer will tell it by phone."
        ),
        Problem.POLICY_CHECK_DIGIT: _(
            "The number does not agree with its check digit: there is a typing error. Compare by fours: {groups}"
        ),
        Problem.POLICY_DATE: _(
            "There is no date of birth in this number: there is a typing error. Compare by fours: {groups}"
        ),
        Problem.POLICY_OF_ANOTHER: _(
            "This number is not this child's: its date of birth or sex is another. "
            "Add another child as a card of its own."
        ),
        Problem.POLICY_ON_OTHER_CARD: _("This number is already on another of your cards."),
        Problem.POLICY_ADULT: _("This is an adult's policy. I book visits for patients under 18."),
        Problem.OLD_POLICY_EMPTY: _("I see no number here. Write series and number, for example: 46-12 № 1234567"),
        Problem.OLD_POLICY_PARTS: _(
            "Both series and number are needed. Put № or a space between them, for example: 46-12 № 1234567"
        ),
        Problem.OLD_POLICY_SERIES: _(
            "“{found}” does not look like a series: letters, digits and hyphens. For example: 46-12 № 1234567"
        ),
        Problem.OLD_POLICY_NUMBER: _(
            "Character {at} of the number is “{found}”, and it has digits only. For example: 46-12 № 1234567"
        ),
        Problem.OLD_POLICY_NEW: _(
            "These are 16 digits: the number of a new policy. Go back and press “Policy number”."
        ),
    }


def _of_papers() -> dict[Problem, str]:
    return {
        Problem.SNILS_EMPTY: _("I see no number here. A SNILS has 11 digits, for example: 112-233-445 95"),
        Problem.SNILS_CHARACTERS: _(
            "Character {at} is “{found}”, and a SNILS has digits only. For example: 112-233-445 95"
        ),
        Problem.SNILS_LENGTH: _("A SNILS has 11 digits, and here are {length}: {groups}. For example: 112-233-445 95"),
        Problem.SNILS_SAME: _("One digit eleven times is not a SNILS. It looks like this: 112-233-445 95"),
        Problem.SNILS_CHECK: _(
            "The last two digits do not agree with the rest: there is a typing error. Compare by threes: {groups}"
        ),
        Problem.CERTIFICATE_FORM: _(
            "The whole series and number are needed: a Roman numeral, two Russian letters and six digits. "
            "For example: II-МЮ 123456"
        ),
        Problem.CERTIFICATE_ROMAN: _(
            "There is no Roman numeral “{found}”. A series begins with one, for example: II-МЮ 123456"
        ),
        Problem.CERTIFICATE_LETTERS: _(
            "After the Roman numeral there are two Russian letters, and here is “{found}”. For example: II-МЮ 123456"
        ),
        Problem.CERTIFICATE_CHARACTERS: _(
            "Character {at} of the number is “{found}”, and it has digits only. For example: II-МЮ 123456"
        ),
        Problem.CERTIFICATE_NUMBER: _(
            "A certificate's number has 6 digits, and here are {length}: {found}. For example: II-МЮ 123456"
        ),
        Problem.ADDRESS_EMPTY: _(
            "Write the city, the street and the house, for example: 101000, Москва, Садовая, 5, кв. 12"
        ),
        Problem.ADDRESS_LETTERS: _(
            "I see no street here. Write the address in Russian letters, for example: "
            "101000, Москва, Садовая, 5, кв. 12"
        ),
        Problem.ADDRESS_HOUSE: _(
            "There is no house in this address. Add it, for example: 101000, Москва, Садовая, 5, кв. 12"
        ),
        Problem.ADDRESS_INDEX: _(
            "A postcode has 6 digits, and here are {length}: {found}. Mend it, or write the address without it: "
            "Москва, Садовая, 5, кв. 12"
        ),
        Problem.ADDRESS_LENGTH: _(
            "This address is too long: at most {limit} characters fit. City, street and house are enough."
        ),
    }


def _of_dates() -> dict[Problem, str]:
    return {
        Problem.DATE_FORM: _("I cannot read this date. Write day, month and year with dots: 15.03.2018"),
        Problem.DATE_NO_DAY: _("{found}: there is no such day. Write day, month and year: 15.03.2018"),
        Problem.DATE_SWAPPED: _("{found}: there is no such month. The day goes first; perhaps {hint}?"),
        Problem.DATE_EARLY: _("{found}: that is too long ago. Check the year, for example: 15.03.2018"),
        Problem.BIRTH_FUTURE: _("{found} has not come yet. Write the date of birth, for example: 15.03.2018"),
        Problem.BIRTH_ADULT: _("Who was born on {found} is already 18. I book visits for patients under 18."),
        Problem.ISSUED_FUTURE: _(
            "{found} has not come yet. The date of issue is printed at the top right, for example: 15.03.2018"
        ),
        Problem.VALID_OVER: _(
            "The policy was valid until {found}. Extend it with the insurer first, then write the new date. "
            "If there is no end date, nothing needs to be written."
        ),
    }


def _of_contacts() -> dict[Problem, str]:
    return {
        Problem.PHONE_EMPTY: _("I see no number here. Write a mobile one: +7 916 123-45-67"),
        Problem.PHONE_CHARACTERS: _(
            "Character {at} is “{found}”, and a telephone number has digits only. For example: +7 916 123-45-67"
        ),
        Problem.PHONE_LENGTH: _("A mobile number has 11 digits, and here are {length}. For example: +7 916 123-45-67"),
        Problem.PHONE_FOREIGN: _("This is not a Russian number: it begins with +7 or 8. For example: +7 916 123-45-67"),
        Problem.PHONE_KAZAKHSTAN: _("This is a number of Kazakhstan. A Russian mobile one is needed: +7 916 123-45-67"),
        Problem.PHONE_FREE: _("8 800 is a hotline. Your own mobile number is needed: +7 916 123-45-67"),
        Problem.PHONE_LANDLINE: _("This looks like a landline. A mobile number is needed: +7 916 123-45-67"),
        Problem.PHONE_TYPED: _(
            "A typed number proves nothing. Press “Share my number” under the input field: Telegram sends it itself."
        ),
        Problem.PHONE_NOT_YOURS: _(
            "This is not your number. I need the one of your own Telegram: press the key below."
        ),
        Problem.EMAIL_EMPTY: _("I see no address here. Write it like this: anna@example.org"),
        Problem.EMAIL_SPACE: _("There are no spaces in an e-mail address. For example: anna@example.org"),
        Problem.EMAIL_AT: _("An e-mail address has one @ in it. For example: anna@example.org"),
        Problem.EMAIL_CHARACTERS: _(
            "Character {at}, “{found}”, is not a Latin letter. Write the address in Latin letters: anna@example.org"
        ),
        Problem.EMAIL_NAME: _("Something is wrong before the @ sign. For example: anna@example.org"),
        Problem.EMAIL_DOMAIN: _("After the @ sign the name of a site is needed. For example: anna@example.org"),
        Problem.EMAIL_LENGTH: _("This address is too long: at most {limit} characters. Check it."),
    }


def _of_names() -> dict[Problem, str]:
    return {
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
    }


def _of_codes() -> dict[Problem, str]:
    return {
        Problem.PIN_FORM: _("A code has {shortest} to {longest} digits and nothing else."),
        Problem.PIN_DIFFERS: _("This is not what you typed first. Type the same code, or take another one."),
    }


def _of_files() -> dict[Problem, str]:
    return {
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
