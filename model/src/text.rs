//! Words as people type them: case, accents and punctuation do not count.

/// Folds text for comparison: lower case, Latin letters without their accents, ligatures opened
/// (`œ` becomes `oe`), and each run of anything that is neither letter nor digit one space. Trimmed.
///
/// Folding is idempotent: `fold(&fold(s)) == fold(s)`.
///
/// ```
/// # use alentour_model::text::fold;
/// assert_eq!(fold("  L’Haÿ-les-Roses "), "l hay les roses");
/// assert_eq!(fold("ŒUVRE"), "oeuvre");
/// ```
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    let mut gap = false;
    for original in text.chars() {
        let c = lower(original);
        if !is_letter(c) {
            // A combining accent belongs to the letter before it.
            gap |= !is_accent(original);
            continue;
        }
        if gap && !folded.is_empty() {
            folded.push(' ');
        }
        gap = false;
        match plain(c) {
            Some(letters) => folded.push_str(letters),
            None => folded.push(c),
        }
    }
    folded
}

/// The words of a text as they are written: [`fold`]ed, each is a word of the folded text.
pub fn words(text: &str) -> impl Iterator<Item = &str> {
    let runs = text.split(|c| !(is_letter(c) || is_accent(c)));
    runs.filter(|run| run.contains(is_letter))
}

/// Whether it is a combining accent (U+0300 to U+036F), which belongs to the letter before it.
fn is_accent(c: char) -> bool {
    ('\u{300}'..='\u{36f}').contains(&c)
}

/// Whether a character is a letter or a digit, of whatever script. Letters in circles and squares, or made signs (™), are none here;
/// marks and punctuation of scripts other than Latin, Greek, Cyrillic, Hebrew and Arabic may count as letters. Unicode's tables would
/// be 1 % of the widget's download.
pub fn is_letter(c: char) -> bool {
    match c {
        '\0'..='\u{7f}' => c.is_ascii_alphanumeric(),
        'ª' | 'µ' | 'º' | '²' | '³' | '¹' | '¼'..='¾' => true,
        '\u{80}'..='¿' | '×' | '÷' => false,
        // Signs of stress, Greek and Cyrillic marks, Armenian punctuation, Hebrew and Arabic points and punctuation.
        '\u{2c2}'..='\u{2c5}'
        | '\u{2d2}'..='\u{2df}'
        | '\u{2e5}'..='\u{2eb}'
        | '\u{2ed}'
        | '\u{2ef}'..='\u{36f}' => false,
        '\u{375}' | '\u{37e}' | '\u{384}' | '\u{385}' | '\u{387}' | '\u{3f6}' | '\u{482}'..='\u{489}' => {
            false
        }
        '\u{55a}'..='\u{55f}'
        | '\u{589}'..='\u{5af}'
        | '\u{5be}'
        | '\u{5c0}'
        | '\u{5c3}'
        | '\u{5c6}'
        | '\u{5f3}'
        | '\u{5f4}' => false,
        '\u{600}'..='\u{60f}' | '\u{61b}'..='\u{61f}' | '\u{66a}'..='\u{66d}' | '\u{6d4}' => false,
        // Spaces and marks of Ogham and Mongolian.
        '\u{1680}' | '\u{180b}'..='\u{180f}' => false,
        // Punctuation, currencies, arrows, mathematics, drawings; of all scripts in use, and those of the Far East.
        '\u{2000}'..='\u{2070}'
        | '\u{207a}'..='\u{207e}'
        | '\u{208a}'..='\u{208f}'
        | '\u{20a0}'..='\u{214f}' => false,
        '\u{2190}'..='\u{245f}'
        | '\u{2500}'..='\u{2775}'
        | '\u{2794}'..='\u{2bff}'
        | '\u{2e00}'..='\u{2e7f}' => false,
        '\u{3000}'..='\u{3004}'
        | '\u{3008}'..='\u{3020}'
        | '\u{e000}'..='\u{f8ff}'
        | '\u{fe00}'..='\u{fe6f}' => false,
        '\u{feff}'..='\u{ff0f}'
        | '\u{ff1a}'..='\u{ff20}'
        | '\u{ff3b}'..='\u{ff40}'
        | '\u{ff5b}'..='\u{ff65}'
        | '\u{ffe0}'..='\u{ffff}'
        | '\u{1f000}'..='\u{1faff}'
        | '\u{e0000}'.. => false,
        _ => true,
    }
}

/// A text in lower case, with its accents.
pub(crate) fn lower_case(text: &str) -> String {
    text.chars().map(lower).collect()
}

