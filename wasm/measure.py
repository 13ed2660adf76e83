"""What a model can do on rows that it did not learn from. Recall at a rate of false alarms, and whether its probabilities are."""
import numpy as np

FALSE_POSITIVE_RATES = (0.01, 0.001)
# Requests of a client, with this one: the first, the second, the third, and ten or more.
SEEN = {"1": (1, 1), "2": (2, 2), "3": (3, 3), "10": (10, None)}
BINS = (0, 0.001, 0.01, 0.1, 0.3, 0.5, 0.7, 0.9, 0.97, 0.99, 0.999, 1)


def recall_at(positive, negative, rate):
    """Share of `positive` above a threshold that at most `rate` of `negative` exceed; None when either is empty."""
    if len(positive) == 0 or len(negative) == 0:
        return None
    threshold = np.sort(negative)[::-1][int(rate * len(negative))]
    return float((positive > threshold).mean())


def recalls(positive, negative):
    found = {f"recall_at_{rate:g}": recall_at(positive, negative, rate) for rate in FALSE_POSITIVE_RATES}
    return {"rows": len(positive), "negatives": len(negative), **found}


def abuse_of(shares, benign):
    return 1 - shares[:, benign].sum(axis=1)


def by_class(shares, labels, meta, benign):
    """For a benign class all other rows are negatives, for abuse the benign rows; without benign classes all others."""
    found = {}
    is_benign = np.isin(labels, benign)
    for index, name in enumerate(meta["classes"]):
        negatives = labels != index if not benign or index in benign else is_benign
        found[name] = recalls(shares[labels == index, index], shares[negatives, index])
    return found


def measure(shares, labels, weights, meta, benign):
    of_label = np.clip(shares[np.arange(len(labels)), labels], 1e-15, 1)
    found = {
        "log_loss": float(np.average(-np.log(of_label), weights=weights)),
        "classes": by_class(shares, labels, meta, benign),
    }
    if benign:
        is_benign = np.isin(labels, benign)
        abuse = abuse_of(shares, benign)
        found["abuse"] = recalls(abuse[~is_benign], abuse[is_benign])
    return found


def by_seen(shares, labels, seen, meta, benign):
    """The same by how much of a client there was to see; false alarms are counted among clients of the same age."""
    found = {}
    for name, (low, high) in SEEN.items():
        chosen = (seen >= low) & (seen <= (high if high is not None else seen.max()))
        found[name] = by_class(shares[chosen], labels[chosen], meta, benign)
    return found


def reliability(shares, labels, benign):
    """Of rows that were given such a probability of abuse: what they were given on average, and how many were abuse."""
    abuse, truth = abuse_of(shares, benign), ~np.isin(labels, benign)
    bins, error = [], 0.0
    for low, high in zip(BINS, BINS[1:]):
        chosen = (abuse >= low) & (abuse < high if high < 1 else abuse <= high)
        if not chosen.any():
            continue
        predicted, observed = float(abuse[chosen].mean()), float(truth[chosen].mean())
        bins.append({"from": low, "to": high, "rows": int(chosen.sum()), "predicted": predicted, "observed": observed})
        error += chosen.mean() * abs(predicted - observed)
    return {"bins": bins, "expected_error": float(error)}
