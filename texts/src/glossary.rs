//! Each language keeps to its glossary, to its typography, and to plurals.

use crate::Language;
use crate::tests::{blanks, entries, files};

/// A word that is not used, what is said instead, and phrases in which it stays.
struct Rule {
    forbidden: String,
    preferred: String,
    exceptions: Vec<String>,
}

fn rules(language: Language) -> Vec<Rule> {
    let lines = entries(language, "glossary").expect("every language has a glossary");
    let rule = |(forbidden, rest): (String, String)| {
        let (preferred, exceptions) = rest.split_once(" | ").unwrap_or((&rest, ""));
        let exceptions = exceptions.split(", ").filter(|phrase| !phrase.is_empty());
        Rule {
            forbidden: forbidden.to_lowercase(),
            preferred: preferred.to_owned(),
            exceptions: exceptions.map(str::to_lowercase).collect(),
        }
    };
    lines.into_iter().map(rule).collect()
}

/// Whether a text has a word or phrase, as a whole one: what begins or ends with a letter is not part of a longer word.
fn has(text: &str, phrase: &str) -> bool {
    text.match_indices(phrase).any(|(at, found)| {
        let before = text[..at].chars().next_back();
        let after = text[at + found.len()..].chars().next();
        let is_cut = |inside: Option<char>, outside: Option<char>| {
            inside.is_some_and(char::is_alphanumeric) && outside.is_some_and(char::is_alphanumeric)
        };
        !is_cut(found.chars().next(), before) && !is_cut(found.chars().next_back(), after)
    })
}

/// All texts of a language, with the name of their file and their key.
fn texts(language: Language) -> Vec<(String, String)> {
    let of = |name: &'static str| {
        let all = entries(language, name).unwrap_or_default();
        all.into_iter().map(move |(key, text)| (format!("{}/{name}.txt: {key}", language.tag()), text))
    };
    files().into_iter().flat_map(|file| of(file.name)).collect()
}

#[test]
fn each_language_keeps_to_its_glossary() {
    for language in Language::ALL {
        let rules = rules(language);
        assert!(rules.len() > 3);
        for (name, text) in texts(language) {
            // The names of blanks are code.
            let lower = blanks(&text)
                .iter()
                .fold(text.to_lowercase(), |text, name| text.replace(&format!("{{{name}}}"), ""));
            for rule in &rules {
                let text =
                    rule.exceptions.iter().fold(lower.clone(), |text, phrase| text.replace(phrase, ""));
                assert!(!has(&text, &rule.forbidden), "{name}: say \"{}\": {text}", rule.preferred);
            }
        }
    }
}

#[test]
fn a_word_is_found_whole_and_not_within_another() {
    assert!(has("une action près", "action") && has("action", "action"));
    assert!(!has("une réaction", "action") && !has("actions", "action"));
    assert!(has("délégué·e à", "·e"));
}

#[test]
fn no_line_of_french_begins_with_a_mark() {
    for (name, text) in texts(Language::French) {
        for wrong in [" :", " ;", " !", " ?", " »", "« "] {
            assert!(!text.contains(wrong), "{name}: no-break space wanted: {text}");
        }
        let glued =
            |mark: char| text.split(mark).rev().skip(1).any(|before| before.ends_with(char::is_alphabetic));
        let has_address = text.contains("://");
        assert!(!['!', '?', '»'].into_iter().any(glued) || has_address, "{name}: a space is missing: {text}");
    }
}

/// Texts where a number is followed by a word that does not depend on it.
const COUNTLESS: [&str; 5] = ["left", "minimum_age", "too_large", "signatures_of", "days"];

#[test]
fn where_a_number_meets_a_noun_there_is_a_form_for_one() {
    for language in Language::ALL {
        for (name, text) in texts(language) {
            let key = name.rsplit(' ').next().unwrap_or_default();
            let meets = text.split("{n}").skip(1).any(|after| {
                let word = after.trim_start_matches([' ', '\u{a0}']);
                word.len() < after.len() && word.starts_with(char::is_alphabetic)
            });
            let has_plural = text.contains(" | ");
            assert!(!meets || has_plural || COUNTLESS.contains(&key), "{name}: \"1 {text}\"");
        }
    }
}

#[test]
fn arabic_isolates_are_closed() {
    for (name, text) in texts(Language::Arabic) {
        let opened = text.matches(['\u{2066}', '\u{2067}', '\u{2068}']).count();
        assert_eq!(opened, text.matches('\u{2069}').count(), "{name}");
    }
}
