"""Pages of help: what the OMS policy gives, how a clinic and a doctor are chosen, who needs a referral, what is kept.

The facts are those of the laws and of the programme of state guarantees for 2026-2028. A page is a heading and its
paragraphs, each of some lines.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from bot.core.i18n import N_, gettext as _
from bot.delivery.screen import Screen
from dialogs.account.links import Help, HelpPage, HelpTopic
from dialogs.kit.flow import Flow, Visitor
from dialogs.kit.pager import few, few_lines, few_paragraphs
from dialogs.kit.screen import Row, button, lines, ways_out

flow = Flow("help pages", open=True)


class Page(NamedTuple):
    label: str
    """of the button that opens it"""
    heading: str
    paragraphs: Sequence[Sequence[str]]


PAGES: Mapping[HelpTopic, Page] = {
    HelpTopic.OMS: Page(
        N_("What the policy gives"),
        N_("<b>What the OMS policy gives a child</b>"),
        (
            (
                N_("<b>Free of charge:</b>"),
                N_("— the pediatrician and other doctors, at the clinic and at home"),
                N_("— tests, X-ray, ultrasound, CT and MRI with a doctor's referral"),
                N_("— check-ups by age and vaccinations of the national calendar"),
                N_("— hospital with a referral, and the ambulance without one"),
            ),
            (
                N_("<b>How long one may have to wait, at most:</b>"),
                N_("— urgent help at the clinic: 2 hours"),
                N_("— the district pediatrician: 24 hours"),
                N_("— another specialist, X-ray, ultrasound, tests: 14 working days"),
            ),
            (
                N_("In an emergency any hospital in Russia helps, also without the policy at hand."),
                N_("You are asked to pay, or to wait longer? Call the insurance company: its phone is on the policy."),
            ),
        ),
    ),
    HelpTopic.CHOICE: Page(
        N_("Choosing clinic and doctor"),
        N_("<b>How to choose a clinic and a doctor</b>"),
        (
            (
                N_("<b>The clinic.</b> A child is enrolled at one, not necessarily the nearest to the home."),
                N_("It may be changed once a year, and earlier after a move."),
                N_("A representative applies here if the clinic's card says so, at the reception or on gosuslugi.ru."),
                N_("The clinic decides in two working days, and the old one ends the enrollment by itself."),
                N_("It may refuse if it has no places, or if the home is in the district of another one."),
            ),
            (
                N_("<b>The doctor.</b> The district pediatrician may be changed once a year."),
                N_("The application goes to the head of the clinic, and the new doctor must agree."),
                N_("For a visit you choose among the doctors who have free times."),
            ),
            (N_("<b>At 18</b> a patient goes over to a clinic for adults."),),
        ),
    ),
    HelpTopic.REFERRALS: Page(
        N_("With and without a referral"),
        N_("<b>Who sees a child without a referral</b>"),
        (
            (
                N_("<b>At the clinic where the child is enrolled, without a referral:</b>"),
                N_("pediatrician, surgeon, ENT doctor, eye doctor, dentist, gynecologist, child psychiatrist."),
                N_("Some clinics have a longer list: the list of doctors marks those who want a referral."),
            ),
            (N_("<b>Others</b> (neurologist, cardiologist, allergist …) see with a referral from the pediatrician."),),
            (
                N_("<b>Another clinic</b> plans visits with a referral from your own one, or after enrollment there."),
                N_("Urgent help is given without either."),
            ),
        ),
    ),
    HelpTopic.BOT: Page(
        N_("What the bot does and keeps"),
        N_("<b>What the bot does and keeps</b>"),
        (
            (
                N_("<b>It does:</b> check the policy, find a clinic, doctor and time, book, move and cancel, remind."),
                N_("It passes on applications for enrollment and documents, where the clinic answers them here."),
                N_("<b>It does not:</b> give medical advice, issue policies or sick notes, take money."),
            ),
            (
                N_("The policy number is stored encrypted and shown only in part: •••• 0014."),
                N_("An access code keeps others out who hold your phone: “My data”."),
                N_("You can take a copy of everything, or have everything erased, at any time."),
            ),
        ),
    ),
}


def help_rows() -> list[Row]:
    """Return the buttons that open the pages."""
    return few(PAGES.items(), lambda each: button(_(each[1].label), HelpPage(topic=each[0])))


@flow.screen(HelpPage)
async def help_page(visitor: Visitor, link: HelpPage) -> Screen:
    page = PAGES[link.topic]
    return Screen(
        lines(_(page.heading), *few_paragraphs(page.paragraphs, lambda each: few_lines(each, _))),
        (ways_out(Help()),),
    )
