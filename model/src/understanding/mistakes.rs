//! Words that differ by a typing mistake or two.

use crate::lexicon::Lexicon;
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

/// How many mistakes one word is from another: a letter too many, one too few, one for another, two neighbours exchanged (Damerau's, each
/// letter touched once). One more than `most` where it is more.
fn distance(a: &[char], b: &[char], most: usize) -> usize {
    if a.len().abs_diff(b.len()) > most {
        return most + 1;
    }
    // Three rows of the table: two back, one back, this one.
    let (mut before, mut last): (Vec<usize>, Vec<usize>) = (Vec::new(), (0..=b.len()).collect());
    for i in 0..a.len() {
        let mut row = vec![i + 1];
        for j in 0..b.len() {
            let mut least = (last[j] + usize::from(a[i] != b[j])).min(last[j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && a[i] == b[j - 1] && a[i - 1] == b[j] {
                least = least.min(before[j - 1] + 1);
            }
            row.push(least);
        }
        if row.iter().all(|mistakes| *mistakes > most) {
            return most + 1;
        }
        (before, last) = (last, row);
    }
    last[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_too_many_too_few_wrong_or_exchanged_are_one_mistake_each() {
        let away = |a: &str, b: &str| {
            let [a, b] = [a, b].map(|word| word.chars().collect::<Vec<_>>());
            (distance(&a, &b, 2), distance(&b, &a, 2))
        };
        for (a, b, mistakes) in [
            ("tutorat", "tutorat", 0),
            ("tutorrat", "tutorat", 1),
            ("tutrat", "tutorat", 1),
            ("tutarat", "tutorat", 1),
            ("alimentiare", "alimentaire", 1),
            ("utotrat", "tutorat", 2),
            ("жилье", "жилья", 1),
            ("tutorat", "maraude", 3),
            ("", "ab", 2),
        ] {
            assert_eq!(away(a, b), (mistakes, mistakes), "{a} {b}");
        }
    }
}
