//! What a step has come to: one line, written here and read here where the step ran in another process.

use std::time::Duration;

use crate::counts::Counts;
use crate::progress::seconds;

/// A step that has ended.
#[derive(Debug, PartialEq, Eq)]
pub struct Summary {
    /// The step's title.
    pub title: String,
    pub counts: Counts,
}

impl Summary {
    /// `== build: 1 passed, 0 failed, 12.4 s`, with what was flaky after what failed.
    pub fn line(&self, elapsed: Duration) -> String {
        let Counts { passed, failed, .. } = self.counts;
        format!("== {}: {passed} passed, {failed} failed{}, {}", self.title, self.flaky(), seconds(elapsed))
    }

    /// The summary that a line is, if it is one.
    pub fn parse(line: &str) -> Option<Self> {
        let (title, rest) = line.strip_prefix("== ")?.rsplit_once(": ")?;
        let number = |what: &str| rest.split(", ").find_map(|part| part.strip_suffix(what)?.parse().ok());
        let (passed, failed) = (number(" passed")?, number(" failed")?);
        let counts = Counts { passed, failed, flaky: number(" flaky").unwrap_or(0) };
        Some(Self { title: title.to_owned(), counts })
    }

    fn flaky(&self) -> String {
        if self.counts.flaky == 0 { String::new() } else { format!(", {} flaky", self.counts.flaky) }
    }
}

/// Prints what all steps together have come to, and returns it. The last line is `N passed, N failed`; the one before says how many
/// tests are flaky, if any are: they have neither passed nor failed.
pub fn total(summaries: &[Summary]) -> Counts {
    let mut total = Counts::default();
    for summary in summaries {
        total += summary.counts;
    }
    println!("{}", closing(summaries, total));
    total
}

fn closing(summaries: &[Summary], total: Counts) -> String {
    let failed: Vec<_> =
        summaries.iter().filter(|it| it.counts.failed > 0).map(|it| it.title.as_str()).collect();
    let mut lines = String::new();
    if !failed.is_empty() {
        lines += &format!("failed: {}\n", failed.join(", "));
    }
    let Counts { passed, failed, flaky } = total;
    if flaky > 0 {
        lines += &format!("{passed} passed, {failed} failed, {flaky} flaky\n");
    }
    lines + &format!("{passed} passed, {failed} failed")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn summary(title: &str, passed: usize, failed: usize, flaky: usize) -> Summary {
        Summary { title: title.to_owned(), counts: Counts { passed, failed, flaky } }
    }

    #[test]
    fn a_line_is_read_as_it_was_written() {
        for summary in [
            summary("build", 1, 0, 0),
            summary("licences, bans, sources", 0, 1, 0),
            summary("browser tests", 150, 2, 3),
        ] {
            let line = summary.line(Duration::from_secs(125));
            assert_eq!(Summary::parse(&line), Some(summary), "{line}");
        }
        for line in
            ["== build", "", "1 passed, 0 failed", "build: 1 passed, 0 failed, 1.0 s", "== it: nothing"]
        {
            assert_eq!(Summary::parse(line), None, "{line}");
        }
    }

    #[test]
    fn the_last_line_counts_what_passed_and_what_failed() {
        let lines = |summaries: &[Summary]| {
            let mut total = Counts::default();
            summaries.iter().for_each(|it| total += it.counts);
            closing(summaries, total)
        };
        assert_eq!(lines(&[summary("a", 2, 0, 0), summary("b", 1, 0, 0)]), "3 passed, 0 failed");
        assert_eq!(
            lines(&[summary("a", 2, 1, 0), summary("b", 1, 0, 2)]),
            "failed: a\n3 passed, 1 failed, 2 flaky\n3 passed, 1 failed"
        );
    }
}
