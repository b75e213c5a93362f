"""Say what is wrong with a clinic's file, in the language that is spoken."""

from __future__ import annotations

from bot.clinic_file.problems import FileFault, Problems, RowProblem
from bot.core.i18n import N_, gettext as _, ngettext

_SENTENCES = {
    FileFault.UNREADABLE: N_("“{found}” cannot be read: a workbook (XLSX) or a folder of CSV files is expected"),
    FileFault.MISSING_SHEET: N_("the file has no such sheet"),
    FileFault.UNKNOWN_SHEET: N_("no such sheet is known"),
    FileFault.SHEET_TWICE: N_("the file has this sheet twice"),
    FileFault.HIDDEN_SHEET: N_("the sheet is hidden and was not read"),
    FileFault.MISSING_HEADER: N_("this column is required, but the first row does not name it"),
    FileFault.UNKNOWN_HEADER: N_("no such column is known"),
    FileFault.HEADER_TWICE: N_("the first row names this column twice"),
    FileFault.BEYOND_HEADERS: N_("a cell is filled to the right of the named columns"),
    FileFault.ERROR_CELL: N_("the formula in the cell has failed: write its value"),
    FileFault.MERGED_CELLS: N_("the cells are merged: separate them and fill each of them"),
    FileFault.MISSING: N_("the cell is empty, but it is required"),
    FileFault.TOO_LONG: N_("the text is longer than {longest} characters"),
    FileFault.NUMBER_CELL: N_("the cell is a number, and its digits may be lost: format the column as text"),
    FileFault.NOT_TEXT: N_("“{found}” is a date or a time: format the cell as text"),
    FileFault.UNKNOWN_VALUE: N_("“{found}” is unknown. Allowed: {allowed}"),
    FileFault.NUMBER: N_("“{found}” is not a whole number from {lowest} to {highest}"),
    FileFault.DATE: N_("“{found}” is not a date: write it as 31.12.2026"),
    FileFault.TIME: N_("“{found}” is not a time: write it as 8:00"),
    FileFault.HOURS: N_("“{found}” are not opening hours: write them as 8:00–20:00"),
    FileFault.END_BEFORE_START: N_("the end is before the beginning"),
    FileFault.ZONE: N_("“{found}” is not a time zone: write it as Europe/Moscow"),
    FileFault.COORDINATE: N_("“{found}” is not a number from {lowest} to {highest}"),
    FileFault.SWAPPED: N_("latitude and longitude are swapped"),
    FileFault.POLICY: N_("this is not a policy number of this kind: check its digits"),
    FileFault.CHECK_DIGIT: N_("the policy number has a mistake: its last digit does not fit the others"),
    FileFault.SNILS: N_("the SNILS has a mistake: check its eleven digits"),
    FileFault.PHONE: N_("“{found}” is not a Russian telephone number: write it as +7 and ten digits"),
    FileFault.NAME: N_("only Russian letters, hyphens, apostrophes and spaces are allowed in a name"),
    FileFault.UNKNOWN_CODE: N_("the sheet “{other}” has no code “{found}”"),
    FileFault.TWICE: N_("row {first} has the same"),
    FileFault.DOCTOR_TWICE: N_("row {first} has the same doctor at the same clinic in the same specialty"),
    FileFault.LENGTH: N_("a visit of {minutes} min does not fit into {length} min"),
    FileFault.OVERLAP: N_("the hours overlap those of row {first}"),
    FileFault.TWO_PLACES: N_("the doctor is elsewhere at the same time: see row {first}"),
    FileFault.ONE_OF_TWO: N_("fill this column or “{other}”, one of the two"),
    FileFault.NEEDED_FOR: N_("the cell is empty, but it is needed for such a change"),
    FileFault.OTHER_CLINIC: N_("this doctor sees patients at another clinic"),
    FileFault.NO_PATIENT: N_("the sheet of patients has no such policy number"),
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
