//! Answers on a beat, so that a stopwatch does not tell who is known.

use std::time::{Duration, Instant};

/// Answers go out at multiples of this since the form was read. Storing somebody new takes some milliseconds longer than
/// finding them known, and a stopwatch must not tell the one from the other; nobody notices a twentieth of a second.
const TICK: Duration = Duration::from_millis(50);

/// Waits for the next multiple of 50 ms since `start`.
pub async fn next_beat(start: Instant) {
    let ticks = start.elapsed().as_micros() / TICK.as_micros() + 1;
    tokio::time::sleep_until((start + TICK * ticks.try_into().unwrap_or(1)).into()).await;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_short_and_a_longer_piece_of_work_end_on_the_same_beat() {
        for work in [0, 20] {
            let start = Instant::now();
            tokio::time::sleep(Duration::from_millis(work)).await;
            next_beat(start).await;
            let beats = start.elapsed().as_secs_f64() / TICK.as_secs_f64();
            assert!((1.0..1.8).contains(&beats), "{work} ms of work: {beats} beats");
        }
    }
}
