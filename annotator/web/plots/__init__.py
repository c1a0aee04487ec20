"""Plots that are drawn on the server as SVG: one module a kind of plot, each with its geometry.

A plot is drawn twice, for wide and for narrow pages, since text that shrinks with the picture
cannot be read on a phone. Colours come from classes, so that a plot follows the light or dark of
the page; a table with the same numbers stands beside every one.
"""
