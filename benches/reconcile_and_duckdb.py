"""lamsach and DuckDB, the same exact join on the same two CSV files, in turn.

Usage: reconcile_and_duckdb.py FOLDER [ROUNDS]
FOLDER holds dan_cu.csv and tiem_chung.csv of `lamsach generate`. Needs the Python package duckdb.
Each round runs DuckDB and lamsach in their own processes; the best round of each is compared.
"""

import sys
from pathlib import Path

from beside import LAMSACH, duckdb, in_turn

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


def main():
    folder = Path(sys.argv[1])
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 3
    listed, reference = folder / "tiem_chung.csv", folder / "dan_cu.csv"
    statement = STATEMENT.format(list=listed, reference=reference, out=folder / "duckdb.csv")
    in_turn({
        "duckdb": duckdb([statement]),
        "lamsach": [LAMSACH, "reconcile", listed, "--against", reference, "-o", folder / "lamsach",
                    "--force", "--quiet", "--threads", "2"],
    }, rounds)


if __name__ == "__main__":
    main()
