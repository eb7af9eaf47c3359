//! Signals set a flag that the run looks at; a second one ends the process at once.

use std::io::IsTerminal;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::flag;

use crate::pipeline::Stop;
use crate::record::{Trouble, TroubleCode};

/// Listens for INT and TERM, and for HUP under a terminal; under nohup or cron HUP is not ours to hear.
pub(super) fn listen(stop: &Stop) -> Result<(), Trouble> {
    let second = Arc::new(AtomicBool::new(false));
    let mut signals = vec![(SIGINT, 130), (SIGTERM, 143)];
    if std::io::stdin().is_terminal() {
        signals.push((SIGHUP, 143));
    }
    for (signal, code) in signals {
        let registered = flag::register_conditional_shutdown(signal, code, Arc::clone(&second))
            .and_then(|_| flag::register(signal, Arc::clone(&second)))
            .and_then(|_| flag::register_usize(signal, stop.flag(), usize::try_from(signal).unwrap_or(15)));
        registered.map_err(|_| Trouble::new(TroubleCode::Internal).word("cause", "signals"))?;
    }
    Ok(())
}
