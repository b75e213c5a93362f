"""The chat's framework: links, flows, screens, the router, and the registries of sentences and news.

Read ``link``, ``flow``, ``screen`` and ``router`` first, in this order.
"""
