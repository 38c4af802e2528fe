//! What is wrong with what a tag, an element or a frame says.

use alentour::render::distance;
use alentour_model::text::fold;
use alentour_model::{Cause, Kind};
use alentour_texts::Language;

use super::names::{KNOWN, OF_FRAMES, meant};
use super::report::{Finding, Findings, cut};
use crate::bundle::COUNTRIES;

/// What scripts have themselves, though it looks like one of ours.
const OF_SCRIPTS: [&str; 2] = ["lang", "loading"];
/// What a tag's address says (`asked` in `embed/alentour.js`).
const OF_ADDRESSES: [&str; 9] =
    ["place", "radius", "kinds", "causes", "limit", "countries", "lang", "target", "fallback"];
/// What an editor makes of straight quotation marks.
const CURLY: [char; 9] = ['“', '”', '„', '‟', '«', '»', '″', '‘', '’'];

/// Pairs of a name and a value.
pub type Pairs = [(String, String)];

/// The value of an attribute.
pub fn get<'a>(pairs: &'a Pairs, name: &str) -> Option<&'a str> {
    pairs.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
}

/// What is said: as it stands in the page, its name without `data-`, and its value.
#[derive(Debug)]
struct Said<'a> {
    written: &'a str,
    name: &'a str,
    value: &'a str,
}

/// Looks at what a tag says by its attributes, and by its address where these do not.
pub fn of_tag(attributes: &Pairs, address: &Pairs, page: &str, findings: &mut Findings) {
    let mut said = Vec::new();
    for (written, value) in attributes {
        match written.strip_prefix("data-") {
            Some(name) => said.push(Said { written, name, value }),
            None if KNOWN.contains(&written.as_str()) && !OF_SCRIPTS.contains(&written.as_str()) => {
                findings.add(Finding::with("bare", written).instead(format!("data-{written}")));
            }
            // The others are the browser's.
            None => {}
        }
    }
    let is_new = |name: &str| said.iter().all(|it| it.name != name);
    let more: Vec<_> = address.iter().filter(|(name, _)| is_new(name)).map(in_address).collect();
    said.extend(more.into_iter().filter(|it| !KNOWN.contains(&it.name) || OF_ADDRESSES.contains(&it.name)));
    judge(&said, &KNOWN, page, findings);
}

/// Looks at what an element says; it may have attributes of its page's own.
pub fn of_element(attributes: &Pairs, page: &str, findings: &mut Findings) {
    let said = attributes.iter().map(|(written, value)| Said {
        written,
        name: written.strip_prefix("data-").unwrap_or(written),
        value,
    });
    judge(&said.collect::<Vec<_>>(), &KNOWN, page, findings);
}

/// Looks at what the address of a frame asks for.
pub fn of_frame(address: &Pairs, findings: &mut Findings) {
    judge(&address.iter().map(in_address).collect::<Vec<_>>(), &OF_FRAMES, "", findings);
}

fn in_address((name, value): &(String, String)) -> Said<'_> {
    Said { written: name, name, value }
}

/// `page` is the language that the page says it is in.
fn judge(said: &[Said<'_>], known: &[&'static str], page: &str, findings: &mut Findings) {
    let value =
        |name: &str| said.iter().find(|it| it.name == name).map(|it| it.value.trim()).unwrap_or_default();
    for Said { written, name, value } in said {
        if !known.contains(name) {
            if let Some(meant) = meant(name, known) {
                let before = if written.starts_with("data-") { "data-" } else { "" };
                findings.add(Finding::with("misspelt", written).instead(format!("{before}{meant}")));
            }
        } else if is_curly(value) {
            findings.add(Finding::with("quotes", &format!("{written}={value}")));
        } else if let Some(finding) = misunderstood(name, value) {
            findings.add(Finding { value: cut(&format!("{written}=\"{value}\"")), ..finding });
        }
    }
    let (place, open) = (value("place"), value("open"));
    let is_alone = said.iter().any(|it| it.name == "only" && it.value != "false");
    if is_alone && open.is_empty() {
        findings.add(Finding::of("only_alone"));
    }
    // What is in another feed nobody knows here.
    if !open.is_empty() && !is_curly(open) && value("feed").is_empty() {
        findings.open(open);
    }
    // Nor is it known what a broken letter was.
    if !place.is_empty() && !is_curly(place) && !place.contains('\u{fffd}') {
        findings.place(place, &countries(value("countries"), value("lang"), page));
    }
}

/// Whether a value begins with a quotation mark that is none for a browser.
pub fn is_curly(value: &str) -> bool {
    value.trim_start().starts_with(CURLY)
}

