//! What is counted, or agreed to, after its feed was read.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, PoisonError};

/// A number that may change after its feed was read, for all who look at what it belongs to.
#[derive(Debug, Default)]
pub struct Tally(AtomicU32);

impl Tally {
    /// The number; `None` as long as nobody has counted.
    pub fn get(&self) -> Option<u32> {
        self.0.load(Ordering::Relaxed).checked_sub(1)
    }

    /// Sets it; whether it was another one.
    pub fn set(&self, number: u32) -> bool {
        // One more: 0 is none.
        let number = number.saturating_add(1);
        self.0.swap(number, Ordering::Relaxed) != number
    }
}

impl Clone for Tally {
    fn clone(&self) -> Self {
        Self(AtomicU32::new(self.0.load(Ordering::Relaxed)))
    }
}

impl PartialEq for Tally {
    fn eq(&self, other: &Self) -> bool {
        self.get() == other.get()
    }
}

/// Names that may change, or go, after their feed was read, for all who look at what they belong to: a line each.
#[derive(Debug, Default)]
pub struct Names(Mutex<String>);

impl Names {
    /// The names.
    pub fn get(&self) -> String {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Sets them; whether they were others.
    pub fn set(&self, names: String) -> bool {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let is_new = *known != names;
        *known = names;
        is_new
    }
}

impl Clone for Names {
    fn clone(&self) -> Self {
        Self(Mutex::new(self.get()))
    }
}

impl PartialEq for Names {
    fn eq(&self, other: &Self) -> bool {
        self.get() == other.get()
    }
}
