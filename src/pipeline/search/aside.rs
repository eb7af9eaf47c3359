//! Extracts as a reference that can be searched: a store that lasts as long as the run.

use std::fs;
use std::path::{Path, PathBuf};

use crate::pipeline::reconcile::Reference;
use crate::pipeline::run::Run;
use crate::pipeline::{InputOptions, Plan, store};
use crate::record::Trouble;
use crate::reference::store::{Store, is_store};
use crate::report::folder::RunFolder;
use crate::report::summary::{Input, ReferenceFacts};

/// A store that was built only for this run.
pub(in crate::pipeline) struct Aside {
    folder: PathBuf,
    inputs: Vec<Input>,
}

impl Aside {
    /// Takes the store away. The reference of the run are the extracts that it was built from.
    pub(in crate::pipeline) fn facts(self, facts: ReferenceFacts) -> Result<ReferenceFacts, Trouble> {
        fs::remove_dir_all(&self.folder).map_err(|error| Trouble::writing(&error, &self.folder))?;
        Ok(ReferenceFacts { files: self.inputs, store: None, ..facts })
    }
}

impl Run<'_> {
    /// The reference as a store: extracts are built into one that lasts as long as the run.
    pub(in crate::pipeline) fn searchable<'b>(
        &self,
        reference: &InputOptions,
        folder: &RunFolder,
        clock: &dyn Fn() -> String,
    ) -> Result<(Reference<'b>, Option<Aside>), Trouble> {
        let rules = self.book.reading_sha256();
        let open = |path: &Path| Store::open(path, &rules).map(|store| Reference::Store(Box::new(store)));
        if let [path] = reference.files.as_slice()
            && is_store(path)
        {
            return Ok((open(path)?, None));
        }
        let out = folder.partial().join("reference");
        let plan = Plan { lists: reference.clone(), reference: None, out: out.clone(), ..self.plan.clone() };
        let built = store::build(&plan, self.book, self.observer, self.stop, clock)?;
        Ok((open(&out)?, Some(Aside { folder: out, inputs: built.inputs })))
    }
}
