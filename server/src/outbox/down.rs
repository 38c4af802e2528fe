//! Receivers that are not there.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use super::attempt::Failure;

/// Failures in a row after which a receiver is taken to be down, and seconds until one message tries it again.
const AFTER: u32 = 3;
const FOR: i64 = 60;

/// By sink (empty: the mail server): failures to reach it in a row, and when it may be tried again (UTC seconds).
#[derive(Default)]
pub struct Down(Mutex<HashMap<String, (u32, i64)>>);

impl Down {
    /// Whether the receiver was not there the last times. Thousands of messages to one that takes its time to fail would keep
    /// the mails waiting.
    pub fn is(&self, sink: &str, now: i64) -> bool {
        let mut down = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match down.get_mut(sink) {
            Some((failures, until)) if *failures >= AFTER => {
                let wait = now < *until;
                // The one that is let through now finds out for the others.
                if !wait {
                    *until = now + FOR;
                }
                wait
            }
            _ => false,
        }
    }

    /// Notes what became of a message to it.
    pub fn note(&self, sink: &str, sent: &Result<(), Failure>, now: i64) {
        let mut down = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match sent {
            Err(Failure::Unreachable(_)) => {
                let (failures, until) = down.entry(sink.to_owned()).or_default();
                *failures += 1;
                *until = now + FOR;
            }
            Err(Failure::PutOff(..)) => {}
            _ => {
                down.remove(sink);
            }
        }
    }
}
