"""The clinic's link and poster: whoever opens them is at this clinic in the bot at once."""

from __future__ import annotations

from urllib.parse import urlencode

from bot.booking.clinic_links import clinic_address
from bot.core.clinic import Clinic
from bot.core.i18n import gettext as _
from bot.delivery.paper import Paper, Section
from bot.delivery.screen import Button, File, Screen
from dialogs.kit.flow import Flow, Outcome, Reply, Visitor
from dialogs.kit.screen import button, lines, text, ways_out
from dialogs.staff.day_links import ClinicPoster, PrintPoster
from dialogs.staff.links import Desk

flow = Flow("posters", open=True)


@flow.screen(ClinicPoster)
async def poster(visitor: Visitor, link: ClinicPoster) -> Screen:
    clinic = await visitor.services.posters.clinic(visitor.account)
    address = clinic_address(visitor.username, clinic.id)
    words = _("Book a doctor at “{clinic}” in Telegram").format(clinic=clinic.name)
    share = "https://t.me/share/url?" + urlencode({"url": address, "text": words})
    return Screen(
        lines(
            text(_("<b>{clinic}: link and poster</b>"), clinic=clinic.name),
            text("{address}", address=address),
            _("Whoever opens the link is at your clinic in the bot at once. It has no end and tells nothing secret: "
              "put it on the site, and the poster with its QR code at the reception."),
        ),
        (
            (button(_("Poster (PDF)"), PrintPoster()), Button(_("Send the link"), url=share)),
            ways_out(Desk()),
        ),
    )  # fmt: skip


@flow.action(PrintPoster)
async def on_print(visitor: Visitor, link: PrintPoster) -> Outcome:
    posters = visitor.services.posters
    clinic = await posters.clinic(visitor.account)
    printed = await posters.print_poster(poster_paper(visitor, clinic))
    caption = _("The poster: print it on A4 and try the code with your telephone.")
    name = _("Poster {clinic}.pdf").format(clinic=clinic.name)
    return Reply(ClinicPoster(), files=(File(name, printed, caption),))


def poster_paper(visitor: Visitor, clinic: Clinic) -> Paper:
    """Return the paper of a poster, in the language of whoever prints it."""
    how = (
        ("", _("1. Point the camera of your telephone at the code, or open the link in Telegram.")),
        ("", _("2. Add the child by the number or a photo of the OMS policy.")),
        ("", _("3. Choose a doctor and a time. The bot reminds you the day before.")),
    )
    place = ((_("Address"), clinic.address), (_("Reception"), clinic.phone))
    emergency = _("If the child is unwell, call 103 or 112.")
    address = clinic_address(visitor.username, clinic.id)
    return Paper(
        title=_("Book a doctor in Telegram: {clinic}").format(clinic=clinic.name),
        sections=(Section("", how), Section("", place), Section("", (("", emergency),))),
        made_at=visitor.now,
        footer=address,
        code=address,
    )
