//! Plain text, told from its bytes: most fields of most feeds have nothing in them that must be mended, and are read as they are.

use alentour_model::text::is_kept;

/// How much of the beginning of a text is one plain line: no tag, no entity, nothing that cleaning takes out, and no white
/// space but single spaces between words. It ends with a word.
pub(crate) fn line(text: &str) -> usize {
    let (mut end, mut before) = (0, b' ');
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b' ' if before == b' ' => return end,
            b' ' => {}
            b'<' | b'&' | ..=0x1f | 0x7f => return end,
            // All that is white space, or cleaned out, begins with one of these: U+0080 to U+00BF, U+1680, U+2000 to U+2FFF,
            // U+3000, U+FEFF.
            0xc2 | 0xe1 | 0xe2 | 0xe3 | 0xef if !is_word(text, at) => return end,
            _ => end = at + 1,
        }
        before = byte;
    }
    end
}

/// Whether the whole text is one plain line.
pub(crate) fn is_line(text: &str) -> bool {
    line(text) == text.len()
}

/// Whether the character at a position is neither white space nor cleaned out.
fn is_word(text: &str, at: usize) -> bool {
    let character = text.get(at..).and_then(|rest| rest.chars().next());
    character.is_some_and(|c| !c.is_whitespace() && is_kept(c))
}
