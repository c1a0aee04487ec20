"""Label once, propagate: a lead's decision about a cluster, and what follows from agreeing labels.

Gold is written, with the method `propagated`, never an annotation; each decision is a batch that
can be undone as one step. Nothing of this happens while a label is saved: `following.follow` runs
when work is given out, and when a lead asks for it.
"""
