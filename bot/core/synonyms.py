"""Words that people type, as data: what means the same, what means yes or no, what is an emergency.

All words are in the form that ``matching.words_of`` returns: small letters, «е» for «ё», no punctuation.
"""

from __future__ import annotations

import re

_DOCTORS: tuple[tuple[str, ...], ...] = (
    ("лор", "лору", "лора", "оториноларинголог", "отоларинголог", "ухо горло нос", "ухогорлонос", "ent"),
    ("окулист", "офтальмолог", "глазной", "глазник", "глазному", "ophthalmologist", "oculist", "eye"),
    ("стоматолог", "зубной", "зубному", "зубной врач", "дантист", "dentist"),
    ("педиатр", "детский врач", "участковый", "участковому", "pediatrician"),
    ("невролог", "невропатолог", "невропатологу", "neurologist"),
    ("ортопед", "травматолог", "травматологу", "orthopedist"),
    ("дерматолог", "кожный", "кожному", "дерматовенеролог", "dermatologist"),
    ("хирург", "surgeon"),
    ("кардиолог", "cardiologist"),
    ("аллерголог", "аллерголог иммунолог", "allergist"),
    ("эндокринолог", "endocrinologist"),
    ("гинеколог", "gynecologist"),
    ("психиатр", "psychiatrist"),
    ("уролог", "urologist"),
    ("гастроэнтеролог", "gastroenterologist"),
    ("прививки", "прививка", "прививку", "вакцинация", "vaccination"),
)
SAME: tuple[tuple[str, ...], ...] = (
    *_DOCTORS,
    ("назад", "обратно", "вернуться", "вернись", "back"),
    ("меню", "главная", "в начало", "домой", "menu"),
    ("дальше", "далее", "позже", "следующие", "later", "next"),
    ("раньше", "ранее", "предыдущие", "earlier"),
    ("помощь", "помоги", "помогите", "help"),
    ("удалить", "стереть", "delete"),
    ("не даю", "не согласен", "не согласна"),
    ("другое время", "другой день", "another time", "another day"),
)
"""Each row is one meaning; the first word stands for all of them. A meaning of several words is replaced first."""

SPECIALISTS = frozenset(row[0] for row in _DOCTORS)
BACK = "назад"

PLAIN_YES = frozenset({"да", "yes"})
YES = PLAIN_YES | frozenset(
    [
        "ага",
        "угу",
        "верно",
        "правильно",
        "ок",
        "окей",
        "хорошо",
        "конечно",
        "согласен",
        "согласна",
        "даю",
        "подтверждаю",
        "готово",
        "давайте",
        "ok",
        "okay",
        "right",
        "agree",
    ]
)
ALL = frozenset({"все", "all"})
"""«Все верно» says no more than «верно»."""
NO = frozenset(["нет", "неа", "неверно", "неправильно", "no", "nope", "wrong"])
KEEPING = frozenset(["оставить", "keep"])
"""A label with one of these words first says no to the question whether to lose something («Да, отменить»)."""
THANKS = frozenset(["спасибо", "спасибочки", "благодарю", "благодарим", "thanks", "thank"])
AGREEING = frozenset(["согласен", "согласна", "согласие", "даю", "верно", "agree"])
"""A label with one of these words says yes wherever the word stands in it."""
NEGATIONS = frozenset(["не", "нет", "без", "no", "not", "do", "dont"])
"""A label with one of these words is never meant by a text without one, nor the other way round."""

WITHOUT_MEANING = frozenset(
    [
        "к",
        "ко",
        "у",
        "на",
        "в",
        "во",
        "с",
        "со",
        "и",
        "а",
        "о",
        "об",
        "до",
        "по",
        "за",
        "для",
        "от",
        "мне",
        "меня",
        "нам",
        "нас",
        "я",
        "мы",
        "хочу",
        "хотим",
        "надо",
        "нужно",
        "нужен",
        "нужна",
        "нужны",
        "можно",
        "пожалуйста",
        "прошу",
        "ребенка",
        "ребенку",
        "ребенок",
        "врач",
        "врачу",
        "врача",
        "доктор",
        "доктору",
        "запиши",
        "запишите",
        "просто",
        "это",
        "бы",
        "ли",
        "числа",
        "число",
        "to",
        "the",
        "a",
        "an",
        "my",
        "me",
        "i",
        "want",
        "please",
        "at",
        "on",
        "in",
        "with",
        "of",
        "for",
        "doctor",
    ]
)
"""A typed text is looked for without these words, unless it has no other."""

OBJECTS = frozenset(["запись", "записи", "прием", "визит", "visit", "appointment"])
"""What an act is done to: a label may leave it out."""

ANY = frozenset(
    [
        "любой",
        "любая",
        "любое",
        "любую",
        "любому",
        "любое время",
        "любой день",
        "первый",
        "первое",
        "первую",
        "ближайший",
        "ближайшее",
        "ближайшее время",
        "самое ближайшее",
        "самое раннее",
        "самый ранний",
        "пораньше",
        "раньше всех",
        "как можно раньше",
        "все равно",
        "все равно какой",
        "все равно какому",
        "без разницы",
        "неважно",
        "any",
        "any time",
        "any day",
        "first",
        "earliest",
        "as early as possible",
    ]
)
"""Texts without words of no meaning that leave the choice to the bot."""

TO_DOCTOR = frozenset(["врач", "врачу", "врача", "доктор", "доктору", "doctor"])
"""A text of nothing but words without a meaning wants to book if it has one of these."""

