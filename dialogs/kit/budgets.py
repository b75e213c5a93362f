"""Sentences for budgets that are used up."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from bot.core.budgets import Budget, OverBudget
from bot.core.i18n import MOSCOW, N_, clock_time, gettext as _, spoken_moment
from bot.core.timing import local_day
from dialogs.kit.refusals import Explanation, refusal

SENTENCES: Mapping[Budget, str] = {
    Budget.EXPORT: N_("You have just taken several copies of the data. The next one can be made {when}."),
    Budget.DRAFT: N_("Too many new forms have been begun. The next one can be begun {when}; the forms begun are kept."),
    Budget.DESK_NAMES: N_("The desk shows at most 300 new names an hour. The next ones can be seen {when}."),
    Budget.NUMBERS: N_("The numbers have just been shown many times. They can be shown again {when}."),
    Budget.CARD_FILE: N_("Many files of cards have just been made. The next one can be made {when}."),
    Budget.DETAIL: N_("Too many changes in a short time. The next one can be made {when}; what is written down stays."),
    Budget.INVITATION: N_("Too many invitations in a short time. The next one can be made {when}."),
    Budget.VISIT: N_(
        "Too many visits were cancelled or moved in a short time. The next one can be changed {when}; if it is urgent, "
        "call the reception."
    ),
    Budget.DESK_CHECK: N_(
        "Many policies were sent to the reception in a short time. The next one can be sent {when}; if it is urgent, "
        "call the reception."
    ),
    Budget.DESK_PERSON: N_("The list of patients was changed many times. The next change can be made {when}."),
    Budget.TICKET: N_(
        "Many codes have just been drawn. The next one can be drawn {when}; at the reception the number of the visit "
        "is enough."
    ),
    Budget.ASK_OWNER: N_("The owner of the card was asked already. You can ask again {when}."),
    Budget.REFERRAL: N_("Too many numbers of referrals were tried. The next one can be entered {when}."),
    Budget.POLICY_REQUEST: N_(
        "Many applications for a policy were sent in a day. The next one can be sent {when}; what is typed is kept."
    ),
    Budget.PAPER: N_(
        "Many papers were sent in a short time. The next one can be sent {when}; or bring it to the reception."
    ),
}
"""plain text, at most 200 characters with the moment filled in; a way out is the open prompt or the menu"""


@refusal(OverBudget)
def over_budget(refusal: OverBudget, now: datetime) -> Explanation:
    return Explanation(_(SENTENCES[refusal.budget]).format(when=possible_at(refusal.until, now)))


def possible_at(until: datetime, now: datetime) -> str:
    """Return from when something is possible, for a sentence: rounded up, so that it is not refused then."""
    until += timedelta(minutes=1, microseconds=-1)
    is_today = local_day(until, MOSCOW) == local_day(now, MOSCOW)
    return _("at {time}").format(time=clock_time(until, MOSCOW)) if is_today else spoken_moment(until, MOSCOW, now)