/// The lower case of a Latin (to Latin Extended-A), Greek or Cyrillic letter; any other character as it is.
/// These are the scripts of Europe that have cases; the tables for all of them would be 4 % of the widget's download.
fn lower(c: char) -> char {
    if c.is_ascii() {
        return c.to_ascii_lowercase();
    }
    let code = u32::from(c);
    let lower = match code {
        0xc0..=0xd6 | 0xd8..=0xde | 0x391..=0x3a9 | 0x410..=0x42f => code + 32,
        0x400..=0x40f => code + 80,
        0x100..=0x137 | 0x14a..=0x177 => code | 1,
        0x139..=0x148 | 0x179..=0x17e => code + (code & 1),
        0x178 => 0xff,
        _ => code,
    };
    char::from_u32(lower).unwrap_or(c)
}

/// The unaccented spelling of a lower-case Latin letter (Latin-1 Supplement and Latin Extended-A),
/// `None` for any other character.
fn plain(c: char) -> Option<&'static str> {
    // Most letters are these: no need to look them up.
    if c.is_ascii() {
        return None;
    }
    Some(match c {
        'à'..='å' | 'ā' | 'ă' | 'ą' | 'ǎ' => "a",
        'æ' => "ae",
        'ç' | 'ć' | 'ĉ' | 'ċ' | 'č' => "c",
        'ð' | 'ď' | 'đ' => "d",
        'è'..='ë' | 'ē' | 'ĕ' | 'ė' | 'ę' | 'ě' => "e",
        'ĝ' | 'ğ' | 'ġ' | 'ģ' => "g",
        'ĥ' | 'ħ' => "h",
        'ì'..='ï' | 'ĩ' | 'ī' | 'ĭ' | 'į' | 'ı' => "i",
        'ĵ' => "j",
        'ķ' => "k",
        'ĺ' | 'ļ' | 'ľ' | 'ŀ' | 'ł' => "l",
        'ñ' | 'ń' | 'ņ' | 'ň' => "n",
        'ò'..='ö' | 'ø' | 'ō' | 'ŏ' | 'ő' => "o",
        'œ' => "oe",
        'ŕ' | 'ŗ' | 'ř' => "r",
        'ś' | 'ŝ' | 'ş' | 'š' | 'ș' => "s",
        'ß' => "ss",
        'ţ' | 'ť' | 'ŧ' | 'ț' => "t",
        'ù'..='ü' | 'ũ' | 'ū' | 'ŭ' | 'ů' | 'ű' | 'ų' => "u",
        'ŵ' => "w",
        'ý' | 'ÿ' | 'ŷ' => "y",
        'ź' | 'ż' | 'ž' => "z",
        _ => return None,
    })
}

/// Whether every word of `folded_query` begins a word of `folded_text`; both have been [`fold`]ed.
/// An empty query is found everywhere.
pub fn has_words(folded_text: &str, folded_query: &str) -> bool {
    let text = folded_text.as_bytes();
    // Byte by byte: a searcher of text is not faster here, and is 1 % of the widget's download.
    folded_query.split(' ').all(|word| {
        let begins = |at: usize| text[at..].starts_with(word.as_bytes());
        begins(0) || (1..text.len()).any(|at| text[at - 1] == b' ' && begins(at))
    })
}

/// Cuts a text down to so many characters, and what white space it then ends in. Whether it was longer.
pub fn cut(text: &mut String, most: usize) -> bool {
    // A character has a byte at least.
    let end = (text.len() > most).then(|| text.char_indices().nth(most)).flatten();
    if let Some((end, _)) = end {
        text.truncate(end);
        text.truncate(text.trim_end().len());
    }
    end.is_some()
}

/// Text of a feed made harmless to show: control characters and the marks that reorder text
/// (U+202A to U+202E, U+2066 to U+2069) are taken out, line ends become `\n`, and the ends are trimmed.
/// Reordering marks let a title claim to be another (Unicode TR 36, section 2.5).
pub fn clean(text: &str) -> String {
    let trimmed = text.trim();
    if are_kept(trimmed) {
        return trimmed.to_owned();
    }
    let kept: String = text.chars().filter(|c| is_kept(*c)).collect();
    kept.trim().to_owned()
}

/// The same of a text that nobody else needs: what is clean already comes back as it is.
pub fn cleaned(text: String) -> String {
    if !IS_SMALL && text.trim().len() == text.len() && are_kept(&text) { text } else { clean(&text) }
}

/// Whether few bytes of code count for more than speed: a telephone downloads it, and reads one feed.
const IS_SMALL: bool = cfg!(target_family = "wasm");

