"""Rebuild annotator/domain/noise/model.json.gz and its card from ../shared/noise-dev.

    python benchmarks/train_noise.py            # the model, its test rows and its card
    python benchmarks/train_noise.py --model    # the model and its test rows alone

The same pages and versions give the same bytes.
"""

import argparse
import gzip
import json
import tempfile
import time
from pathlib import Path

import noise_card
import noise_data as data
import noise_fitting
import noise_validating

from annotator.domain.noise import model

ROOT = Path(__file__).resolve().parents[1]
CARD = ROOT / "docs" / "noise-model.md"
ROWS = ROOT / "tests" / "domain" / "noise" / "model_rows.json"
MODEL = ROOT / "annotator" / "domain" / "noise" / model.FILE


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--model", action="store_true", help="leave the card as it is")
    parser.add_argument("--card", action="store_true", help="leave the model as it is")
    parser.add_argument("--kept", type=Path, help="a file for the cross-validated probabilities")
    given = parser.parse_args()
    began = time.perf_counter()

    def say(what: str) -> None:
        print(f"{time.perf_counter() - began:6.0f} s  {what}", flush=True)

    pages = data.pages()
    if not given.card:
        write(noise_fitting.fitted(pages, say))
        say(f"written: {MODEL.stat().st_size / 1000:.0f} kB")
    if not given.model:
        with tempfile.TemporaryDirectory() as folder:
            kept = given.kept or Path(folder) / "noise.npz"
            noise = noise_validating.stored(pages, kept, say)
        text = noise_card.card(pages, noise, model.shipped(), MODEL.stat().st_size)
        CARD.write_text(text, encoding="utf-8")
        say(f"written: {CARD.name}")


def write(fitted: noise_fitting.Fitted) -> None:
    text = json.dumps(model.to_json(fitted.model), separators=(",", ":"))
    # No time inside, so that the same model is the same file.
    MODEL.write_bytes(gzip.compress(text.encode(), 9, mtime=0))
    rows = {
        "bins": fitted.bins.T.tolist(),
        "of_text": [[round(float(p), 6) for p in row] for row in fitted.of_text],
        "of_pages": [[round(float(p), 6) for p in row] for row in fitted.of_pages],
    }
    ROWS.write_text(json.dumps(rows, separators=(",", ":")) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
