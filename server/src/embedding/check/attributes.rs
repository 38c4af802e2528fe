//! What is wrong with what a tag or an element says.

use alentour::render::distance;
use alentour_model::text::fold;
use alentour_model::{Cause, Kind};
use alentour_texts::Language;

use super::super::choices::COUNTRIES;
use super::report::{Finding, Findings, cut};

/// What the widget understands (`embed/asked.js`), without `data-`.
pub const KNOWN: [&str; 15] = [
    "feed",
    "place",
    "countries",
    "radius",
    "causes",
    "kinds",
    "lang",
    "theme",
    "limit",
    "api",
    "loading",
    "open",
    "only",
    "target",
    "fallback",
];
/// What scripts have themselves, though it looks like one of ours.
const OF_SCRIPTS: [&str; 2] = ["lang", "loading"];

/// Looks at the attributes of a tag (`is_tag`) or of an element. `said` is what they say beside what the address of a tag says.
pub fn look(is_tag: bool, attributes: &[(String, String)], findings: &mut Findings) {
    let (mut place, mut countries) = (None, String::new());
    for (attribute, value) in attributes {
        let name = match attribute.strip_prefix("data-") {
            Some(name) => name,
            None if is_tag && KNOWN.contains(&attribute.as_str()) => {
                if !OF_SCRIPTS.contains(&attribute.as_str()) {
                    findings.add(Finding::with("bare", attribute).instead(format!("data-{attribute}")));
                }
                continue;
            }
            // An element may have attributes of its page's own; those of a tag are the browser's.
            None if is_tag => continue,
            None => attribute,
        };
        if !KNOWN.contains(&name) {
            if let Some(meant) = KNOWN.iter().find(|known| is_near(name, known)) {
                let written = if attribute.starts_with("data-") {
                    format!("data-{meant}")
                } else {
                    (*meant).to_owned()
                };
                findings.add(Finding::with("misspelt", attribute).instead(written));
            }
            continue;
        }
        match name {
            "place" => place = Some(value.trim().to_owned()).filter(|place| !place.is_empty()),
            "countries" => value.clone_into(&mut countries),
            _ => {}
        }
        if let Some(finding) = misunderstood(name, value) {
            findings.add(Finding { value: cut(&format!("{attribute}=\"{value}\"")), ..finding });
        }
    }
    findings
        .places
        .extend(place.map(|place| (cut(&place), cut(&countries))).filter(|_| findings.places.len() < 10));
}

/// What is wrong with a value, if something is.
fn misunderstood(name: &str, value: &str) -> Option<Finding> {
    let value = value.trim();
    let said = |instead: &str| Some(Finding::of("value").instead(instead));
    match name {
        _ if value.is_empty() => None,
        "radius" if value != "any" && distance(value).is_none() => said("25, 25 km, any"),
        "lang" if Language::parse(value).is_none() => said("fr, en, es, ar"),
        "theme" if !["light", "dark", "auto"].contains(&value) => said("light, dark, auto"),
        "limit" if value.parse::<u16>().is_ok_and(|limit| limit > 0) => None,
        "limit" => said("12"),
        "loading" if value != "eager" && value != "lazy" => said("eager"),
        "countries"
            if value
                .split([' ', ','])
                .any(|code| !code.is_empty() && !COUNTRIES.contains(&code.to_uppercase().as_str())) =>
        {
            said(&COUNTRIES.join(", "))
        }
        "kinds" => unknown(value, &Kind::ALL.iter().map(Kind::as_str).collect::<Vec<_>>()),
        "causes" => unknown(value, &Cause::ALL.iter().map(Cause::as_str).collect::<Vec<_>>()),
        _ => None,
    }
}

