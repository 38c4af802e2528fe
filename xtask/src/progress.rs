//! Progress on the terminal: one line a step, with the time it took.

use std::fmt::Display;
use std::time::{Duration, Instant};

/// Runs one step of a task and prints how long it took. The first line appears at once, so that a
/// step of a minute is never mistaken for a hang.
pub fn step<T>(name: &str, work: impl FnOnce() -> anyhow::Result<T>) -> anyhow::Result<T> {
    eprintln!("  … {name}");
    let start = Instant::now();
    let result = work();
    let mark = if result.is_ok() { "✓" } else { "✗" };
    eprintln!("  {mark} {name} ({})", seconds(start.elapsed()));
    result
}

/// A line about something that took no time.
pub fn note(text: impl Display) {
    eprintln!("  · {text}");
}

/// `0.3 s`, `12.4 s`, `2 min 5 s`.
pub fn seconds(elapsed: Duration) -> String {
    if elapsed < Duration::from_secs(60) {
        format!("{:.1} s", elapsed.as_secs_f64())
    } else {
        format!("{} min {} s", elapsed.as_secs() / 60, elapsed.as_secs() % 60)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_written_for_people() {
        assert_eq!(seconds(Duration::from_millis(340)), "0.3 s");
        assert_eq!(seconds(Duration::from_secs(125)), "2 min 5 s");
    }
}
