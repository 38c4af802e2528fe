//! Sign-ups for their organiser, as a table or as JSON.

use std::collections::BTreeSet;
use std::io::Write;

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use crate::store::{SignUpRecord, Store, StoreError, answer_text};

/// The form of an export.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// For a spreadsheet.
    Csv,
    /// For a program: an array of objects.
    Json,
}

/// Writes an initiative's sign-ups in the order in which they came; those that nobody has confirmed yet, where mail is sent, only `with_pending`.
/// Returns how many.
pub async fn export(
    store: &dyn Store,
    initiative: &str,
    format: Format,
    with_pending: bool,
    out: &mut (dyn Write + Send),
) -> Result<u64, Box<dyn std::error::Error + Send + Sync>> {
    let all = sign_ups(store, initiative, with_pending).await?;
    match format {
        Format::Csv => table(&all, out)?,
        Format::Json => {
            serde_json::to_writer_pretty(&mut *out, &all.iter().map(object).collect::<Vec<_>>())?;
            writeln!(out)?;
        }
    }
    Ok(all.len() as u64)
}

/// An initiative's sign-ups in the order in which they came.
///
/// # Errors
/// Where the database does not answer.
async fn sign_ups(
    store: &dyn Store,
    initiative: &str,
    with_pending: bool,
) -> Result<Vec<SignUpRecord>, StoreError> {
    let (mut all, mut after) = (Vec::new(), None);
    loop {
        let (page, next) = store.page(initiative, after).await?;
        all.extend(page.into_iter().filter(|stored| with_pending || !stored.pending));
        after = next;
        if after.is_none() {
            return Ok(all);
        }
    }
}

/// A sign-up as an object, by the names of the form's fields.
pub fn object(stored: &SignUpRecord) -> Value {
    json!({
        "id": stored.id,
        "receivedAt": time(stored.received_at),
        "confirmedAt": stored.confirmed_at.map(time),
        "session": stored.session(),
        "partySize": stored.party,
        "givenName": stored.person.given_name,
        "familyName": stored.person.family_name,
        "email": stored.person.email,
        "telephone": stored.person.telephone,
        "postalCode": stored.person.postal_code,
        "town": stored.person.town,
        "message": stored.person.message,
        "guests": stored.person.guests,
        "answers": answers(stored),
        "under15": stored.person.under_15,
        "language": stored.language,
        "consents": stored.consents.iter().filter(|consent| consent.holds()).map(|consent| {
            json!({ "id": consent.id, "version": consent.version })
        }).collect::<Vec<_>>(),
        "attempt": stored.attempt,
        "sessions": stored.attendances.iter().map(|one| {
            json!({ "id": one.session, "state": one.state.as_str() })
        }).collect::<Vec<_>>(),
        "decision": decision(stored),
        "offers": stored.offers.iter().map(|offer| {
            json!({ "need": offer.need, "quantity": offer.quantity, "accepted": offer.accepted })
        }).collect::<Vec<_>>(),
    })
}

/// The answers by question, each a text: of several values one a line, as the form sends them.
fn answers(stored: &SignUpRecord) -> Map<String, Value> {
    let answers = stored.person.answers.iter();
    answers.map(|(id, answer)| (id.clone(), answer_text(answer, "\n").into())).collect()
}

fn table(all: &[SignUpRecord], out: &mut dyn Write) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    // A column for each question that somebody answered: the form may have changed in between.
    let questions: BTreeSet<&str> =
        all.iter().flat_map(|stored| stored.person.answers.keys()).map(String::as_str).collect();
    // Without the mark, spreadsheets take UTF-8 for the country's old code page.
    out.write_all("\u{feff}".as_bytes())?;
    let mut csv = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(out);
    let fixed = [
        "received at",
        "confirmed at",
        "session",
        "party size",
        "given name",
        "family name",
        "e-mail",
        "telephone",
        "postcode",
        "message",
        "under 15",
        "language",
        "consents",
        "id",
    ];
    let questions_asked = questions.iter().map(|id| harmless(id));
    let more = ["attempt", "sessions", "guests", "decision", "offers", "town"].map(str::to_owned);
    csv.write_record(fixed.into_iter().map(str::to_owned).chain(questions_asked).chain(more))?;
    for stored in all {
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        let consents: Vec<String> = stored
            .consents
            .iter()
            .filter(|consent| consent.holds())
            .map(|given| match given.version.as_str() {
                "" => given.id.clone(),
                version => format!("{} ({version})", given.id),
            })
            .collect();
        let fields = [
            time(stored.received_at),
            stored.confirmed_at.map(time).unwrap_or_default(),
            stored.session().unwrap_or_default().to_owned(),
            stored.party.to_string(),
            stored.person.given_name.clone(),
            stored.person.family_name.clone(),
            stored.person.email.clone(),
            text(&stored.person.telephone),
            text(&stored.person.postal_code),
            text(&stored.person.message),
            if stored.person.under_15 { "yes".to_owned() } else { String::new() },
            stored.language.clone(),
            consents.join(", "),
            stored.id.clone(),
        ];
        let answers = questions
            .iter()
            .map(|id| stored.person.answers.get(*id).map(|it| answer_text(it, "; ")).unwrap_or_default());
        let decision = decision(stored).unwrap_or_default().to_owned();
        let guests = stored.person.guests.join("; ");
        let town = text(&stored.person.town);
        let more = [stored.attempt.to_string(), sessions(stored), guests, decision, offers(stored), town];
        csv.write_record(fields.into_iter().chain(answers).chain(more).map(|field| harmless(&field)))?;
    }
    Ok(csv.flush()?)
}

