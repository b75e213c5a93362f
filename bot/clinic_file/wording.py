"""Say what is wrong with a clinic's file, in the language that is spoken."""

from __future__ import annotations

from bot.clinic_file.problems import Fault, Problems, RowProblem
from bot.core.i18n import N_, gettext as _, ngettext

_SENTENCES = {
    Fault.UNREADABLE: N_("“{found}” cannot be read: a workbook (XLSX) or a folder of CSV files is expected"),
    Fault.MISSING_SHEET: N_("the file has no such sheet"),
    Fault.UNKNOWN_SHEET: N_("no such sheet is known"),
    Fault.SHEET_TWICE: N_("the file has this sheet twice"),
    Fault.HIDDEN_SHEET: N_("the sheet is hidden and was not read"),
    Fault.MISSING_HEADER: N_("this column is required, but the first row does not name it"),
    Fault.UNKNOWN_HEADER: N_("no such column is known"),
    Fault.HEADER_TWICE: N_("the first row names this column twice"),
    Fault.BEYOND_HEADERS: N_("a cell is filled to the right of the named columns"),
    Fault.ERROR_CELL: N_("the formula in the cell has failed: write its value"),
    Fault.MERGED_CELLS: N_("the cells are merged: separate them and fill each of them"),
    Fault.MISSING: N_("the cell is empty, but it is required"),
    Fault.TOO_LONG: N_("the text is longer than {longest} characters"),
    Fault.NUMBER_CELL: N_("the cell is a number, and its digits may be lost: format the column as text"),
    Fault.NOT_TEXT: N_("“{found}” is a date or a time: format the cell as text"),
    Fault.UNKNOWN_VALUE: N_("“{found}” is unknown. Allowed: {allowed}"),
    Fault.NUMBER: N_("“{found}” is not a whole number from {lowest} to {highest}"),
    Fault.DATE: N_("“{found}” is not a date: write it as 31.12.2026"),
    Fault.TIME: N_("“{found}” is not a time: write it as 8:00"),
    Fault.HOURS: N_("“{found}” are not opening hours: write them as 8:00–20:00"),
    Fault.END_BEFORE_START: N_("the end is before the beginning"),
    Fault.ZONE: N_("“{found}” is not a time zone: write it as Europe/Moscow"),
    Fault.COORDINATE: N_("“{found}” is not a number from {lowest} to {highest}"),
    Fault.SWAPPED: N_("latitude and longitude are swapped"),
    Fault.POLICY: N_("this is not a policy number of this kind: check its digits"),
    Fault.CHECK_DIGIT: N_("the policy number has a mistake: its last digit does not fit the others"),
    Fault.SNILS: N_("the SNILS has a mistake: check its eleven digits"),
    Fault.PHONE: N_("“{found}” is not a Russian telephone number: write it as +7 and ten digits"),
    Fault.NAME: N_("only Russian letters, hyphens, apostrophes and spaces are allowed in a name"),
    Fault.UNKNOWN_CODE: N_("the sheet “{other}” has no code “{found}”"),
    Fault.TWICE: N_("row {first} has the same"),
    Fault.DOCTOR_TWICE: N_("row {first} has the same doctor at the same clinic in the same specialty"),
    Fault.LENGTH: N_("a visit of {minutes} min does not fit into {length} min"),
    Fault.OVERLAP: N_("the hours overlap those of row {first}"),
    Fault.TWO_PLACES: N_("the doctor is elsewhere at the same time: see row {first}"),
    Fault.ONE_OF_TWO: N_("fill this column or “{other}”, one of the two"),
    Fault.NEEDED_FOR: N_("the cell is empty, but it is needed for such a change"),
    Fault.OTHER_CLINIC: N_("this doctor sees patients at another clinic"),
    Fault.NO_PATIENT: N_("the sheet of patients has no such policy number"),
}


def sentence_for(problem: RowProblem) -> str:
    """Return the place and the reason in one line: «Врачи, строка 4, «код»: …»."""
    reason = _(_SENTENCES[problem.fault]).format(**problem.facts)
    if problem.facts.get("hint"):
        reason = _("{reason}. Perhaps “{hint}” is meant?").format(reason=reason, hint=problem.facts["hint"])
    place = _place(problem)
    return _("{place}: {reason}").format(place=place, reason=reason) if place else reason


def _place(problem: RowProblem) -> str:
    parts = [problem.sheet] if problem.sheet else []
    if problem.row:
        parts.append(_("row {number}").format(number=problem.row))
    if problem.column:
        parts.append(_("“{column}”").format(column=problem.column))
    return ", ".join(parts)


def sentences_for(problems: Problems) -> list[str]:
    """Return a line for each problem that is shown, and how many are not."""
    lines = [sentence_for(problem) for problem in (*problems.remarks, *problems.shown)]
    if left := problems.unshown:
        lines.append(ngettext("and {n} more mistake", "and {n} more mistakes", left).format(n=left))
    return lines
