//! Signals set a flag that the run looks at; a second one, a moment later, ends the process at once.

use std::io::IsTerminal;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::iterator::Signals;

use crate::pipeline::Stop;
use crate::record::{Exit, Trouble, TroubleCode};

/// `timeout` and shells send a signal to the process and to its group: both are one wish.
const SAME_WISH: Duration = Duration::from_secs(1);

/// Listens for INT and TERM, and for HUP under a terminal; under nohup or cron HUP is not ours to hear.
pub(super) fn listen(stop: &Stop) -> Result<(), Trouble> {
    let mut heard = vec![SIGINT, SIGTERM];
    if std::io::stdin().is_terminal() {
        heard.push(SIGHUP);
    }
    let internal = |_| Trouble::new(TroubleCode::Internal).word("cause", "signals");
    let mut signals = Signals::new(heard).map_err(internal)?;
    let flag = stop.flag();
    let listener = move || {
        let mut first: Option<Instant> = None;
        for signal in signals.forever() {
            match first {
                None => {
                    first = Some(Instant::now());
                    flag.store(signal.unsigned_abs() as usize, Ordering::Relaxed);
                }
                Some(begun) if begun.elapsed() > SAME_WISH => {
                    let exit = if signal == SIGINT { Exit::Interrupted } else { Exit::Terminated };
                    std::process::exit(i32::from(exit.code()));
                }
                Some(_) => {}
            }
        }
    };
    std::thread::Builder::new().name("signals".to_owned()).spawn(listener).map_err(internal)?;
    Ok(())
}
