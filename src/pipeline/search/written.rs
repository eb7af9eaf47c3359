//! What a search leaves behind for explaining: the candidates of each row, and the weights.

use std::borrow::Cow;

use super::Searched;
use crate::link::search::Candidate;
use crate::pipeline::listed::Listed;
use crate::pipeline::ordered::each_in_order;
use crate::pipeline::run::Run;
use crate::places::Gazetteer;
use crate::record::{NormalBatch, Trouble, in_time_by_way};
use crate::reference::{People, PersonRef};
use crate::report::candidates::{CandidateRow, LEVEL, begin_into, push_candidate, unit_cell};
use crate::report::columns::{self, with_levels};
use crate::report::folder::{RunFolder, Written};
use crate::report::formats::TableFile;
use crate::report::summary::Input;

/// Where a row lives, as it was understood: in the units of today, as `communes` writes them, else as the list does.
fn unit_of<'a>(rows: &NormalBatch, row: usize, communes: &'a [Vec<u8>]) -> Cow<'a, [u8]> {
    let commune = rows.besides.as_ref().and_then(|besides| besides.communes[row].checked_sub(1));
    let unit = commune.and_then(|place| communes.get(usize::from(place)));
    unit.map_or_else(|| Cow::Owned(unit_cell(&rows.unit(row))), |unit| Cow::Borrowed(unit.as_slice()))
}

impl Run<'_> {
    /// `candidates.csv` and `weights.toml`: what the decisions of a search are explained from.
    pub(in crate::pipeline) fn write_search(
        &self,
        folder: &RunFolder,
        listed: &Listed,
        inputs: &[Input],
        people: &People,
        searched: &Searched,
        gazetteer: &Gazetteer,
    ) -> Result<Vec<Written>, Trouble> {
        let comparisons = &searched.weights.comparisons;
        let levels = comparisons.iter().map(|comparison| format!("{}{LEVEL}", comparison.name));
        let levels: Vec<String> = levels.collect();
        let columns = with_levels(&columns::CANDIDATES, levels.iter().map(String::as_str));
        let mut file = TableFile::begin(folder, "candidates", &columns, &self.plan.formats)?;
        let communes = gazetteer.communes().iter();
        let communes: Vec<Vec<u8>> =
            communes.map(|unit| unit_cell(&format!("{}, {}", unit.code, gazetteer.address(unit)))).collect();
        let units: Vec<Vec<u8>> =
            (0..people.units().len()).map(|unit| unit_cell(people.units().text(unit as u32))).collect();
        let mut n_rows = 0;
        let mut batches = listed.batches.iter().enumerate();
        let write = |(batch, rows): (usize, &NormalBatch)| {
            let (mut out, mut begin, mut n_written) = (Vec::new(), Vec::new(), 0);
            // Rows are in order, their candidates are anywhere: they are asked for in time.
            let all = searched.candidates.of_rows(searched.of_batch(batch));
            let ask = |candidate: &Candidate<PersonRef>| people.prefetch_facts(candidate.citizen);
            let ask_name = |candidate: &Candidate<PersonRef>| people.prefetch_name(candidate.citizen);
            let mut candidates = in_time_by_way(all, ask, ask_name);
            for (at, row) in searched.rows_of(batch) {
                let of_row = searched.candidates.of(at);
                if of_row.is_empty() {
                    continue;
                }
                let unit = unit_of(rows, row, &communes);
                begin_into(&mut begin, &inputs[rows.file].path, rows.lines[row], rows.keys.get(row));
                let own = CandidateRow {
                    begin: &begin,
                    rank: 0,
                    reference_row: 0,
                    number: rows.number.value(row).unwrap_or(0),
                    weighed: None,
                    name: rows.name(row),
                    birth: rows.birth.value(row).unwrap_or(0),
                    sex: rows.sex.value(row).map_or(0, |sex| sex + 1),
                    unit: &unit,
                };
                push_candidate(&mut out, &own, comparisons.len(), std::iter::empty());
                n_written += 1 + of_row.len() as u64;
                let of_row = candidates.by_ref().take(of_row.len());
                for ((candidate, &chance), rank) in of_row.zip(searched.chances(at)).zip(1..) {
                    let facts = people.facts(candidate.citizen);
                    let candidate_row = CandidateRow {
                        rank,
                        reference_row: people
                            .ordinal(candidate.citizen)
                            .map_or(0, |place| u64::from(place) + 1),
                        number: facts.number,
                        weighed: Some((chance, candidate.bits)),
                        name: people.name(candidate.citizen),
                        birth: facts.birth,
                        sex: facts.sex,
                        unit: &units[people.unit_id(candidate.citizen) as usize],
                        ..own
                    };
                    let levels = comparisons.iter().enumerate().map(|(at, comparison)| {
                        let level = usize::from(candidate.pattern.level(at));
                        comparison.levels.get(level).map_or("missing", |level| level.name.as_str())
                    });
                    push_candidate(&mut out, &candidate_row, comparisons.len(), levels);
                }
            }
            Ok((out, n_written))
        };
        each_in_order(
            &self.pool,
            || Ok(batches.next()),
            write,
            |(out, n_written)| {
                n_rows += n_written;
                file.write(&out)
            },
        )?;
        let mut weights = folder.file("weights.toml", false)?;
        weights.write(searched.weights.to_text().as_bytes())?;
        let mut written = file.finish(n_rows)?;
        written.push(weights.finish(None)?);
        Ok(written)
    }
}
