//! What visitors' browsers make of feeds of each size: what came over the line, and how long each step took.

use std::collections::BTreeMap;
use std::process::Stdio;

use anyhow::{Context, ensure};
use serde::Deserialize;

use super::super::convert::median;
use crate::process::{self, command};
use crate::test;
use crate::workspace::root;

/// The kinds of bytes up to the first filtered list, as `tests/bench/journey.mjs` names them, in the order of the table.
const KINDS: [&str; 6] = ["first page", "application", "index", "tiles", "gazetteer", "words"];
/// The kind that comes with the list, and the one that is cached for a year, whatever the feed.
const FIRST_PAGE: &str = KINDS[0];
const APPLICATION: &str = KINDS[1];

/// One visit, as `tests/bench/journey.mjs` prints it: milliseconds, and bytes by step and kind.
#[derive(Debug, Deserialize)]
struct Visit {
    shown: f64,
    answered: f64,
    read: f64,
    typed: f64,
    learnt: f64,
    opened: f64,
    /// Whether all of the circle was read.
    whole: bool,
    bytes: BTreeMap<String, BTreeMap<String, f64>>,
    /// A word where no place is named.
    anywhere: Anywhere,
}

/// A word that is looked for without a place: milliseconds until its last answer, and the bytes of the inverted index that came for it.
#[derive(Debug, Deserialize)]
struct Anywhere {
    took: f64,
    bytes: f64,
}

/// The visits of one feed.
pub struct Visits(Vec<Visit>);

impl Visits {
    /// Visits the server at an address.
    ///
    /// # Errors
    /// Where there is no browser, or a step comes to no end.
    pub fn make(address: &str) -> anyhow::Result<Self> {
        let mut program = command("node");
        program.arg(root().join("tests/bench/scale.mjs")).arg(address).env("CHROMIUM", test::chromium()?);
        let text = process::output(program.stderr(Stdio::inherit()), "install Node 20 or later")?;
        Self::parse(&text)
    }

    fn parse(text: &str) -> anyhow::Result<Self> {
        let visits: Vec<Visit> = serde_json::from_str(text).context("the visits cannot be read")?;
        ensure!(!visits.is_empty(), "nobody has visited");
        Ok(Self(visits))
    }

    fn middle(&self, read: impl Fn(&Visit) -> f64) -> f64 {
        median(&self.0.iter().map(read).collect::<Vec<_>>())
    }

    /// kB of 1,000 bytes that had come at the end of a step, of the kinds that fit.
    fn kilobytes(&self, step: &str, fits: impl Fn(&str) -> bool) -> f64 {
        let sum = |visit: &Visit| {
            let kinds = visit.bytes.get(step).into_iter().flatten();
            // Of nothing: the sum of no floats is -0.
            kinds.filter(|(kind, _)| fits(kind)).fold(0.0, |sum, (_, bytes)| sum + bytes / 1000.0)
        };
        self.middle(sum)
    }
}

/// Two tables of all sizes, and what follows from them.
pub fn markdown(all: &[(usize, Visits)]) -> String {
    let visits = all.iter().map(|(_, visits)| visits.0.len()).min().unwrap_or(0);
    let mut text = format!(
        "In Chromium, a first visit of a page with `data-place=\"Lyon\" data-radius=\"25\"`, nothing cached, slow 4G (1.6 Mbit/s, 150 ms for each request), the processor slowed four times; medians \
         of {visits} visits. *Filter*: from the navigation until a cause that is pressed as soon as it is there is answered by the application. *All of it*: how much longer until all that a filter reads has been read; \
         “+” where the circle has more than that. *Word*: from “jardin” in the field, as pasting puts it there, to the first list that answers, and to the last, with descriptions and forms. *Card*: from the \
         press until all that the initiative says is there. These missions are taken on at their publisher's: they have no form.\n\n\
         | initiatives | first card | filter | all of it | word | word, last | card |\n|--:|--:|--:|--:|--:|--:|--:|"
    );
    let seconds = |milliseconds: f64| format!("{:.2} s", milliseconds / 1000.0);
    for (items, visits) in all {
        let more = if visits.0.iter().all(|visit| visit.whole) { "" } else { "+" };
        let steps: [fn(&Visit) -> f64; 6] =
            [|it| it.shown, |it| it.answered, |it| it.read, |it| it.typed, |it| it.learnt, |it| it.opened];
        let [shown, answered, read, typed, learnt, opened] = steps.map(|step| seconds(visits.middle(step)));
        text +=
            &format!("\n| {items} | {shown} | {answered} | {read}{more} | {typed} | {learnt} | {opened} |");
    }
    text + "\n\n" + &lines(all)
}