/// Whose places are meant, as the widget has it (`countries` in `embed/asked.js`).
fn countries(said: &str, lang: &str, page: &str) -> String {
    let region = |tag: &str| {
        let tag = tag.to_uppercase();
        let parts = tag.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').skip(1).map(str::to_owned);
        parts.into_iter().find(|part| part != "FR" && COUNTRIES.contains(&part.as_str()))
    };
    match region(lang).or_else(|| region(page)) {
        Some(region) if said.is_empty() => region + " FR",
        _ => said.to_owned(),
    }
}

/// What is wrong with a value, if something is.
fn misunderstood(name: &str, value: &str) -> Option<Finding> {
    let value = value.trim();
    let said = |instead: &str| Some(Finding::of("value").instead(instead));
    match name {
        _ if value.is_empty() || value.contains('\u{fffd}') => None,
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

#[cfg(test)]
mod tests {
    use super::*;

    fn pairs(attributes: &[(&str, &str)]) -> Vec<(String, String)> {
        attributes.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect()
    }

    fn found(attributes: &[(&str, &str)]) -> Vec<(String, String, String)> {
        let mut findings = Findings::default();
        of_tag(&pairs(attributes), &[], "", &mut findings);
        findings.all.into_iter().map(|it| (it.key, it.value, it.instead)).collect()
    }

    #[test]
    fn what_is_misspelt_is_said_with_what_was_meant() {
        let one = |name: &str| found(&[(name, "10")]).first().map(|it| (it.0.clone(), it.2.clone()));
        assert_eq!(one("data-raduis"), Some(("misspelt".into(), "data-radius".into())));
        assert_eq!(one("data-lieu"), Some(("misspelt".into(), "data-place".into())));
        assert_eq!(one("place"), Some(("bare".into(), "data-place".into())));
        for fine in
            ["data-limit", "data-cfasync", "data-rocket-defer", "data-no-optimize", "nonce", "data-x", "lang"]
        {
            assert_eq!(one(fine), None, "{fine}");
        }
        let mut findings = Findings::default();
        of_element(&pairs(&[("raduis", "10"), ("place", "69007"), ("class", "a")]), "", &mut findings);
        of_frame(
            &pairs(&[("palce", "69007"), ("from", "https://example.org"), ("utm_source", "a")]),
            &mut findings,
        );
        let found: Vec<_> = findings.all.iter().map(|it| (it.value.as_str(), it.instead.as_str())).collect();
        assert_eq!(found, [("raduis", "radius"), ("palce", "place")]);
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
            ("data-kinds", "b\u{fffd}n\u{fffd}volat"),
        ] {
            assert_eq!(found(&[(name, fine)]), [], "{name}={fine}");
        }
        for (name, odd, key) in [
            ("data-radius", "loin", "value"),
            ("data-radius", "0", "value"),
            ("data-lang", "tlh", "value"),
            ("data-theme", "noir", "value"),
            ("data-countries", "France", "value"),
            ("data-limit", "beaucoup", "value"),
            ("data-kinds", "bénévola", "word"),
            ("data-place", "”69007″", "quotes"),
            ("data-only", "", "only_alone"),
        ] {
            let found = found(&[(name, odd)]);
            assert!(
                found.len() == 1 && found[0].0 == key && (found[0].1.contains(odd) || key == "only_alone"),
                "{name}={odd}: {found:?}"
            );
        }
    }

    #[test]
    fn places_are_those_of_the_countries_that_the_widget_looks_in() {
        let place = |attributes: &[(&str, &str)], address: &[(&str, &str)], page: &str| {
            let mut findings = Findings::default();
            of_tag(&pairs(attributes), &pairs(address), page, &mut findings);
            findings.places.pop().unwrap_or_default()
        };
        let of = |place: &str, countries: &str| (place.to_owned(), countries.to_owned());
        assert_eq!(place(&[("data-place", "Mons")], &[], "fr"), of("Mons", ""));
        assert_eq!(place(&[("data-place", "Mons")], &[], "fr-BE"), of("Mons", "BE FR"));
        assert_eq!(
            place(&[("data-place", "Mons"), ("data-lang", "nl-be")], &[], "fr-FR"),
            of("Mons", "BE FR")
        );
        assert_eq!(
            place(&[("data-countries", "CH")], &[("place", "Mons"), ("lang", "fr-BE")], ""),
            of("Mons", "CH")
        );
        // What an attribute says counts for more than the address.
        assert_eq!(place(&[("data-place", "Mons")], &[("place", "Lyon")], ""), of("Mons", ""));
        assert_eq!(place(&[("data-place", "Besan\u{fffd}on")], &[], ""), of("", ""));
    }
}
