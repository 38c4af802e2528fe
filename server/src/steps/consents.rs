//! What those who take part may agree to beside it, a row a consent: to be written to by a partner, say. Consents without which nobody takes part,
//! and those that do something here, have no row and stay as they are.

use maud::{Markup, html};
use serde_json::{Map, Value, json};

use super::ask::Asking;
use super::check::Check;
use super::fields::{Fields, MOST_KEPT};
use super::json::text;
use super::repeated::{Repeated, named};

/// Consents that whoever makes a form gives it at most.
const MOST: usize = 2;
/// Characters that one may have.
const LONGEST: usize = 300;

/// A consent that may be left out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ConsentRow {
    /// What is agreed to.
    pub text: String,
    /// Names the consent that it is; empty: it is a new one.
    pub id: String,
}

impl Repeated for ConsentRow {
    const NAMES: &'static [&'static str] = &["consent-", "consent-id-"];

    fn texts(&mut self) -> Vec<&mut String> {
        vec![&mut self.text, &mut self.id]
    }

    fn is_empty(&self) -> bool {
        self.text.is_empty()
    }
}

/// Whether a consent has a row.
fn has_row(consent: &Value) -> bool {
    consent.get("required").and_then(Value::as_bool) != Some(true) && consent.get("use").is_none()
}

/// Reads those of an initiative.
pub(super) fn read(initiative: &Value, fields: &mut Fields) {
    let all = initiative.pointer("/participation/consents").and_then(Value::as_array);
    let all = all.into_iter().flatten().filter(|consent| has_row(consent)).take(MOST_KEPT);
    fields.set_all(
        all.map(|one| ConsentRow { text: text(one, "text").to_owned(), id: text(one, "id").to_owned() }),
    );
}

/// The consents that these fields make of those that are `known`.
pub(super) fn write(fields: &Fields, was: Option<&Fields>, known: &[Value]) -> Vec<Value> {
    let rows: Vec<ConsentRow> = fields.all().into_iter().map(|(_, row)| row).collect();
    let before: Vec<ConsentRow> =
        was.map(Fields::all).unwrap_or_default().into_iter().map(|(_, row)| row).collect();
    let of = |rows: &[ConsentRow], id: &str| rows.iter().find(|row| row.id == id).cloned();
    let mut all = Vec::new();
    for consent in known {
        let id = text(consent, "id");
        match (of(&before, id), of(&rows, id)) {
            (Some(was), Some(row)) if was != row => all.push(worded(consent, &row.text)),
            (Some(_), None) => {}
            _ => all.push(consent.clone()),
        }
    }
    for row in rows.iter().filter(|row| of(&before, &row.id).is_none()) {
        let name = named(&row.text, |name| all.iter().chain(known).any(|known| text(known, "id") == name));
        all.push(json!({ "id": name, "version": "1", "text": row.text }));
    }
    all
}

/// A consent in other words: another version, as whoever has agreed has agreed to the one before.
fn worded(consent: &Value, words: &str) -> Value {
    let version = match (text(consent, "version"), text(consent, "version").parse::<u32>()) {
        (_, Ok(number)) => number.saturating_add(1).to_string(),
        ("", _) => "2".to_owned(),
        (version, _) => format!("{version}-2"),
    };
    let mut consent: Map<String, Value> = consent.as_object().cloned().unwrap_or_default();
    consent.insert("version".into(), version.into());
    consent.insert("text".into(), words.into());
    consent.into()
}

impl Check<'_> {
    /// Those of `known`, what it said before, may be more and longer.
    pub(super) fn consents(&mut self, known: Option<&Fields>) {
        let texts = self.language.proposing();
        let before: Vec<(usize, ConsentRow)> = known.map(Fields::all).unwrap_or_default();
        let rows: Vec<(usize, ConsentRow)> = self.fields.all();
        for (at, (number, row)) in rows.iter().enumerate() {
            let field = format!("consent-{number}");
            if self.fields.way().is_none() {
                self.wrong(&field, texts.wrong_question_none);
            }
            if at >= MOST.max(before.len()) {
                self.wrong(&field, texts.wrong_consents_many);
            }
            let is_known = before.iter().any(|(_, known)| known == row);
            if !is_known && row.text.chars().count() > LONGEST {
                self.long(&field, LONGEST);
            }
        }
    }
}

impl Asking<'_> {
    /// The consents, folded until there are some. There are few: a row for each is there from the start.
    pub(super) fn consents(&self) -> Markup {
        let texts = self.language.proposing();
        let mut all: Vec<(usize, ConsentRow)> = self.fields.all();
        let (filled, next) = (all.len(), all.last().map_or(0, |(last, _)| last + 1));
        let wanted = MOST.saturating_sub(filled);
        all.extend((next..next + wanted).map(|number| (number, ConsentRow::default())));
        html! {
            details.part open[filled > 0] {
                summary { (texts.consents) }
                p.hint { (texts.consents_hint) }
                @for (at, (number, row)) in all.iter().enumerate() {
                    @let field = format!("consent-{number}");
                    @let label = alentour_texts::fill(texts.consent_number, &[("n", &(at + 1).to_string())]);
                    @if !row.id.is_empty() { input type="hidden" name={ "consent-id-" (number) } value=(row.id); }
                    (self.area(&field, &label, "", 2))
                }
            }
        }
    }
}
