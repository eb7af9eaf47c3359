"""lamsach dedupe on invented vaccination lists: pairs and groups found without labels, held against the truth.

Usage: dedupe.py FOLDER
Two lists of the same 20,000 people are one list for `dedupe`: a list by itself repeats few people. Each list makes its
own mistakes. Rows of one `citizen_number` are one person; a row of nobody known is a person by itself.
"""

import csv
import json
import subprocess
import sys
from collections import defaultdict
from itertools import combinations
from pathlib import Path

from beside import LAMSACH

PRECISION, RECALL = 0.995, 0.97


def generated(folder, n_rows):
    """One list as generated: its file, and the person of each row."""
    out = folder / f"list_{n_rows}"
    subprocess.run([LAMSACH, "generate", "--citizens", "20000", "--list", str(n_rows), "-o", out, "--replace", "-q"],
                   check=True)
    # The name of the file is part of the key of a row.
    file = folder / f"{n_rows}.csv"
    file.write_bytes((out / "tiem_chung.csv").read_bytes())
    with open(out / "truth.csv", encoding="utf-8", newline="") as table:
        people = {(file.name, row["record_key"]): row["citizen_number"] for row in csv.DictReader(table)}
    return file, people


def pairs_of(groups):
    return {frozenset(pair) for rows in groups.values() for pair in combinations(rows, 2)}


def rows_of(path, *sides):
    with open(path, encoding="utf-8", newline="") as table:
        for row in csv.DictReader(table):
            yield row, *((Path(row[f"file{side}"]).name, row[f"record_key{side}"]) for side in sides)


def judge(folder, name, lists):
    out = folder / f"out_{name}"
    subprocess.run([LAMSACH, "dedupe", *(file for file, _ in lists), "--profile", "danh_sach", "-o", out,
                    "--force", "--accept-doubts", "--quiet"], check=True)
    people = {row: person for _, of in lists for row, person in of.items()}
    groups, clusters = defaultdict(list), defaultdict(list)
    for row, person in people.items():
        if person:
            groups[person].append(row)
    for row, key in rows_of(out / "clusters.csv", ""):
        clusters[row["cluster"]].append(key)
    truth, joined = pairs_of(groups), pairs_of(clusters)
    shown = {frozenset((a, b)): row["decision"] for row, a, b in rows_of(out / "links.csv", "_a", "_b")}
    links = {pair for pair, decision in shown.items() if decision == "link"}
    conflicts = {pair for pair, decision in shown.items() if decision == "conflict"}
    summary = json.loads((out / "summary.json").read_text(encoding="utf-8"))
    precision, recall = len(links & truth) / max(len(links), 1), len(links & truth) / len(truth)
    whole = {frozenset(rows) for rows in groups.values() if len(rows) > 1}
    found = {frozenset(rows) for rows in clusters.values()}
    print(f"{name:5} rows {len(people):6} pairs {len(truth):5} compared {summary['linking']['pairs_compared']:7}"
          f" links {len(links):5} precision {precision:.4f} recall {recall:.4f} unseen {len(truth - shown.keys()):3}"
          f" in groups {len(joined & truth) / max(len(joined), 1):.4f} {len(joined & truth) / len(truth):.4f}"
          f" whole groups {len(whole & found)} of {len(whole)}, conflicts {len(conflicts)},"
          f" of one person {len(conflicts & truth)}, doubts {summary['linking']['doubts']}")
    return precision, recall


def main():
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    small, large = generated(folder, 8000), generated(folder, 12000)
    judge(folder, "one", [small])
    precision, recall = judge(folder, "two", [small, large])
    sys.exit(0 if precision >= PRECISION and recall >= RECALL else 1)


if __name__ == "__main__":
    main()
