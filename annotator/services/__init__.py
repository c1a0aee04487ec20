"""One function for each thing a person can do: session first, the rest keyword-only.

A service never commits, never sees a request and never looks at a clock: `now` comes in.
"""
