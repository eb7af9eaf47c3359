"""A reference store beside DuckDB and polars on the same files, in turn: building it, and reconciling against it.

Usage: store_and_duckdb.py FOLDER [ROUNDS] [--generate CITIZENS LIST] [--only build|reconcile]
FOLDER holds dan_cu.csv and tiem_chung.csv of `lamsach generate`, which --generate makes first. Needs the Python packages
duckdb and, for the second peer, polars. Each round runs every program in a process of its own; the best round counts.
"""

import argparse
import importlib.util
import json
import subprocess
from pathlib import Path

from beside import LAMSACH, duckdb, in_turn
from reconcile_and_duckdb import STATEMENT

SORTED = """
COPY (SELECT * FROM read_csv('{reference}', header=true, all_varchar=true, delim=',', quote='"')
      ORDER BY "Số định danh cá nhân") TO '{out}' (FORMAT parquet)
"""

POLARS = """
import polars as pl
text = dict(infer_schema=False)
l = pl.scan_csv({list!r}, skip_rows=3, truncate_ragged_lines=True, ignore_errors=True, **text)
r = pl.scan_csv({reference!r}, **text)
number, name, birth, sex = "Số định danh cá nhân", "Họ và tên", "Ngày sinh", "Giới tính"
j = l.join(r.select(number, name, birth, sex), left_on="Số CMND/CCCD", right_on=number, how="left", suffix="_r")
n, b, s = pl.col(name + "_r"), pl.col(birth + "_r"), pl.col(sex + "_r")
same = (pl.col(name).str.strip_chars().str.to_uppercase() == n) & (pl.col(birth) == b) & (pl.col(sex) == s)
j.select(pl.col("Mã đối tượng"), pl.col("Số CMND/CCCD"),
         pl.when(n.is_null()).then(pl.lit("not_found")).when(same).then(pl.lit("match"))
           .otherwise(pl.lit("mismatch")).alias("verdict"),
         pl.when(pl.col(name).str.to_uppercase() != n).then(n).alias("new_name"),
         pl.when(pl.col(birth) != b).then(b).alias("new_birth"),
         pl.when(pl.col(sex) != s).then(s).alias("new_sex")).sink_csv({out!r})
"""


def stages(folder):
    """Seconds of each stage of the last run in a folder, from its manifest."""
    found = json.loads((folder / "manifest.json").read_text())["resources"]
    return {key: round(found[key], 3) for key in ("read_list_s", "read_reference_s", "decide_s", "wall_s", "cpu_s")}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("rounds", type=int, nargs="?", default=3)
    parser.add_argument("--generate", nargs=2, metavar=("CITIZENS", "LIST"))
    parser.add_argument("--only", choices=["build", "reconcile"])
    args = parser.parse_args()
    if args.generate:
        citizens, listed = args.generate
        subprocess.run([LAMSACH, "generate", "--citizens", citizens, "--list", listed, "--seed", "1",
                        "--quiet", "--replace", "-o", args.folder], check=True)
    folder = args.folder
    listed, reference, store = folder / "tiem_chung.csv", folder / "dan_cu.csv", folder / "store"
    build = [LAMSACH, "reference", "build", reference, "-o", store, "--replace", "--quiet", "--threads", "2"]
    if args.only != "reconcile":
        print("building: a store, and a Parquet file sorted by number")
        statement = SORTED.format(reference=reference, out=folder / "sorted.parquet")
        in_turn({"duckdb": duckdb([statement]), "lamsach": build}, args.rounds)
    elif subprocess.run([LAMSACH, "reference", "info", store], capture_output=True).returncode:
        subprocess.run(build, check=True)
    if args.only != "build":
        print("reconciling: against the store, and the exact join of the two CSV files")
        statement = STATEMENT.format(list=listed, reference=reference, out=folder / "duckdb.csv")
        commands = {"duckdb": duckdb([statement])}
        if importlib.util.find_spec("polars"):
            script = POLARS.format(list=str(listed), reference=str(reference), out=str(folder / "polars.csv"))
            commands["polars"] = ["env", "POLARS_MAX_THREADS=2", "python3", "-c", script]
        commands["lamsach"] = [LAMSACH, "reconcile", listed, "--against", store, "-o", folder / "lamsach",
                               "--force", "--quiet", "--threads", "2"]
        in_turn(commands, args.rounds, [folder / name for name in ("duckdb.csv", "polars.csv", "lamsach")])
        print("stages of lamsach:", stages(folder / "lamsach"))


main()
