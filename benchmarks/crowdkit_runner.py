"""crowd-kit in an environment and process of its own: a line with a number of steps comes in, a
line with seconds, steps and the mean probability of the first label goes out.

Run by benchmarks/certainty.py with the Python of `.venv-rivals`; the argument is a file of arrays.
"""

import json
import sys
import time

import numpy as np
import pandas as pd
from crowdkit.aggregation import DawidSkene


def main() -> None:
    with np.load(sys.argv[1]) as arrays:
        table = pd.DataFrame({name: arrays[name] for name in ("task", "worker", "label")})
    print(json.dumps("ready"), flush=True)
    for line in sys.stdin:
        wall, cpu = time.perf_counter(), time.process_time()
        # No tolerance, so that it takes as many steps as it is told.
        model = DawidSkene(n_iter=int(line), tol=-1e9).fit(table)
        took = {"wall": time.perf_counter() - wall, "cpu": time.process_time() - cpu}
        probabilities = model.probas_.sort_index().sort_index(axis=1).to_numpy()
        found = {"steps": len(model.loss_history_), "mean": probabilities[:, 0].mean()}
        print(json.dumps(took | found), flush=True)


if __name__ == "__main__":
    main()
