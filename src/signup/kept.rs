//! What outlives the page of an attempt that nobody has answered yet: its key and the initiative, in this tab's
//! `sessionStorage`, and never anything that was typed. With it a later page learns whether the sign-up arrived.

use web_sys::Storage;

/// The one entry: a line an attempt, its key, a tab, and the initiative's identifier.
const NAME: &str = "alentour:signups";

/// Characters of a key.
const KEY: usize = 32;

/// The initiative of an attempt that was left without an answer.
pub fn first() -> Option<String> {
    Some(read().split(['\t', '\n']).nth(1)?.to_owned())
}

/// The key of the attempt for that initiative that was left without an answer.
pub fn key(initiative: &str) -> Option<String> {
    Some(parts(&read(), initiative)?[1].to_owned())
}

/// Keeps the key of the attempt for that initiative instead of the last one; an empty one says that it has its answer.
pub fn keep(initiative: &str, key: &str) {
    let mut text = read();
    if let Some([before, _, after]) = parts(&text, initiative) {
        text = [before, after].concat();
    }
    if !key.is_empty() && !initiative.contains(['\t', '\n']) {
        text = [&text, key, "\t", initiative, "\n"].concat();
    }
    if let Some(storage) = storage() {
        let _ = if text.is_empty() { storage.remove_item(NAME) } else { storage.set_item(NAME, &text) };
    }
}

/// What is before the line of that initiative, its key, and what is after it.
fn parts<'a>(text: &'a str, initiative: &str) -> Option<[&'a str; 3]> {
    let (line, after) = text.split_once(&["\t", initiative, "\n"].concat())?;
    let (before, key) = line.split_at_checked(line.len().checked_sub(KEY)?)?;
    Some([before, key, after])
}

fn read() -> String {
    storage().and_then(|storage| storage.get_item(NAME).ok().flatten()).unwrap_or_default()
}

/// Sandboxed frames and some privacy settings have none, and say so by throwing.
fn storage() -> Option<Storage> {
    web_sys::window()?.session_storage().ok().flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_attempt_is_found_among_others_by_its_whole_identifier() {
        let keys: Vec<_> = ["1", "2", "3"].iter().map(|digit| digit.repeat(KEY)).collect();
        let text = format!("{}\ta\n{}\tune a\n{}\tb\n", keys[0], keys[1], keys[2]);
        let [before, key, after] = parts(&text, "une a").unwrap();
        assert_eq!(before, format!("{}\ta\n", keys[0]));
        assert_eq!(key, keys[1]);
        assert_eq!(after, format!("{}\tb\n", keys[2]));
        assert_eq!(parts(&text, "a").unwrap()[1], keys[0]);
        assert_eq!(parts(&text, "c"), None);
    }

    #[test]
    fn what_another_script_has_put_there_is_no_attempt() {
        assert_eq!(parts("short\ta\n", "a"), None);
        assert_eq!(parts(&format!("{}\ta\n", "é".repeat(16) + "x"), "a"), None);
    }
}
