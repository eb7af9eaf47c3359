"""The search of the right citizen without numbers, beside Splink on DuckDB: time, memory and F1 on the same files.

Usage: search_and_splink.py FOLDER [--citizens N ...] [--errors easy|hard ...] [--models NAME ...] [--rounds N]
       [--seed N]
Makes a population and a list of a sixth as many rows in FOLDER, takes the numbers out of both, and prints one table.
Needs the Python packages duckdb and splink (5). Every run is a process of its own; the round with the fewest CPU
seconds counts. A row's answer is its best candidate: F1 counts right answers above a cut against all answers above it
and all rows of citizens, at the best cut (told as match weight, log2 of the odds) and at the default: p >= 0.95 of
Splink, p >= 0.5 of lamsach.

What each side is given:
- `reference.csv` and `list.csv`: the generator's cells without personal and old numbers, title rows, repeated headers,
  closing rows, cancelled numbers and lines that no reader can read. lamsach reads these.
- `reference.parquet` and `list.parquet`: the same, prepared for Splink as a careful user would: one case, one Unicode
  form, no titles and notes around names, dates of all written forms, parts of the name, an unaccented form, and the
  province and commune of today of the list's old units by the tables in rules/places. This preparation is not in
  Splink's time.
- `truth.csv`: key of the row and of its citizen in the reference; nothing for people who are not in it.
"""

import argparse
import csv
import math
import re
import subprocess
import sys
from pathlib import Path

import duckdb

from beside import LAMSACH, measured

ROOT = Path(__file__).resolve().parent.parent
PLACES = ROOT / "rules/places"
THREADS = 2
# The usual cut of a link, p >= 0.95, as a match weight.
USUAL_CUT = 4.2479
# Pairs below this weight are not written; the lowest best cut seen was -13.6.
LOWEST = -15

# Rates of the hard list; all others are as shipped. About 40 of 100 rows have a wrong or incomplete name, birth date,
# sex or residence, and half the people gave no phone.
HARD = {
    "phone_kept": 0.50,
    "NA01": 0.080, "NA02": 0.030, "NA03": 0.030, "NA04": 0.045, "NA05": 0.020, "NA06": 0.050, "NA07": 0.010,
    "NA09": 0.010, "NA14": 0.005, "NA18": 0.005,
    "DB01": 0.080, "DB02": 0.060, "DB03": 0.020, "DB08": 0.020, "DB09": 0.030,
    "SX02": 0.020,
    "AD01": 0.020, "AD05": 0.020, "AD07": 0.010, "AD08": 0.050,
}


# Making the files

