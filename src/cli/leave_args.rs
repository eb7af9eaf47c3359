//! What may be typed behind the commands by which data leave the office: export, encrypt, decrypt, keygen.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::args::{Common, Limits};

/// How much of what the reference says may be told.
#[derive(Debug, Clone, Copy, ValueEnum, Default)]
pub(super) enum Disclose {
    /// The verdict of each record, and nothing else.
    Verdict,
    /// Which fields are wrong as well.
    #[default]
    Fields,
    /// The values as well.
    Values,
}

#[derive(Debug, Args)]
pub(super) struct Export {
    /// Folder of a finished reconciliation.
    #[arg(value_name = "RUN")]
    pub(super) folder: PathBuf,
    /// The lists that were reconciled: the same files, unchanged.
    #[arg(long, required = true, num_args = 1.., value_name = "FILE")]
    pub(super) list: Vec<PathBuf>,
    /// Which columns, which rows, which format: a template of rules/exports, by name.
    #[arg(long, value_name = "NAME")]
    pub(super) template: String,
    /// How much the file may tell: verdict, fields (which are wrong), values.
    #[arg(long, value_enum, default_value = "fields")]
    pub(super) disclose: Disclose,
    /// Folders of `lamsach collect`: their approved corrections are applied as well.
    #[arg(long, num_args = 1.., value_name = "COLLECTED")]
    pub(super) approved: Vec<PathBuf>,
    /// Carry over this column of the list, although it is sensitive or the template does not have it.
    #[arg(long, value_name = "NAME")]
    pub(super) with_column: Vec<String>,
    /// Seal every file to the keys (age1...) in this file; nothing is written in plain.
    #[arg(long, value_name = "KEYFILE")]
    pub(super) encrypt_to: Vec<PathBuf>,
    /// Folder of the export: new, empty, or an earlier one with --replace.
    #[arg(long, short, value_name = "DIR")]
    pub(super) output: PathBuf,
    /// Put this export in the place of an earlier one.
    #[arg(long)]
    pub(super) replace: bool,
    /// Sheet of workbooks, where it was told to reconcile as well.
    #[arg(long, value_name = "NAME|N")]
    pub(super) sheet: Option<String>,
    #[command(flatten)]
    pub(super) limits: Limits,
    #[command(flatten)]
    pub(super) common: Common,
}

#[derive(Debug, Args)]
pub(super) struct Encrypt {
    /// A finished folder of lamsach, or one file.
    #[arg(value_name = "DIR|FILE")]
    pub(super) from: PathBuf,
    /// Files of keys (age1..., one a line): each of them opens what is written.
    #[arg(long, required = true, value_name = "KEYFILE")]
    pub(super) to: Vec<PathBuf>,
    /// Folder of the sealed files: new, empty, or an earlier one with --replace.
    #[arg(long, short, value_name = "DIR")]
    pub(super) output: PathBuf,
    /// Put this folder in the place of an earlier one.
    #[arg(long)]
    pub(super) replace: bool,
    #[command(flatten)]
    pub(super) common: Common,
}

#[derive(Debug, Args)]
pub(super) struct Decrypt {
    /// A folder of `lamsach encrypt` or `--encrypt-to`, or one file `*.age`.
    #[arg(value_name = "DIR|FILE")]
    pub(super) from: PathBuf,
    /// Files of secret keys, as `lamsach keygen` writes them.
    #[arg(long, required = true, value_name = "KEYFILE")]
    pub(super) identity: Vec<PathBuf>,
    /// Folder of the opened files: new, empty, or an earlier one with --replace.
    #[arg(long, short, value_name = "DIR")]
    pub(super) output: PathBuf,
    /// Put this folder in the place of an earlier one.
    #[arg(long)]
    pub(super) replace: bool,
    #[command(flatten)]
    pub(super) common: Common,
}

#[derive(Debug, Args)]
pub(super) struct Keygen {
    /// File of the secret key; it must not stand there yet, and only its owner may read it.
    #[arg(long, short, value_name = "FILE")]
    pub(super) output: PathBuf,
    #[command(flatten)]
    pub(super) common: Common,
}
