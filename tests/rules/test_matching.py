"""Typed words and the buttons they mean."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, strategies as st

from bot.core.matching import (
    Choice,
    Match,
    is_emergency,
    is_thanks,
    match,
    match_named,
    match_whole,
    names_specialist,
    unmet_wish,
    words_of,
)
from bot.core.meant_days import Unmet
from bot.core.synonyms import MENU_WORDS, NAMES_SOMEBODY, PLAIN_YES, TO_LATIN_KEYS, TO_RUSSIAN_KEYS
from bot.core.typed_times import PartOfDay
from storage.registry.seed.names import FAMILY_NAMES, FEMALE_NAMES, INDECLINABLE, MALE_NAMES, PATRONYMICS

TODAY = date(2026, 11, 23)  # a Monday


def choices(*labels: str, red: str = "") -> list[Choice]:
    out = {"Назад", "Меню"}
    return [Choice(label, f"x:{at}", label == red, label in out) for at, label in enumerate(labels)]


SPECIALTIES = choices(
    "Педиатр · завтра",
    "ЛОР · 26 ноя",
    "Офтальмолог · 25 ноя",
    "Хирург · сегодня",
    "Стоматолог · 1 дек",
    "Невролог · направление",
    "Другая поликлиника",
    "Назад",
    "Меню",
)
DOCTORS = choices(
    "Любой врач · завтра 08:30", "Петрова А. С. · завтра", "Петров И. П. · чт 26 ноя", "Ким О. В.", "Назад"
)
CONSENT = choices("Даю согласие", "Не даю", "Полный текст", "Назад")
HOME = choices("Записаться к врачу", "Мои записи · 1", "Дети и полисы", "Мои данные", "Помощь")
VISIT = choices("Перенести", "Отменить", "Копировать номер", "Назад", "Меню")
QUESTION = choices("Отменить запись", "Не отменять", "Меню", red="Отменить запись")
CANCEL = choices("Да, отменить", "Лучше перенести", "Оставить", "Меню", red="Да, отменить")
ERASE = choices("Удалить всё", "Назад", "Меню", red="Удалить всё")
UP = Choice("Другой день", "x:up", leads_up=True)
TIMES = [*choices("08:30", "09:00", "09:15", "10:30"), UP, *choices("Меню")]
CLINICS = choices("Детская № 12 · Садовая, 5", "Детская № 7 · Полевая, 12", "Стоматология № 1 · Озёрная, 24", "Назад")
ONE_DOCTOR = choices("Лебедева О. Ю. · сегодня", "Назад", "Меню")
DATA = [Choice("Проверить полис", "x:check", is_main=True), *choices("Изменить", "Добавить необязательное", "Меню")]
REVIEW = [Choice("Записаться", "x:b", is_main=True), *choices("Другое время", "Не записываться", "Меню")]


def means(text: str, among: list[Choice]) -> str | None:
    """Return the label that the text presses, or None."""
    pressed = match(text, among, TODAY).pressed
    return pressed.label if pressed else None


@pytest.mark.parametrize(
    ("text", "among", "label"),
    [
        ("педиатр", SPECIALTIES, "Педиатр · завтра"),
        ("К педиатру, пожалуйста!", SPECIALTIES, "Педиатр · завтра"),
        ("запишите к педиатору", SPECIALTIES, "Педиатр · завтра"),
        ("отоларинголог", SPECIALTIES, "ЛОР · 26 ноя"),
        ("к оториноларингологу", SPECIALTIES, "ЛОР · 26 ноя"),
        ("ухо-горло-нос", SPECIALTIES, "ЛОР · 26 ноя"),
        ("лору", choices("ЛОР · 26 ноя", "Логопед"), "ЛОР · 26 ноя"),
        ("окулист", SPECIALTIES, "Офтальмолог · 25 ноя"),
        ("глазной врач", SPECIALTIES, "Офтальмолог · 25 ноя"),
        ("к зубному", SPECIALTIES, "Стоматолог · 1 дек"),
        ("невропатолог", SPECIALTIES, "Невролог · направление"),
        ("gtlbfnh", SPECIALTIES, "Педиатр · завтра"),
        ("другая", SPECIALTIES, "Другая поликлиника"),
        ("vty.", SPECIALTIES, "Меню"),
        ("обратно", SPECIALTIES, "Назад"),
        ("к Петровой", DOCTORS, "Петрова А. С. · завтра"),
        ("петров", DOCTORS, "Петров И. П. · чт 26 ноя"),
        ("любой", DOCTORS, "Любой врач · завтра 08:30"),
        ("ким", DOCTORS, "Ким О. В."),
        ("согласна", CONSENT, "Даю согласие"),
        ("да", CONSENT, "Даю согласие"),
        ("нет", CONSENT, "Не даю"),
        ("не согласна", CONSENT, "Не даю"),
        ("записаться", HOME, "Записаться к врачу"),
        ("мои записи", HOME, "Мои записи · 1"),
        ("дети", HOME, "Дети и полисы"),
        ("да", QUESTION, "Отменить запись"),
        ("нет", QUESTION, "Не отменять"),
        ("отменить запись", QUESTION, "Отменить запись"),
        ("да", ERASE, "Удалить всё"),
        ("перенести запись", CANCEL, "Лучше перенести"),
        ("оставить", CANCEL, "Оставить"),
        ("отменить запись", VISIT, "Отменить"),
        ("хочу перенести прием", VISIT, "Перенести"),
        ("8:30", TIMES, "08:30"),
        ("в 8.30", TIMES, "08:30"),
        ("на 10 30", TIMES, "10:30"),
        ("в 9", TIMES, "09:00"),
        ("в 10 часов", TIMES, "10:30"),
        ("в 3", choices("13:00", "15:15", "Меню"), "15:15"),
        ("в десять", TIMES, "10:30"),
        ("к девяти тридцати", choices("09:00", "09:30"), "09:30"),
        ("к трём", choices("13:00", "15:15", "Меню"), "15:15"),
        ("в час", choices("13:00", "15:15", "Меню"), "13:00"),
        ("в половине десятого", choices("09:00", "09:30", "10:30"), "09:30"),
        ("half past nine", choices("09:00", "09:30", "10:30"), "09:30"),
        ("at ten", TIMES, "10:30"),
        ("вечером", choices("08:30", "12:15", "17:30", "Меню"), "17:30"),
        ("после обеда", choices("08:30", "14:15", "Меню"), "14:15"),
        ("до обеда", choices("08:30", "14:15", "Меню"), "08:30"),
        ("in the morning", choices("08:30", "14:15", "Меню"), "08:30"),
        ("назад", TIMES, "Другой день"),
        ("пораньше", TIMES, "08:30"),
        ("мне все равно", TIMES, "08:30"),
        ("любое", [*choices("08:00 · осмотр", "09:00 · справка"), UP], "08:00 · осмотр"),
        ("любой врач", ONE_DOCTOR, "Лебедева О. Ю. · сегодня"),
        ("12", CLINICS, "Детская № 12 · Садовая, 5"),
        ("№ 7", CLINICS, "Детская № 7 · Полевая, 12"),
        ("да", DATA, "Проверить полис"),
        ("Да, всё верно", DATA, "Проверить полис"),
        ("все правильно", DATA, "Проверить полис"),
        ("назад", DATA, "Меню"),
        ("подтверждаю", REVIEW, "Записаться"),
        ("нет", REVIEW, "Не записываться"),
        ("нет", CANCEL, "Оставить"),
        ("нет, спасибо", CANCEL, "Оставить"),
        ("нет", choices("Да, удалить", "Назад", "Меню", red="Да, удалить"), "Назад"),
        (
            "no",
            choices("Yes, cancel", "Move it instead", "Keep the visit", "Menu", red="Yes, cancel"),
            "Keep the visit",
        ),
        ("другой день", REVIEW, "Другое время"),
        ("самое раннее", TIMES, "08:30"),
    ],
)
def test_typed_words_press_the_button_they_mean(text: str, among: list[Choice], label: str) -> None:
    assert means(text, among) == label


@pytest.mark.parametrize(
    ("text", "among", "labels"),
    [
        ("мои", HOME, {"Мои записи · 1", "Мои данные"}),
        ("петр", DOCTORS, {"Петрова А. С. · завтра", "Петров И. П. · чт 26 ноя"}),
        ("9", choices("09:05", "09:15"), {"09:05", "09:15"}),
        ("Анна", choices("Анна И.", "Анна И."), {"Анна И."}),
    ],
)
def test_words_that_fit_two_buttons_press_none(text: str, among: list[Choice], labels: set[str]) -> None:
    found = match(text, among, TODAY)
    assert found.pressed is None
    assert len(found.choices) == 2
    assert {choice.label for choice in found.choices} == labels


def test_part_of_a_day_offers_its_times_alone() -> None:
    among = choices("08:30", "11:45", "12:00", "16:45", "17:00 · справка", "Меню")
    offered = {
        text: match(text, among, TODAY) for text in ("утром", "можно днём?", "вечером", "на вечер", "ближе к вечеру")
    }
    assert [choice.label for choice in offered["утром"].choices] == ["08:30", "11:45"]
    assert [choice.label for choice in offered["можно днём?"].choices] == ["12:00", "16:45"]
    assert {match.choices[0].label for text, match in offered.items() if "вечер" in text} == {"17:00 · справка"}
    assert offered["утром"].part is PartOfDay.MORNING
    assert offered["утром"].pressed is None


def test_part_of_a_day_without_a_time_is_said() -> None:
    found = match("вечером", choices("08:30", "11:45", "Меню"), TODAY)
    assert (found.choices, found.part, found.unmet) == ((), PartOfDay.EVENING, None)
    assert match("вечером", days(date(2026, 11, 24)), TODAY).unmet is Unmet.DAY_FIRST
    assert match("вечером", HOME, TODAY) == Match()


@pytest.mark.parametrize("text", ["спасибо", "абракадабра", "🙂", "", "к", "не знаю", "Иванова Мария", "12345", "x"])
def test_other_words_press_nothing(text: str) -> None:
    for among in (SPECIALTIES, DOCTORS, CONSENT, HOME, QUESTION, ERASE, TIMES, CLINICS, ONE_DOCTOR, DATA, REVIEW):
        assert match(text, among, TODAY).choices == ()


@pytest.mark.parametrize("text", ["5", "24", "любой", "все"])
def test_number_of_a_house_or_any_of_many_presses_nothing(text: str) -> None:
    assert match(text, CLINICS, TODAY).choices == ()


def test_words_that_name_nothing_press_nothing_on_another_screen() -> None:
    alone = days(date(2026, 11, 24))
    for text in ("да", "любой", "назад", "спасибо", "обратно, пожалуйста"):
        assert match_named(text, [each for each in alone if not each.leads_out], TODAY).pressed is None
    assert match_named("завтра", alone, TODAY).pressed == alone[0]


def test_thanks_are_seen() -> None:
    assert all(map(is_thanks, ("Спасибо!", "спасибо большое", "благодарю вас", "thank you")))
    assert not any(map(is_thanks, ("", "спасибо, а как записаться к врачу", "пожалуйста")))


def test_specialists_are_known_by_any_of_their_names() -> None:
    assert all(map(names_specialist, ("лор", "к глазному", "хотим к зубному врачу", "gtlbfnh", "dentist")))
    assert not any(map(names_specialist, ("врач", "к доктору", "Петрова", "завтра", "запишите", "", "спасибо")))


@pytest.mark.parametrize(
    ("text", "among"), [("отменить", QUESTION), ("удалить", ERASE), ("удали все", ERASE), ("отменить запись", CANCEL)]
)
def test_part_of_a_red_label_asks_for_the_whole(text: str, among: list[Choice]) -> None:
    found = match(text, among, TODAY)
    assert found.pressed is None
    assert found.needs_whole_label


def test_yes_does_not_press_a_red_button_beside_another_answer() -> None:
    among = choices("Отменить запись", "Перенести", "Не отменять", red="Отменить запись")
    assert match("да", among, TODAY).pressed is None
    assert means("да", choices("Да, отменить", "Перенести", "Не отменять", red="Да, отменить")) == "Да, отменить"
    assert means("согласна", choices("Да, отменить", "Назад", red="Да, отменить")) is None


def days(*offered: date) -> list[Choice]:
    return [Choice(f"{day:%d}", f"x:{day}", day=day) for day in offered] + choices("Назад", "Меню")


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("завтра", date(2026, 11, 24)),
        ("на завтра", date(2026, 11, 24)),
        ("послезавтра", date(2026, 11, 25)),
        ("в среду", date(2026, 11, 25)),
        ("Ср", date(2026, 11, 25)),
        ("во вторник 1 декабря", date(2026, 12, 1)),
        ("1 декабря", date(2026, 12, 1)),
        ("1.12", date(2026, 12, 1)),
        ("24", date(2026, 11, 24)),
        ("24-го", date(2026, 11, 24)),
        ("на 24 ноября", date(2026, 11, 24)),
        ("на вторник", date(2026, 11, 24)),
        ("давайте на среду утром", date(2026, 11, 25)),
        ("tomorrow", date(2026, 11, 24)),
        ("on Wednesday", date(2026, 11, 25)),
    ],
)
def test_typed_day_presses_its_button(text: str, day: date) -> None:
    among = days(date(2026, 11, 24), date(2026, 11, 25), date(2026, 12, 1), date(2026, 12, 2))
    pressed = match(text, among, TODAY).pressed
    assert pressed is not None
    assert pressed.day == day


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("на следующей неделе", [date(2026, 12, 1), date(2026, 12, 2)]),
        ("в среду на следующей неделе", [date(2026, 12, 2)]),
        ("на этой неделе", [date(2026, 11, 24), date(2026, 11, 28)]),
        ("через неделю", []),
        ("через 9 дней", [date(2026, 12, 2)]),
        ("в выходные", [date(2026, 11, 28)]),
        ("next week", [date(2026, 12, 1), date(2026, 12, 2)]),
    ],
)
def test_typed_week_offers_its_days(text: str, found: list[date]) -> None:
    among = days(date(2026, 11, 24), date(2026, 11, 28), date(2026, 12, 1), date(2026, 12, 2))
    assert [choice.day for choice in match(text, among, TODAY).choices] == found


@pytest.mark.parametrize(
    ("text", "on_days", "on_times", "elsewhere"),
    [
        ("в десять", Unmet.DAY_FIRST, Unmet.NO_SUCH_TIME, Unmet.CHOSEN_LATER),
        ("к 10 утра", Unmet.DAY_FIRST, Unmet.NO_SUCH_TIME, Unmet.CHOSEN_LATER),
        ("на пятницу", Unmet.NO_SUCH_DAY, Unmet.NO_SUCH_DAY, Unmet.CHOSEN_LATER),
        ("4 декабря", Unmet.NO_SUCH_DAY, Unmet.NO_SUCH_DAY, Unmet.CHOSEN_LATER),
        ("утром", Unmet.DAY_FIRST, Unmet.NO_SUCH_TIME, Unmet.CHOSEN_LATER),
        ("абракадабра", None, None, None),
    ],
)
def test_wish_that_no_button_has_is_known(
    text: str, on_days: Unmet | None, on_times: Unmet | None, elsewhere: Unmet | None
) -> None:
    assert unmet_wish(text, days(date(2026, 11, 24)), TODAY) is on_days
    assert unmet_wish(text, choices("15:30", "Меню"), TODAY) is on_times
    assert unmet_wish(text, DOCTORS, TODAY) is elsewhere


def test_day_without_a_button_presses_nothing() -> None:
    assert match("в пятницу", days(date(2026, 11, 24)), TODAY).choices == ()


@pytest.mark.parametrize(
    "text",
    [
        "ребенок не дышит помогите",
        "Ребёнок задыхается!!!",
        "дочка без сознания",
        "судороги у сына",
        "у ребёнка температура 39",
        "температура 40.2",
        "сыну очень плохо",
        "сын подавился",
        "сильный ожог",
        "вызовите скорую",
        "помогите",
        "my son is not breathing",
    ],
)
def test_emergency_is_seen(text: str) -> None:
    assert is_emergency(text)


@pytest.mark.parametrize(
    "text",
    [
        "помогите записаться",
        "спасибо",
        "не согласна",
        "плохо видно",
        "Москва, Садовая, 39",
        "Ожогина Умида Умерова",
        "39",
    ],
)
def test_other_words_are_no_emergency(text: str) -> None:
    assert not is_emergency(text)


def opens_screen(text: str) -> bool:
    return any(" ".join(words_of(text)) in texts for texts in MENU_WORDS.values())


def common_names() -> list[str]:
    feminine = [f"{name}а" for name in FAMILY_NAMES]
    daughters = [f"{name.removesuffix('ич')}на" for name in PATRONYMICS]
    return [*FAMILY_NAMES, *feminine, *INDECLINABLE, *MALE_NAMES, *FEMALE_NAMES, *PATRONYMICS, *daughters]


@pytest.mark.parametrize("name", common_names())
def test_no_common_name_is_an_emergency_or_opens_a_screen(name: str) -> None:
    typed = [name, name.lower(), *(name[:at] + name[at + 1 :] for at in range(1, len(name)))]
    assert [each for each in typed if is_emergency(each) or opens_screen(each) or names_specialist(each)] == []


@pytest.mark.parametrize("name", [name for name in common_names() if name.endswith(("вич", "вна"))])
def test_patronymic_is_known_with_an_error_too(name: str) -> None:
    typed = [name.lower(), *(name[:at] + name[at + 1 :] for at in range(1, len(name) - 3))]
    assert [each for each in typed if not NAMES_SOMEBODY.fullmatch(" ".join(words_of(each)))] == []


labels = st.one_of(
    st.sampled_from([choice.label for among in (SPECIALTIES, DOCTORS, CONSENT, QUESTION, TIMES) for choice in among]),
    st.text("абвеёнсЫD 10:·", min_size=1, max_size=12),
)
screens = st.lists(st.tuples(labels, st.booleans()), min_size=1, max_size=6).map(
    lambda shown: [Choice(label, f"x:{at}", red) for at, (label, red) in enumerate(shown)]
)
texts = st.one_of(
    st.text(max_size=20), labels, st.sampled_from(["да", "нет", "завтра", "в среду", "удалить", "отменить"])
)


@given(screens, st.data())
def test_whole_label_always_wins(among: list[Choice], data: st.DataObject) -> None:
    wanted = data.draw(st.sampled_from(among))
    words = words_of(wanted.label)
    if not words:
        return
    for text in (wanted.label, wanted.label.upper(), f"«{wanted.label}»!"):
        found = match(text, among, TODAY)
        assert found == match_whole(text, among)
        assert {words_of(choice.label) for choice in found.choices} == {words}


def meant_by(text: str) -> set[str]:
    """Return the words of a text, also as they would be on another keyboard."""
    return {*words_of(text), *words_of(text.translate(TO_RUSSIAN_KEYS)), *words_of(text.translate(TO_LATIN_KEYS))}


@given(screens, texts)
def test_red_button_is_pressed_by_its_whole_label_or_a_yes(among: list[Choice], text: str) -> None:
    pressed = match(text, among, TODAY).pressed
    if pressed is not None and pressed.is_red:
        assert match_whole(text, among).choices == (pressed,) or PLAIN_YES & meant_by(text)