/// Words that are neither ours nor what people call them in one of our languages.
fn unknown(value: &str, words: &[&'static str]) -> Option<Finding> {
    let names =
        || Language::ALL.into_iter().flat_map(|language| words.iter().map(move |word| language.widget(word)));
    let is_known = |said: &str| {
        let said = fold(said);
        words.contains(&said.as_str())
            || names().any(|name| fold(name) == said || fold(name) == said.trim_end_matches('s'))
    };
    let mut odd = value.split(',').map(str::trim).filter(|said| !said.is_empty() && !is_known(said));
    odd.next().map(|_| Finding::of("word").instead(words.join(", ")))
}

/// Whether a name is another one but for two letters at most (Levenshtein), and begins like it.
fn is_near(name: &str, known: &str) -> bool {
    let (name, known): (Vec<char>, Vec<char>) = (name.chars().take(20).collect(), known.chars().collect());
    if name.first() != known.first() || known.len() < 4 {
        return false;
    }
    let mut row: Vec<usize> = (0..=known.len()).collect();
    for (at, letter) in name.iter().enumerate() {
        let mut before = row.clone();
        before[0] = at + 1;
        for (column, other) in known.iter().enumerate() {
            let changed = row[column] + usize::from(letter != other);
            before[column + 1] = changed.min(row[column + 1] + 1).min(before[column] + 1);
        }
        row = before;
    }
    row.last().is_some_and(|steps| *steps <= 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(is_tag: bool, attributes: &[(&str, &str)]) -> Vec<(String, String, String)> {
        let attributes: Vec<_> =
            attributes.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect();
        let mut findings = Findings::default();
        look(is_tag, &attributes, &mut findings);
        findings.all.into_iter().map(|it| (it.key, it.value, it.instead)).collect()
    }

    #[test]
    fn it_knows_the_attributes_that_the_loader_reads_and_no_others() {
        let (_, all) = include_str!("../../../../embed/asked.js").split_once("ATTRIBUTES = [").unwrap();
        let all = all.split(']').next().unwrap().split(", ").map(|name| name.trim_matches('\''));
        assert_eq!(all.chain(["target", "fallback"]).collect::<Vec<_>>(), KNOWN);
    }

    #[test]
    fn what_is_misspelt_is_said_with_what_was_meant() {
        let one = |name: &str| found(true, &[(name, "10")]).first().map(|it| (it.0.clone(), it.2.clone()));
        assert_eq!(one("data-raduis"), Some(("misspelt".into(), "data-radius".into())));
        assert_eq!(one("data-kind"), Some(("misspelt".into(), "data-kinds".into())));
        assert_eq!(one("place"), Some(("bare".into(), "data-place".into())));
        for fine in
            ["data-limit", "data-cfasync", "data-rocket-defer", "data-no-optimize", "nonce", "data-x", "lang"]
        {
            assert_eq!(one(fine), None, "{fine}");
        }
        assert_eq!(found(false, &[("raduis", "10"), ("place", "69007"), ("class", "a")]).len(), 1);
    }

    #[test]
    fn values_are_understood_as_the_widget_understands_them() {
        for (name, fine) in [
            ("data-radius", "25 km"),
            ("data-radius", "any"),
            ("data-kinds", "bénévolat, pétition"),
            ("data-kinds", "volunteering,petition"),
            ("data-causes", "Éducation, vivienda"),
            ("data-lang", "fr-BE"),
            ("data-countries", "BE fr"),
            ("data-theme", ""),
        ] {
            assert_eq!(found(true, &[(name, fine)]), [], "{name}={fine}");
        }
        for (name, odd, key) in [
            ("data-radius", "loin", "value"),
            ("data-radius", "0", "value"),
            ("data-lang", "tlh", "value"),
            ("data-theme", "noir", "value"),
            ("data-countries", "France", "value"),
            ("data-limit", "beaucoup", "value"),
            ("data-kinds", "bénévola", "word"),
        ] {
            let found = found(true, &[(name, odd)]);
            assert!(
                found.len() == 1 && found[0].0 == key && found[0].1.contains(odd),
                "{name}={odd}: {found:?}"
            );
        }
    }
}
