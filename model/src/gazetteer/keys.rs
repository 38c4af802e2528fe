//! What names are filed and looked up under.

use crate::text::fold;

/// What a name is filed and looked up under: its folded words run together, without (second) an article in
/// front. Ordinals lose their ending, so that "Lyon 7e", "lyon 07" and "Lyon 7ème" are one.
pub fn keys(name: &str) -> (String, Option<String>) {
    let folded = fold(name);
    let rest = ["le ", "la ", "les ", "l "].iter().find_map(|article| folded.strip_prefix(article));
    (key(folded.split(' ')), rest.map(|rest| key(rest.split(' '))))
}

pub(super) fn key<'a>(words: impl Iterator<Item = &'a str>) -> String {
    words.map(canonical).collect()
}

/// A folded word as gazetteers write it: abbreviations in full, `07eme` as `7`, nothing for what addresses add.
pub(super) fn canonical(word: &str) -> &str {
    match word {
        "st" => "saint",
        "ste" => "sainte",
        "mt" => "mont",
        "gd" => "grand",
        "ss" => "sous",
        "cedex" | "arrondissement" => "",
        _ => {
            let number =
                ["eme", "er", "e"].iter().find_map(|ending| word.strip_suffix(ending)).unwrap_or(word);
            if is_number(number) && number.len() < 3 { number.trim_start_matches('0') } else { word }
        }
    }
}

pub(super) fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}
