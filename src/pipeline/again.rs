//! The lists of a finished run found again among the files that were given.

use std::path::{Path, PathBuf};

use crate::report::run_input::RunInput;

/// How files that were given are not the lists of a run.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Mismatch<'a> {
    /// No file has the checksum of this list; with the file of its name, where one was given.
    Missing(&'a RunInput, Option<PathBuf>),
    /// The run did not read this file.
    Extra(PathBuf),
}

/// Files and their checksums in the order of the lists of a run. They are known by their checksums, and two of the same
/// content by their names.
pub(super) fn in_order(
    inputs: &[RunInput],
    mut files: Vec<(PathBuf, String)>,
) -> Result<Vec<(PathBuf, String)>, Mismatch<'_>> {
    let mut ordered = Vec::new();
    for input in inputs {
        let is_named =
            |path: &Path| path.file_name().is_some_and(|name| name.to_string_lossy() == input.path);
        let is_same = |(_, sha256): &(PathBuf, String)| *sha256 == input.sha256;
        let place = files.iter().position(|file| is_same(file) && is_named(&file.0));
        match place.or_else(|| files.iter().position(is_same)) {
            Some(place) => ordered.push(files.remove(place)),
            None => {
                let named = files.into_iter().map(|(path, _)| path).find(|path| is_named(path));
                return Err(Mismatch::Missing(input, named));
            }
        }
    }
    match files.into_iter().next() {
        Some((path, _)) => Err(Mismatch::Extra(path)),
        None => Ok(ordered),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn input(path: &str, sha256: &str) -> RunInput {
        RunInput {
            path: path.to_owned(),
            sha256: sha256.to_owned(),
            encoding: None,
            delimiter: None,
            header_line: 1,
            source: String::new(),
            columns: Default::default(),
            records_clean: 0,
        }
    }

    #[test]
    fn files_are_known_by_what_stands_in_them_and_then_by_name() {
        let inputs = [input("a.csv", "1"), input("b.csv", "2"), input("c.csv", "1")];
        let file = |path: &str, sha256: &str| (PathBuf::from(path), sha256.to_owned());
        let order = |files: &[(PathBuf, String)]| in_order(&inputs, files.to_vec());
        let [a, b, c] = [file("x/a.csv", "1"), file("renamed.csv", "2"), file("c.csv", "1")];
        assert_eq!(order(&[c.clone(), b.clone(), a.clone()]), Ok(vec![a.clone(), b.clone(), c.clone()]));
        let missing = order(&[a.clone(), file("b.csv", "3"), c.clone()]);
        let Err(Mismatch::Missing(list, named)) = missing else { panic!("{missing:?}") };
        assert_eq!((list.path.as_str(), named), ("b.csv", Some(PathBuf::from("b.csv"))));
        let extra = order(&[a, b, c, file("d.csv", "4")]);
        assert_eq!(extra, Err(Mismatch::Extra(PathBuf::from("d.csv"))));
    }
}