MENU_WORDS: dict[str, tuple[str, ...]] = {
    "home": ("меню", "главное меню", "старт", "начать", "начало", "start", "menu"),
    "book": (
        "записаться",
        "записаться к врачу",
        "запись к врачу",
        "записать",
        "записать ребенка",
        "запиши",
        "запишите",
        "хочу записаться",
        "запишите нас",
        "book",
        "book a doctor",
    ),
    "visits": (
        "мои записи",
        "записи",
        "моя запись",
        "отменить",
        "отменить запись",
        "отмена записи",
        "перенести",
        "перенести запись",
        "перенос записи",
        "отмени",
        "отмени запись",
        "отмените запись",
        "перенеси",
        "перенеси запись",
        "перенесите запись",
        "когда прием",
        "когда запись",
        "когда мы записаны",
        "на когда мы записаны",
        "во сколько прием",
        "куда мы записаны",
        "my visits",
        "visits",
        "cancel",
        "cancel visit",
        "reschedule",
        "reschedule visit",
        "move",
        "move visit",
        "when is my visit",
        "when is the visit",
    ),
    "children": ("дети", "дети и полисы", "полис", "полисы", "мои дети", "children", "policies"),
    "data": ("мои данные", "данные", "настройки", "my data", "settings"),
    "language": ("язык", "language", "english", "английский", "русский"),
    "documents": (
        "справка",
        "справки",
        "справку",
        "справка в школу",
        "справка в сад",
        "справка в лагерь",
        "справки и документы",
        "выписка",
        "выписка из карты",
        "документы",
        "certificate",
        "documents",
    ),
    "applications": (
        "мои заявления",
        "мое заявление",
        "заявления",
        "заявление",
        "статус заявления",
        "где заявление",
        "где мое заявление",
        "что с заявлением",
        "my applications",
        "my application",
        "applications",
        "application",
    ),
    "enrollment": (
        "прикрепить",
        "прикрепиться",
        "прикрепление",
        "прикрепите",
        "прикрепить ребенка",
        "прикрепить к поликлинике",
        "прикрепить ребенка к поликлинике",
        "прикрепиться к поликлинике",
        "прикрепление к поликлинике",
        "прикрепление ребенка",
        "прикрепите ребенка",
        "хочу прикрепиться",
        "хочу прикрепить ребенка",
        "открепить",
        "открепиться",
        "открепление",
        "сменить поликлинику",
        "поменять поликлинику",
        "смена поликлиники",
        "моя поликлиника",
        "наша поликлиника",
        "где мы прикреплены",
        "куда мы прикреплены",
        "к какой поликлинике мы прикреплены",
        "enroll",
        "enroll a child",
        "enroll at a clinic",
        "my clinic",
        "our clinic",
        "change the clinic",
    ),
    "clinics": ("поликлиники", "найти поликлинику", "find a clinic", "clinics"),
    "help": ("помощь", "поддержка", "help", "support"),
}
"""Whole texts that open a screen from anywhere if no button of the shown screen fits; by the name of the screen."""

_LATIN = "qwertyuiop[]asdfghjkl;'zxcvbnm,.`"
_RUSSIAN = "йцукенгшщзхъфывапролджэячсмитьбюё"
TO_RUSSIAN_KEYS = str.maketrans(_LATIN + _LATIN.upper(), _RUSSIAN + _RUSSIAN.upper())
TO_LATIN_KEYS = str.maketrans(_RUSSIAN + _RUSSIAN.upper(), _LATIN + _LATIN.upper())
"""The letters on the same keys, for a text typed with the wrong keyboard."""

EMERGENCY = re.compile(
    r"\bне (?:дыш|может дышать|могу разбудить|просыпается|реагирует|приходит в себя|открывает глаза)"
    r"|\bперестал[аои]? дышать|\bзадыха|\bподавил[аои]?сь?я?\b|\bпосинел[аои]?\b|\bсинеет"
    r"|\bбез сознани|\bпотерял[аи]? сознани|\bобморок"
    r"|\bсудорог|\bприступ эпилеп|\bкровотечен|\bистекает|\bмного крови"
    r"|\bкровь (?:идет|не останавлив|хлещет|течет)|\bотравил[аои]?сь?я?\b|\bотравлен"
    r"|\bпередозир|\bпроглотил|\bнаглотал"
    r"|\bвыпил[аи]? (?:таблет|уксус|лекарств|химию|отбеливател)|\bобварил|\bожог(?:и|а|ом|ов)?\b"
    r"|\bошпарил|\bударил[аои]? током"
    r"|\bвыпал[аи]? из окна|\bупал[аи]? с высоты|\bсбила машина"
    r"|\bутонул|\bтонет\b|\bумира(?:ет|ю)\b|\bумер(?:ла|ли)?\b"
    r"|\bанафила|\bотек (?:квинке|горла)|\bсуицид|\bпокончить с собой|\bскорую|\bскорая\b|\bнеотложк"
    r"|\bтемператур\w* (?:под )?(?:39|4[0-2])|\b(?:39|4[0-2])(?: \d)? температур"
    r"|\b(?:ему|ей|ребенку|сыну|дочке|дочери|малышу) (?:очень |совсем |стало )*(?:плохо|хуже)\b|\bплохо ребенку"
    r"|\bnot breathing|\bcan t breathe|\bcannot breathe|\bchoking|\bunconscious|\bseizure|\bbleeding|\bpoison"
    r"|\bambulance|\boverdose|\bfainted|\bsuicide"
)
CALLS_FOR_HELP = frozenset({"помогите", "помогите пожалуйста", "срочно", "срочно помогите", "sos", "умоляю помогите"})
"""Whole texts that may mean anything: the number to call is never wrong."""

NAMES_SOMEBODY = re.compile(r"(?:[а-я]+ ){0,2}[а-я]+(?:вич|ьич|мич|кич|тич|вна|ична)")
"""A text of at most three words that ends with a patronymic, with or without a typing error in it: «Мария Сергевна»."""
