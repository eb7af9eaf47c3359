//! The lists written, one on each thread, and the summaries that tell who got how many rows.

use std::collections::BTreeSet;
use std::io::{self, Write as _};

use super::Verdicts;
use crate::lists::{
    Content, FOLDER, Line, Page, ROWS_OF_A_SHEET, Row, SUMMARY, Spool, Subject, Units, walk, write_page,
    write_summary, write_workbook,
};
use crate::pipeline::Stage;
use crate::pipeline::ordered::each_in_order;
use crate::pipeline::run::Run;
use crate::record::{Trouble, TroubleCode};
use crate::report::folder::{RunFile, RunFolder, Written, sync_folder};

/// Most bytes of rows that are put in the order of a walk. No commune has as many people; a list that is longer is none that
/// somebody carries, and its rows stay in the order of the run.
const SORTED_MAX: u64 = 64 << 20;

/// Everything that lists are written from.
pub(super) struct Writing<'a> {
    pub(super) run: &'a Run<'a>,
    pub(super) content: Content<'a>,
    pub(super) page: &'a Page<'a>,
    pub(super) units: &'a Units<'a>,
    pub(super) folder: &'a RunFolder,
}

impl Writing<'_> {
    /// Writes all lists that have a row, in the order of their codes.
    pub(super) fn lists(&self, spool: &Spool, verdicts: &[Verdicts]) -> Result<Vec<Written>, Trouble> {
        let n_provinces = self.units.provinces().len();
        let in_order = (0..n_provinces).flat_map(|province| self.units.lists_of(province));
        let has_rows = |list: &usize| spool.n_rows(*list) > 0;
        let lists: Vec<usize> =
            in_order.chain(std::iter::once(self.units.nowhere())).filter(has_rows).collect();
        let provinces: BTreeSet<&str> = lists.iter().map(|list| self.units.codes(*list).0).collect();
        self.folder.make_folder(FOLDER)?;
        for province in provinces.into_iter().filter(|province| !province.is_empty()) {
            self.folder.make_folder(&format!("{FOLDER}/{province}"))?;
        }
        let n_rows = lists.iter().map(|list| spool.n_rows(*list)).sum();
        self.run.observer.begin(Stage::Decide, n_rows);
        let mut outputs = Vec::new();
        let mut waiting = lists.into_iter();
        let work = |list: usize| Ok((self.list(list, spool, &verdicts[list])?, spool.n_rows(list)));
        each_in_order(
            &self.run.pool,
            || Ok(waiting.next()),
            work,
            |(written, n_rows)| {
                self.run.stop.check()?;
                self.run.check_memory()?;
                self.run.observer.advance(n_rows);
                outputs.extend(written);
                Ok(())
            },
        )?;
        self.run.observer.end();
        Ok(outputs)
    }

    /// Writes one list in every form that is asked for.
    fn list(&self, list: usize, spool: &Spool, verdicts: &Verdicts) -> Result<Vec<Written>, Trouble> {
        let n_rows = spool.n_rows(list);
        if verdicts.iter().sum::<u64>() != n_rows {
            return Err(Trouble::new(TroubleCode::Internal).word("cause", "rows of a list are not rows sent"));
        }
        let frame = self.content.frame(self.units.subject(list), verdicts);
        let mut outputs = Vec::new();
        for ending in self.content.settings.form.endings() {
            let mut file = self.folder.file(&format!("{}.{ending}", self.units.path(list)), true)?;
            let cannot_write = |error| Trouble::writing(&error, self.folder.target());
            let mut rows = self.rows(list, spool).map_err(cannot_write)?;
            if *ending == "html" {
                write_page(self.page, &self.content, &frame, &mut *rows, &mut file)
            } else {
                let size = (n_rows, ROWS_OF_A_SHEET);
                let aside = self.folder.partial();
                write_workbook(&self.content, &frame, size, &mut *rows, aside, &mut file)
            }
            .and_then(|()| file.flush())
            .map_err(cannot_write)?;
            outputs.push(file.finish(Some(n_rows))?);
        }
        Ok(outputs)
    }

    /// The rows of a list in the order in which they stand on it.
    fn rows<'s>(
        &self,
        list: usize,
        spool: &'s Spool,
    ) -> io::Result<Box<dyn Iterator<Item = io::Result<Row>> + 's>> {
        let is_commune = matches!(self.units.subject(list), Subject::Commune(..));
        if !is_commune || spool.n_bytes(list) > SORTED_MAX {
            return Ok(Box::new(spool.rows(list)));
        }
        let mut rows = spool.rows(list).collect::<io::Result<Vec<Row>>>()?;
        rows.sort_by_cached_key(walk);
        Ok(Box::new(rows.into_iter().map(Ok)))
    }

    /// Writes the summary of each province that has a row, and the one over all.
    pub(super) fn summaries(&self, verdicts: &[Verdicts]) -> Result<Vec<Written>, Trouble> {
        let words = &self.content.list().summary;
        let mut outputs = Vec::new();
        let mut of_country = Vec::new();
        for (at, province) in self.units.provinces().iter().enumerate() {
            let lists = self.units.lists_of(at);
            let lists = lists.into_iter().filter(|list| verdicts[*list].iter().any(|n_rows| *n_rows > 0));
            let lines: Vec<Line> = lists.map(|list| self.line(list, &verdicts[list])).collect();
            if lines.is_empty() {
                continue;
            }
            let name = province.full_name();
            let mut of_province = Line {
                code: province.code.to_string(),
                name: name.clone(),
                n_files: lines.len() as u64,
                file: format!("{}/{SUMMARY}", province.code),
                ..Line::default()
            };
            for line in &lines {
                of_province.verdicts.iter_mut().zip(line.verdicts).for_each(|(sum, n_rows)| *sum += n_rows);
            }
            of_country.push(of_province);
            let path = format!("{FOLDER}/{}/{SUMMARY}", province.code);
            outputs.push(self.summary(&path, (&name, false), &lines)?);
        }
        let nowhere = self.units.nowhere();
        if verdicts[nowhere].iter().any(|n_rows| *n_rows > 0) {
            of_country.push(Line { n_files: 1, ..self.line(nowhere, &verdicts[nowhere]) });
        }
        let name = self.content.say(&words.country);
        outputs.push(self.summary(&format!("{FOLDER}/{SUMMARY}"), (name, true), &of_country)?);
        Ok(outputs)
    }

    fn line(&self, list: usize, verdicts: &Verdicts) -> Line {
        let words = &self.content.list().summary;
        let name = match self.units.subject(list) {
            Subject::Commune(commune, _) => commune.full_name(),
            Subject::Province(_) => self.content.say(&words.other).to_owned(),
            Subject::Nowhere => self.content.say(&words.other_province).to_owned(),
        };
        let path = self.units.path(list);
        let ending = self.content.settings.form.endings()[0];
        let file = format!("{}.{ending}", path.rsplit('/').next().unwrap_or_default());
        Line { code: self.units.codes(list).1.to_owned(), name, verdicts: *verdicts, n_files: 1, file }
    }

    fn summary(&self, path: &str, about: (&str, bool), lines: &[Line]) -> Result<Written, Trouble> {
        let mut file: RunFile = self.folder.file(path, false)?;
        let frame = self.content.frame(Subject::Nowhere, &Verdicts::default());
        write_summary(&self.content, &frame, about, lines, &mut file)
            .and_then(|()| file.flush())
            .map_err(|error| Trouble::writing(&error, self.folder.target()))?;
        file.finish(Some(lines.len() as u64))
    }
}

/// Brings the names in the folders of the lists to disk.
pub(super) fn sync(folder: &RunFolder, outputs: &[Written]) -> Result<(), Trouble> {
    let parents: BTreeSet<&str> =
        outputs.iter().filter_map(|output| output.path.rsplit_once('/').map(|(parent, _)| parent)).collect();
    for parent in parents {
        sync_folder(&folder.partial().join(parent))
            .map_err(|error| Trouble::writing(&error, folder.target()))?;
    }
    Ok(())
}
