//! What languages are called, put together as CLDR says (<https://www.unicode.org/reports/tr35/tr35-general.html#locale_display_name_algorithm>).

use std::collections::HashMap;
use std::sync::LazyLock;

use icu_locale_core::LanguageIdentifier;

use super::patterns::PATTERNS;

/// Lines of `names.txt` by their first column.
static NAMES: LazyLock<HashMap<&str, &str>> = LazyLock::new(|| {
    let lines = include_str!("names.txt").lines().filter(|line| !line.starts_with('#'));
    lines.filter_map(|line| line.split_once('\t')).collect()
});

/// The name of a language in the language of a column; a subtag that has no name is said as it is. `None` for what is no tag,
/// or has extensions.
pub(super) fn language(column: usize, tag: &str) -> Option<String> {
    // Browsers take no underscore for a hyphen.
    let tag = today(tag.parse().ok().filter(|_| !tag.contains('_'))?);
    let name = |key: &str| NAMES.get(key)?.split('\t').nth(column);
    if let Some(name) = name(&tag.to_string()) {
        return Some(name.to_owned());
    }
    let script = tag.script.iter().map(ToString::to_string);
    let region = tag.region.iter().map(ToString::to_string);
    let parts = script.chain(region).map(|part| name(&part).map_or_else(|| part.clone(), str::to_owned));
    // Variants have no name in browsers either: they are in capitals.
    let variants = tag.variants.iter().map(|variant| variant.as_str().to_uppercase());
    let parts: Vec<String> = parts.chain(variants).collect();
    let language = tag.language.as_str();
    let language = name(language).unwrap_or(language);
    if parts.is_empty() {
        return Some(language.to_owned());
    }
    Some(format!("{language} ({})", parts.join(PATTERNS[column].comma)))
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

#[cfg(test)]
mod tests {
    use super::*;

    /// A name in French.
    fn french(tag: &str) -> String {
        language(0, tag).unwrap_or_else(|| "none".to_owned())
    }

    #[test]
    fn a_language_is_named_with_its_script_and_region_or_by_the_name_of_both() {
        assert_eq!(french("kab"), "kabyle");
        assert_eq!(french("pt-BR"), "portugais brésilien");
        assert_eq!(french("zh-Hant"), "chinois traditionnel");
        assert_eq!(french("zh-Hant-TW"), "chinois (traditionnel, Taïwan)");
        assert_eq!(french("ca-ES-valencia"), "catalan (Espagne, VALENCIA)");
        assert_eq!(language(3, "sr-Latn-RS").as_deref(), Some("الصربية (اللاتينية، صربيا)"));
    }

    #[test]
    fn an_older_tag_has_todays_name_and_case_does_not_matter() {
        assert_eq!(french("FRA"), "français");
        assert_eq!(french("sh"), "serbe (latin)");
        assert_eq!(french("fr-ca"), "français canadien");
    }

    #[test]
    fn what_is_not_known_is_said_as_it_is() {
        assert_eq!(french("fsl"), "fsl");
        assert_eq!(french("xx-FR"), "xx (France)");
        assert_eq!(french("fr-XX-fonipa"), "français (XX, FONIPA)");
        for no_tag in ["", "fr_FR", "français", "en-u-ca-buddhist"] {
            assert_eq!(french(no_tag), "none");
        }
    }

    #[test]
    fn every_line_has_a_name_in_each_language_or_another_tag() {
        for (key, line) in &*NAMES {
            match line.strip_prefix('=') {
                Some(newer) => assert!(language(0, newer).is_some_and(|name| name != newer), "{key}"),
                None => {
                    assert_eq!(
                        line.split('\t').filter(|name| !name.is_empty()).count(),
                        PATTERNS.len(),
                        "{key}"
                    )
                }
            }
        }
    }
}
