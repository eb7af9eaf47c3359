//! Many threads on one stream, results in order: the only place where threads are made.
//!
//! Workers take pieces one at a time from a feeder behind a lock, so no reader thread has to keep up, and hand
//! results to the caller's thread, which puts them back in order. A worker that runs too far ahead waits, so
//! what is in flight stays bounded whatever the size of the input.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Condvar, Mutex, mpsc};

use rayon::ThreadPool;

use crate::record::{Trouble, TroubleCode};

/// Results that may wait for an earlier one, per thread.
const AHEAD: usize = 2;

/// How far the caller's thread has come, for workers to wait on.
#[derive(Default)]
struct Turn {
    n_taken: Mutex<usize>,
    moved: Condvar,
    stopped: AtomicBool,
}

impl Turn {
    /// Waits until piece `index` is not too far ahead; false when the run has stopped.
    fn wait_for(&self, index: usize, ahead: usize) -> bool {
        let mut n_taken = self.n_taken.lock().expect("counting does not panic");
        while index >= *n_taken + ahead && !self.stopped.load(Ordering::Relaxed) {
            n_taken = self.moved.wait(n_taken).expect("counting does not panic");
        }
        !self.stopped.load(Ordering::Relaxed)
    }

    fn advance(&self) {
        *self.n_taken.lock().expect("counting does not panic") += 1;
        self.moved.notify_all();
    }

    fn stop(&self) {
        self.stopped.store(true, Ordering::Relaxed);
        let _held = self.n_taken.lock().expect("counting does not panic");
        self.moved.notify_all();
    }
}

/// Feeds pieces to `work` on all threads of the pool and their results, in order, to `sink` on this thread.
///
/// # Errors
/// The first trouble of feeder, work or sink, in the order of the pieces; the rest is not begun.
pub fn each_in_order<P: Send, R: Send>(
    pool: &ThreadPool,
    feed: impl FnMut() -> Result<Option<P>, Trouble> + Send,
    work: impl Fn(P) -> Result<R, Trouble> + Sync,
    mut sink: impl FnMut(R) -> Result<(), Trouble>,
) -> Result<(), Trouble> {
    let n_threads = pool.current_num_threads();
    let ahead = n_threads * AHEAD;
    let feeder = Mutex::new((feed, 0_usize, false));
    let turn = Turn::default();
    let (sender, receiver) = mpsc::channel();
    let (work, feeder_ref, turn_ref) = (&work, &feeder, &turn);
    pool.in_place_scope(move |scope| {
        for _ in 0..n_threads {
            let sender = sender.clone();
            scope.spawn(move |_| {
                while let Some((index, piece)) = next_piece(feeder_ref) {
                    if !turn_ref.wait_for(index, ahead) {
                        return;
                    }
                    let failed = piece.is_err();
                    if sender.send((index, piece.and_then(|piece| guarded(work, piece)))).is_err() || failed {
                        return;
                    }
                }
            });
        }
        drop(sender);
        let result = take_in_order(&receiver, turn_ref, &mut sink);
        turn_ref.stop();
        result
    })
}

/// Does one thing on this thread while a thread of the pool does another.
pub fn beside<A, B: Send>(
    pool: &ThreadPool,
    here: impl FnOnce() -> A,
    there: impl FnOnce() -> B + Send,
) -> (A, B) {
    let mut other = None;
    let one = pool.in_place_scope(|scope| {
        scope.spawn(|_| other = Some(there()));
        here()
    });
    (one, other.expect("the scope waits for what was begun in it"))
}

/// A panic in a worker becomes a trouble: the others wait for its result and must not wait for ever.
fn guarded<P, R>(work: &impl Fn(P) -> Result<R, Trouble>, piece: P) -> Result<R, Trouble> {
    catch_unwind(AssertUnwindSafe(|| work(piece)))
        .unwrap_or_else(|_| Err(Trouble::new(TroubleCode::Internal).word("cause", "panic")))
}

type Fed<P> = Option<(usize, Result<P, Trouble>)>;

fn next_piece<P>(feeder: &Mutex<(impl FnMut() -> Result<Option<P>, Trouble>, usize, bool)>) -> Fed<P> {
    let mut feeder = feeder.lock().ok()?;
    if feeder.2 {
        return None;
    }
    let piece = (feeder.0)().transpose();
    feeder.2 = !matches!(piece, Some(Ok(_)));
    let index = feeder.1;
    feeder.1 += 1;
    piece.map(|piece| (index, piece))
}

fn take_in_order<R>(
    receiver: &mpsc::Receiver<(usize, Result<R, Trouble>)>,
    turn: &Turn,
    sink: &mut impl FnMut(R) -> Result<(), Trouble>,
) -> Result<(), Trouble> {
    let mut early = BTreeMap::new();
    let mut next = 0;
    while let Ok((index, result)) = receiver.recv() {
        early.insert(index, result);
        while let Some(result) = early.remove(&next) {
            sink(result?)?;
            next += 1;
            turn.advance();
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pool(n_threads: usize) -> ThreadPool {
        rayon::ThreadPoolBuilder::new().num_threads(n_threads).build().expect("threads can be made")
    }

    #[test]
    fn results_come_in_order_on_any_number_of_threads() {
        for n_threads in [1, 2, 16] {
            let mut numbers = 0..1000_u64;
            let mut seen = Vec::new();
            let work = |number: u64| Ok((0..number % 97).fold(number, |sum, _| sum));
            each_in_order(
                &pool(n_threads),
                || Ok(numbers.next()),
                work,
                |number| {
                    seen.push(number);
                    Ok(())
                },
            )
            .expect("nothing fails");
            assert_eq!(seen, (0..1000).collect::<Vec<_>>());
        }
    }

    #[test]
    fn the_first_trouble_ends_the_run() {
        let trouble = |line| Trouble::new(TroubleCode::ReadFailed).line(line);
        let mut numbers = 0..100_000_u64;
        let mut seen = 0;
        let work = |number: u64| if number >= 50 { Err(trouble(number)) } else { Ok(number) };
        let result = each_in_order(
            &pool(4),
            || Ok(numbers.next()),
            work,
            |_| {
                seen += 1;
                Ok(())
            },
        );
        assert_eq!((result.expect_err("piece 50 fails").line, seen), (Some(50), 50));
        let mut n_fed = 0;
        let feed = || {
            n_fed += 1;
            if n_fed > 7 { Err(trouble(7)) } else { Ok(Some(n_fed)) }
        };
        let mut n_seen = 0;
        let result = each_in_order(&pool(4), feed, Ok, |_| {
            n_seen += 1;
            Ok(())
        });
        assert!(result.is_err());
        assert_eq!(n_seen, 7);
    }
}
