//! What outlives the page of an attempt that nobody has answered yet: its key and the initiative, in this tab's
//! `sessionStorage`, and never anything that was typed. With it a later page learns whether the sign-up arrived.

use std::cell::RefCell;

use web_sys::Storage;

/// The one entry: a line an attempt, its key and its initiative's identifier.
const NAME: &str = "alentour:signups";

thread_local! {
    /// The attempts of pages before this one. Those of this page are still being made, perhaps by another widget of it.
    static LEFT: RefCell<String> = RefCell::new(read());
}

/// The first initiative for which an attempt was left without an answer.
pub fn first() -> Option<String> {
    LEFT.with_borrow(|left| Some(left.lines().next()?.split_once(' ')?.1.to_owned()))
}

/// The key of an attempt for that initiative that a page before this one has left without an answer.
pub fn key(initiative: &str) -> Option<String> {
    LEFT.with_borrow(|left| {
        let mut attempts = left.lines().filter_map(|line| line.split_once(' '));
        attempts.find(|(_, id)| *id == initiative).map(|(key, _)| key.to_owned())
    })
}

/// Keeps the key of the attempt for that initiative instead of the last one; an empty one says that it has its answer.
pub fn keep(initiative: &str, key: &str) {
    LEFT.with_borrow_mut(|left| *left = without(left, initiative));
    let mut text = without(&read(), initiative);
    if !key.is_empty() && !initiative.contains('\n') {
        text.push_str(&[key, " ", initiative, "\n"].concat());
    }
    if let Some(storage) = storage() {
        let _ = if text.is_empty() { storage.remove_item(NAME) } else { storage.set_item(NAME, &text) };
    }
}

fn without(text: &str, initiative: &str) -> String {
    let others = text.lines().filter(|line| line.split_once(' ').is_some_and(|(_, id)| id != initiative));
    others.map(|line| [line, "\n"].concat()).collect()
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
    fn an_answered_attempt_goes_and_the_others_stay() {
        assert_eq!(without("k1 a\nk2 une action\nk3 b\n", "une action"), "k1 a\nk3 b\n");
        assert_eq!(without("k1 a\n", "a"), "");
        assert_eq!(without("nonsense\nk1 a\n", "b"), "k1 a\n");
    }
}
