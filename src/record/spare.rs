//! What one piece of work has done with and the next may use again: memory that need not be cleared anew, tables that need
//! not be filled anew.

use std::sync::Mutex;

/// Things that are not in use.
#[derive(Debug)]
pub struct Spare<T>(Mutex<Vec<T>>);

impl<T> Default for Spare<T> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<T> Spare<T> {
    /// One of them, if there is any.
    pub fn take(&self) -> Option<T> {
        self.0.lock().ok().and_then(|mut spare| spare.pop())
    }

    /// Adds one.
    pub fn give_back(&self, one: T) {
        if let Ok(mut spare) = self.0.lock() {
            spare.push(one);
        }
    }

    /// Does something with one of them, or with a new one where there is none.
    pub fn with<R>(&self, new: impl FnOnce() -> T, work: impl FnOnce(&mut T) -> R) -> R {
        let mut one = self.take().unwrap_or_else(new);
        let result = work(&mut one);
        self.give_back(one);
        result
    }
}
