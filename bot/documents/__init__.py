"""What comes in and goes out as a file: a policy read from a picture, and papers printed as PDF."""

from bot.documents.printing import PdfPrinter
from bot.documents.reading import PolicyReader

__all__ = ["PdfPrinter", "PolicyReader"]
