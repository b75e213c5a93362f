"""Tests of the project itself: its imports, names, catalogues, documents and requirements."""