/// Whether [`clean`] keeps a character that is not at an end.
pub fn is_kept(c: char) -> bool {
    match c {
        '\n' | '\t' => true,
        '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}' => false,
        c => !c.is_control(),
    }
}

fn are_kept(text: &str) -> bool {
    if IS_SMALL {
        return text.chars().all(is_kept);
    }
    // Byte by byte: what is not kept begins with one of these.
    text.bytes().enumerate().all(|(at, byte)| match byte {
        ..=0x1f | 0x7f | 0xc2 | 0xe2 | 0xef => text[at..].chars().next().is_some_and(is_kept),
        _ => true,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_too_long_is_cut_by_characters_and_does_not_end_in_white_space() {
        for (text, is_cut, expected) in [("été ici", true, "été"), ("été", false, "été"), ("", false, "")]
        {
            let mut text = text.to_owned();
            assert_eq!((cut(&mut text, 4), text.as_str()), (is_cut, expected));
        }
    }

    use proptest::prelude::*;

    #[test]
    fn accents_case_and_punctuation_do_not_count() {
        assert_eq!(fold("Saint-Étienne-du-Rouvray"), "saint etienne du rouvray");
        assert_eq!(fold("E\u{301}tudes"), "etudes");
        assert_eq!(fold("— ¡Ñandú! —"), "nandu");
        assert_eq!(fold("İstanbul"), "istanbul");
        assert_eq!(fold("مرحبا"), "مرحبا");
    }

    #[test]
    fn letters_and_digits_are_those_of_unicode() {
        let enclosed = |c| matches!(c, '\u{345}' | '\u{363}'..='\u{36f}' | '\u{2070}' | '\u{2102}'..='\u{214e}' | '\u{2e2f}' | '\u{1f100}'..='\u{1f189}');
        for c in ('\0'..=char::MAX).filter(|c| c.is_alphanumeric()) {
            assert!(is_letter(c) || enclosed(c), "{c}");
        }
        for c in ('\0'..='\u{36f}')
            .chain('\u{400}'..='\u{52f}')
            .chain('\u{660}'..='\u{6d5}')
            .filter(|c| !c.is_alphanumeric())
        {
            assert!(!is_letter(c), "U+{:x}", u32::from(c));
        }
        for c in "…‘’“”«»–—·•°§€→✓★♥☎、。「」！？،؛؟־ ׀\u{a0}\u{200b}\u{202f}🍞👩🏽".chars()
        {
            assert!(!is_letter(c), "{c}");
        }
    }

    #[test]
    fn cases_of_europe_are_folded_as_unicode_has_them() {
        for c in ('A'..='\u{17e}').chain('\u{391}'..='\u{3a9}').chain('\u{400}'..='\u{42f}') {
            // U+0130 and U+0138 are the exceptions: one is folded without its dot below, the other has no case.
            if c.is_alphabetic() && !matches!(c, '\u{130}' | '\u{138}' | '\u{149}') {
                assert_eq!(lower(c).to_string(), c.to_lowercase().to_string(), "{c}");
            }
        }
        assert_eq!(fold("ΑΘΗΝΑ ЖИЛЬЁ"), "αθηνα жильё");
    }

    #[test]
    fn each_word_of_a_query_begins_a_word_of_the_text() {
        let text = fold("Aide aux devoirs à l’école Jean-Macé");
        assert!(has_words(&text, "dev eco"));
        assert!(has_words(&text, ""));
        assert!(!has_words(&text, "cole"), "the middle of a word is not its beginning");
        assert!(!has_words(&text, "devoirs piscine"));
    }

    #[test]
    fn marks_that_reorder_text_are_taken_out() {
        assert_eq!(clean("  ami\u{202e}txt.exe\u{0}\r\n"), "amitxt.exe");
    }

    #[test]
    fn whatever_is_taken_out_is_taken_out_wherever_it_is() {
        for c in '\0'..=char::MAX {
            let text = format!("é{c}’");
            assert_eq!(clean(&text) == text, is_kept(c), "U+{:x}", u32::from(c));
        }
    }

    proptest! {
        #[test]
        fn folding_twice_is_folding_once(text in ".*") {
            let once = fold(&text);
            prop_assert_eq!(fold(&once), once);
        }

        #[test]
        fn a_text_is_cleaned_alike_whoever_owns_it(text in "[ \n\ta-zé\u{0}\u{85}\u{a0}\u{202e}’\u{feff}]{0,9}") {
            prop_assert_eq!(cleaned(text.clone()), clean(&text));
        }

        #[test]
        fn a_text_has_its_own_words(text in ".*") {
            let folded = fold(&text);
            prop_assert!(has_words(&folded, &folded));
        }
    }
}