/// The table of bytes, with what is held against the aims.
fn lines(all: &[(usize, Visits)]) -> String {
    let mut text = format!(
        "kB of 1,000 bytes, headers included, the partner's page not, up to the filter's answer; then how much more for all of it, for the word and for the card. *After the list*: \
         of the sum what is neither tag and first page nor application.\n\n| initiatives | tag and {} | sum | after the list | all of it | word | card |\n|--:|{}",
        KINDS.join(" | "),
        "--:|".repeat(KINDS.len() + 5)
    );
    let whole = |visits: &Visits, step: &str| visits.kilobytes(step, |_| true);
    for (items, visits) in all {
        let kinds = KINDS.map(|name| format!("{:.1}", visits.kilobytes("answered", |kind| kind == name)));
        let after = visits.kilobytes("answered", |kind| ![FIRST_PAGE, APPLICATION].contains(&kind));
        let [answered, read, learnt, opened] =
            ["answered", "read", "learnt", "opened"].map(|step| whole(visits, step));
        text += &format!(
            "\n| {items} | {} | {answered:.1} | {after:.1} | {:.1} | {:.1} | {:.1} |",
            kinds.join(" | "),
            read - answered,
            learnt - read,
            opened - learnt
        );
    }
    if let [(few, first), .., (many, last)] = all {
        let ratio = whole(last, "answered") / whole(first, "answered");
        text += &format!(
            "\n\nUp to the filter's answer {many} initiatives take {ratio:.2} times the bytes of {few}. "
        );
        let beyond = |(items, visits): &(usize, Visits)| {
            let more = visits.kilobytes("learnt", |kind| ![FIRST_PAGE, APPLICATION].contains(&kind));
            format!("{more:.1} kB of {items}")
        };
        let beyond = all.iter().map(beyond).collect::<Vec<_>>().join(", ");
        text +=
            &format!("Until the word's last answer, beyond the first page and the application: {beyond}.");
    }
    let anywhere = |(items, visits): &(usize, Visits)| {
        let (took, bytes) = (visits.middle(|it| it.anywhere.took), visits.middle(|it| it.anywhere.bytes));
        format!("{:.2} s and {:.1} kB of {items}", took / 1000.0, bytes / 1000.0)
    };
    let anywhere = all.iter().map(anywhere).collect::<Vec<_>>().join(", ");
    text + &format!(
        "\n\nWhere no place is named, from “jardin” in the field, once descriptions and forms may be read, to its last answer, and the bytes of the inverted index and its cards: {anywhere}."
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn visits(tiles: u32, whole: bool) -> Visits {
        let visit = format!(
            r#"{{"shown":1000,"answered":3000,"read":500,"typed":40,"learnt":900,"opened":300,"whole":{whole},"bytes":{{
                "shown":{{"first page":13000}}, "answered":{{"first page":13000,"application":120000,"tiles":{tiles}}},
                "read":{{"first page":13000,"application":120000,"tiles":{}}},
                "learnt":{{"first page":13000,"application":120000,"tiles":{},"words":9000}},
                "opened":{{"first page":13000,"application":120000,"tiles":{},"words":9000,"details":1000}} }},
                "anywhere":{{"took":800,"bytes":21000}} }}"#,
            tiles + 5000,
            tiles + 5000,
            tiles + 5000
        );
        Visits::parse(&format!("[{visit}]")).unwrap()
    }

    #[test]
    fn the_largest_feed_is_held_against_the_smallest() {
        let text = markdown(&[(1000, visits(17_000, true)), (1_000_000, visits(47_000, false))]);
        assert!(text.contains("\n| 1000 | 1.00 s | 3.00 s | 0.50 s | 0.04 s | 0.90 s | 0.30 s |"), "{text}");
        assert!(text.contains("\n| 1000000 | 1.00 s | 3.00 s | 0.50 s+ |"), "{text}");
        assert!(
            text.contains(
                "\n| 1000000 | 13.0 | 120.0 | 0.0 | 47.0 | 0.0 | 0.0 | 180.0 | 47.0 | 5.0 | 9.0 | 1.0 |"
            ),
            "{text}"
        );
        assert!(text.contains("1000000 initiatives take 1.20 times the bytes of 1000. "), "{text}");
        assert!(text.contains("application: 31.0 kB of 1000, 61.0 kB of 1000000."), "{text}");
        assert!(
            text.ends_with("cards: 0.80 s and 21.0 kB of 1000, 0.80 s and 21.0 kB of 1000000."),
            "{text}"
        );
    }

    #[test]
    fn without_a_visit_there_are_no_figures() {
        assert!(Visits::parse("[]").is_err());
    }
}
