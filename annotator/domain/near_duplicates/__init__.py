"""Near-duplicates: which texts are nearly the same, found without comparing all with all.

Two texts are compared in their `form`: normalised, with digits masked, so that a line is the same
whatever number of readers or date it names. Candidates share a band of their MinHash `signatures`
(Broder 1997, doi:10.1109/SEQUEN.1997.666900); whether they are alike is then measured (`likeness`),
and what is alike comes together in groups (`joining`). The same texts in the same order give the
same groups on any machine.
"""
