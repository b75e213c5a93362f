"""Delivery: screens, news, the outbox that sends them, and the port of a messenger."""
