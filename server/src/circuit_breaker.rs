//! A circuit breaker a receiver: one that is not there is asked by one message a minute, not by each.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

/// Failures in a row that open the circuit.
const THRESHOLD: u32 = 3;
/// Seconds until one message tries the receiver again.
pub const OPEN_FOR: i64 = 60;

/// By sink (empty: the mail server): failures to reach it in a row, and when it may be tried again (UTC seconds).
#[derive(Default)]
pub struct CircuitBreaker(Mutex<HashMap<String, (u32, i64)>>);

impl CircuitBreaker {
    /// Whether the receiver is not to be tried at `now`. Thousands of messages to one that takes its time to fail would keep the
    /// mails waiting.
    pub fn is_open(&self, sink: &str, now: i64) -> bool {
        let mut circuits = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match circuits.get_mut(sink) {
            Some((failures, until)) if *failures >= THRESHOLD => {
                let wait = now < *until;
                // Half open: the message that is let through now finds out for the others.
                if !wait {
                    *until = now + OPEN_FOR;
                }
                wait
            }
            _ => false,
        }
    }

    /// The receivers that are not to be tried at `now`, and until when: what waits for them stays as it is.
    pub fn open(&self, now: i64) -> Vec<(String, i64)> {
        let circuits = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let open = circuits.iter().filter(|(_, (failures, until))| *failures >= THRESHOLD && now < *until);
        open.map(|(sink, (_, until))| (sink.clone(), *until)).collect()
    }

    /// Notes whether it was there for a message.
    pub fn note(&self, sink: &str, is_there: bool, now: i64) {
        let mut circuits = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if is_there {
            circuits.remove(sink);
        } else {
            let (failures, until) = circuits.entry(sink.to_owned()).or_default();
            *failures += 1;
            *until = now + OPEN_FOR;
        }
    }
}
