//! The text of an initiative, and what stands at its end: an answer of the steps for which a feed has no field, a paragraph each, with what it
//! answers in front. Visitors read it, and the steps find it again.

use alentour_texts::{Language, fill};

use super::Fields;

/// Answers that stand so, in their order: names of fields.
const SAID: [&str; 5] = ["whom", "change", "people", "skills", "needs"];

/// How such an answer is said.
fn said(language: Language, name: &str) -> &'static str {
    let texts = language.proposing();
    match name {
        "whom" => texts.said_whom,
        "change" => texts.said_change,
        "people" => texts.said_people,
        "skills" => texts.said_skills,
        _ => texts.said_needs,
    }
}

/// The language of an initiative's texts.
pub(super) fn language_of(fields: &Fields) -> Language {
    Language::parse(fields.get("language")).unwrap_or(Language::DEFAULT)
}

/// The text with what stands at its end.
pub(super) fn write(fields: &Fields) -> String {
    let language = language_of(fields);
    let mut paragraphs = vec![fields.get("text").to_owned()];
    for name in SAID {
        let answer = fields.lines(name).collect::<Vec<_>>().join("; ");
        if !answer.is_empty() && is_said(fields, name) {
            paragraphs.push(fill(said(language, name), &[("text", &answer)]));
        }
    }
    paragraphs.retain(|paragraph| !paragraph.is_empty());
    paragraphs.join("\n\n")
}

/// Whether an answer stands in the text, and in no field of a feed.
fn is_said(fields: &Fields, name: &str) -> bool {
    match name {
        "skills" | "needs" => !fields.way().is_some_and(|way| way.is_decided()),
        "people" => !fields.has_dates() && fields.get("kind") != "petition",
        _ => true,
    }
}

/// Reads a text back.
pub(super) fn read(description: &str, fields: &mut Fields) {
    let mut rest = description;
    // From its end: what somebody else has written in between is text.
    for name in SAID.into_iter().rev() {
        let (before, last) = rest.rsplit_once("\n\n").unwrap_or(("", rest));
        if let Some(answer) = answer(name, last) {
            fields.set(name, &answer.replace("; ", "\n"));
            rest = before;
        }
    }
    fields.set("text", rest);
}

/// What a paragraph answers, in whatever language it was written.
fn answer<'a>(name: &str, paragraph: &'a str) -> Option<&'a str> {
    let of = |language| paragraph.strip_prefix(said(language, name).split("{text}").next()?);
    Language::ALL.into_iter().find_map(of).filter(|answer| !answer.contains('\n'))
}