def generate(folder, citizens, errors, seed):
    """Runs the generator, with raised rates for the hard list."""
    rules = []
    if errors == "hard":
        text = (ROOT / "rules/generate/vaccination.toml").read_text()
        for key, rate in HARD.items():
            text, found = re.subn(rf"(?m)^{key} = .*$", f"{key} = {rate}", text)
            assert found == 1, f"no rate {key}"
        own = folder / "rules/generate"
        own.mkdir(parents=True, exist_ok=True)
        (own / "vaccination.toml").write_text(text)
        rules = ["--rules", folder / "rules"]
    subprocess.run([LAMSACH, "generate", "--citizens", str(citizens), "--list", str(citizens // 6),
                    "--seed", str(seed), "--quiet", "--replace", *rules, "-o", folder / "generated"], check=True)


def write_without_numbers(folder):
    """Writes list.csv, reference.csv and truth.csv."""
    made = folder / "generated"
    keys = {}
    with open(made / "dan_cu.csv", newline="") as source, open(folder / "reference.csv", "w", newline="") as target:
        rows, out = csv.reader(source), csv.writer(target)
        header = next(rows)
        hidden = [header.index("Số định danh cá nhân"), header.index("Số CMND")]
        shown = [at for at in range(len(header)) if at not in hidden]
        out.writerow(["Mã hồ sơ", *(header[at] for at in shown)])
        for row in rows:
            if row[-1] == "Hủy số":
                continue
            key = f"R{len(keys) + 1:09}"
            keys[row[hidden[0]]] = key
            out.writerow([key, *(row[at] for at in shown)])
    truth = {}
    with open(made / "truth.csv", newline="") as source:
        for row in csv.DictReader(source):
            if not {"RD01", "RD06", "RD07"} & set(row["errors"].split("+")):
                truth[row["record_key"]] = keys[row["citizen_number"]] if row["citizen_number"] else ""
    truth.pop("", None)
    kept = []
    # Line by line, so that an unclosed quote spoils its own line only.
    with open(made / "tiem_chung.csv") as source, open(folder / "list.csv", "w", newline="") as target:
        out = csv.writer(target)
        shown = None
        for line in source:
            row = next(csv.reader([line]))
            if shown is None and row[0] == "Mã đối tượng":
                shown = [at for at, name in enumerate(row) if name != "Số CMND/CCCD"]
                out.writerow([row[at] for at in shown])
            elif row[0] in truth:
                kept.append(row[0])
                out.writerow([row[at] for at in shown])
    with open(folder / "truth.csv", "w", newline="") as target:
        out = csv.writer(target)
        out.writerow(["record_key", "reference_key"])
        out.writerows((key, truth[key]) for key in kept)


# Short forms of kinds of units, and what they stand for.
SHORT_UNITS = {
    r"P\. ?": "PHƯỜNG ", r"Q\. ?": "QUẬN ", "TX ": "THỊ XÃ ", "TP ": "THÀNH PHỐ ", "TT ": "THỊ TRẤN ",
    r"H\. ?": "HUYỆN ", r"X\. ?": "XÃ ", r"T\. ?": "TỈNH ",
}

# Functions on one cell: without marks; in capitals with single spaces; a person's name without titles and notes; the
# name of a unit; a date in any of the written forms; a date with two digits of the year made one with four.
MACROS = r"""
CREATE MACRO plain(text) AS replace(strip_accents(text), 'Đ', 'D');
CREATE MACRO neat(text) AS trim(regexp_replace(replace(replace(upper(nfc_normalize(text)), chr(8203), ''), 'Ð', 'Đ'),
    '[\s' || chr(160) || ']+', ' ', 'g'));
CREATE MACRO person(text) AS nullif(trim(regexp_replace(regexp_replace(neat(text), '\(.*\)| - TĐ$', ''),
    '^(CHÁU|BÉ|CỤ|ÔNG|ANH|BÀ|CHỊ) (.* .*)$', '\2')), '');
CREATE MACRO unit(text) AS plain({unit});
CREATE MACRO born(text) AS coalesce(
    CASE WHEN regexp_full_match(text, '\d{5}') THEN DATE '1899-12-30' + text::INTEGER END,
    try_strptime(text, ['%d/%m/%Y', '%d-%m-%Y', '%d.%m.%Y', '%Y-%m-%d'])::DATE);
CREATE MACRO century(text) AS CASE WHEN right(text, 2)::INTEGER > 22 THEN '19' ELSE '20' END;
CREATE MACRO long_year(text) AS CASE WHEN regexp_full_match(text, '\d\d?/\d\d?/\d\d')
    THEN regexp_replace(text, '(\d\d)$', century(text) || '\1') ELSE text END;
"""

# Old units and their names with those of today; `communes` holds all that an old one went to.
UNITS = """
CREATE TABLE provinces AS SELECT code, plain(upper(type || ' ' || name)) AS label, province_2025_code AS today
    FROM read_csv('{places}/provinces_2024.csv', all_varchar=true);
CREATE TABLE old_communes AS
    WITH named AS (
        SELECT code, type, province_code, district_code,
               unnest(list_concat([name], string_split(coalesce(other_names, ''), ';'))) AS name
        FROM read_csv('{places}/communes_2024.csv', all_varchar=true)),
    became AS (
        SELECT old_code, list_sort(list(DISTINCT new_code)) AS communes
        FROM read_csv('{places}/commune_mapping.csv', all_varchar=true)
        WHERE old_level = 'commune' AND takes_people = '1' GROUP BY 1)
    SELECT p.label AS province, plain(upper(d.type || ' ' || d.name)) AS district,
           plain(upper(c.type || ' ' || c.name)) AS commune, min(b.communes) AS communes
    FROM named c JOIN became b ON b.old_code = c.code JOIN provinces p ON p.code = c.province_code
    JOIN read_csv('{places}/districts_2024.csv', all_varchar=true) d ON d.code = c.district_code
    WHERE c.name <> '' GROUP BY 1, 2, 3;
CREATE TABLE by_district AS SELECT district, commune, any_value(communes) AS communes FROM old_communes
    GROUP BY 1, 2 HAVING count(*) = 1;
CREATE TABLE by_province AS SELECT province, commune, any_value(communes) AS communes FROM old_communes
    GROUP BY 1, 2 HAVING count(*) = 1;
"""

PREPARED = """
COPY (
    WITH parts AS (SELECT *, string_split(name, ' ') AS words, plain(name) AS name_plain FROM ({rows}))
    SELECT unique_id, name, name_plain, words[1] AS surname, words[-1] AS given,
           nullif(array_to_string(words[2:-2], ' '), '') AS middle, plain(words[-1]) AS given_plain,
           plain(words[1]) AS surname_plain, strftime(born, '%Y-%m-%d') AS dob,
           coalesce(year(born), try_cast(regexp_extract(birth, '(\\d{{4}})$', 1) AS INTEGER)) AS birth_year,
           month(born) AS birth_month, day(born) AS birth_day, sex, province,
           CASE WHEN len(communes) = 1 THEN communes[1] END AS commune, communes,
           CASE WHEN regexp_full_match(phone, '\\d{{10}}') THEN phone END AS phone
    FROM parts ORDER BY unique_id
) TO '{target}' (FORMAT parquet)
"""

LIST_ROWS = """
    SELECT "Mã đối tượng" AS unique_id, person("Họ và tên") AS name, long_year("Ngày sinh") AS birth,
           born(long_year("Ngày sinh")) AS born,
           CASE WHEN plain(upper("Giới tính")) IN ('NU', '2', '0', 'F') THEN 'F'
                WHEN upper("Giới tính") IN ('NAM', '1', 'M', 'TRAI') THEN 'M' END AS sex,
           coalesce(p.today, w.province_code) AS province, coalesce(u.communes, d.communes, q.communes) AS communes,
           "Số điện thoại" AS phone
    FROM read_csv('{folder}/list.csv', all_varchar=true) l
    LEFT JOIN provinces p ON p.label = unit("Tỉnh/Thành phố")
    LEFT JOIN old_communes u ON u.province = unit("Tỉnh/Thành phố") AND u.district = unit("Quận/Huyện")
        AND u.commune = unit("Phường/Xã")
    LEFT JOIN by_district d ON d.district = unit("Quận/Huyện") AND d.commune = unit("Phường/Xã")
        AND "Tỉnh/Thành phố" IS NULL
    LEFT JOIN by_province q ON q.province = unit("Tỉnh/Thành phố") AND q.commune = unit("Phường/Xã")
        AND "Quận/Huyện" IS NULL
    LEFT JOIN read_csv('{places}/communes_2025.csv', all_varchar=true) w
        ON w.code = coalesce(u.communes, d.communes, q.communes)[1]
"""

REFERENCE_ROWS = """
    SELECT "Mã hồ sơ" AS unique_id, person("Họ và tên") AS name, "Ngày sinh" AS birth, born("Ngày sinh") AS born,
           CASE "Giới tính" WHEN 'Nữ' THEN 'F' WHEN 'Nam' THEN 'M' END AS sex,
           "Mã tỉnh" AS province, CASE WHEN "Mã xã" <> '' THEN ["Mã xã"] END AS communes,
           "Số điện thoại" AS phone
    FROM read_csv('{folder}/reference.csv', all_varchar=true)
"""


def prepare(folder):
    """Writes list.parquet and reference.parquet."""
    con = duckdb.connect()
    unit = "neat(text)"
    for short, long in SHORT_UNITS.items():
        unit = f"regexp_replace({unit}, '^{short}', '{long}')"
    con.execute(MACROS.replace("{unit}", unit))
    con.execute(UNITS.format(places=PLACES))
    for name, rows in (("list", LIST_ROWS), ("reference", REFERENCE_ROWS)):
        con.execute(PREPARED.format(rows=rows.format(folder=folder, places=PLACES), target=folder / f"{name}.parquet"))


def described(folder):
    """One line about the files of a folder."""
    con = duckdb.connect()
    made = f"read_csv('{folder}/generated/truth.csv', all_varchar=true)"
    spoiled = "NA0[1-9]|NA1[1-8]|DB01|DB02|DB03|DB04|DB05|DB08|DB09|DB1|SX02|AD01|AD05|AD07|AD08"
    listed, found, wrong = con.execute(f"""
        SELECT count(*), count(reference_key), avg(regexp_matches(coalesce(errors, ''), '{spoiled}')::INTEGER)
        FROM read_csv('{folder}/truth.csv', all_varchar=true) t JOIN {made} m USING (record_key)""").fetchone()
    phones, communes, dates = con.execute(f"""
        SELECT avg((phone IS NOT NULL)::INTEGER), avg((communes IS NOT NULL)::INTEGER), avg((dob IS NOT NULL)::INTEGER)
        FROM '{folder}/list.parquet'""").fetchone()
    return (f"{folder.name}: {listed} rows, {found} of them of citizens; {wrong:.1%} wrong or incomplete; "
            f"phone {phones:.1%}, commune {communes:.1%}, full date {dates:.1%}")


# Splink

# The documentation's example; the same with Levenshtein and a tenth of the pairs drawn for u; levels and blocks made
# for these lists, with the same few pairs.
MODELS = ["defaults", "lighter", "tuned"]


def model(name):
    """Comparisons, blocks of prediction and pairs drawn for u of a model of Splink."""
    import splink.comparison_level_library as level
    import splink.comparison_library as compare
    from splink import block_on

    if name == "tuned":
        comparisons = [
            compare.CustomComparison(output_column_name="name", comparison_levels=[
                level.NullLevel("name"),
                level.ExactMatchLevel("name", term_frequency_adjustments=True),
                level.ExactMatchLevel("name_plain", term_frequency_adjustments=True),
                level.And(level.ExactMatchLevel("given_plain"), level.ExactMatchLevel("surname_plain")),
                level.LevenshteinLevel("name_plain", 2),
                level.JaroWinklerLevel("name_plain", 0.88),
                level.ExactMatchLevel("given_plain"),
                level.ElseLevel(),
            ]),
            compare.CustomComparison(output_column_name="birth", comparison_levels=[
                level.NullLevel("birth_year"),
                level.ExactMatchLevel("dob"),
                level.CustomLevel("birth_month_l = birth_day_r AND birth_day_l = birth_month_r AND "
                                  "birth_year_l = birth_year_r", "day and month swapped"),
                level.CustomLevel("(dob_l IS NULL OR dob_r IS NULL) AND birth_year_l = birth_year_r", "only years"),
                level.LevenshteinLevel("dob", 1),
                level.CustomLevel("birth_month_l = birth_month_r AND birth_day_l = birth_day_r", "another year"),
                level.ExactMatchLevel("birth_year"),
                level.ElseLevel(),
            ]),
            compare.ExactMatch("sex"),
            compare.CustomComparison(output_column_name="place", comparison_levels=[
                level.NullLevel("province"),
                level.ExactMatchLevel("commune", term_frequency_adjustments=True),
                level.ArrayIntersectLevel("communes", 1),
                level.CustomLevel("(communes_l IS NULL OR communes_r IS NULL) AND province_l = province_r",
                                  "only provinces"),
                level.ExactMatchLevel("province"),
                level.ElseLevel(),
            ]),
            compare.ExactMatch("phone").configure(term_frequency_adjustments=True),
        ]
    else:
        # As the documentation's example of linking two lists of people, where numbers are compared by
        # Damerau-Levenshtein. The date comparison that Splink 5 carries uses Levenshtein.
        damerau, plain = compare.DamerauLevenshteinAtThresholds, compare.LevenshteinAtThresholds
        distance = damerau if name == "defaults" else plain
        comparisons = [
            compare.NameComparison("given"),
            compare.NameComparison("middle"),
            compare.NameComparison("surname"),
            compare.DateOfBirthComparison("dob", input_is_string=True, datetime_format="%Y-%m-%d"),
            compare.ExactMatch("sex"),
            compare.ExactMatch("province").configure(term_frequency_adjustments=True),
            compare.ExactMatch("commune").configure(term_frequency_adjustments=True),
            distance("phone", [1, 2]),
        ]
    blocks = [
        block_on("phone"),
        block_on("dob", "given_plain"),
        block_on("dob", "province", "sex"),
        block_on("name_plain", "birth_year"),
    ]
    if name == "tuned":
        blocks += [
            block_on("name_plain", "province"),
            block_on("commune", "birth_year", "sex"),
            block_on("province", "birth_month", "birth_day", "given_plain"),
        ]
    else:
        blocks += [block_on("name_plain", "commune"), block_on("commune", "birth_year", "given_plain")]
    return comparisons, blocks, 1e7 if name == "defaults" else 1e6


def run_splink(folder, name):
    """Links the two prepared files and writes the best candidate of each row to NAME.csv."""
    from splink import DuckDBAPI, Linker, SettingsCreator, block_on

    comparisons, blocks, pairs = model(name)
    settings = SettingsCreator(link_type="link_only", comparisons=comparisons, retain_matching_columns=False,
                               blocking_rules_to_generate_predictions=blocks)
    con = duckdb.connect()
    con.execute(f"SET threads={THREADS}")
    api = DuckDBAPI(con)
    tables = [api.register(con.read_parquet(str(folder / f"{side}.parquet")), dataset_display_name=side)
              for side in ("list", "reference")]
    linker = Linker(tables, settings)
    train = linker.training
    train.estimate_probability_two_random_records_match([block_on("name", "dob")], recall=0.8)
    train.estimate_u_using_random_sampling(max_pairs=pairs, seed=1)
    train.estimate_parameters_using_expectation_maximisation(block_on("dob", "given_plain"))
    train.estimate_parameters_using_expectation_maximisation(block_on("name_plain", "commune"))
    train.estimate_parameters_using_expectation_maximisation(block_on("phone"))
    found = linker.inference.predict(threshold_match_weight=LOWEST)
    con.execute(f"""
        COPY (SELECT unique_id_l AS record_key, unique_id_r AS reference_key, match_weight FROM {found.physical_name}
              QUALIFY row_number() OVER (PARTITION BY unique_id_l ORDER BY match_weight DESC, unique_id_r) = 1)
        TO '{folder / f"{name}.csv"}' (HEADER)""")


# Judging

def judged(folder, links, default):
    """Best F1, its cut, and F1 at the default cut, of links (row, citizen, weight), at most one a row."""
    with open(folder / "truth.csv", newline="") as source:
        truth = {row["record_key"]: row["reference_key"] for row in csv.DictReader(source)}
    of_citizens = sum(1 for key in truth.values() if key)
    assert len({row for row, _, _ in links}) == len(links), "more than one answer for a row"
    best, cut, usual, right = 0.0, math.inf, 0.0, 0
    links = sorted(links, key=lambda link: -link[2])
    for at, (row, citizen, weight) in enumerate(links, 1):
        right += truth[row] == citizen
        if at < len(links) and links[at][2] == weight:
            continue
        f1 = 2 * right / (at + of_citizens)
        if f1 > best:
            best, cut = f1, weight
        if weight >= default:
            usual = f1
    return best, cut, usual


def splink_links(path):
    """The best candidates that `run_splink` wrote."""
    with open(path, newline="") as source:
        return [(row["record_key"], row["reference_key"], float(row["match_weight"])) for row in csv.DictReader(source)]


def has_search():
    """Whether the program can search without numbers."""
    told = subprocess.run([LAMSACH, "reconcile", "--help"], capture_output=True, text=True, check=True).stdout
    return "--search" in told


def search_command(folder, reference):
    """The command of lamsach's search against the extract or a store of it."""
    return [LAMSACH, "reconcile", folder / "list.csv", "--against", folder / reference, "--search", "auto",
            "--threads", str(THREADS), "--force", "--replace", "--quiet", "-o", folder / "lamsach"]


def lamsach_links(folder):
    """The first candidate of every row: by its place in the reference, since there are no numbers."""
    links = []
    with open(folder / "lamsach/candidates.csv", newline="") as source:
        for row in csv.DictReader(source):
            if row["rank"] == "1":
                citizen = f"R{int(row['reference_row']):09}"
                links.append((row["record_key"], citizen, weight_of(float(row["probability"]))))
    return links


def weight_of(probability):
    """The match weight that stands for a probability."""
    probability = min(max(probability, 1e-12), 1 - 1e-12)
    return math.log2(probability / (1 - probability))


def best_of(rounds, command, links, default, folder):
    """F1, cut, F1 at the default cut; CPU seconds, wall seconds and MiB of the round with the fewest CPU seconds."""
    found = [measured(command) for _ in range(rounds)]
    wall, cpu, mib = min(found, key=lambda each: each[1])
    return (*judged(folder, links(), default), cpu, wall, mib)


def main():
    if sys.argv[1:2] == ["--splink"]:
        run_splink(Path(sys.argv[2]), sys.argv[3])
        return
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--citizens", type=int, nargs="+", default=[300_000, 1_000_000])
    parser.add_argument("--errors", nargs="+", choices=["easy", "hard"], default=["easy", "hard"])
    parser.add_argument("--models", nargs="*", choices=MODELS, default=MODELS)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    lines = []
    for citizens in args.citizens:
        for errors in args.errors:
            folder = (args.folder / f"{errors}_{citizens}").absolute()
            folder.mkdir(parents=True, exist_ok=True)
            generate(folder, citizens, errors, args.seed)
            write_without_numbers(folder)
            prepare(folder)
            print(described(folder), flush=True)
            if has_search():
                subprocess.run([LAMSACH, "reference", "build", folder / "reference.csv", "--without-numbers", "--replace",
                                "--quiet", "-o", folder / "store"], check=True)
            runs = [(f"Splink {name}", [sys.executable, __file__, "--splink", folder, name],
                     lambda path=folder / f"{name}.csv": splink_links(path), USUAL_CUT) for name in args.models]
            if has_search():
                for tool, reference in [("lamsach", "reference.csv"), ("lamsach, store built before", "store")]:
                    runs.append((tool, search_command(folder, reference), lambda: lamsach_links(folder), 0.0))
            for tool, command, links, default in runs:
                best, cut, usual, cpu, wall, mib = best_of(args.rounds, command, links, default, folder)
                lines.append(f"| {tool} | {citizens:,} | {errors} | {best:.4f} | {cut:.1f} | {usual:.4f} "
                             f"| {cpu:.1f} | {wall:.1f} | {mib:,} |")
                print(lines[-1], flush=True)
    if not has_search():
        print("lamsach is left out: this build of `reconcile` has no option --search")
    print("\n| tool | citizens | list | best F1 | at weight | F1 at default | CPU s | wall s | MiB |")
    print("| --- | ---: | --- | ---: | ---: | ---: | ---: | ---: | ---: |")
    print("\n".join(lines))


if __name__ == "__main__":
    main()
