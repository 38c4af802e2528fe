//! `alentour check`: what is wrong with a feed, said to the person who keeps it.

use std::io::Write;
use std::process::ExitCode;

use alentour_formats::{ReadError, Reading};
use alentour_model::{Finding, Problem};
use serde_json::json;

use crate::cli::Failure;

/// The language of what is said.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Language {
    /// French.
    Fr,
    /// English.
    En,
}

/// Says what is wrong with a feed. The code is 0 if nothing was left out, else 1.
pub fn check(
    feed: &[u8],
    language: Language,
    as_json: bool,
    out: &mut dyn Write,
) -> Result<ExitCode, Failure> {
    let options = alentour_formats::Options::at(jiff::Timestamp::now().as_second());
    match alentour_formats::read_with(feed, &options) {
        Ok(reading) => {
            if as_json {
                serde_json::to_writer_pretty(&mut *out, &report(&reading))?;
                writeln!(out)?;
            } else {
                say(&reading, language, out)?;
            }
            Ok(if reading.left_out() == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
        }
        Err(error) => {
            let why = match language {
                Language::Fr => unreadable(&error),
                Language::En => error.to_string(),
            };
            if as_json {
                writeln!(out, "{}", json!({ "error": why }))?;
            } else {
                writeln!(out, "{why}")?;
            }
            Ok(ExitCode::FAILURE)
        }
    }
}

fn report(reading: &Reading) -> serde_json::Value {
    let findings: Vec<_> = reading
        .findings
        .iter()
        .map(|finding| {
            json!({
                "item": finding.item, "id": finding.id, "field": finding.field, "problem": finding.problem,
                "value": finding.value, "leftOut": finding.problem.costs_the_item(),
            })
        })
        .collect();
    json!({
        "format": reading.format, "items": reading.items, "leftOut": reading.left_out(), "findings": findings,
    })
}

fn say(reading: &Reading, language: Language, out: &mut dyn Write) -> std::io::Result<()> {
    let (read, items, lost) = (reading.feed.initiatives.len(), reading.items, reading.left_out());
    match language {
        Language::Fr => {
            writeln!(out, "Format « {} » : {read} fiches lues sur {items}, {lost} écartées.", reading.format)
        }
        Language::En => {
            writeln!(out, "Format “{}”: {read} of {items} items read, {lost} left out.", reading.format)
        }
    }?;
    let mut last = None;
    for finding in &reading.findings {
        // The item's name once, then what is wrong with it.
        if last != Some(finding.item) {
            writeln!(out, "\n{}", name(finding, language))?;
            last = Some(finding.item);
        }
        let sign = if finding.problem.costs_the_item() { '✗' } else { '·' };
        let words = words(finding.problem, language);
        match (finding.field.as_str(), finding.value.as_str()) {
            ("", "") => writeln!(out, "  {sign} {words}"),
            ("", value) => writeln!(out, "  {sign} {words} ({})", printable(value)),
            (field, "") => writeln!(out, "  {sign} {} : {words}", printable(field)),
            (field, value) => writeln!(out, "  {sign} {} : {words} ({})", printable(field), printable(value)),
        }?;
    }
    Ok(())
}

fn name(finding: &Finding, language: Language) -> String {
    let id = printable(&finding.id);
    match (finding.item, language) {
        (None, Language::Fr) => "Le flux".into(),
        (None, Language::En) => "The feed".into(),
        // People count from one.
        (Some(item), Language::Fr) => format!("Fiche {} {id}", item + 1).trim_end().to_owned(),
        (Some(item), Language::En) => format!("Item {} {id}", item + 1).trim_end().to_owned(),
    }
}

/// A feed's text without what could steer a terminal.
fn printable(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

fn words(problem: Problem, language: Language) -> &'static str {
    let (french, english) = match problem {
        Problem::NotAnObject => {
            ("pas un objet JSON, fiche écartée", "not a JSON object; the item is left out")
        }
        Problem::NoId => ("aucun identifiant, fiche écartée", "no identifier; the item is left out"),
        Problem::SameId => (
            "identifiant déjà utilisé plus haut, fiche écartée",
            "identifier used before; the item is left out",
        ),
        Problem::NoName => ("aucun titre, fiche écartée", "no title; the item is left out"),
        Problem::Withdrawn => (
            "supprimée, annulée ou non validée à la source, fiche écartée",
            "deleted, cancelled or not accepted at its source; the item is left out",
        ),
        Problem::NotText => ("pas un texte, champ ignoré", "not text; the field is left out"),
        Problem::NotANumber => (
            "pas un nombre possible ici, champ ignoré",
            "not a number that is possible here; the field is left out",
        ),
        Problem::NotADate => ("cette date n’existe pas, ignorée", "no date that exists; left out"),
        Problem::EndsBeforeStart => {
            ("la fin précède le début, fin ignorée", "the end is before the start; the end is left out")
        }
        Problem::NotALink => {
            ("ce lien ne peut pas être affiché, ignoré", "a link that may not be shown; left out")
        }
        Problem::NotAPoint => ("pas une position sur Terre, ignorée", "not a position on Earth; left out"),
        Problem::UnknownWord => {
            ("mot inconnu, valeur par défaut utilisée", "unknown word; the default is used")
        }
        Problem::TooLong => ("trop long, la fin est coupée", "too long; the end is cut off"),
        Problem::Incomplete => ("incomplet, ignoré", "incomplete; left out"),
        Problem::NoTimeZone => {
            ("sans fuseau horaire, celui du flux est utilisé", "without a time zone; the feed’s is used")
        }
        Problem::Repaired => ("réparé, le sens était clair", "repaired: what was meant was clear"),
        Problem::Guessed => ("deviné, à confirmer", "guessed; please confirm"),
        Problem::BreaksOff => (
            "le flux s’interrompt ou devient illisible ici, ce qui précède est lu",
            "the feed breaks off or cannot be read beyond here; what is before is read",
        ),
        Problem::TooMany => ("trop nombreux, le reste est ignoré", "too many; the rest is left out"),
        Problem::Comment => (
            "commentaire, que le JSON n’admet pas : ignoré, à retirer",
            "a comment, which JSON does not have: skipped; take it out",
        ),
        Problem::StrayComma => (
            "virgule en trop, que le JSON n’admet pas : ignorée, à retirer",
            "a comma too many, which JSON does not have: skipped; take it out",
        ),
        Problem::NotFinite => (
            "pas un nombre JSON : ignoré, écrire null ou retirer le champ",
            "no number of JSON: left out; write null, or leave out the field",
        ),
        Problem::SameField => (
            "champ présent deux fois : le dernier est lu, n’en garder qu’un",
            "a field that is there twice: the last one is read; keep one",
        ),
        Problem::LargeNumber => (
            "nombre que la plupart des logiciels arrondissent : l’écrire entre guillemets",
            "a number that most software rounds: write it in quotation marks",
        ),
        Problem::BrokenText => {
            ("caractère abîmé dans un texte, remplacé", "a damaged character in a text, replaced")
        }
    };
    if language == Language::Fr { french } else { english }
}

/// Why nothing can be read, in French; the English is the error's own.
fn unreadable(error: &ReadError) -> String {
    match error {
        ReadError::Empty => {
            "Le flux est vide. Exportez-le à nouveau et vérifiez la taille du fichier.".into()
        }
        ReadError::TooLarge { bytes } => format!(
            "Le flux pèse {} Mo ; {} Mo est le maximum. Découpez-le, par région par exemple, et donnez chaque partie.",
            bytes.div_ceil(1_000_000),
            alentour_formats::MAX_BYTES / 1_000_000
        ),
        ReadError::NotText { what } => {
            format!("Le flux n’est pas un texte ({what}). Exportez-le en JSON, encodé en UTF-8.")
        }
        ReadError::HtmlPage { title } => format!(
            "L’adresse donne une page web (« {} ») et non un flux. Ouvrez-la dans une fenêtre privée : si une connexion \
             est demandée, le flux n’est pas public ; sinon, demandez l’adresse du flux JSON à qui le publie.",
            printable(title)
        ),
        ReadError::Xml { root } => {
            format!(
                "Le flux est du XML d’une forme inconnue (<{}>). Formats connus : {}.",
                printable(root),
                alentour_formats::names().collect::<Vec<_>>().join(", ")
            )
        }
        ReadError::NotJson { line, column, cut_off: true, .. } => format!(
            "Le flux s’arrête à la ligne {line}, colonne {column} : il manque la fin. Téléchargez-le à nouveau."
        ),
        ReadError::NotJson { line, column, reason, .. } => format!(
            "Le flux n’est pas du JSON valide : ligne {line}, colonne {column} ({reason}). Souvent, une virgule ou un \
             guillemet manque ou est de trop juste avant."
        ),
        ReadError::UnknownShape { found } => format!(
            "Le flux est du JSON d’une forme inconnue : {}. Formats connus : {}.",
            printable(found),
            alentour_formats::names().collect::<Vec<_>>().join(", ")
        ),
        ReadError::UnknownColumns { headers } => format!(
            "Le flux est un tableau, et rien n’indique laquelle de ses colonnes est le titre : {}. Nommez-la « titre » \
             dans la première ligne, ou indiquez de quelle colonne il s’agit.",
            printable(&headers.join(", "))
        ),
        ReadError::TooDeep { most } => format!(
            "Le flux est imbriqué sur plus de {most} niveaux, ce qu’aucun flux ne demande : il est abîmé ou malveillant."
        ),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(feed: &str, language: Language, as_json: bool) -> (String, bool) {
        let mut out = Vec::new();
        let code = check(feed.as_bytes(), language, as_json, &mut out).unwrap();
        (String::from_utf8(out).unwrap(), code == ExitCode::SUCCESS)
    }

    const BROKEN: &str = r#"{"initiatives": [{"id": "a", "name": "A", "url": "javascript:1"}, {"id": "b"}]}"#;

    #[test]
    fn an_item_that_is_left_out_is_said_in_the_readers_language_and_fails_the_check() {
        let (french, fine) = said(BROKEN, Language::Fr, false);
        assert!(
            french.contains("1 fiches lues sur 2, 1 écartées") && french.contains("Fiche 2 b"),
            "{french}"
        );
        assert!(french.contains("✗ name : aucun titre"), "{french}");
        assert!(!fine);
        let (english, _) = said(BROKEN, Language::En, false);
        assert!(english.contains("Item 2 b") && english.contains("no title"), "{english}");
    }

    #[test]
    fn what_costs_no_item_is_said_and_passes() {
        let (said, fine) =
            said(r#"{"initiatives": [{"id": "a", "name": "A", "url": "data:x"}]}"#, Language::En, false);
        assert!(said.contains("· url : a link that may not be shown; left out (data:x)"), "{said}");
        assert!(fine);
    }

    #[test]
    fn the_json_report_counts_and_names_what_was_left_out() {
        let report: serde_json::Value = serde_json::from_str(&said(BROKEN, Language::Fr, true).0).unwrap();
        assert_eq!((&report["items"], &report["leftOut"]), (&json!(2), &json!(1)));
        assert_eq!(report["findings"][1]["problem"], "noName");
        assert_eq!(report["findings"][1]["leftOut"], true);
    }

    #[test]
    fn a_feed_cannot_steer_the_terminal() {
        let (said, _) =
            said("{\"initiatives\": [{\"id\": \"a\\u001b[2J\", \"name\": 7}]}", Language::En, false);
        assert!(!said.contains('\u{1b}'), "{said:?}");
    }

    #[test]
    fn a_feed_that_is_none_fails_the_check_in_words() {
        let (said, fine) = said("<html><title>Connexion</title>", Language::Fr, false);
        assert!(said.contains("page web (« Connexion »)") && !fine, "{said}");
    }
}
