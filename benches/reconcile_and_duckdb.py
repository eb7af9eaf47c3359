"""lamsach and DuckDB, the same exact join on the same two CSV files, in turn.

Usage: reconcile_and_duckdb.py FOLDER [ROUNDS]
FOLDER holds dan_cu.csv and tiem_chung.csv of `lamsach generate`. Needs the Python package duckdb.
Each round runs DuckDB and lamsach in their own processes; the best round of each is compared.
"""

import json
import resource
import subprocess
import sys
import time
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
LAMSACH = PROJECT / "target/release/lamsach"

STATEMENT = """
COPY (
  SELECT l."Mã đối tượng" AS record_key, l."Số CMND/CCCD" AS citizen_number,
    CASE WHEN r."Số định danh cá nhân" IS NULL THEN 'not_found'
         WHEN upper(trim(l."Họ và tên")) = r."Họ và tên"
          AND l."Ngày sinh" = r."Ngày sinh" AND l."Giới tính" = r."Giới tính" THEN 'match'
         ELSE 'mismatch' END AS verdict,
    CASE WHEN upper(trim(l."Họ và tên")) <> r."Họ và tên" THEN r."Họ và tên" END AS new_name,
    CASE WHEN l."Ngày sinh" <> r."Ngày sinh" THEN r."Ngày sinh" END AS new_birth,
    CASE WHEN l."Giới tính" <> r."Giới tính" THEN r."Giới tính" END AS new_sex
  FROM read_csv('{list}', skip=3, header=true, all_varchar=true, delim=',', quote='"',
                strict_mode=false, ignore_errors=true) l
  LEFT JOIN read_csv('{reference}', header=true, all_varchar=true, delim=',', quote='"') r
    ON l."Số CMND/CCCD" = r."Số định danh cá nhân"
) TO '{out}' (HEADER)
"""


def measured(command):
    """Wall seconds, CPU seconds and peak MiB of a process."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    begun = time.monotonic()
    output = subprocess.run(["/usr/bin/env", "python3", "-c", WRAPPER, *map(str, command)],
                            check=True, capture_output=True, text=True).stdout
    wall = time.monotonic() - begun
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return wall, cpu, json.loads(output.splitlines()[-1])


WRAPPER = """
import json, resource, subprocess, sys
subprocess.run(sys.argv[1:], check=True, stdout=subprocess.DEVNULL)
print(json.dumps(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss >> 10))
"""


def main():
    folder = Path(sys.argv[1])
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 3
    listed, reference = folder / "tiem_chung.csv", folder / "dan_cu.csv"
    statement = STATEMENT.format(list=listed, reference=reference, out=folder / "duckdb.csv")
    duckdb = ["python3", "-c", f"import duckdb\nc = duckdb.connect()\nc.execute('set threads=2')\nc.execute({statement!r})"]
    lamsach = [LAMSACH, "reconcile", listed, "--against", reference, "-o", folder / "lamsach",
               "--force", "--quiet", "--threads", "2"]
    best = {}
    for _ in range(rounds):
        for name, command in (("duckdb", duckdb), ("lamsach", lamsach)):
            found = measured(command)
            print(f"{name:8} {found[0]:6.2f} s wall {found[1]:6.2f} s cpu {found[2]:6} MiB", flush=True)
            best[name] = min(best.get(name, found), found)
    ratio = best["duckdb"][0] / best["lamsach"][0]
    print(f"best     lamsach {best['lamsach'][0]:.2f} s, duckdb {best['duckdb'][0]:.2f} s: "
          f"duckdb takes {ratio:.2f} times as long")


main()
