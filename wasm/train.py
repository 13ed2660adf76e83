#!/usr/bin/python3
"""Trains the forest that the scorer runs, on features that the laboratory exported (never recomputed here).

train.py --data DIR --out DIR [--rounds N] [--depth D] [--learning-rate X] [--seed N] ... [--ablations] [--trials FILE]

data.py says what DIR given as --data holds. Writes model.json and metrics.json, and with --reference what XGBoost
itself makes of those rows (reference.py). Learns from one part, calibrates on another and measures on a third.
The same data and options give the same bytes: one thread, and every draw from the seed.
"""
import argparse
import json
import os
import sys

import numpy as np
import xgboost as xgb

sys.dont_write_bytecode = True
from calibrate import apply, fit, probabilities_of
from data import LEARN, REPORT, TUNE, Rows, read_rows
from measure import by_seen, measure, reliability
from reference import write_reference

# Six models only to be held against one another learn from one campaign in so many, all from the same ones.
ABLATED = 4
# A model that has met fewer tells nothing of what it is worth without a group of features.
LEAST_GROUPS = 10


def parse():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--data", required=True)
    arguments.add_argument("--out", required=True)
    arguments.add_argument("--rounds", type=int, default=40)
    arguments.add_argument("--depth", type=int, default=6, choices=range(1, 7))
    arguments.add_argument("--learning-rate", type=float, default=0.2)
    arguments.add_argument("--min-child-weight", type=float, default=1.0)
    arguments.add_argument("--subsample", type=float, default=1.0)
    arguments.add_argument("--column-sample", type=float, default=1.0)
    arguments.add_argument("--l2", type=float, default=1.0)
    arguments.add_argument("--ignore", default="", help="features, with commas between, that no tree may ask for")
    arguments.add_argument("--seed", type=int, help="the data's own when left out")
    arguments.add_argument("--reference", help="rows to predict with the trained model")
    arguments.add_argument("--ablations", action="store_true", help="learn again without each group of features")
    arguments.add_argument("--trials", help="JSON of {name: options}: learn with these, too, and only measure")
    return arguments.parse_args()


def parameters_of(options, meta):
    return {
        "objective": "multi:softprob",
        "num_class": len(meta["classes"]),
        "tree_method": "hist",
        "nthread": 1,
        "max_depth": options.depth,
        "eta": options.learning_rate,
        "min_child_weight": options.min_child_weight,
        "subsample": options.subsample,
        "colsample_bytree": options.column_sample,
        "lambda": options.l2,
        "seed": options.seed if options.seed is not None else int(meta.get("seed", 1)),
    }


def margins_of(booster, rows, indexes, without=()):
    return booster.predict(rows.matrix(indexes, without), output_margin=True)


def measured(rows, indexes, margins):
    shares = probabilities_of(margins.astype("f8"))
    return measure(shares, rows.labels[indexes], rows.weights[indexes], rows.meta, rows.benign)


def calibrated(booster, rows, path):
    """Saves the model, calibrated where there is something to tune on, and says what that did."""
    booster.save_model(path)
    indexes = rows.of(TUNE)
    if len(indexes) == 0:
        return booster, None
    factors, addends = fit(margins_of(booster, rows, indexes), rows.labels[indexes])
    apply(path, factors, addends)
    return xgb.Booster({"nthread": 1}, model_file=path), {
        "rows": len(indexes),
        "factors": factors.tolist(),
        "addends": addends.tolist(),
    }


def report(booster, rows):
    """Everything that is measured on the third part, which nothing was chosen by."""
    indexes = rows.of(REPORT)
    if len(indexes) == 0:
        return None
    margins = margins_of(booster, rows, indexes)
    shares, labels = probabilities_of(margins.astype("f8")), rows.labels[indexes]
    found = measured(rows, indexes, margins)
    found["by_seen"] = by_seen(shares, labels, rows.seen[indexes], rows.meta, rows.benign)
    if rows.benign:
        found["reliability"] = reliability(shares, labels, rows.benign)
    novel = rows.novel[indexes] == 1
    if novel.any():
        # False alarms are counted among all people: people with software that was not learnt from are few.
        kept = np.flatnonzero(novel | np.isin(labels, rows.benign))
        found["novel"] = measured(rows, indexes[kept], margins[kept])
    return found


def again(parameters, rounds, rows, without=(), every=1):
    """Learns once more, from one campaign (or network) of `every` so many where there are enough, and measures without calibration: how well it ranks."""
    learnt = rows.of(LEARN)
    if len(np.unique(rows.groups[learnt])) >= LEAST_GROUPS * every:
        learnt = learnt[rows.groups[learnt] % every == 0]
    booster = xgb.train(parameters, rows.matrix(learnt, without), rounds)
    indexes = rows.of(TUNE) if len(rows.of(TUNE)) > 0 else rows.of(REPORT)
    return measured(rows, indexes, margins_of(booster, rows, indexes, without))


def trials(path, parameters, rounds, rows):
    with open(path, encoding="utf-8") as file:
        wanted = json.load(file)
    return {
        name: again({**parameters, **changed}, changed.pop("rounds", rounds), rows) for name, changed in wanted.items()
    }


def importance(booster):
    gains = booster.get_score(importance_type="total_gain")
    return dict(sorted(gains.items(), key=lambda one: (-one[1], one[0])))


def main():
    options = parse()
    rows = Rows(options.data)
    parameters = parameters_of(options, rows.meta)
    os.makedirs(options.out, exist_ok=True)
    ignored = [name for name in options.ignore.split(",") if name]
    learnt = xgb.train(parameters, rows.matrix(rows.of(LEARN), ignored), options.rounds)
    booster, calibration = calibrated(learnt, rows, os.path.join(options.out, "model.json"))
    metrics = {
        "xgboost": xgb.__version__,
        "parameters": {**parameters, "rounds": options.rounds},
        "ignored": ignored,
        "counts": rows.counts(),
        "calibration": calibration,
        "report": report(booster, rows),
        "importance": importance(learnt),
    }
    if options.ablations:
        groups = {"nothing": [], **rows.meta.get("ablations", {})}
        metrics["ablations"] = {
            name: again(parameters, options.rounds, rows, [*ignored, *without], ABLATED)
            for name, without in groups.items()
        }
    if options.trials:
        metrics["trials"] = trials(options.trials, parameters, options.rounds, rows)
    with open(os.path.join(options.out, "metrics.json"), "w", encoding="utf-8") as file:
        json.dump(metrics, file, indent=2)
        file.write("\n")
    if options.reference:
        write_reference(booster, read_rows(options.reference, len(rows.meta["features"])), options.out)


if __name__ == "__main__":
    main()
