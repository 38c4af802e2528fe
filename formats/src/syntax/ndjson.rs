//! JSON, an object a line (NDJSON, JSON Lines): what databases and crawlers export. It is read as the list of them.
//!
//! A line that is no JSON costs nothing but itself.

use std::collections::BTreeSet;

use alentour_model::{Finding, Problem};
use serde_json::Value;

use crate::budget::Meter;
use crate::error::ReadError;
use crate::syntax::json;

/// Things wrong with the syntax that are said, as of any JSON.
pub(crate) const NOTES: usize = 100;

/// Bytes that a line takes beside what is in it: a value of a list that doubles as it grows.
const LINE: usize = 2 * size_of::<Value>();

/// Whether a text is that: its first line is a whole object, and another begins on the next.
pub(crate) fn are_lines(text: &str, meter: &Meter) -> bool {
    let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let is_object = |line: &str| line.starts_with('{') && line.ends_with('}');
    let (Some(first), Some(second)) = (lines.next(), lines.next()) else { return false };
    is_object(first) && second.starts_with('{') && {
        // Looked at only: it is read again.
        let meter = Meter::new(*meter.budget(), first.len());
        json::parse(first, &mut Vec::new(), &meter).is_ok()
    }
}

/// The values of the lines, of which the first is the `from`-th of the feed. One that is no JSON is there as its text.
pub(crate) fn parse(text: &str, from: usize, findings: &mut Vec<Finding>, meter: &Meter) -> Vec<Value> {
    let mut said = BTreeSet::new();
    let mut values = Vec::new();
    for (number, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        // One more: whoever reads the items then sees that there are too many.
        if meter.spent().is_some() || values.len() > meter.most_items() || !meter.parse(LINE) {
            break;
        }
        let mut found = Vec::new();
        match json::parse(line, &mut found, meter) {
            Ok(value) => values.push(value),
            Err(ReadError::TooDeep { .. } | ReadError::NotJson { .. }) => values.push(line.trim().into()),
            // Nothing else is wrong with a text that is not empty.
            Err(_) => values.push(Value::Null),
        }
        for mut finding in found {
            if finding.problem == Problem::StrayComma {
                finding.value = format!("line {}", from + number);
            }
            if said.len() < NOTES && said.insert((finding.field.clone(), finding.problem as u8)) {
                findings.push(finding);
            }
        }
    }
    values
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::budget::Budget;
    use crate::read;

    fn are_lines(text: &str) -> bool {
        super::are_lines(text, &Meter::new(Budget::OPERATOR, text.len()))
    }

    #[test]
    fn an_object_a_line_is_a_list_and_a_bad_line_costs_nothing_else() {
        let text = "{\"title\": \"A\", \"url\": \"https://example.org/a\"}\r\n\r\n{\"title\": \"B\n\
                    {\"title\": \"C\", \"url\": \"https://example.org/c\",}\n";
        let reading = read(text.as_bytes()).unwrap();
        let names: Vec<_> = reading.feed.initiatives.iter().map(|i| i.name.as_str()).collect();
        assert_eq!((reading.format, names, reading.items), ("list", vec!["A", "C"], 3));
        let said: Vec<_> = reading.findings.iter().map(|f| (f.problem, f.item, f.value.as_str())).collect();
        assert_eq!(
            said,
            [(Problem::StrayComma, None, "line 4"), (Problem::NotAnObject, Some(1), "{\"title\": \"B")]
        );
    }

    #[test]
    fn one_object_over_several_lines_is_none() {
        assert!(!are_lines("{\n\"a\": 1\n}"));
        assert!(!are_lines("{\"a\": 1}\n"));
        assert!(!are_lines("{\"a\": 1}\n[2]"));
        assert!(are_lines("{\"a\": 1}\n\n {\"a\": 2}"));
    }
}
