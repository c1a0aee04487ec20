"""Settling disagreement: who looks at what, what is decided, and what follows from it.

`dockets` brings votes and gold together; `index` keeps that for the pages, `queue` orders what is
left, `leases` says who holds what. Decisions are made in `deciding`, taken back in `undoing`, made
a second time in `seconds`, and copied to other copies of a text in `copies`. `policies` settle what
needs no person. Decisions are only ever added; gold is what follows from the last of them.
"""
