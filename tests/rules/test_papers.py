"""SNILS, birth certificates, dates, addresses, telephones and e-mail as people type them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from hypothesis import given, strategies as st

from bot.account.problems import EmailProblem, PhoneProblem
from bot.account.rules.contacts import parse_email, parse_phone
from bot.core.errors import InvalidInput, Problem
from bot.patients.problems import (
    AddressProblem,
    CertificateProblem,
    DateProblem,
    OldPolicyProblem,
    PolicyProblem,
    SnilsProblem,
)
from bot.patients.records import Detail, PolicyKind
from bot.patients.rules.papers import parse_address, parse_certificate, parse_detail, parse_snils, snils_check_number
from bot.patients.rules.policy_number import parse_old_policy, policy_kind
from tests.typed_fields import (
    TEXTS,
    TODAY,
    born,
    issued,
    parsed_or_refused,
    policy,
    refused,
    typed_dates,
    typed_texts,
    until,
)

MOBILE = "+79161234567"
separators = st.sampled_from(["", " ", "\u00a0", "\u202f", "-", "–", "—", "−", "\u200b"])
nine_digits = st.integers(1_002_000, 999_999_999).map("{:09}".format)


# --- the kinds of policies --------------------------------------------------------------------------------------------


@pytest.mark.requirement("A8", "A45", "C8", "C12")
@pytest.mark.parametrize(
    ("typed", "number", "kind"),
    [
        ("7796 1897-8400 0014", "7796189784000014", PolicyKind.ENP),
        ("304517826", "304517826", PolicyKind.TEMPORARY),
        ("304 517 826", "304517826", PolicyKind.TEMPORARY),
        ("Временное свидетельство № 304-517-826", "304517826", PolicyKind.TEMPORARY),
        ("٣٠٤517826", "304517826", PolicyKind.TEMPORARY),
    ],
)
def test_number_determines_the_kind_of_policy(typed: str, number: str, kind: PolicyKind) -> None:
    assert policy(typed) == number
    assert policy_kind(number) is kind


@pytest.mark.requirement("A45", "E42")
def test_letter_in_a_temporary_certificate_is_named_not_replaced() -> None:
    refusal = refused(policy, "30451782О")
    assert (refusal.problem, refusal.facts) == (PolicyProblem.CHARACTERS, {"at": 9, "found": "О", "hint": "0"})


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("46-12 № 1234567", "46-12 № 1234567"),
        ("46-12№1234567", "46-12 № 1234567"),
        ("46-12 N 1234567", "46-12 № 1234567"),
        ("46–12 1234567", "46-12 № 1234567"),
        ("серия 46-12 номер 1234567", "46-12 № 1234567"),
        ("Полис ОМС серия 46 12 № 123 45 67", "46 12 № 1234567"),
        ("аб 1234567890", "АБ № 1234567890"),
        ("АБ1234567890", "АБ № 1234567890"),
        ("AB 1234567890", "АВ № 1234567890"),
        ("77 00 123456", "77 00 № 123456"),
    ],
)
def test_old_policy_has_a_series_and_a_number(typed: str, written: str) -> None:
    assert parse_old_policy(typed) == written
    assert parse_old_policy(written) == written
    assert policy_kind(written) is PolicyKind.OLD


@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        ("", OldPolicyProblem.EMPTY),
        ("полис", OldPolicyProblem.EMPTY),
        ("1234567890123", OldPolicyProblem.PARTS),
        ("№ 1234567", OldPolicyProblem.PARTS),
        ("46-12 №", OldPolicyProblem.PARTS),
        ("46-12 № 12З4567", OldPolicyProblem.NUMBER),
        ("46-12 маша", OldPolicyProblem.NUMBER),
        ("46:12 № 1234567", OldPolicyProblem.SERIES),
        ("7796 1897 8400 0014", OldPolicyProblem.NEW),
        ("7796189784000014", OldPolicyProblem.NEW),
        ("46-12 № " + "1" * 21, OldPolicyProblem.SERIES),
    ],
)
def test_impossible_old_policy_is_refused(typed: str, problem: Problem) -> None:
    assert refused(parse_old_policy, typed).problem is problem


# --- SNILS ------------------------------------------------------------------------------------------------------------


@pytest.mark.requirement("A7", "C11", "C27", "E10")
@pytest.mark.parametrize(
    ("typed", "digits"),
    [
        ("112-233-445 95", "11223344595"),
        ("11223344595", "11223344595"),
        ("112 233 445 95", "11223344595"),
        ("СНИЛС: № 112–233–445—95.", "11223344595"),
        ("087-654-303 00", "08765430300"),
        ("123-456-789 64", "12345678964"),
        ("001-019-899 99", "00101989999"),
        ("001-019-989 00", "00101998900"),
        ("001-019-998 00", "00101999800"),
        ("001-019-999 01", "00101999901"),
        ("190-087-997 00", "19008799700"),
        ("001-001-998 77", "00100199877"),
    ],
)
def test_snils_is_accepted_in_any_spacing(typed: str, digits: str) -> None:
    assert parse_snils(typed) == digits


@pytest.mark.requirement("A7", "C11", "E42")
@pytest.mark.parametrize(
    ("typed", "problem", "facts"),
    [
        ("", SnilsProblem.EMPTY, {}),
        ("СНИЛС", SnilsProblem.EMPTY, {}),
        ("112-233-445 9", SnilsProblem.LENGTH, {"length": 10, "groups": "112 233 445 9"}),
        ("112-233-445 95 1", SnilsProblem.LENGTH, {"length": 12, "groups": "112 233 445 951"}),
        ("112-2ЗЗ-445 95", SnilsProblem.CHARACTERS, {"at": 5, "found": "З", "hint": "3"}),
        ("112-233-445 9x", SnilsProblem.CHARACTERS, {"at": 11, "found": "x", "hint": ""}),
        ("112-233-445 96", SnilsProblem.CHECK, {"groups": "112-233-445 96"}),
        ("001-001-999 00", SnilsProblem.CHECK, {"groups": "001-001-999 00"}),
        ("000-000-000 00", SnilsProblem.SAME, {}),
        ("777-777-777 77", SnilsProblem.SAME, {}),
    ],
)
def test_wrong_snils_is_refused_by_its_problem(typed: str, problem: Problem, facts: dict[str, int | str]) -> None:
    refusal = refused(parse_snils, typed)
    assert (refusal.problem, refusal.facts) == (problem, facts)


@given(nine_digits, st.lists(separators, min_size=12, max_size=12))
def test_separators_do_not_change_a_snils(first9: str, between: list[str]) -> None:
    digits = first9 + snils_check_number(first9)
    if len(set(digits)) > 1:
        typed = "".join(separator + digit for separator, digit in zip(between, [*digits, ""], strict=True))
        assert parse_snils(typed) == digits


@given(nine_digits, st.integers(0, 10), st.integers(1, 9))
def test_one_wrong_digit_of_a_snils_is_refused_or_another_valid_snils(first9: str, place: int, shift: int) -> None:
    digits = first9 + snils_check_number(first9)
    slipped = digits[:place] + str((int(digits[place]) + shift) % 10) + digits[place + 1 :]
    weighed = sum(int(digit) * (9 - at) for at, digit in enumerate(slipped[:9]))
    valid = int(slipped[:9]) <= 1_001_998 or weighed % 101 in {int(slipped[9:]), 100 if slipped[9:] == "00" else -1}
    if valid and len(set(slipped)) > 1:
        assert parse_snils(slipped) == slipped
    else:
        assert refused(parse_snils, slipped).problem in {SnilsProblem.CHECK, SnilsProblem.SAME}


# --- the birth certificate --------------------------------------------------------------------------------------------


@pytest.mark.requirement("E1")
@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("V-МЮ № 123456", "V-МЮ 123456"),
        ("V-МЮ 123456", "V-МЮ 123456"),
        ("V–МЮ№123456", "V-МЮ 123456"),
        ("VМЮ123456", "V-МЮ 123456"),
        ("v мю 123 456", "V-МЮ 123456"),
        ("V-MЮ 123456", "V-МЮ 123456"),
        ("У-МЮ 123456", "V-МЮ 123456"),
        ("1-аб 123456", "I-АБ 123456"),
        ("ІІ-МЮ 654321", "II-МЮ 654321"),
        ("11-МЮ 654321", "II-МЮ 654321"),
        ("ХІV-ОЮ 000001", "XIV-ОЮ 000001"),
        ("Свидетельство о рождении серия II-AK N 654321", "II-АК 654321"),
        ("«II-АК № 654321»", "II-АК 654321"),
    ],
)
def test_certificate_is_normalized(typed: str, written: str) -> None:
    assert parse_certificate(typed) == written
    assert parse_certificate(written) == written


@pytest.mark.requirement("E1", "C39")
@pytest.mark.parametrize(
    ("typed", "problem", "facts"),
    [
        ("", CertificateProblem.FORM, {}),
        ("123456", CertificateProblem.FORM, {}),
        ("МЮ 123456", CertificateProblem.FORM, {}),
        ("V-МЮ", CertificateProblem.FORM, {}),
        ("IIII-АБ 123456", CertificateProblem.ROMAN, {"found": "IIII", "hint": "IV"}),
        ("5-АБ 123456", CertificateProblem.ROMAN, {"found": "5", "hint": "V"}),
        ("Ж-АБ 123456", CertificateProblem.ROMAN, {"found": "Ж", "hint": ""}),
        ("I" * 40 + "-АБ 123456", CertificateProblem.ROMAN, {"found": "I" * 32 + "…", "hint": ""}),
        ("II-A5 123456", CertificateProblem.LETTERS, {"found": "A5"}),
        ("II-AZ 123456", CertificateProblem.LETTERS, {"found": "AZ"}),
        ("V-МЮ 12З456", CertificateProblem.CHARACTERS, {"at": 3, "found": "З", "hint": "3"}),
        ("V-МЮ 12345", CertificateProblem.NUMBER, {"found": "12345", "length": 5}),
        ("V-МЮ 1234567", CertificateProblem.NUMBER, {"found": "1234567", "length": 7}),
    ],
)
def test_wrong_certificate_is_refused_by_its_problem(typed: str, problem: Problem, facts: dict[str, int | str]) -> None:
    refusal = refused(parse_certificate, typed)
    assert (refusal.problem, refusal.facts) == (problem, facts)


# --- dates ------------------------------------------------------------------------------------------------------------


@pytest.mark.requirement("C35")
@pytest.mark.parametrize(
    "typed",
    [
        "15.03.2018",
        " 15.03.2018 ",
        "15.03.2018 г.",
        "15.03.2018 года",
        "１５.０３.２０１８",
        "15 03 2018",
        "15.3.18",
        "15/03/18",
        "15/03/2018",
        "2018-03-15",
        "15032018",
        "150318",
        "15 марта 2018",
        "15-го Марта 2018 г.",
        "15 мар. 18",
        "15 March 2018",
        "March 15th, 2018",
        "пятнадцатое марта две тысячи восемнадцатого года",
        "пятнадцатого марта 2018",
    ],
)
def test_a_date_is_day_month_and_year(typed: str) -> None:
    assert born(typed) == date(2018, 3, 15)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("5 мая 2022", date(2022, 5, 5)),
        ("02 11 2015", date(2015, 11, 2)),
        ("4.10.25", date(2025, 10, 4)),
        ("двадцать первого июня две тысячи двенадцатого", date(2012, 6, 21)),
        ("5/5/2015", date(2015, 5, 5)),
    ],
)
def test_date_may_be_typed_as_people_write(typed: str, meant: date) -> None:
    assert born(typed) == meant


@given(st.dates(date(2008, 11, 22), TODAY))
def test_every_form_of_a_birth_date_is_the_same_day(day: date) -> None:
    for form in ("%d %m %Y", "%d-%m-%y", "%Y.%m.%d", "%d%m%Y", "%d %B %Y", "%b %d, %Y"):
        assert born(day.strftime(form)) == day


@pytest.mark.requirement("C35", "C39")
@pytest.mark.parametrize(
    ("typed", "problem", "facts"),
    [
        ("31.02.2020", DateProblem.NO_DAY, {"found": "31.02.2020"}),
        ("29.02.2023", DateProblem.NO_DAY, {"found": "29.02.2023"}),
        ("00.01.2020", DateProblem.NO_DAY, {"found": "00.01.2020"}),
        ("15.13.2018", DateProblem.NO_DAY, {"found": "15.13.2018"}),
        ("03.15.2018", DateProblem.SWAPPED, {"found": "03.15.2018", "hint": date(2018, 3, 15)}),
        ("05/06/2018", DateProblem.EITHER_ORDER, {"found": "05/06/2018"}),
        ("31 февраля 2018", DateProblem.NO_DAY, {"found": "31 февраля 2018"}),
        ("31/02/2018", DateProblem.NO_DAY, {"found": "31/02/2018"}),
        ("5 травня 2018", DateProblem.FORM, {"found": "5 травня 2018"}),
        ("пятнадцатого марта", DateProblem.FORM, {"found": "пятнадцатого марта"}),
        ("01.01.0022", DateProblem.EARLY, {"found": "01.01.0022", "earliest": 1900}),
        ("", DateProblem.FORM, {"found": ""}),
        ("31.12.1899", DateProblem.EARLY, {"found": "31.12.1899", "earliest": 1900}),
        ("22.11.2026", DateProblem.BIRTH_FUTURE, {"found": date(2026, 11, 22)}),
        ("21.11.2008", DateProblem.BIRTH_ADULT, {"found": date(2008, 11, 21)}),
    ],
)
def test_impossible_birth_date_is_refused(typed: str, problem: Problem, facts: dict[str, int | str | date]) -> None:
    refusal = refused(born, typed)
    assert (refusal.problem, refusal.facts) == (problem, facts)


def test_birth_date_of_an_adult_is_refused() -> None:
    assert born("22.11.2008") == date(2008, 11, 22)
    assert born("21.11.2026") == TODAY


@pytest.mark.requirement("E27", "E28", "E29", "E30", "E34")
def test_policy_is_issued_until_today_and_ends_from_today() -> None:
    assert issued("21.11.2026") == TODAY
    assert until("21.11.2026") == TODAY
    assert refused(issued, "22.11.2026").problem is DateProblem.ISSUED_FUTURE
    over = refused(until, "20.11.2026")
    assert (over.problem, over.facts) == (DateProblem.VALID_OVER, {"found": date(2026, 11, 20)})
    for parse in (issued, until):
        assert parse("21/11/2026") == TODAY


@pytest.mark.requirement("E34")
@given(st.dates(), st.dates())
def test_policy_does_not_end_before_its_issue(first: date, last: date) -> None:
    try:
        begins, ends = issued(f"{first:%d.%m.}{first.year:04}"), until(f"{last:%d.%m.}{last.year:04}")
    except InvalidInput:
        return
    assert begins <= ends


@given(st.dates(date(2008, 11, 22), TODAY))
def test_every_birth_date_of_a_child_can_be_typed(day: date) -> None:
    assert born(f"{day:%d.%m.%Y}") == day


# --- the address ------------------------------------------------------------------------------------------------------


@pytest.mark.requirement("C27", "C39")
@pytest.mark.parametrize(
    "typed",
    [
        "101000, г. Москва, ул. Садовая, д. 5, кв. 3",
        "Москва, Садовая, 5",
        "деревня Ивановка, дом 7",
        "Москва, улица 8 Марта, 12а",
        "Москва, 1-я Парковая, 3 корп. 2",
        "Казань, Баумана д.5 Квартира 2",
    ],
)
def test_address_has_a_place_and_a_house(typed: str) -> None:
    assert parse_address(f"  {typed}. \n") == typed


@pytest.mark.requirement("C39")
@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        ("", AddressProblem.EMPTY),
        (" . ", AddressProblem.EMPTY),
        ("Moscow, Garden 5", AddressProblem.LETTERS),
        ("12345", AddressProblem.LETTERS),
        ("101000, Москва, Садовая", AddressProblem.HOUSE),
        ("Москва, Садовая, кв. 12", AddressProblem.HOUSE),
        ("Москва, улица 8 Марта", AddressProblem.HOUSE),
        ("Москва, 1-я Парковая", AddressProblem.HOUSE),
        ("10100, Москва, Садовая, 5", AddressProblem.INDEX),
        ("1010000, Москва, Садовая, 5", AddressProblem.INDEX),
        ("Москва " * 40, AddressProblem.LENGTH),
    ],
)
def test_incomplete_address_is_refused_by_its_problem(typed: str, problem: Problem) -> None:
    assert refused(parse_address, typed).problem is problem


# --- telephone and e-mail ---------------------------------------------------------------------------------------------


@pytest.mark.requirement("B35", "C27", "C35")
@pytest.mark.parametrize(
    "typed",
    [
        "8 916 123-45-67",
        "+7 (916) 123-45-67",
        "9161234567",
        "79161234567",
        "+79161234567",
        "8(916)1234567",
        "тел.: +7 916 123 45 67",
        "8.916.123.45.67",
        "\u202a+7\u00a0916\u00a0123\u201145\u201167\u202c",
        "+8 916 123-45-67",
    ],
)
def test_mobile_number_is_accepted_in_any_spelling(typed: str) -> None:
    assert parse_phone(typed) == MOBILE


@pytest.mark.requirement("B35", "C35")
@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        ("", PhoneProblem.EMPTY),
        ("+", PhoneProblem.EMPTY),
        ("+7916123456", PhoneProblem.LENGTH),
        ("7916123456", PhoneProblem.LENGTH),
        ("8916123456", PhoneProblem.LENGTH),
        ("+791612345678", PhoneProblem.LENGTH),
        ("916123456О", PhoneProblem.CHARACTERS),
        ("8 916 123-45-67 доб. 2", PhoneProblem.CHARACTERS),
        ("+77011234567", PhoneProblem.KAZAKHSTAN),
        ("87011234567", PhoneProblem.KAZAKHSTAN),
        ("88005553535", PhoneProblem.FREE),
        ("8005553535", PhoneProblem.FREE),
        ("8 495 123-45-67", PhoneProblem.LANDLINE),
        ("4951234567", PhoneProblem.LANDLINE),
        ("+375 29 123-45-67", PhoneProblem.FOREIGN),
        ("19161234567", PhoneProblem.FOREIGN),
    ],
)
def test_unusable_phone_number_is_refused_by_its_problem(typed: str, problem: Problem) -> None:
    assert refused(parse_phone, typed).problem is problem


@pytest.mark.requirement("B36", "C35")
@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("anna@example.org", "anna@example.org"),
        (" Anna.Ivanova+deti@Mail.Example.ORG ", "Anna.Ivanova+deti@mail.example.org"),
        ("<anna@example.org>", "anna@example.org"),
        ("mailto:anna@example.org", "anna@example.org"),
        ("anna@почта.рф", "anna@почта.рф"),
        ("anna@xn--80a1acny.xn--p1ai", "anna@xn--80a1acny.xn--p1ai"),
    ],
)
def test_email_of_any_domain_is_accepted(typed: str, written: str) -> None:
    assert parse_email(typed) == written


@pytest.mark.requirement("B36", "C35")
@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        ("", EmailProblem.EMPTY),
        ("anna ivanova@example.org", EmailProblem.SPACE),
        ("anna.example.org", EmailProblem.AT),
        ("anna@@example.org", EmailProblem.AT),
        ("аnna@example.org", EmailProblem.CHARACTERS),
        ("anna@ехample.org", EmailProblem.CHARACTERS),
        ("@example.org", EmailProblem.NAME),
        ("anna.@example.org", EmailProblem.NAME),
        ("anna@example", EmailProblem.DOMAIN),
        ("anna@example..org", EmailProblem.DOMAIN),
        ("anna@-example.org", EmailProblem.DOMAIN),
        ("anna@", EmailProblem.DOMAIN),
        ("a" * 65 + "@example.org", EmailProblem.LENGTH),
    ],
)
def test_wrong_email_is_refused_by_its_problem(typed: str, problem: Problem) -> None:
    assert refused(parse_email, typed).problem is problem


# --- all of them ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("parse", TEXTS)
@given(typed_texts)
def test_any_text_is_refused_or_normalized_once(parse: Callable[[str], str], text: str) -> None:
    answer = parsed_or_refused(parse, text)
    if isinstance(answer, str):
        assert parse(answer) == answer


@pytest.mark.parametrize("parse", [born, issued, until])
@given(typed_dates)
def test_any_text_is_a_date_or_refused(parse: Callable[[str], date], text: str) -> None:
    answer = parsed_or_refused(parse, text)
    assert isinstance(answer, InvalidInput) or answer.year >= 1900


@pytest.mark.requirement("E20", "E27", "E28", "B33")
def test_optional_details_are_five_without_passport_and_inn() -> None:
    examples = {
        Detail.SNILS: ("112-233-445 95", "11223344595"),
        Detail.CERTIFICATE: ("V-МЮ № 123456", "V-МЮ 123456"),
        Detail.ISSUED_ON: ("01.09.2024", "2024-09-01"),
        Detail.VALID_UNTIL: ("31.12.2030", "2030-12-31"),
        Detail.ADDRESS: ("Москва, Садовая, 5", "Москва, Садовая, 5"),
    }
    assert set(examples) == set(Detail)
    for detail, (typed, kept) in examples.items():
        assert parse_detail(detail, typed, TODAY) == kept
        with pytest.raises(InvalidInput):
            parse_detail(detail, "", TODAY)
