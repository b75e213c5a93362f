"""What is wrong with what was typed or sent, in a sentence or two: the place, the expected form, an example."""

from __future__ import annotations

from collections.abc import Mapping

from bot.errors import InvalidInput, Problem
from bot.i18n import N_, ngettext
from bot.i18n import gettext as _

SENTENCES: Mapping[Problem, str] = {
    # policies
    Problem.POLICY_EMPTY: N_("I see no number here. A policy number has 16 digits."),
    Problem.POLICY_CHARACTERS: N_("Character {at} is “{found}”, and a policy number has digits only."),
    Problem.POLICY_ELEVEN: N_(
        "These are 11 digits. That is how a SNILS looks, or the number of the form on the back. "
        "A policy number is longer: 16 digits, on the front."
    ),
    Problem.POLICY_OLD_FORM: N_(
        "This looks like the number of an old policy. Press “Old policy” for it; a new number has 16 digits, and "
        "your insurer will tell it by phone."
    ),
    Problem.POLICY_AND_WORDS: N_("Write the 16 digits alone for now: I will ask the name next."),
    Problem.POLICY_CHECK_DIGIT: N_(
        "The number does not agree with its check digit: there is a typing error. Compare by fours: {groups}"
    ),
    Problem.POLICY_DATE: N_(
        "There is no date of birth in this number: there is a typing error. Compare by fours: {groups}"
    ),
    Problem.POLICY_OF_ANOTHER: N_(
        "This number is not this child's: its date of birth or sex is another. Add another child as a card of its own."
    ),
    Problem.POLICY_ON_OTHER_CARD: N_("This number is already on another of your cards."),
    Problem.POLICY_ADULT: N_("This is an adult's policy. I book visits for patients under 18."),
    Problem.OLD_POLICY_EMPTY: N_("I see no number here. Write series and number, for example: 46-12 № 1234567"),
    Problem.OLD_POLICY_PARTS: N_(
        "Both series and number are needed. Put № or a space between them, for example: 46-12 № 1234567"
    ),
    Problem.OLD_POLICY_SERIES: N_(
        "“{found}” does not look like a series: letters, digits and hyphens. For example: 46-12 № 1234567"
    ),
    Problem.OLD_POLICY_NUMBER: N_(
        "Character {at} of the number is “{found}”, and it has digits only. For example: 46-12 № 1234567"
    ),
    Problem.OLD_POLICY_NEW: N_("These are 16 digits: the number of a new policy. Go back and press “Policy number”."),
    # other papers
    Problem.SNILS_EMPTY: N_("I see no number here. A SNILS has 11 digits, for example: 112-233-445 95"),
    Problem.SNILS_CHARACTERS: N_(
        "Character {at} is “{found}”, and a SNILS has digits only. For example: 112-233-445 95"
    ),
    Problem.SNILS_LENGTH: N_("A SNILS has 11 digits, and here are {length}: {groups}. For example: 112-233-445 95"),
    Problem.SNILS_SAME: N_("One digit eleven times is not a SNILS. It looks like this: 112-233-445 95"),
    Problem.SNILS_CHECK: N_(
        "The last two digits do not agree with the rest: there is a typing error. Compare by threes: {groups}"
    ),
    Problem.CERTIFICATE_FORM: N_(
        "The whole series and number are needed: a Roman numeral, two Russian letters and six digits. "
        "For example: II-МЮ 123456"
    ),
    Problem.CERTIFICATE_ROMAN: N_(
        "There is no Roman numeral “{found}”. A series begins with one, for example: II-МЮ 123456"
    ),
    Problem.CERTIFICATE_LETTERS: N_(
        "After the Roman numeral there are two Russian letters, and here is “{found}”. For example: II-МЮ 123456"
    ),
    Problem.CERTIFICATE_CHARACTERS: N_(
        "Character {at} of the number is “{found}”, and it has digits only. For example: II-МЮ 123456"
    ),
    Problem.CERTIFICATE_NUMBER: N_(
        "A certificate's number has 6 digits, and here are {length}: {found}. For example: II-МЮ 123456"
    ),
    Problem.ADDRESS_EMPTY: N_(
        "Write the city, the street and the house, for example: 101000, Москва, Садовая, 5, кв. 12"
    ),
    Problem.ADDRESS_LETTERS: N_(
        "I see no street here. Write the address in Russian letters, for example: 101000, Москва, Садовая, 5, кв. 12"
    ),
    Problem.ADDRESS_HOUSE: N_(
        "There is no house in this address. Add it, for example: 101000, Москва, Садовая, 5, кв. 12"
    ),
    Problem.ADDRESS_INDEX: N_(
        "A postcode has 6 digits, and here are {length}: {found}. Mend it, or write the address without it: "
        "Москва, Садовая, 5, кв. 12"
    ),
    Problem.ADDRESS_LENGTH: N_(
        "This address is too long: at most {limit} characters fit. City, street and house are enough."
    ),
    # dates
    Problem.DATE_FORM: N_("I cannot read this date. Write day, month and year with dots: 15.03.2018"),
    Problem.DATE_NO_DAY: N_("{found}: there is no such day. Write day, month and year: 15.03.2018"),
    Problem.DATE_SWAPPED: N_("{found}: there is no such month. The day goes first; perhaps {hint}?"),
    Problem.DATE_EARLY: N_("{found}: that is too long ago. Check the year, for example: 15.03.2018"),
    Problem.BIRTH_FUTURE: N_("{found} has not come yet. Write the date of birth, for example: 15.03.2018"),
    Problem.BIRTH_ADULT: N_("Who was born on {found} is already 18. I book visits for patients under 18."),
    Problem.ISSUED_FUTURE: N_(
        "{found} has not come yet. The date of issue is printed at the top right, for example: 15.03.2018"
    ),
    Problem.ISSUED_EARLY: N_(
        "The child was born on {born}: a policy cannot be older than that. Check the date of issue, and the year most "
        "of all."
    ),
    Problem.VALID_OVER: N_(
        "The policy was valid until {found}. Extend it with the insurer first, then write the new date. "
        "If there is no end date, nothing needs to be written."
    ),
    # contacts
    Problem.PHONE_EMPTY: N_("I see no number here. Write a mobile one: +7 916 123-45-67"),
    Problem.PHONE_CHARACTERS: N_(
        "Character {at} is “{found}”, and a telephone number has digits only. For example: +7 916 123-45-67"
    ),
    Problem.PHONE_LENGTH: N_("A mobile number has 11 digits, and here are {length}. For example: +7 916 123-45-67"),
    Problem.PHONE_FOREIGN: N_("This is not a Russian number: it begins with +7 or 8. For example: +7 916 123-45-67"),
    Problem.PHONE_KAZAKHSTAN: N_("This is a number of Kazakhstan. A Russian mobile one is needed: +7 916 123-45-67"),
    Problem.PHONE_FREE: N_("8 800 is a hotline. Your own mobile number is needed: +7 916 123-45-67"),
    Problem.PHONE_LANDLINE: N_("This looks like a landline. A mobile number is needed: +7 916 123-45-67"),
    Problem.PHONE_TYPED: N_("A typed number proves nothing: only Telegram knows which one is yours."),
    Problem.PHONE_NOT_YOURS: N_("This is not your number. I need the one of your own Telegram: press the key below."),
    Problem.EMAIL_EMPTY: N_("I see no address here. Write it like this: anna@example.org"),
    Problem.EMAIL_SPACE: N_("There are no spaces in an e-mail address. For example: anna@example.org"),
    Problem.EMAIL_AT: N_("An e-mail address has one @ in it. For example: anna@example.org"),
    Problem.EMAIL_CHARACTERS: N_(
        "Character {at}, “{found}”, is not a Latin letter. Write the address in Latin letters: anna@example.org"
    ),
    Problem.EMAIL_NAME: N_("Something is wrong before the @ sign. For example: anna@example.org"),
    Problem.EMAIL_DOMAIN: N_("After the @ sign the name of a site is needed. For example: anna@example.org"),
    Problem.EMAIL_LENGTH: N_("This address is too long: at most {limit} characters. Check it."),
    # names
    Problem.NAME_CHARACTERS: N_(
        "“{word}”: character {at} is “{found}”. A name has only Russian letters, hyphens, apostrophes and spaces."
    ),
    Problem.NAME_MIXED_ALPHABETS: N_(
        "“{word}”: character {at}, “{found}”, is a Latin letter. Write the name in Russian letters."
    ),
    Problem.NAME_LENGTH: N_("“{word}” is too long: at most {limit} letters fit."),
    Problem.NAME_FORM: N_("“{word}”: write it in full, as in the policy, beginning and ending with a letter."),
    Problem.NAME_NO_WORD: N_("“{word}” is not a patronymic. If there is none, press the button below."),
    Problem.NAME_PATRONYMIC_SEX: N_(
        "“{word}”: the ending does not fit. Check the patronymic; if it is right, send it once more."
    ),
    # questions with buttons
    Problem.YES_OR_NO: N_("First answer the question, please: press a button below."),
    Problem.GIRL_OR_BOY: N_("Press a button below, please, or write: a girl, a boy."),
    # the access code
    Problem.PIN_FORM: N_("A code has {shortest} to {longest} digits and nothing else."),
    Problem.PIN_DIFFERS: N_("This is not what you typed first. Type the same code, or take another one."),
    # photos and files
    Problem.FILE_TOO_BIG: N_("This file is too big: {limit} MB at most. Send a smaller one, or write the number."),
    Problem.FILE_KIND: N_("I can read JPG, PNG and PDF only. Send such a file, or write the number."),
    Problem.FILE_BROKEN: N_("This file does not open. Send another one, or write the number."),
    Problem.FILE_LOST: N_("The file has not reached me. Send it once more, or write the number."),
    Problem.CODE_NOT_FOUND: N_(
        "I cannot read a policy's barcode here. Take the picture close and straight, in good light, the whole "
        "barcode in it, and send it as a file, without compression. Or write the number."
    ),
    Problem.CODE_SEVERAL: N_("There are several policies in this picture. Send the child's one by itself."),
}

