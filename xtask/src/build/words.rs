//! What the widget knows of words, by language: the synonyms of `data/synonyms`, and what `texts/<lang>/widget.txt` calls kinds and causes.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use alentour_model::lexicon::source;
use anyhow::{Context, anyhow};

use super::messages;
use crate::fingerprint::files;
use crate::workspace::root;

/// Where the tables are.
pub fn folder() -> PathBuf {
    root().join("data/synonyms")
}

/// Each of these languages with its words, as text.
///
/// # Errors
/// Names the file that is missing or cannot be read.
pub fn compile<'a>(languages: impl Iterator<Item = &'a String>) -> anyhow::Result<BTreeMap<String, String>> {
    let mut tables = Vec::new();
    for path in files(&folder())?.iter().filter(|path| path.extension().is_some_and(|ending| ending == "csv"))
    {
        tables.push(read(path)?);
    }
    let tables: Vec<&str> = tables.iter().map(String::as_str).collect();
    let mut all = BTreeMap::new();
    for lang in languages {
        let small = read(&folder().join(format!("small/{lang}.txt")))?;
        let labels = messages::parse(&read(&root().join(format!("texts/{lang}/widget.txt")))?)?;
        let label = |word: &str| {
            labels.iter().find(|(key, _)| key == word).map(|(_, text)| text.as_str()).unwrap_or_default()
        };
        let words = source::compile(label, &small, &tables).map_err(|why| anyhow!("data/synonyms: {why}"))?;
        all.insert(lang.clone(), words);
    }
    Ok(all)
}

fn read(path: &std::path::Path) -> anyhow::Result<String> {
    fs::read_to_string(path).with_context(|| format!("{} cannot be read", path.display()))
}
