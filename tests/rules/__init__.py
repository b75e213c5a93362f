"""Tests of pure rules, which import neither aiogram nor aiosqlite."""
