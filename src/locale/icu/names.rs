//! What languages are called, put together as CLDR says (<https://www.unicode.org/reports/tr35/tr35-general.html#locale_display_name_algorithm>).

use std::collections::HashMap;
use std::sync::LazyLock;

use icu_locale_core::{LanguageIdentifier, Locale};

use super::patterns::PATTERNS;

/// Lines of `names.txt` by their first column.
static NAMES: LazyLock<HashMap<&str, &str>> = LazyLock::new(|| {
    let lines = include_str!("names.txt").lines().filter(|line| !line.starts_with('#'));
    lines.filter_map(|line| line.split_once('\t')).collect()
});

/// The name of a language in the language of a column; a subtag that has no name is said as it is. `None` for what is no tag.
/// Variants and extensions (`ca-valencia`) are not said.
pub(super) fn language(column: usize, tag: &str) -> Option<String> {
    // Browsers take no underscore for a hyphen.
    let tag = tag.parse::<Locale>().ok().filter(|_| !tag.contains('_'))?.id;
    let tag = today(tag);
    let name = |key: &str| NAMES.get(key)?.split('\t').nth(column);
    let parts = [tag.script.map(|it| it.to_string()), tag.region.map(|it| it.to_string())];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    let language = tag.language.to_string();
    if let Some(name) = name(&[std::slice::from_ref(&language), &parts].concat().join("-")) {
        return Some(name.to_owned());
    }
    let said: Vec<&str> = parts.iter().map(|part| name(part).unwrap_or(part)).collect();
    let language_said = name(&language).unwrap_or(&language);
    if said.is_empty() {
        return Some(language_said.to_owned());
    }
    Some(format!("{language_said} ({})", said.join(PATTERNS[column].comma)))
}

/// The tag with today's language for an older one: `fr` for `fra`, `sr-Latn` for `sh`.
fn today(mut tag: LanguageIdentifier) -> LanguageIdentifier {
    let newer = NAMES.get(tag.language.as_str()).and_then(|line| line.strip_prefix('='));
    if let Some(newer) = newer.and_then(|newer| newer.parse::<LanguageIdentifier>().ok()) {
        tag.language = newer.language;
        tag.script = tag.script.or(newer.script);
        tag.region = tag.region.or(newer.region);
    }
    tag
}