DIGIT = N_("Character {at} is “{found}”: should it be the digit {hint}? Only digits go here.")
DIGIT_OF_NUMBER = N_("Character {at} of the number is “{found}”: should it be the digit {hint}?")
MEANT: Mapping[Problem, str] = {
    Problem.POLICY_CHARACTERS: N_(
        "Character {at} is “{found}”: should it be the digit {hint}? A policy number has digits only."
    ),
    Problem.OLD_POLICY_NUMBER: DIGIT_OF_NUMBER,
    Problem.SNILS_CHARACTERS: DIGIT,
    Problem.CERTIFICATE_ROMAN: N_(
        "There is no Roman numeral “{found}”: should it be {hint}? A series looks like this: II-МЮ"
    ),
    Problem.CERTIFICATE_CHARACTERS: DIGIT_OF_NUMBER,
    Problem.DATE_FORM: N_("Write the date with dots, like this: {hint}"),
    Problem.PHONE_CHARACTERS: DIGIT,
    Problem.EMAIL_CHARACTERS: N_(
        "Character {at} is the Russian “{found}”: should it be the Latin {hint}? For example: anna@example.org"
    ),
}
"""for what is drawn like the right thing, or is the right thing in another form."""


def told(refusal: InvalidInput) -> str:
    """Plain text, no markup."""
    facts = dict(refusal.facts)
    if facts.get("hint") and (meant := MEANT.get(refusal.problem)):
        return _(meant).format(**facts)
    if refusal.problem is Problem.POLICY_LENGTH:
        return _length(int(facts["length"]), str(facts["groups"]))
    if refusal.problem is Problem.NAME_PARTS:
        return _parts(int(facts["expected"]))
    if refusal.problem is Problem.SNILS_LENGTH and facts["length"] == 16:
        return _("These are 16 digits, as in a policy number. A SNILS has 11, for example: 112-233-445 95")
    return _(SENTENCES[refusal.problem]).format(**facts)


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
