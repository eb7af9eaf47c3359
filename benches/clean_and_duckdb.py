"""lamsach cleaning a list, and DuckDB doing the plain part of the same checks on the same CSV file, in turn.

Usage: clean_and_duckdb.py FOLDER [ROUNDS]
FOLDER holds tiem_chung.csv of `lamsach generate`. Needs the Python package duckdb.
The plain part: form of the number, sex and birth year against it, form and range of the date, known sex words, form of
the telephone, missing fields, and numbers that several rows share. DuckDB writes one file: the list, trimmed, with a
column of codes. It reads no old encoding, repairs no number, knows no commune, and passes over lines it cannot read.
"""

import sys
from pathlib import Path

from beside import LAMSACH, duckdb, in_turn

STATEMENT = """
COPY (
  WITH l AS (
    SELECT "Mã đối tượng" AS record_key, trim("Họ và tên") AS full_name, trim("Ngày sinh") AS birth,
      trim("Giới tính") AS sex, regexp_replace("Số CMND/CCCD", '[ .-]', '', 'g') AS number,
      trim("Số điện thoại") AS phone, "Tỉnh/Thành phố" AS province, "Quận/Huyện" AS district,
      "Phường/Xã" AS commune, "Địa chỉ chi tiết" AS address
    FROM read_csv('{list}', skip=3, header=true, all_varchar=true, delim=',', quote='"',
                  strict_mode=false, ignore_errors=true)
  ), d AS (
    SELECT *, try_strptime(birth, '%d/%m/%Y') AS born, count(*) OVER (PARTITION BY number) AS n_same FROM l
  )
  SELECT record_key, full_name, birth, sex, number, phone, province, district, commune, address,
    concat_ws('+',
      CASE WHEN number IS NULL OR number = '' THEN 'ID01' END,
      CASE WHEN NOT regexp_matches(number, '^([0-9]{{12}}|[0-9]{{9}})$') THEN 'ID02' END,
      CASE WHEN regexp_matches(number, '^[0-9]{{9}}$') THEN 'ID17' END,
      CASE WHEN regexp_matches(number, '^[0-9]{{12}}$')
            AND (substr(number, 4, 1)::INT % 2 = 1) <> (sex = 'Nữ') THEN 'ID13' END,
      CASE WHEN regexp_matches(number, '^[0-9]{{12}}$') AND born IS NOT NULL
            AND substr(number, 5, 2)::INT <> year(born) % 100 THEN 'ID14' END,
      CASE WHEN n_same > 1 AND number <> '' THEN 'ID22' END,
      CASE WHEN born IS NULL THEN 'DB05' END,
      CASE WHEN born > DATE '2022-06-01' OR born < DATE '1902-06-01' THEN 'DB10' END,
      CASE WHEN sex NOT IN ('Nam', 'Nữ') THEN 'SX01' END,
      CASE WHEN full_name IS NULL OR full_name = '' THEN 'NA21' END,
      CASE WHEN phone <> '' AND NOT regexp_matches(phone, '^0[35789][0-9]{{8}}$') THEN 'PN01' END
    ) AS codes
  FROM d
) TO '{out}' (HEADER)
"""


def main():
    folder = Path(sys.argv[1])
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 3
    listed = folder / "tiem_chung.csv"
    in_turn({
        "duckdb": duckdb([STATEMENT.format(list=listed, out=folder / "duckdb.csv")]),
        "lamsach": [LAMSACH, "clean", listed, "-o", folder / "lamsach", "--as-of", "2022-06-01",
                    "--force", "--quiet", "--threads", "2"],
    }, rounds)


main()
