#!/usr/bin/python3
"""Trains the forest that the scorer runs, on features that the laboratory exported (never recomputed here).

train.py --data DIR --out DIR [--rounds N] [--depth D] [--learning-rate X] [--seed N] ... [--reference rows.f32]

DIR given as --data holds, row by row and little-endian:
  features.f32   float32, NaN where missing
  labels.u8      class of each row
  groups.u32     campaign and tool of each row: a group is held out whole or not at all
  weights.f32    optional
  meta.json      {"features": [names], "classes": [names], "benign": [names of classes, optional], "seed": number}
Writes model.json and metrics.json, and with --reference what XGBoost itself makes of those rows (reference.py).
The same data and options give the same bytes: one thread, and every draw from the seed.
"""
import argparse
import json
import os
import sys

import numpy as np
import xgboost as xgb

sys.dont_write_bytecode = True
from reference import read_rows, write_reference

FALSE_POSITIVE_RATES = (0.01, 0.001)


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
    arguments.add_argument("--seed", type=int, help="the data's own when left out")
    arguments.add_argument("--hold-out", type=float, default=0.25, help="fraction of the groups")
    arguments.add_argument("--reference", help="rows to predict with the trained model")
    return arguments.parse_args()


def read_data(folder):
    with open(os.path.join(folder, "meta.json"), encoding="utf-8") as file:
        meta = json.load(file)
    rows = read_rows(os.path.join(folder, "features.f32"), len(meta["features"]))
    labels = np.fromfile(os.path.join(folder, "labels.u8"), dtype="u1")
    groups = np.fromfile(os.path.join(folder, "groups.u32"), dtype="<u4")
    weights_file = os.path.join(folder, "weights.f32")
    weights = np.fromfile(weights_file, dtype="<f4") if os.path.exists(weights_file) else np.ones(len(rows), "f4")
    for name, column in (("labels", labels), ("groups", groups), ("weights", weights)):
        if len(column) != len(rows):
            raise SystemExit(f"Cannot train: {len(rows)} rows, {len(column)} {name}")
    if labels.max() >= len(meta["classes"]):
        raise SystemExit(f"Cannot train: label {labels.max()}, {len(meta['classes'])} classes")
    return meta, rows, labels, groups, weights


def hold_out(labels, groups, fraction, seed):
    """Rows of held-out groups, drawn class by class so that each class is tested on campaigns it was not taught."""
    draw = np.random.RandomState(seed)
    held = np.zeros(len(groups), bool)
    taken = set()
    for label in np.unique(labels):
        # A mixed campaign belongs to the first class that meets it, and stays whole.
        names = [name for name in np.unique(groups[labels == label]) if name not in taken]
        taken.update(names)
        draw.shuffle(names)
        count = int(round(fraction * len(names)))
        if len(names) > 1:
            count = min(max(count, 1), len(names) - 1)
        held |= np.isin(groups, names[:count])
    return held


def recall_at(positive, negative, rate):
    """Share of `positive` above a threshold that at most `rate` of `negative` exceed; None when either is empty."""
    if len(positive) == 0 or len(negative) == 0:
        return None
    threshold = np.sort(negative)[::-1][int(rate * len(negative))]
    return float((positive > threshold).mean())


def measure(probabilities, labels, weights, meta):
    """Per class: recall at false-positive rates over the benign rows (over all other rows when none is benign)."""
    benign = [meta["classes"].index(name) for name in meta.get("benign", [])]
    of_label = np.clip(probabilities[np.arange(len(labels)), labels], 1e-15, 1)
    classes = {}
    for index, name in enumerate(meta["classes"]):
        negatives = labels != index if not benign or index in benign else np.isin(labels, benign)
        mine = labels == index
        classes[name] = {
            "rows": int(mine.sum()),
            "negatives": int(negatives.sum()),
            **{
                f"recall_at_{rate:g}": recall_at(probabilities[mine, index], probabilities[negatives, index], rate)
                for rate in FALSE_POSITIVE_RATES
            },
        }
    return {"log_loss": float(np.average(-np.log(of_label), weights=weights)), "classes": classes}


def parameters_of(options, meta, seed):
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
        "seed": seed,
    }


def count(groups, held):
    return {
        "rows": len(groups),
        "trained": int((~held).sum()),
        "held_out": int(held.sum()),
        "groups": len(np.unique(groups)),
        "groups_held_out": len(np.unique(groups[held])),
    }


def importance(booster):
    gains = booster.get_score(importance_type="total_gain")
    return dict(sorted(gains.items(), key=lambda one: (-one[1], one[0])))


def main():
    options = parse()
    meta, rows, labels, groups, weights = read_data(options.data)
    seed = options.seed if options.seed is not None else int(meta.get("seed", 1))
    held = hold_out(labels, groups, options.hold_out, seed)
    parameters = parameters_of(options, meta, seed)

    def matrix(chosen):
        names = meta["features"]
        return xgb.DMatrix(rows[chosen], labels[chosen], weight=weights[chosen], feature_names=names, nthread=1)

    booster = xgb.train(parameters, matrix(~held), options.rounds)
    metrics = {
        "xgboost": xgb.__version__,
        "parameters": {**parameters, "rounds": options.rounds, "hold_out": options.hold_out},
        "counts": count(groups, held),
        "held_out": measure(booster.predict(matrix(held)), labels[held], weights[held], meta) if held.any() else None,
        "importance": importance(booster),
    }
    os.makedirs(options.out, exist_ok=True)
    booster.save_model(os.path.join(options.out, "model.json"))
    with open(os.path.join(options.out, "metrics.json"), "w", encoding="utf-8") as file:
        json.dump(metrics, file, indent=2)
        file.write("\n")
    if options.reference:
        write_reference(booster, read_rows(options.reference, len(meta["features"])), options.out)


if __name__ == "__main__":
    main()
