//! What of ours stands in a page as text.

use super::report::cut;
use super::script::TAG;

/// What stands in a text that a plugin was to replace: a shortcode, or DokuWiki's own writing.
pub fn code(text: &str) -> Option<String> {
    let from = |start: &str, end: char| {
        let (_, rest) = text.split_once(start)?;
        let said = rest.split(end).next().unwrap_or_default();
        let is_code = start.starts_with('{') || said.is_empty() || said.starts_with(char::is_whitespace);
        is_code.then(|| cut(&format!("{start}{said}{end}")))
    };
    from("[alentour", ']').or_else(|| from("{{alentour>", '}').map(|code| code + "}"))
}

/// Whether a text has the tag, or its address.
pub fn has_tag(text: &str) -> bool {
    text.contains(TAG)
}
