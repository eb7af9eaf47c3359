//! Keys: recipients to whom files are sealed, identities that open them, and files of both.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{Read, Write};
use std::path::Path;
use std::str::FromStr;

use age::secrecy::ExposeSecret;
use age::x25519;

use crate::record::{Trouble, TroubleCode};
use crate::report::folder::new_file;

/// Bytes of the largest file of keys; a list given by mistake is larger.
const LARGEST: u64 = 1 << 20;
/// How a secret key begins.
const SECRET: &str = "AGE-SECRET-KEY-";

/// Keys to which files are sealed: each of them opens the file by itself.
#[derive(Debug, Clone)]
pub struct Recipients(BTreeMap<String, x25519::Recipient>);

impl Recipients {
    /// Reads files of `age1...`, one a line; empty lines and what begins with `#` are left out, and a key given twice
    /// counts once.
    ///
    /// # Errors
    /// With file and line, when a file cannot be read or holds anything else, a secret key above all.
    pub fn read(paths: &[impl AsRef<Path>]) -> Result<Self, Trouble> {
        let mut found = BTreeMap::new();
        for path in paths {
            let cause = "a secret key, where the key of a recipient (age1...) should stand";
            for (text, recipient) in
                keys_in(path.as_ref(), |text| (!is_secret(text)).then_some(()).ok_or(cause))?
            {
                found.insert(text, recipient);
            }
        }
        Ok(Self(found))
    }

    /// The keys as text, in order.
    pub fn shown(&self) -> Vec<String> {
        self.0.keys().cloned().collect()
    }

    /// The keys as the format takes them.
    pub(super) fn keys(&self) -> impl Iterator<Item = &dyn age::Recipient> {
        self.0.values().map(|recipient| recipient as &dyn age::Recipient)
    }
}

/// Secret keys that open files.
pub struct Identities(Vec<x25519::Identity>);

impl Identities {
    /// Reads files of `AGE-SECRET-KEY-1...`, as `lamsach keygen` and `age-keygen` write them.
    ///
    /// # Errors
    /// With file and line, when a file cannot be read or holds anything else.
    pub fn read(paths: &[impl AsRef<Path>]) -> Result<Self, Trouble> {
        let mut found = Vec::new();
        for path in paths {
            let keys = keys_in(path.as_ref(), |text| is_secret(text).then_some(()).ok_or("no secret key"))?;
            found.extend(keys.into_iter().map(|(_, identity)| identity));
        }
        Ok(Self(found))
    }

    /// The keys as the format takes them.
    pub(super) fn keys(&self) -> impl Iterator<Item = &dyn age::Identity> {
        self.0.iter().map(|identity| identity as &dyn age::Identity)
    }
}

fn is_secret(text: &str) -> bool {
    text.to_ascii_uppercase().starts_with(SECRET)
}

/// The keys of a file, with their text. A message names the line and never what stands in it.
fn keys_in<K: FromStr>(
    path: &Path,
    allowed: impl Fn(&str) -> Result<(), &'static str>,
) -> Result<Vec<(String, K)>, Trouble> {
    let wrong = |line: u64, cause: &str| {
        Trouble::new(TroubleCode::BadKeyFile).file(path).line(line).word("cause", cause)
    };
    let cannot_open =
        |error: std::io::Error| Trouble::new(TroubleCode::CannotOpen).file(path).word("cause", error.kind());
    let mut text = String::new();
    let file = File::open(path).map_err(cannot_open)?;
    file.take(LARGEST).read_to_string(&mut text).map_err(|_| wrong(1, "no file of keys"))?;
    let mut found = Vec::new();
    for (line, number) in text.trim_start_matches('\u{feff}').lines().map(str::trim).zip(1..) {
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        allowed(line).map_err(|cause| wrong(number, cause))?;
        let key = line.parse().map_err(|_| wrong(number, "no key of age for X25519"))?;
        found.push((line.to_owned(), key));
    }
    if found.is_empty() { Err(wrong(1, "no key in the file")) } else { Ok(found) }
}

/// Makes a new identity in a file that only its owner may read; gives its recipient. `created` is the time of day.
///
/// # Errors
/// When the file stands there already or cannot be written: a key is never written over.
pub fn generate(path: &Path, created: &str) -> Result<String, Trouble> {
    let identity = x25519::Identity::generate();
    let recipient = identity.to_public().to_string();
    let mut file = new_file(path).map_err(|error| match error.kind() {
        std::io::ErrorKind::AlreadyExists => Trouble::new(TroubleCode::KeyExists).file(path),
        _ => Trouble::writing(&error, path),
    })?;
    let secret = identity.to_string();
    let text = format!("# created: {created}\n# public key: {recipient}\n{}\n", secret.expose_secret());
    let written = file.write_all(text.as_bytes()).and_then(|()| file.sync_all());
    written.map_err(|error| Trouble::writing(&error, path))?;
    Ok(recipient)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_read_and_nothing_else_is_taken_for_one() {
        let home = tempfile::tempdir().expect("a temporary folder");
        let (mine, theirs) = (home.path().join("mine"), home.path().join("theirs"));
        let recipient = generate(&mine, "2026-06-30T08:00:00+07:00").expect("a new file");
        let again = generate(&mine, "").expect_err("it stands there");
        assert_eq!(again.code, TroubleCode::KeyExists);
        let write = |text: &str| std::fs::write(&theirs, text).expect("a temporary file");
        write(&format!("# the province\r\n\r\n  {recipient}\r\n{recipient}\n"));
        assert_eq!(Recipients::read(&[&theirs]).expect("keys").shown(), std::slice::from_ref(&recipient));
        assert!(Identities::read(&[&mine]).is_ok());
        let wrong = |path: &Path| Recipients::read(&[path]).expect_err("no recipients");
        let trouble = wrong(&mine);
        assert_eq!((trouble.code, trouble.line), (TroubleCode::BadKeyFile, Some(3)));
        assert!(!trouble.to_string().contains(SECRET));
        write(&format!("{recipient}\n{}x\n", &recipient[..40]));
        assert_eq!(wrong(&theirs).line, Some(2));
        assert!(Identities::read(&[&theirs]).is_err());
        write("# nobody\n");
        assert_eq!(wrong(&theirs).code, TroubleCode::BadKeyFile);
        assert_eq!(wrong(&home.path().join("nowhere")).code, TroubleCode::CannotOpen);
    }
}
