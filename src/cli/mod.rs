//! The command line: options become a plan, results become words and an exit code.
//!
//! The only room that prints. Knows no rule, no column and no cell.

mod apply;
mod apply_args;
mod args;
mod clean;
mod collect;
mod collect_args;
mod diff;
mod diff_args;
mod evaluate;
mod explain;
mod export;
mod field;
mod format_args;
mod generate;
mod inspect;
mod leave_args;
mod link;
mod lists;
mod lists_args;
mod options;
mod reconcile;
mod reference;
mod reference_args;
mod report;
mod report_args;
mod rules;
mod running;
mod seal;
mod schema;
mod schema_args;
mod signals;
mod terminal;

use std::io::{self, Write};
use std::panic::{self, AssertUnwindSafe};

use clap::Parser;

use crate::pipeline::Stop;
use crate::record::{Exit, Trouble, TroubleCode, is_caught};
use crate::rulebook::{Language, RuleFiles, Wording};

use args::{Cli, Command, Common, Lang, RulesAction};
use reference_args::ReferenceAction;

/// Runs the tool on the arguments of the process, and ends it.
pub fn main() -> ! {
    let exit = exit_of_arguments();
    let _ = io::stdout().flush();
    // Past what libraries do at the end of a process: the allocator would look over all memory, to give back what the system
    // takes back at once.
    signal_hook::low_level::exit(exit.code().into())
}

fn exit_of_arguments() -> Exit {
    // A message of ours instead of one that may quote data.
    panic::set_hook(Box::new(|panic| {
        if is_caught() {
            return;
        }
        // The file, not where it lay on the machine that built the tool.
        let file = |at: &str| {
            at.rsplit('/').take(3).collect::<Vec<_>>().into_iter().rev().collect::<Vec<_>>().join("/")
        };
        let place =
            panic.location().map(|at| format!(" {}:{}", file(at.file()), at.line())).unwrap_or_default();
        terminal::complain(&format!("lamsach: internal fault{place}\n"));
    }));
    no_core_dump();
    let cli = Cli::parse();
    let stop = Stop::default();
    if let Err(trouble) = signals::listen(&stop) {
        return complain_of(&trouble, &cli);
    }
    let result = panic::catch_unwind(AssertUnwindSafe(|| run(&cli, &stop)))
        .unwrap_or_else(|_| Err(Trouble::new(TroubleCode::Internal).word("cause", "panic")));
    match result {
        Ok(exit) => exit,
        Err(trouble) => complain_of(&trouble, &cli),
    }
}

fn run(cli: &Cli, stop: &Stop) -> Result<Exit, Trouble> {
    match &cli.command {
        Command::Inspect(args) => inspect::run(args, stop),
        Command::Clean(args) => clean::run(args, stop),
        Command::Reconcile(args) => reconcile::run(args, stop),
        Command::Link(args) => link::run_link(args, stop),
        Command::Dedupe(args) => link::run_dedupe(args, stop),
        Command::Lists(args) => lists::run(args, stop),
        Command::Evaluate(args) => evaluate::run(args),
        Command::Explain(args) => explain::run(args),
        Command::Report(args) => report::run(args),
        Command::Collect(args) => collect::run(args, stop),
        Command::Apply(args) => apply::run(args, stop),
        Command::Diff(args) => diff::run(args, stop),
        Command::Revert(args) => apply::run_revert(args, stop),
        Command::Generate(args) => generate::run(args, stop),
        Command::Field(args) => field::run(args),
        Command::Reference(args) => reference::run(&args.action, stop),
        Command::Export(args) => export::run(args, stop),
        Command::Encrypt(args) => seal::encrypt(args, stop),
        Command::Decrypt(args) => seal::decrypt(args, stop),
        Command::Keygen(args) => seal::keygen(args),
        Command::Rules(args) => rules::run(&args.action),
        Command::Schema(args) => schema::run(args),
    }
}

/// Memory full of people's data must not land on a disk.
fn no_core_dump() {
    use rustix::process::{Resource, Rlimit, setrlimit};
    let _ = setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: Some(0) });
}

fn complain_of(trouble: &Trouble, cli: &Cli) -> Exit {
    let common = cli.command.common();
    // The built-in words serve even when the rules given are what is wrong.
    let wording = RuleFiles::load(None).and_then(|files| Wording::load(&files));
    let text = match wording {
        Ok(wording) => {
            terminal::describe(trouble, &wording, language(common), terminal::colours(common.color))
        }
        Err(_) => format!("error[{}]\n", trouble.code.code()),
    };
    terminal::complain(&text);
    trouble.code.exit()
}

impl Command {
    fn common(&self) -> &Common {
        match self {
            Self::Inspect(args) => &args.common,
            Self::Clean(args) => &args.common,
            Self::Reconcile(args) => &args.common,
            Self::Link(args) => &args.linking.common,
            Self::Dedupe(args) => &args.linking.common,
            Self::Lists(args) => &args.common,
            Self::Evaluate(args) => &args.common,
            Self::Explain(args) => &args.common,
            Self::Report(args) => &args.common,
            Self::Collect(args) => &args.common,
            Self::Apply(args) => &args.common,
            Self::Diff(args) => &args.common,
            Self::Revert(args) => &args.common,
            Self::Generate(args) => &args.common,
            Self::Field(args) => &args.common,
            Self::Reference(args) => match &args.action {
                ReferenceAction::Build(args) => &args.making.common,
                ReferenceAction::Update(args) => &args.making.common,
                ReferenceAction::Info(args) => &args.common,
                ReferenceAction::Verify(args) => &args.common,
            },
            Self::Export(args) => &args.common,
            Self::Encrypt(args) => &args.common,
            Self::Decrypt(args) => &args.common,
            Self::Keygen(args) => &args.common,
            Self::Schema(args) => &args.common,
            Self::Rules(args) => match &args.action {
                RulesAction::List { common }
                | RulesAction::Show { common, .. }
                | RulesAction::Check { common, .. } => common,
            },
        }
    }
}

fn language(common: &Common) -> Language {
    match common.lang {
        Lang::Vi => Language::Vietnamese,
        Lang::En => Language::English,
    }
}
