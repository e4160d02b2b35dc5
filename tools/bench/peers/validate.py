"""Peer of the `validate` benchmark: the same counts and comparisons of train.csv and its files, in pandas.

usage: python validate.py DATA      prints `ready`, then seconds for each line read
"""
import os
import sys
import time

import pandas as pd


def count(rows, column):
    groups = rows.groupby(rows[column].fillna("unknown"))
    return pd.DataFrame({
        "images": groups.size(),
        "breasts": groups["breast"].nunique(),
        "patients": groups["patient_id"].nunique(),
        "cancers": rows[rows.cancer == 1].groupby(column)["breast"].nunique(),
    })


def validate(data):
    raw = os.path.join(data, "raw")
    ids = {"patient_id": str, "image_id": str}
    rows = pd.read_csv(os.path.join(raw, "train.csv"), dtype=ids)
    rows["breast"] = rows.patient_id + rows.laterality
    counts = [count(rows, column) for column in ["cancer", "laterality", "view", "machine_id", "density"]]
    files = {
        f"{os.path.basename(folder)}/{name}"
        for folder, _, names in os.walk(os.path.join(raw, "train_images"))
        for name in names
    }
    listed = set(rows.patient_id + "/" + rows.image_id + ".dcm")
    labels = rows.groupby("breast")["cancer"].nunique()
    views = rows.groupby("breast")["view"].nunique()
    found = [len(listed - files), len(files - listed), int(rows.image_id.duplicated().sum()), int((labels > 1).sum()), int((views < 2).sum())]
    return counts, found


def main():
    validate(sys.argv[1])
    print("ready", flush=True)
    for _ in sys.stdin:
        start = time.perf_counter()
        validate(sys.argv[1])
        print(time.perf_counter() - start, flush=True)


main()
