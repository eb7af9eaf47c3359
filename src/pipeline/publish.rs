//! The end of a run: summary, manifest, and the folder under its name.

use std::path::PathBuf;

use super::run::{Done, Run, run_key};
use super::slips::Slips;
use crate::record::{Exit, Trouble};
use crate::report::counts::Counts;
use crate::report::finish::{Ending, finish};
use crate::report::folder::{RunFolder, Written};
use crate::report::page::{self, Page};
use crate::report::quality;
use crate::report::seen::{Example, UnitTally};
use crate::report::summary::{self, Input, ReferenceFacts, Resources, RulesInForce, Summary, Tool};
use crate::rulebook::Language;

impl Run<'_> {
    pub(super) fn summary(
        &self,
        exit: Exit,
        inputs: Vec<Input>,
        reference: Option<ReferenceFacts>,
        counts: &Counts,
        outputs: Vec<Written>,
    ) -> Summary {
        let of_reference = reference.iter().flat_map(|facts| &facts.files);
        let files = inputs.iter().chain(of_reference.clone());
        let mut hashes: Vec<(String, String)> =
            files.map(|input| (input.path.clone(), input.sha256.clone())).collect();
        let store = reference.as_ref().and_then(|facts| facts.store.as_ref());
        hashes.extend(store.map(|store| (store.path.clone(), store.store_id.clone())));
        let run_key = run_key(self.plan, self.book, &hashes);
        let (verdicts, flags, corrections, findings) = summary::counted(counts, self.book);
        let fields = quality::fields(counts, reference.is_some());
        let mut warnings = Vec::new();
        if reference.as_ref().is_some_and(|facts| facts.repeated_numbers > 0) {
            warnings.push("reference_repeated_numbers".to_owned());
        }
        if inputs.iter().chain(of_reference).any(|input| input.records_quarantined > 0) {
            warnings.push("quarantined_records".to_owned());
        }
        Summary {
            schema_version: summary::SCHEMA_VERSION,
            run_id: run_key[..16].to_owned(),
            run_key,
            tool: Tool::THIS,
            command: self.plan.command,
            exit: exit.into(),
            complete: exit.code() <= 1,
            as_of: summary::iso(self.plan.as_of),
            inputs,
            reference,
            search: None,
            rules: RulesInForce::of(self.book),
            verdicts,
            flags,
            corrections,
            findings,
            to_do: counts.to_do,
            fields,
            certainty: quality::certainty(counts),
            units: None,
            outputs,
            warnings,
        }
    }

    /// Writes the report page of a run in both languages, and what it says of units into the summary.
    pub(super) fn write_page(
        &self,
        folder: &RunFolder,
        summary: &mut Summary,
        page: &Page,
        units: impl Iterator<Item = (String, UnitTally)>,
        examples: &[Vec<Example>],
    ) -> Result<(), Trouble> {
        let units = quality::units(units);
        summary.units = quality::unit_facts(&units);
        let mut written = Vec::new();
        for language in [Language::Vietnamese, Language::English] {
            let mut file = folder.file(page::file_name(language), false)?;
            file.write(page.render(summary, &units, examples, self.book, language)?.as_bytes())?;
            written.push(file.finish(None)?);
        }
        summary.outputs.extend(written);
        Ok(())
    }

    /// Publishes quarantine and summary of a list that is too bad to go on with.
    pub(super) fn refuse(
        &self,
        trouble: Trouble,
        folder: RunFolder,
        slips: Slips,
        inputs: Vec<Input>,
        started: &str,
        clock: &dyn Fn() -> String,
    ) -> Result<Done, Trouble> {
        let trouble = trouble.word("folder", folder.target().display());
        let outputs = vec![slips.finish()?];
        let summary = self.summary(Exit::Input, inputs, None, &Counts::default(), outputs);
        let times = (started.to_owned(), clock());
        self.publish(folder, summary, self.resources(), Counts::default(), Exit::Input, times)?;
        Err(trouble)
    }

    pub(super) fn publish(
        &self,
        folder: RunFolder,
        summary: Summary,
        resources: Resources,
        counts: Counts,
        exit: Exit,
        times: (String, String),
    ) -> Result<Done, Trouble> {
        let json = summary::json(&summary);
        let outputs = summary.outputs.clone();
        let folder = self.publish_as(folder, &json, outputs, &summary.run_key, (exit, resources), &times)?;
        Ok(Done { summary, resources, counts, exit, folder, times })
    }

    /// Writes a summary of any layout and the manifest, and gives the folder its name. Gives the folder.
    pub(super) fn publish_as(
        &self,
        folder: RunFolder,
        json: &[u8],
        files: Vec<Written>,
        run_key: &str,
        (exit, resources): (Exit, Resources),
        times: &(String, String),
    ) -> Result<PathBuf, Trouble> {
        let times = times.clone();
        let ending = Ending { summary: json, files, run_key, exit, resources, times };
        finish(folder, ending, || self.stop.check())
    }

    pub(super) fn resources(&self) -> Resources {
        Resources::of_process(self.seconds(), self.plan.threads)
    }
}
