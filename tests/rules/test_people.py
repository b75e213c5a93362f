"""Policy numbers, names and ages."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import assume, given, strategies as st

from bot.core.errors import InvalidInput, Problem
from bot.core.patient import NameField
from bot.core.people import PersonName, Sex
from bot.patients.problems import NameProblem, PolicyProblem
from bot.patients.records import PolicyFacts
from bot.patients.rules.names import differing, parse_full_name, parse_name_part, patronymic_fits, same_name
from bot.patients.rules.policy_number import check_digit, make_policy_number, parse_policy_number, policy_facts

TODAY = date(2026, 11, 21)
NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)
GIRL = "7796189784000014"

regions = st.integers(1, 99).map("{:02}".format)
birth_dates = st.dates(date(1900, 1, 1), date(2100, 12, 31))
children = st.dates(date(2008, 11, 22), TODAY)
sexes = st.sampled_from(Sex)
serials = st.integers(0, 99_999)
separators = st.sampled_from(
    ["", " ", "\u00a0", "\u2009", "\u202f", "-", "\u2011", "–", "—", "−", "\u200b", " · ", "\t"]
)
russian = st.text("абвгдеёжзийклмнопрстуфхцчшщъыьэюяАБВГДЕЁЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯ", min_size=2, max_size=9)
particles = st.sampled_from(["фон", "ФОН", "дер", "ван", "Ван", "оглы", "ОГЛЫ", "кызы", "д'", "О’", "де"])
pieces = st.lists(st.one_of(russian, particles), min_size=1, max_size=4)


def refused(text: str) -> InvalidInput:
    with pytest.raises(InvalidInput) as refusal:
        parse_policy_number(text, TODAY)
    return refusal.value


def refused_name(text: str, field: NameField = NameField.FAMILY) -> InvalidInput:
    with pytest.raises(InvalidInput) as refusal:
        parse_name_part(text, field)
    return refusal.value


def refused_full_name(text: str, *, no_patronymic: bool = False) -> InvalidInput:
    with pytest.raises(InvalidInput) as refusal:
        parse_full_name(text, Sex.FEMALE, no_patronymic=no_patronymic)
    return refusal.value


# --- what a policy number says ----------------------------------------------------------------------------------------


@pytest.mark.requirement("E16", "C26")
@pytest.mark.parametrize(
    ("number", "region", "born", "sex"),
    [
        (GIRL, "77", date(2018, 3, 15), Sex.FEMALE),
        ("7796189734000015", "77", date(2018, 3, 15), Sex.MALE),
        ("7888489747123450", "78", date(2015, 11, 2), Sex.MALE),
        ("5092879719000999", "50", date(2021, 7, 30), Sex.MALE),
        ("5498099798000071", "54", date(2009, 1, 1), Sex.FEMALE),
        ("1651310891000427", "16", date(1986, 8, 8), Sex.FEMALE),
        ("6651310891000426", "66", date(1986, 8, 8), Sex.FEMALE),
        ("6667150818000055", "66", date(1948, 12, 31), Sex.MALE),
        ("0197579770543219", "01", date(2024, 2, 29), Sex.FEMALE),
        ("5067940818000107", "50", date(1950, 12, 31), Sex.MALE),
        ("5058840848000104", "50", date(1951, 1, 1), Sex.MALE),
        ("5047999768000108", "50", date(2000, 12, 31), Sex.FEMALE),
        ("5098899798000102", "50", date(2001, 1, 1), Sex.FEMALE),
        ("9987479718999992", "99", date(2025, 12, 31), Sex.MALE),
    ],
)
def test_number_has_region_birth_date_and_sex(number: str, region: str, born: date, sex: Sex) -> None:
    assert policy_facts(number) == PolicyFacts(region, born, sex)
    assert check_digit(number[:15]) == number[15]
    assert make_policy_number(region, born, sex, int(number[10:15])) == number


@pytest.mark.parametrize("number", ["", "7796", GIRL + "0", "77961897840000１4", "779618978400001Z"])
def test_text_of_another_shape_has_no_facts(number: str) -> None:
    assert policy_facts(number) is None


def test_number_with_the_year_799_has_no_facts() -> None:
    assert policy_facts("7776002984000010") is None


@pytest.mark.parametrize(
    ("region", "serial"), [("7", 1), ("777", 1), ("00", 1), ("аб", 1), ("77", -1), ("77", 100_000)]
)
def test_number_cannot_be_made_of_impossible_parts(region: str, serial: int) -> None:
    with pytest.raises(ValueError, match="two-digit region"):
        make_policy_number(region, date(2018, 3, 15), Sex.MALE, serial)


@given(regions, birth_dates, sexes, serials)
def test_made_number_is_read_back(region: str, born: date, sex: Sex, serial: int) -> None:
    number = make_policy_number(region, born, sex, serial)
    assert len(number) == 16
    assert policy_facts(number) == PolicyFacts(region, born, sex)


# --- typing a policy number -------------------------------------------------------------------------------------------


@pytest.mark.requirement("B32", "E24")
@pytest.mark.parametrize(
    "typed",
    [
        GIRL,
        "7796 1897-8400 0014",
        "7796\u00a01897\u20098400\u202f0014",
        "7796‑1897–8400—0014",
        "7796−1897-8400-0014",
        "№ 7796 1897 8400 0014.",
        "  «7796189784000014»\n",
        "Полис ОМС № 7796 1897 8400 0014",
        "номер полиса: 7796 · 1897 · 8400 · 0014",
        "\u200f7796\u200b189784000014\ufeff",
        "７７９６ １８９７ ８４００ ００１４",
        "٧٧٩٦189784000014",
    ],
)
def test_number_is_accepted_in_any_spacing(typed: str) -> None:
    assert parse_policy_number(typed, TODAY) == GIRL


@pytest.mark.requirement("E24")
def test_leading_zero_is_preserved() -> None:
    assert parse_policy_number("0197 5797 7054 3219", TODAY) == "0197579770543219"


@pytest.mark.requirement("B29")
@pytest.mark.parametrize("typed", ["", "   ", "№", "—", "полис ОМС", "\u200b"])
def test_empty_number_is_refused(typed: str) -> None:
    assert refused(typed).problem is PolicyProblem.EMPTY


@pytest.mark.requirement("E36", "E44", "B37")
@pytest.mark.parametrize(
    ("typed", "at", "found", "hint"),
    [
        ("О197579770543219", 1, "О", "0"),
        ("o197579770543219", 1, "o", "0"),
        ("7796 1897 84ОО 0014", 11, "О", "0"),
        ("7796 1897 84o0 0014", 11, "o", "0"),
        ("77961З9784000014", 6, "З", "3"),
        ("7796l89784000014", 5, "l", "1"),
        ("7796I89784000014", 5, "I", "1"),
        ("7796|89784000014", 5, "|", "1"),
        ("779618978Ч000014", 10, "Ч", "4"),
        ("779б189784000014", 4, "б", "6"),
        ("77961В9784000014", 6, "В", "8"),
        ("7796S89784000014", 5, "S", "5"),
        ("779618978400001①", 16, "①", "1"),
        ("7796189784000²14", 14, "²", "2"),
        ("77961897840?0014", 12, "?", ""),
    ],
)
def test_wrong_character_is_named_with_its_place(typed: str, at: int, found: str, hint: str) -> None:
    refusal = refused(typed)
    assert refusal.problem is PolicyProblem.CHARACTERS
    assert refusal.facts == {"at": at, "found": found, "hint": hint}


@pytest.mark.requirement("B32", "B37")
@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        ("7796189784000014 Маша", PolicyProblem.AND_WORDS),
        ("привет", PolicyProblem.EMPTY),
        ("112-233-445 95", PolicyProblem.ELEVEN),
        ("1234567890123", PolicyProblem.OLD_FORM),
        ("АБ 1234567890", PolicyProblem.OLD_FORM),
        ("ОО1234567890", PolicyProblem.OLD_FORM),
    ],
)
def test_number_of_another_paper_is_recognized(typed: str, problem: Problem) -> None:
    assert refused(typed).problem is problem


@pytest.mark.requirement("B32", "E44")
def test_number_with_a_missing_digit_is_shown_by_fours() -> None:
    refusal = refused("7796-1897-8400-001")
    assert refusal.problem is PolicyProblem.LENGTH
    assert refusal.facts == {"length": 15, "groups": "7796 1897 8400 001"}


def test_very_long_number_is_shortened_in_the_refusal() -> None:
    refusal = refused("1" * 4000)
    assert refusal.facts["length"] == 4000
    assert len(str(refusal.facts["groups"])) < 50


@pytest.mark.requirement("B32", "E44")
def test_wrong_check_digit_is_refused_and_shown_by_fours() -> None:
    refusal = refused("7796 1897 8400 0015")
    assert refusal.problem is PolicyProblem.CHECK_DIGIT
    assert refusal.facts == {"groups": "7796 · 1897 · 8400 · 0015"}


@pytest.mark.requirement("B31", "E16")
@pytest.mark.parametrize(
    "number",
    [
        "1234567890123452",
        "7786189784000016",
        "7797089769000014",
        "7797089754000011",
        "7791310891000011",
        make_policy_number("77", TODAY + timedelta(days=1), Sex.MALE, 1),
    ],
)
def test_number_with_an_impossible_birth_date_is_refused(number: str) -> None:
    refusal = refused(number)
    assert refusal.problem is PolicyProblem.DATE
    assert str(refusal.facts["groups"]).replace(" · ", "") == number


def test_policy_of_an_adult_is_refused_from_the_birthday() -> None:
    number = make_policy_number("77", date(2008, 11, 21), Sex.FEMALE, 7)
    assert parse_policy_number(number, date(2026, 11, 20)) == number
    assert refused(number).problem is PolicyProblem.ADULT
    assert refused("1651310891000427").problem is PolicyProblem.ADULT


def test_number_of_the_region_00_is_refused() -> None:
    number = "00" + GIRL[2:15]
    refusal = refused(number + check_digit(number))
    assert refusal.problem is PolicyProblem.REGION
    assert refusal.facts["groups"] == "0096 · 1897 · 8400 · " + (number + check_digit(number))[12:]


def test_number_of_the_region_00_has_no_facts() -> None:
    number = "00" + GIRL[2:15]
    assert policy_facts(number + check_digit(number)) is None


@given(regions, children, sexes, serials, st.lists(separators, min_size=17, max_size=17))
def test_separators_do_not_change_a_number(region: str, born: date, sex: Sex, serial: int, between: list[str]) -> None:
    number = make_policy_number(region, born, sex, serial)
    typed = "".join(separator + digit for separator, digit in zip(between, [*number, ""], strict=True))
    assert parse_policy_number(typed, TODAY) == number


@pytest.mark.requirement("B32")
@given(regions, children, sexes, serials, st.integers(0, 15), st.integers(1, 9))
def test_one_wrong_digit_is_refused(region: str, born: date, sex: Sex, serial: int, place: int, shift: int) -> None:
    number = make_policy_number(region, born, sex, serial)
    slipped = number[:place] + str((int(number[place]) + shift) % 10) + number[place + 1 :]
    assert refused(slipped).problem is PolicyProblem.CHECK_DIGIT


@given(st.text(max_size=40))
def test_any_text_is_a_number_or_refused(text: str) -> None:
    try:
        number = parse_policy_number(text, TODAY)
    except InvalidInput:
        return
    assert policy_facts(number) is not None


# --- names ------------------------------------------------------------------------------------------------------------


@pytest.mark.requirement("C25")
@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("Ким", "Ким"),
        ("О", "О"),
        ("э", "Э"),
        ("Салтыков-Щедрин", "Салтыков-Щедрин"),
        ("салтыков - щедрин", "Салтыков-Щедрин"),
        ("Салтыков–Щедрин", "Салтыков-Щедрин"),
        ("САЛТЫКОВ‑ЩЕДРИН", "Салтыков-Щедрин"),
        ("д'Артаньян", "д'Артаньян"),
        ("д’артаньян", "д'Артаньян"),
        ("О’Коннор", "О'Коннор"),
        ("о`коннор", "О'Коннор"),
        ("О'КОННОР", "О'Коннор"),
        ("лук'яненко", "Лук'яненко"),
        ("ЛУК'ЯНЕНКО", "Лук'яненко"),
        ("Рашид оглы", "Рашид оглы"),
        ("РАШИД ОГЛЫ", "Рашид оглы"),
        ("рашид-оглы", "Рашид-оглы"),
        ("Мамед-Кули", "Мамед-Кули"),
        ("Анна Мария", "Анна Мария"),
        ("анна  мария", "Анна Мария"),
        ("Фон дер Ляйен", "Фон дер Ляйен"),
        ("фон дер ляйен", "фон дер Ляйен"),
        ("ФОН ДЕР ЛЯЙЕН", "фон дер Ляйен"),
        ("Ёлкина", "Ёлкина"),
        ("ёлкина", "Ёлкина"),
        ("ли", "Ли"),
        ("ван", "Ван"),
        ("МакКонахи", "МакКонахи"),
        ("иВАНОВ", "Иванов"),
        ("\u00a0Иванов\u200b\u200f ", "Иванов"),
        ("Андреи\u0306", "Андрей"),
    ],
)
def test_name_is_written_as_in_a_document(typed: str, written: str) -> None:
    assert parse_name_part(typed, NameField.FAMILY) == written


@pytest.mark.requirement("E36", "E44")
@pytest.mark.parametrize(
    ("typed", "problem", "at", "found", "hint"),
    [
        ("Иванов2", NameProblem.CHARACTERS, 7, "2", ""),
        ("3ахаров", NameProblem.CHARACTERS, 1, "3", "З"),
        ("Ivanov", NameProblem.CHARACTERS, 1, "I", ""),
        ("Petrov", NameProblem.CHARACTERS, 1, "P", ""),
        ("Наталья(Наталия)", NameProblem.CHARACTERS, 8, "(", ""),
        ("М.", NameProblem.CHARACTERS, 2, ".", ""),
        ("Иванов🙂", NameProblem.CHARACTERS, 7, "🙂", ""),
        ("Ива\u0301нов", NameProblem.CHARACTERS, 4, "\u0301", ""),
        ("Iванов", NameProblem.MIXED_ALPHABETS, 1, "I", ""),
        ("Ивaнов", NameProblem.MIXED_ALPHABETS, 3, "a", "а"),
        ("Cидоров", NameProblem.MIXED_ALPHABETS, 1, "C", "С"),
    ],
)
def test_foreign_character_in_a_name_is_named_with_its_place(
    typed: str, problem: Problem, at: int, found: str, hint: str
) -> None:
    refusal = refused_name(typed)
    assert refusal.problem is problem
    assert refusal.facts == {"at": at, "found": found, "word": typed, "hint": hint}


def test_the_place_is_counted_in_the_word_that_is_wrong() -> None:
    refusal = refused_full_name("Иванова Мaрия Сергеевна")
    assert refusal.facts == {"at": 2, "found": "a", "word": "Мaрия", "hint": "а"}


@pytest.mark.requirement("C25")
@pytest.mark.parametrize("typed", ["-Иванов", "Иванов-", "Иванов--Петров", "'Иванов", "Иванов'", "—", "М", "Анна С"])
def test_fragment_of_a_name_is_refused(typed: str) -> None:
    assert refused_name(typed).problem is NameProblem.FORM


@pytest.mark.requirement("B29")
@pytest.mark.parametrize("typed", ["", "  ", "\u200b", "\x00"])
def test_an_empty_name_is_refused(typed: str) -> None:
    assert refused_name(typed).problem is NameProblem.PARTS


def test_a_name_of_sixty_letters_is_the_longest() -> None:
    assert len(parse_name_part("Я" + "а" * 59, NameField.GIVEN)) == 60
    for typed in ("а" * 61, "а" * 30 + " " + "б" * 30):
        refusal = refused_name(typed)
        assert refusal.problem is NameProblem.LENGTH
        assert refusal.facts["limit"] == 60
        assert len(str(refusal.facts["word"])) <= 61


@pytest.mark.parametrize("typed", ["нет", "Нет", "-", "—", "без отчества", "отчества нет", "--"])
def test_typed_no_is_not_a_patronymic(typed: str) -> None:
    assert refused_name(typed, NameField.PATRONYMIC).problem is NameProblem.NO_WORD
    assert refused_full_name(f"Иванова Мария {typed}").problem is NameProblem.NO_WORD


def test_typed_no_is_dropped_after_the_button() -> None:
    assert parse_full_name("Иванова Мария нет", Sex.FEMALE, no_patronymic=True) == PersonName("Иванова", "Мария")


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("иванова мария сергеевна", PersonName("Иванова", "Мария", "Сергеевна")),
        ("ИВАНОВА  МАРИЯ\nСЕРГЕЕВНА", PersonName("Иванова", "Мария", "Сергеевна")),
        ("Мария Сергеевна Иванова", PersonName("Иванова", "Мария", "Сергеевна")),
        ("Мария Сергеевна Абрамович", PersonName("Абрамович", "Мария", "Сергеевна")),
        ("Иванова Мария Сергеевич", PersonName("Иванова", "Мария", "Сергеевич")),
        ("Мамедова Лейла Али кызы", PersonName("Мамедова", "Лейла", "Али кызы")),
        ("фон дер ляйен урсула эрнстовна", PersonName("фон дер Ляйен", "Урсула", "Эрнстовна")),
        ("Ван Дайк Анна Петровна", PersonName("Ван Дайк", "Анна", "Петровна")),
        ("Нгуен Ван Ань", PersonName("Нгуен", "Ван", "Ань")),
        ("Ле Ван Ань", PersonName("Ле", "Ван", "Ань")),
    ],
)
def test_full_name_is_split_into_its_parts(typed: str, name: PersonName) -> None:
    assert parse_full_name(typed, Sex.FEMALE) == name


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("иванова мария", PersonName("Иванова", "Мария")),
        ("ван дайк анна", PersonName("ван Дайк", "Анна")),
        ("О Э", PersonName("О", "Э")),
    ],
)
def test_after_the_button_two_parts_are_enough(typed: str, name: PersonName) -> None:
    assert parse_full_name(typed, Sex.FEMALE, no_patronymic=True) == name


@pytest.mark.requirement("B29", "C25")
@pytest.mark.parametrize(
    ("typed", "no_patronymic", "found"),
    [
        ("", False, 0),
        ("Иванова", False, 1),
        ("Иванова Мария", False, 2),
        ("фон Ляйен Урсула", False, 2),
        ("Иванова Анна Мария Сергеевна", False, 4),
        ("Иванова", True, 1),
        ("Иванова Мария Сергеевна", True, 3),
    ],
)
def test_refusal_counts_words_of_a_wrong_number(typed: str, no_patronymic: bool, found: int) -> None:
    refusal = refused_full_name(typed, no_patronymic=no_patronymic)
    assert refusal.problem is NameProblem.PARTS
    assert refusal.facts == {"found": found, "expected": 2 if no_patronymic else 3}


@pytest.mark.requirement("C26")
@pytest.mark.parametrize(
    ("patronymic", "male", "female"),
    [
        ("Сергеевич", True, False),
        ("Ильич", True, False),
        ("Сергеевна", False, True),
        ("Ильинична", False, True),
        ("Али оглы", True, False),
        ("Али-кызы", False, True),
        ("Рашид", True, True),
        ("", True, True),
    ],
)
def test_patronymic_is_compared_with_the_sex(patronymic: str, male: bool, female: bool) -> None:
    assert patronymic_fits(patronymic, Sex.MALE) is male
    assert patronymic_fits(patronymic, Sex.FEMALE) is female


@given(pieces, st.sampled_from([" ", "-", "  ", " - "]))
def test_name_is_normalized_once(words: list[str], separator: str) -> None:
    try:
        written = parse_name_part(separator.join(words), NameField.GIVEN)
    except InvalidInput:
        assume(False)
    assert parse_name_part(written, NameField.GIVEN) == written
    assert same_name(written, separator.join(words))


@given(st.text(max_size=80), sexes, st.booleans())
def test_any_text_is_a_name_or_refused(text: str, sex: Sex, no_patronymic: bool) -> None:
    try:
        name = parse_full_name(text, sex, no_patronymic=no_patronymic)
    except InvalidInput:
        return
    assert name.family
    assert bool(name.patronymic) is not no_patronymic


@pytest.mark.requirement("E32")
@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Ёлкина", "ЕЛКИНА"),
        ("Салтыков-Щедрин", "салтыков  щедрин"),
        ("О’Коннор", "О'коннор"),
        ("Анна\u00a0Мария", " анна мария "),
    ],
)
def test_spellings_of_one_name_are_the_same(one: str, other: str) -> None:
    assert same_name(one, other)


def test_other_name_differs() -> None:
    assert not same_name("Наталья", "Наталия")


@given(st.text(max_size=20), st.text(max_size=20))
def test_sameness_of_names_is_symmetric(one: str, other: str) -> None:
    assert same_name(one, one)
    assert same_name(one, other) is same_name(other, one)


@pytest.mark.requirement("E32")
def test_differing_parts_of_a_name_are_returned() -> None:
    registered = PersonName("ИВАНОВА", "НАТАЛИЯ", "СЕРГЕЕВНА")
    assert differing(PersonName("Иванова", "Наталия", "Сергеевна"), registered) == frozenset()
    assert differing(PersonName("Иванова", "Наталья"), registered) == {NameField.GIVEN, NameField.PATRONYMIC}
    assert differing(PersonName("Петрова", "Наталия", "Сергеевна"), registered) == {NameField.FAMILY}
