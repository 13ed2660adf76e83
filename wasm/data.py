"""Rows as the laboratory exports them, one folder of columns, little-endian:

features.f32   float32, NaN where missing
labels.u8      class of each row
parts.u8       what the row is for: 0 learn, 1 tune, 2 report; anything else is left out
groups.u32     campaign of each row: a group belongs to one part
weights.f32    optional
seen.u16       optional: how many requests of this client there had been, with this one
novel.u8       optional: 1 where the client's software is in no row to learn from
meta.json      {"features": [names], "classes": [names], "benign": [names of classes, optional], "seed": number,
               "ablations": {name: [names of features], optional}}
"""
import json
import os

import numpy as np
import xgboost as xgb

LEARN, TUNE, REPORT = 0, 1, 2
PARTS = {"learn": LEARN, "tune": TUNE, "report": REPORT}


class Rows:
    """One folder. `of(part)` gives indexes, `matrix(indexes)` what XGBoost learns from."""

    def __init__(self, folder):
        with open(os.path.join(folder, "meta.json"), encoding="utf-8") as file:
            self.meta = json.load(file)
        self.features = read_rows(os.path.join(folder, "features.f32"), len(self.meta["features"]))
        rows = len(self.features)
        self.labels = column(folder, "labels.u8", "u1", rows)
        self.parts = column(folder, "parts.u8", "u1", rows)
        self.groups = column(folder, "groups.u32", "<u4", rows)
        self.weights = column(folder, "weights.f32", "<f4", rows, 1)
        self.seen = column(folder, "seen.u16", "<u2", rows, 1)
        self.novel = column(folder, "novel.u8", "u1", rows, 0)
        if self.labels.max() >= len(self.meta["classes"]):
            raise SystemExit(f"Cannot train: label {self.labels.max()}, {len(self.meta['classes'])} classes")
        self.benign = [self.meta["classes"].index(name) for name in self.meta.get("benign", [])]

    def of(self, part):
        return np.flatnonzero(self.parts == part)

    def matrix(self, indexes, without=()):
        """`without` names features that are taken away: missing everywhere, as they are where nobody can know them."""
        names = self.meta["features"]
        values = self.features[indexes]
        values[:, [names.index(name) for name in without]] = np.nan
        labels, weights = self.labels[indexes], self.weights[indexes]
        return xgb.DMatrix(values, labels, weight=weights, feature_names=names, nthread=1)

    def counts(self):
        """Rows and campaigns of each part."""
        return {
            name: {"rows": int((self.parts == part).sum()), "groups": len(np.unique(self.groups[self.parts == part]))}
            for name, part in PARTS.items()
        }


def column(folder, name, kind, rows, otherwise=None):
    path = os.path.join(folder, name)
    if otherwise is not None and not os.path.exists(path):
        return np.full(rows, otherwise, kind)
    values = np.fromfile(path, dtype=kind)
    if len(values) != rows:
        raise SystemExit(f"Cannot train: {rows} rows, {len(values)} in {name}")
    return values


def read_rows(path, features):
    return np.fromfile(path, dtype="<f4").reshape(-1, features)
