//! What was measured, as a table: medians, the slow end, and the ratio to the yardstick.

use std::fmt::Write as _;

use anyhow::{Context, ensure};
use serde::Deserialize;

/// What a program that measures prints, as JSON.
#[derive(Debug, Deserialize)]
pub struct Figures {
    title: String,
    /// What is measured against what, and under which conditions.
    notes: Vec<String>,
    rows: Vec<Row>,
}

/// One measurement. Milliseconds.
#[derive(Debug, Deserialize)]
struct Row {
    what: String,
    ours: Vec<f64>,
    /// The same task in bare code; absent where there is no such thing.
    #[serde(default)]
    bare: Vec<f64>,
}

impl Figures {
    /// Reads the JSON that a program has printed.
    ///
    /// # Errors
    /// When it is none, or a measurement has no samples.
    pub fn parse(text: &str) -> anyhow::Result<Self> {
        let figures: Self = serde_json::from_str(text).context("the figures cannot be read")?;
        for row in &figures.rows {
            ensure!(!row.ours.is_empty(), "{}: nothing was measured", row.what);
        }
        Ok(figures)
    }

    /// A heading, the notes, and a table.
    pub fn markdown(&self) -> String {
        let mut text = format!("## {}\n\n", self.title);
        for note in &self.notes {
            let _ = writeln!(text, "{note}\n");
        }
        text.push_str(
            "| | samples | median | 99 % within | yardstick, median | ratio |\n|---|--:|--:|--:|--:|--:|",
        );
        for Row { what, ours, bare } in &self.rows {
            let (yardstick, ratio) = match quantile(bare, 0.5) {
                Some(bare) => {
                    (time(bare), quantile(ours, 0.5).map_or(String::new(), |own| ratio(own / bare)))
                }
                None => ("–".into(), "–".into()),
            };
            let [median, slow] = [0.5, 0.99].map(|part| quantile(ours, part).map_or(String::new(), time));
            let _ = write!(text, "\n| {what} | {} | {median} | {slow} | {yardstick} | {ratio} |", ours.len());
        }
        text
    }
}

/// The smallest sample that so large a part of the samples does not exceed.
fn quantile(samples: &[f64], part: f64) -> Option<f64> {
    let mut sorted = samples.to_vec();
    sorted.sort_by(f64::total_cmp);
    let rank = (part * sorted.len() as f64).ceil() as usize;
    sorted.get(rank.saturating_sub(1)).copied()
}

/// Milliseconds, with three digits that count.
fn time(milliseconds: f64) -> String {
    match milliseconds {
        ..0.1 => format!("{:.0} µs", milliseconds * 1000.0),
        ..10.0 => format!("{milliseconds:.2} ms"),
        ..100.0 => format!("{milliseconds:.1} ms"),
        ..10_000.0 => format!("{milliseconds:.0} ms"),
        _ => format!("{:.1} s", milliseconds / 1000.0),
    }
}

fn ratio(ratio: f64) -> String {
    if ratio < 10.0 { format!("{ratio:.2}") } else { format!("{ratio:.0}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quantile_is_a_sample() {
        let samples: Vec<f64> = (1..=200).rev().map(f64::from).collect();
        assert_eq!(quantile(&samples, 0.5), Some(100.0));
        assert_eq!(quantile(&samples, 0.99), Some(198.0));
        assert_eq!(quantile(&[3.0], 0.99), Some(3.0));
        assert_eq!(quantile(&[], 0.5), None);
    }

    #[test]
    fn the_ratio_is_that_of_the_medians() {
        let text = r#"{"title":"T","notes":["N"],"rows":[
            {"what":"a","ours":[2,4,900],"bare":[1,2,3]}, {"what":"b","ours":[0.02]}]}"#;
        let table = Figures::parse(text).unwrap().markdown();
        assert!(table.contains("| a | 3 | 4.00 ms | 900 ms | 2.00 ms | 2.00 |"), "{table}");
        assert!(table.contains("| b | 1 | 20 µs | 20 µs | – | – |"), "{table}");
    }

    #[test]
    fn a_measurement_without_samples_fails() {
        assert!(Figures::parse(r#"{"title":"","notes":[],"rows":[{"what":"a","ours":[]}]}"#).is_err());
    }
}
