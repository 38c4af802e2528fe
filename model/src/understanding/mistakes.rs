//! Words that differ by a typing mistake or two.

use crate::lexicon::Lexicon;
use crate::mistakes::distance;
use crate::part::Part;

/// The words of a catalogue and of a lexicon that are like one that was typed: how many mistakes they are away (at most `most`), and
/// themselves. Each once, the nearest first.
pub(crate) fn like(typed: &str, parts: &[&Part], lexicon: &Lexicon, most: usize) -> Vec<(u64, String)> {
    let typed_letters = letters(typed);
    let mut chars = Vec::new();
    let typed: Vec<char> = typed.chars().collect();
    let mut found = Vec::new();
    let mut look = |word: &str| {
        // A letter put in or left out changes one bit, one for another two.
        if (letters(word) ^ typed_letters).count_ones() as usize > 2 * most {
            return;
        }
        chars.clear();
        chars.extend(word.chars());
        let mistakes = distance(&typed, &chars, most);
        if mistakes <= most {
            found.push((mistakes as u64, word.to_owned()));
        }
    };
    for part in parts {
        part.vocabulary().words().for_each(&mut look);
    }
    for term in lexicon.terms() {
        if !term.words.contains(' ') {
            look(&term.words);
        }
    }
    found.sort_unstable();
    found.dedup();
    found
}

/// Which letters a word has, roughly: a bit each.
fn letters(word: &str) -> u32 {
    word.bytes().fold(0, |letters, byte| letters | 1 << (byte & 31))
}
