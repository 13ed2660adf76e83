"""Makes probabilities of margins that are too sure of themselves, and writes that into the trees.

Boosting with weights and until the loss stops falling gives margins that rank well and promise too much. On rows that
were not learnt from, each class gets a factor and an addend for its margin (vector scaling, Guo et al. 2017, section
4.2) such that the probabilities are those of the mixture of these rows. Both go into the leaves: the calibrated
model is a forest as any other, which XGBoost and the scorer run without knowing.
"""
import json

import numpy as np
from scipy.optimize import minimize

# Towards no change: a class with few rows says little about itself.
RESTRAINT = 1e-3
# A factor is a multiple of this: another machine's last digits must not make another model.
STEP = 1 / 256
BOUNDS = (0.25, 2.0)


def probabilities_of(margins):
    powers = np.exp(margins - margins.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


def fit(margins, labels):
    """Factors and addends by class."""
    classes = margins.shape[1]
    margins = margins.astype("f8")
    truth = np.zeros_like(margins)
    truth[np.arange(len(labels)), labels] = 1

    def loss(parameters):
        factors, addends = parameters[:classes], parameters[classes:]
        shares = probabilities_of(margins * factors + addends)
        lost = -np.log(np.maximum(shares[np.arange(len(labels)), labels], 1e-12)).mean()
        wrong = (shares - truth) / len(labels)
        slope = np.concatenate([(wrong * margins).sum(axis=0), wrong.sum(axis=0)])
        away = parameters - start
        return lost + RESTRAINT * (away @ away), slope + 2 * RESTRAINT * away

    start = np.concatenate([np.ones(classes), np.zeros(classes)])
    bounds = [BOUNDS] * classes + [(-4, 4)] * classes
    found = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=bounds).x
    found = np.round(found / STEP) * STEP
    return found[:classes], found[classes:]


def apply(path, factors, addends):
    """Rewrites a saved model: each leaf times its class's factor, and the addend on the first tree of the class."""
    with open(path, encoding="utf-8") as file:
        model = json.load(file)
    for index, tree in enumerate(model["learner"]["gradient_booster"]["model"]["trees"]):
        owner = index % len(factors)
        addend = addends[owner] if index < len(factors) else 0
        leaves = [node for node, left in enumerate(tree["left_children"]) if left == -1]
        for node in leaves:
            value = float(np.float32(tree["split_conditions"][node] * factors[owner] + addend))
            tree["split_conditions"][node] = value
            tree["base_weights"][node] = value
    with open(path, "w", encoding="utf-8") as file:
        json.dump(model, file)
