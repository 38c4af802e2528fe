//! What the widget and its loader say: `texts/<lang>/widget.txt` and `loader.txt`, reduced to the texts.
//!
//! A source has one message a line, `key = text`, and comments after `#` at a line's start. The bundle has the texts
//! alone, in the order of `texts/src/message.rs`, whose tests compare it with the keys.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context, bail};

use crate::fingerprint::files;
use crate::workspace::root;

/// The loader's two texts by language: while the application comes, and where it does not.
///
/// # Errors
/// As [`texts`] has them; and where a language of the widget has none, or has others.
pub fn loader(languages: &BTreeMap<String, String>) -> anyhow::Result<BTreeMap<String, [String; 2]>> {
    let mut words = BTreeMap::new();
    for (lang, texts) in texts("loader.txt")? {
        let Ok(texts) = <[String; 2]>::try_from(texts) else {
            bail!("texts/{lang}/loader.txt has two texts")
        };
        words.insert(lang, texts);
    }
    match languages.keys().find(|lang| !words.contains_key(*lang)) {
        Some(lang) => bail!("texts/{lang}/loader.txt is missing"),
        None => Ok(words),
    }
}

/// Language (the folder's name) and texts of the files of that name.
///
/// # Errors
/// Names the line that is no message, and the language that lacks one or has them in another order.
pub fn texts(name: &str) -> anyhow::Result<Vec<(String, Vec<String>)>> {
    let mut languages = Vec::new();
    let mut first: Option<(String, Vec<String>)> = None;
    for path in files(&root().join("texts"))? {
        if path.file_name().is_none_or(|file| file != name) {
            continue;
        }
        let folder = path.parent().and_then(Path::file_name);
        let lang = folder.map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let source =
            fs::read_to_string(&path).with_context(|| format!("{} cannot be read", path.display()))?;
        let messages = parse(&source).with_context(|| format!("{} is not valid", path.display()))?;
        let (keys, texts): (Vec<String>, Vec<String>) = messages.into_iter().unzip();
        match &first {
            None => first = Some((lang.clone(), keys)),
            Some((other, expected)) => same_keys(other, expected, &lang, &keys)?,
        }
        languages.push((lang, texts));
    }
    Ok(languages)
}

/// The messages of a file: keys and texts.
///
/// # Errors
/// Names the line that is no message.
pub fn parse(source: &str) -> anyhow::Result<Vec<(String, String)>> {
    let mut messages: Vec<(String, String)> = Vec::new();
    for (number, line) in source.lines().enumerate() {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let Some((key, text)) = line.split_once('=') else {
            bail!("line {}: `key = text` is missing its `=`", number + 1);
        };
        let key = key.trim();
        if messages.iter().any(|(known, _)| known == key) {
            bail!("line {}: `{key}` is there twice", number + 1);
        }
        messages.push((key.to_owned(), text.trim().to_owned()));
    }
    Ok(messages)
}

fn same_keys(one: &str, keys: &[String], other: &str, others: &[String]) -> anyhow::Result<()> {
    if let Some(key) = keys.iter().find(|key| !others.contains(key)) {
        bail!("the message `{key}` is in {one} and not in {other}");
    }
    if let Some(key) = others.iter().find(|key| !keys.contains(key)) {
        bail!("the message `{key}` is in {other} and not in {one}");
    }
    match keys.iter().zip(others).find(|(key, other)| key != other) {
        Some((key, _)) => {
            bail!("{other} has its messages in another order than {one}, from `{key}` on")
        }
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_may_hold_an_equals_sign_and_comments_are_left_out() {
        let messages = parse("# Boutons\n\njoin = Participer\nsum = a = b\n").unwrap();
        assert_eq!(messages, [("join".into(), "Participer".into()), ("sum".into(), "a = b".into())]);
    }

    #[test]
    fn a_line_without_a_key_is_named() {
        let error = parse("join = Participer\nParticiper").unwrap_err().to_string();
        assert!(error.starts_with("line 2"), "{error}");
    }

    #[test]
    fn languages_have_the_same_messages_in_the_same_order() {
        let keys = |list: &[&str]| list.iter().map(|key| (*key).to_owned()).collect::<Vec<_>>();
        assert!(same_keys("fr", &keys(&["a", "b"]), "en", &keys(&["a", "b"])).is_ok());
        let missing = same_keys("fr", &keys(&["a", "b"]), "en", &keys(&["a"])).unwrap_err().to_string();
        assert_eq!(missing, "the message `b` is in fr and not in en");
        let order = same_keys("fr", &keys(&["a", "b"]), "en", &keys(&["b", "a"])).unwrap_err().to_string();
        assert!(order.contains("another order"), "{order}");
    }
}
