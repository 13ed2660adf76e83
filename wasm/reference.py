#!/usr/bin/python3
"""What XGBoost itself makes of rows: the yardstick of the scorer's tests and bench.

reference.py --model model.json --rows rows.f32 --out DIR

Writes DIR/margins.f32 (rows x classes) and DIR/contributions.f32 (rows x classes x (features + 1), the bias last),
both row-major little-endian float32.
"""
import argparse
import os
import sys

import numpy as np
import xgboost as xgb

sys.dont_write_bytecode = True
from data import read_rows


def write_reference(booster, rows, out):
    # In place, because a DMatrix refuses infinities.
    margins = booster.inplace_predict(rows, predict_type="margin", validate_features=False)
    margins.astype("<f4").tofile(os.path.join(out, "margins.f32"))
    # Contributions need a DMatrix. Thresholds are finite, so the largest float goes where infinity would go.
    largest = np.finfo("f4").max
    matrix = xgb.DMatrix(np.clip(rows, -largest, largest), missing=np.nan, nthread=1)
    contributions = booster.predict(
        matrix, pred_contribs=True, approx_contribs=True, validate_features=False
    )
    contributions.astype("<f4").tofile(os.path.join(out, "contributions.f32"))


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--model", required=True)
    arguments.add_argument("--rows", required=True)
    arguments.add_argument("--out", required=True)
    options = arguments.parse_args()
    booster = xgb.Booster({"nthread": 1}, model_file=options.model)
    os.makedirs(options.out, exist_ok=True)
    write_reference(booster, read_rows(options.rows, booster.num_features()), options.out)


if __name__ == "__main__":
    main()
