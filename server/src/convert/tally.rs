//! What became of the items: how many were converted and left out, said while it goes on and at the end.

use std::collections::BTreeMap;
use std::io::{IsTerminal, Write};
use std::time::{Duration, Instant};

use alentour_formats::Reading;
use alentour_model::Problem;
use alentour_texts::Language;

use crate::check::{printable, words};
use crate::feeds::Stop;

/// Left-out items that are named one by one.
const NAMED: usize = 20;
/// How often progress is said.
const TICK: Duration = Duration::from_millis(250);

/// Counts.
pub struct Tally {
    /// Bytes of the feed, where that is known.
    length: Option<u64>,
    bytes: u64,
    items: usize,
    kept: usize,
    withdrawn: usize,
    /// How often each other thing was found.
    found: BTreeMap<&'static str, usize>,
    /// The first items that were left out, in words.
    left_out: Vec<String>,
    /// Why not all of the feed was read.
    pub stop: Option<Stop>,
    start: Instant,
    said: Instant,
    is_watched: bool,
}

impl Tally {
    /// Nothing yet, of a feed of so many bytes.
    pub fn of(length: Option<u64>) -> Self {
        let now = Instant::now();
        Self {
            length,
            bytes: 0,
            items: 0,
            kept: 0,
            withdrawn: 0,
            found: BTreeMap::new(),
            left_out: Vec::new(),
            stop: None,
            start: now,
            said: now,
            is_watched: std::io::stderr().is_terminal(),
        }
    }

    /// Counts items, after which so many bytes are read in all; says so from time to time where somebody watches.
    pub fn add(&mut self, part: &Reading, bytes: u64) {
        (self.bytes, self.items) = (bytes, self.items + part.items);
        self.kept += part.feed.initiatives.len();
        for finding in &part.findings {
            if finding.problem == Problem::Withdrawn {
                self.withdrawn += 1;
            } else {
                *self.found.entry(words(finding.problem, Language::English)).or_default() += 1;
                if finding.problem.costs_the_item() && self.left_out.len() < NAMED {
                    let item = finding.item.map_or(0, |item| item + 1);
                    let what = words(finding.problem, Language::English);
                    self.left_out.push(format!("item {item} {}: {what}", printable(&finding.id)));
                }
            }
        }
        if self.is_watched && self.said.elapsed() > TICK {
            self.said = Instant::now();
            eprint!("\r\x1b[K{}", self.progress());
            let _ = std::io::stderr().flush();
        }
    }

    fn progress(&self) -> String {
        let seconds = self.start.elapsed().as_secs_f64().max(0.001);
        let speed = self.bytes as f64 / seconds;
        let mut text = format!("{} of ", size(self.bytes as f64));
        match self.length {
            Some(length) => {
                let left = (length.saturating_sub(self.bytes) as f64 / speed.max(1.0)).ceil();
                text += &format!(
                    "{}, {} items, {}/s, {left:.0} s left",
                    size(length as f64),
                    self.items,
                    size(speed)
                );
            }
            None => text += &format!("?, {} items, {}/s", self.items, size(speed)),
        }
        text
    }

    /// Says on standard error what was left out and found; more where somebody watches.
    pub fn say(&self) {
        if self.is_watched {
            let seconds = self.start.elapsed().as_secs_f64();
            eprint!("\r\x1b[K");
            match self.bytes {
                0 => eprintln!("{} of {} items converted", self.kept, self.items),
                bytes => eprintln!(
                    "{} of {} items converted: {} in {seconds:.1} s, {}/s",
                    self.kept,
                    self.items,
                    size(bytes as f64),
                    size(bytes as f64 / seconds.max(0.001))
                ),
            }
            for (what, count) in &self.found {
                eprintln!("  {count} × {what}");
            }
        }
        if let Some(stop) = &self.stop {
            eprintln!("alentour: not all of the feed was read: {stop}");
        }
        if self.withdrawn > 0 {
            eprintln!("alentour: {} items were withdrawn by their publisher", self.withdrawn);
        }
        let left_out = self.items.saturating_sub(self.kept + self.withdrawn);
        if left_out > 0 {
            eprintln!("alentour: {left_out} of {} items were left out", self.items);
            self.left_out.iter().for_each(|item| eprintln!("  {item}"));
            if left_out > self.left_out.len() {
                eprintln!("  and {} more", left_out - self.left_out.len());
            }
        }
    }
}

/// Bytes, as people say them.
fn size(bytes: f64) -> String {
    match bytes {
        ..1e6 => format!("{:.0} kB", bytes / 1e3),
        ..1e9 => format!("{:.0} MB", bytes / 1e6),
        _ => format!("{:.2} GB", bytes / 1e9),
    }
}
