"""Files: read the code of a policy from a photo or a PDF, and print papers as PDF."""

from bot.documents.printing import PdfPrinter
from bot.documents.reading import PolicyReader

__all__ = ["PdfPrinter", "PolicyReader"]
