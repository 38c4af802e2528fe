//! What holds for the files of every language.

use std::collections::BTreeSet;

use crate::sets::{
    Accessibility, Consents, Doctor, Embedding, Errors, Mails, Operating, Organiser, Organising, Pages,
    Proposing, Site,
};
use crate::{Language, calendar};

/// The entries of a language's file; `None` where it has no such file.
pub fn entries(language: Language, name: &str) -> Option<Vec<(String, String)>> {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(language.tag());
    let text = std::fs::read_to_string(folder.join(format!("{name}.txt"))).ok()?;
    let lines = text.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    let entry = |line: &str| {
        let (key, text) = line.split_once(" = ").unwrap_or_else(|| panic!("{name}: no text: {line}"));
        assert_eq!(text, text.trim_matches(' '), "{name}: {key}");
        (key.to_owned(), text.to_owned())
    };
    Some(lines.map(entry).collect())
}

/// A file of each language.
pub struct File {
    /// Without its ending.
    pub name: &'static str,
    /// The keys that code names.
    keys: Vec<&'static str>,
    /// What stands before the dot of the keys that code makes.
    families: &'static [&'static str],
    is_everywhere: bool,
}

pub fn files() -> [File; 16] {
    let file = |name, keys: &[&'static str], families, is_everywhere| File {
        name,
        keys: keys.to_vec(),
        families,
        is_everywhere,
    };
    let widget: Vec<_> = Language::DEFAULT.widget_messages().map(|(key, _)| key).collect();
    [
        file("widget", &widget, &[], true),
        file("pages", Pages::KEYS, Pages::FAMILIES, true),
        file("mails", Mails::KEYS, Mails::FAMILIES, true),
        file("calendar", calendar::KEYS, &[], true),
        file("consents", Consents::KEYS, Consents::FAMILIES, true),
        file("organising", Organising::KEYS, Organising::FAMILIES, true),
        file("operating", Operating::KEYS, Operating::FAMILIES, true),
        file("proposing", Proposing::KEYS, Proposing::FAMILIES, true),
        file("embedding", Embedding::KEYS, Embedding::FAMILIES, true),
        file("accessibility", Accessibility::KEYS, Accessibility::FAMILIES, true),
        // No Rust reads it: the build does.
        file("loader", &["loading", "failed"], &[], true),
        file("rare", &["hidden"], &[], true),
        file("organiser", Organiser::KEYS, Organiser::FAMILIES, false),
        file("doctor", Doctor::KEYS, Doctor::FAMILIES, false),
        file("errors", Errors::KEYS, Errors::FAMILIES, false),
        file("site", Site::KEYS, Site::FAMILIES, false),
    ]
}

pub fn blanks(text: &str) -> BTreeSet<&str> {
    text.split('{').skip(1).filter_map(|part| part.split_once('}')).map(|(name, _)| name).collect()
}

#[test]
fn every_file_has_the_keys_that_the_code_names_in_their_order_and_no_other() {
    for language in Language::ALL {
        for File { name, keys, is_everywhere, .. } in files() {
            let Some(entries) = entries(language, name) else {
                assert!(!is_everywhere, "{}/{name}.txt is missing", language.tag());
                continue;
            };
            let found: Vec<_> = entries.iter().map(|(key, _)| key.as_str()).collect();
            let named: Vec<_> = found.iter().copied().filter(|key| !key.contains('.')).collect();
            assert_eq!(named, keys, "{}/{name}.txt", language.tag());
            assert_eq!(
                found.iter().collect::<BTreeSet<_>>().len(),
                found.len(),
                "twice in {}/{name}.txt",
                language.tag()
            );
            assert!(entries.iter().all(|(_, text)| !text.is_empty()), "{}/{name}.txt", language.tag());
        }
    }
}

#[test]
fn families_are_those_that_the_code_asks_for_and_alike_in_every_language() {
    for File { name, families, .. } in files() {
        let keys = |language| -> Option<BTreeSet<String>> {
            let entries = entries(language, name)?.into_iter();
            Some(entries.map(|(key, _)| key).filter(|key| key.contains('.')).collect())
        };
        let french = keys(Language::French).unwrap();
        assert!(french.iter().all(|key| families.contains(&key.split('.').next().unwrap())));
        assert!(
            families.iter().all(|family| french.iter().any(|key| key.starts_with(&format!("{family}."))))
        );
        for language in Language::ALL {
            assert!(keys(language).is_none_or(|keys| keys == french), "{}/{name}.txt", language.tag());
        }
    }
}

#[test]
fn every_language_fills_in_what_french_does() {
    for File { name, .. } in files() {
        let french = entries(Language::French, name).unwrap();
        for language in Language::ALL {
            for ((key, ours), (_, other)) in french.iter().zip(entries(language, name).unwrap_or_default()) {
                // The hour is `{h}` or `{hh}`, a count may be said in a word, and a language may have one form for all.
                let is_of_clock = ["hour", "time", "until_time"].contains(&key.as_str());
                if name != "calendar" && !is_of_clock {
                    assert_eq!(blanks(&other), blanks(ours), "{}/{name}.txt: {key}", language.tag());
                    assert_eq!(
                        other.contains(" | "),
                        ours.contains(" | "),
                        "{}/{name}.txt: {key}",
                        language.tag()
                    );
                }
            }
        }
    }
}