/// The sessions of a sign-up as one text, with what it has of each.
pub fn sessions(stored: &SignUpRecord) -> String {
    let sessions = stored.attendances.iter().map(|one| format!("{} ({})", one.session, one.state.as_str()));
    sessions.collect::<Vec<_>>().join(", ")
}

/// What the organiser has decided: `asked` as long as that is nothing.
pub fn decision(stored: &SignUpRecord) -> Option<&'static str> {
    stored.decision.map(|(decision, _)| decision.as_str())
}

/// What a sign-up offers as one text, with how much of it was accepted.
pub fn offers(stored: &SignUpRecord) -> String {
    let offers = stored.offers.iter();
    let offers =
        offers.map(|offer| format!("{}: {} ({} accepted)", offer.need, offer.quantity, offer.accepted));
    offers.collect::<Vec<_>>().join(", ")
}

fn time(seconds: i64) -> String {
    Timestamp::from_second(seconds).unwrap_or_default().to_string()
}

/// A cell that no spreadsheet takes for a formula: what begins like a formula gets a `'` before it, which spreadsheets take as "this is text"
/// (OWASP, "CSV Injection"). So does what would begin a cell where a table is cut otherwise than it was written: a French spreadsheet cuts at
/// each `;`, an English one at each `,`, and quotes are none where a cell does not begin with one. The full-width signs are taken for the ASCII ones where East Asian input is usual, and leading blanks are skipped.
pub fn harmless(text: &str) -> String {
    let mut said = String::with_capacity(text.len());
    for part in text.split_inclusive([',', ';', '|', '\t', '\r', '\n']) {
        let start = part.trim_start_matches(['"', ' ', '\u{a0}', '\u{3000}', '\u{feff}']).chars().next();
        let is_first = said.is_empty() && matches!(start, Some('\t' | '\r'));
        if is_first || matches!(start, Some('=' | '+' | '-' | '@' | '＝' | '＋' | '－' | '＠')) {
            said.push('\'');
        }
        said.push_str(part);
    }
    said
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_begins_like_a_formula_is_made_text() {
        for text in
            ["=1+1", "+33 6", "-2", "@SUM(A1)", "\ta", "\ra", "＝1", "＋1", "－1", "＠a", " =1", "\u{a0}=1"]
        {
            assert_eq!(harmless(text), format!("'{text}"), "{text:?}");
        }
    }

    #[test]
    fn what_would_begin_a_cell_of_a_table_that_is_cut_otherwise_is_made_text() {
        for (text, said) in [
            ("Max;=1+1;", "Max;'=1+1;"),
            ("Bonjour ; =cmd|' /C calc'!A0; merci", "Bonjour ;' =cmd|' /C calc'!A0; merci"),
            ("a\n-1\r\n@b\t+c", "a\n'-1\r\n'@b\t'+c"),
            ("\t=1", "'\t'=1"),
            ("Zo,=cmd|' /C calc'!A0", "Zo,'=cmd|' /C calc'!A0"),
            ("Zo,\"=1+1\"", "Zo,'\"=1+1\""),
            ("Zo|-1", "Zo|'-1"),
        ] {
            assert_eq!(harmless(text), said);
        }
    }

    #[test]
    fn what_people_are_called_stays() {
        for text in ["", "Zoé", "O'Neill", "a=b", "1-2", "'ʻOumuamua", "de la Tour-d’Auvergne"] {
            assert_eq!(harmless(text), text);
        }
    }
}
