"""The clinics that an account has kept: the list of them, adding one and taking it off."""

from __future__ import annotations

from bot.booking.choose import ClinicChoice
from bot.core.clinic import Clinic
from bot.core.i18n import gettext as _
from bot.delivery.screen import Button, Screen
from dialogs.booking.links import AddFavourite, ChooseClinic, ClinicCard, DropFavourite, FavouriteClinics, start_of
from dialogs.kit.flow import Flow, Outcome, Visitor
from dialogs.kit.pager import page_of
from dialogs.kit.screen import Row, button, lines, ways_out
from dialogs.kit.wording import clinic_and_place

flow = Flow("favourite clinics")

FAVOURITES_ON_A_PAGE = 8


@flow.screen(FavouriteClinics)
async def favourite_clinics(visitor: Visitor, link: FavouriteClinics) -> Screen:
    kept = await visitor.services.favourites.list_of(visitor.account.id)
    shown = page_of(link, kept, FAVOURITES_ON_A_PAGE)

    def clinic_button(clinic: Clinic) -> Button:
        return button(clinic_and_place(clinic), ClinicCard(patient=link.patient, clinic=clinic.id, enroll=link.enroll))

    none = _("There is nothing here yet. Open a clinic and press “To favourites”.")
    return Screen(
        lines(_("<b>Favourite clinics</b>"), shown.place if kept else none),
        (
            *shown.rows(clinic_button),
            ways_out(start_of(link.patient, enroll=link.enroll)),
        ),
    )


def favourites_rows(choice: ClinicChoice, link: ChooseClinic) -> list[Row]:
    """Return the button from the choice of a clinic to the favourites, where some of them are offered."""
    to = FavouriteClinics(patient=choice.patient.id, enroll=link.enroll).from_list(link)
    return [(button(_("Favourites"), to),)] if choice.offer.favourites else []


def favourite_button(link: ClinicCard, *, is_kept: bool) -> Button:
    """Return the button of a clinic's card that keeps the clinic, or takes it off the list."""
    if is_kept:
        return button(_("Remove favourite"), DropFavourite(**dict(link)))
    return button(_("To favourites"), AddFavourite(**dict(link)))


def favourite_label(label: str) -> str:
    """Return the label of a favourite among other clinics."""
    return f"★ {label}"


@flow.action(AddFavourite)
async def on_add_favourite(visitor: Visitor, link: AddFavourite) -> Outcome:
    await visitor.services.favourites.add(visitor.account.id, link.clinic)
    return ClinicCard(**dict(link))


@flow.action(DropFavourite)
async def on_drop_favourite(visitor: Visitor, link: DropFavourite) -> Outcome:
    await visitor.services.favourites.drop(visitor.account.id, link.clinic)
    return ClinicCard(**dict(link))
