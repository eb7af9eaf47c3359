//! Panics of libraries that are expected, and become troubles of ours.
//!
//! Some readers and writers give up by a panic where a file is damaged or a disk is full. Owns that nothing is printed of such
//! a panic: whoever catches it says what is wrong.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};

thread_local! {
    static IS_EXPECTED: Cell<bool> = const { Cell::new(false) };
}

/// Does something that may panic for a reason that is known; `None` if it did.
pub fn caught<R>(work: impl FnOnce() -> R) -> Option<R> {
    let before = IS_EXPECTED.replace(true);
    let result = catch_unwind(AssertUnwindSafe(work)).ok();
    IS_EXPECTED.set(before);
    result
}

/// Whether a panic of this thread would be caught by [`caught`].
pub fn is_caught() -> bool {
    IS_EXPECTED.get()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_caught_where_it_is_expected_and_nowhere_else() {
        assert!(!is_caught());
        assert_eq!(caught(is_caught), Some(true));
        let inner = || {
            caught(|| {
                if is_caught() {
                    panic!("expected")
                }
            })
        };
        assert_eq!(caught(|| (inner(), is_caught())), Some((None, true)));
        assert!(!is_caught());
    }
}
