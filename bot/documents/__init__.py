"""Files: read the code of a policy from a photo or a PDF, and print papers as PDF.

``policy_reader`` and ``pdf_printer`` stand in the bot. ``reading`` and ``printing`` run in ``worker``, a program of its
own with limits on memory and time; ``programs`` starts and ends these programs, ``frames`` is how the two sides talk.
"""
