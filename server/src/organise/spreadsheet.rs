//! The sign-ups as a table that people open: heads and words in the page's language, times on the initiative's clocks. Programs have the other
//! one (`signups/export.rs`), whose heads never change.

use std::collections::BTreeMap;
use std::io;

use alentour_model::{Initiative, LocalTime};
use alentour_texts::Language;

use super::page::noted as as_noted;
use crate::signups::export::harmless;
use crate::store::{Attendance, AttendanceState, KnownSession, Participant, SignUpRecord};
use crate::wording;

/// The table. Its marks are those that the spreadsheets of that language cut it at.
///
/// # Errors
/// Where it cannot be written, which memory always can.
pub fn table(
    language: Language,
    initiative: Option<&Initiative>,
    noted: &[KnownSession],
    all: &[Participant],
) -> io::Result<Vec<u8>> {
    // By question, not by label: two may be called the same. The form may have changed in between.
    let mut questions = BTreeMap::new();
    for person in all.iter().map(|one| &one.record.person) {
        for id in person.answers.keys() {
            let words = wording::label(initiative, person, id);
            let head = questions.entry(id.as_str()).or_insert(words);
            // Who answered before the words were kept has none.
            if *head == id {
                *head = words;
            }
        }
    }
    // Without the mark, spreadsheets take UTF-8 for the country's old code page.
    let mut out = "\u{feff}".as_bytes().to_vec();
    let delimiter = if language == Language::English { b',' } else { b';' };
    let mut csv = csv::WriterBuilder::new()
        .delimiter(delimiter)
        .terminator(csv::Terminator::CRLF)
        .from_writer(&mut out);
    let mut write = |cells: Vec<String>| csv.write_record(cells.iter().map(|cell| harmless(cell)));
    let heads = heads(language).into_iter().map(str::to_owned);
    write(heads.chain(questions.values().map(|words| (*words).to_owned())).collect())?;
    for one in all {
        let answers = questions.keys().map(|id| answer(language, initiative, &one.record, id));
        write(cells(language, (initiative, noted), one).into_iter().chain(answers).collect())?;
    }
    csv.flush()?;
    drop(csv);
    Ok(out)
}

/// An initiative as the feed has it, and what its dates have said before.
type Known<'a> = (Option<&'a Initiative>, &'a [KnownSession]);

/// What its columns are called, questions aside.
fn heads(language: Language) -> [&'static str; 17] {
    let (texts, mails) = (language.pages(), language.mails());
    [
        texts.family_name,
        texts.given_name,
        language.organising().address,
        texts.telephone,
        texts.postcode,
        language.widget("town"),
        language.organising().their_dates,
        language.organising().people_here,
        texts.guests,
        language.organising().request,
        mails.answer,
        texts.message,
        texts.under_15,
        language.organising().agreed,
        texts.received_on,
        language.organising().there,
        language.organising().note,
    ]
}

/// What stands in them, in the same order.
fn cells(language: Language, known: Known<'_>, one: &Participant) -> [String; 17] {
    let initiative = known.0;
    let Participant { record, note, .. } = one;
    let person = &record.person;
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let dates: Vec<_> = record.attendances.iter().map(|one| date(language, known, one)).collect();
    let mails = language.mails();
    let said = |name: &str| {
        let facts = wording::request(language, initiative, record).into_iter();
        facts.filter(|(known, _)| *known == name).map(|(_, value)| value).collect::<Vec<_>>().join(" / ")
    };
    [
        person.family_name.clone(),
        person.given_name.clone(),
        person.email.clone(),
        text(&person.telephone),
        text(&person.postal_code),
        text(&person.town),
        dates.join(" / "),
        record.party.to_string(),
        person.guests.join(" / "),
        said(mails.offers),
        said(mails.answer),
        text(&person.message),
        if person.under_15 { language.pages().yes.to_owned() } else { String::new() },
        agreed(initiative, record),
        local(initiative.map_or("", |it| &it.time_zone), record.received_at),
        came(language, known, one),
        note.clone(),
    ]
}

/// What they agreed to, and still do, that everybody who takes part need not.
fn agreed(initiative: Option<&Initiative>, record: &SignUpRecord) -> String {
    let asked = initiative.and_then(|it| it.participation.as_ref()).map_or(&[][..], |it| &it.consents);
    let is_required = |id: &str| asked.iter().any(|consent| consent.id == id && consent.required);
    let given = record.consents.iter().filter(|consent| consent.holds() && !is_required(&consent.id));
    given.map(|consent| consent.text.as_str()).collect::<Vec<_>>().join(" / ")
}

/// How many were there, where somebody has said, by date where there are several.
fn came(language: Language, known: Known<'_>, one: &Participant) -> String {
    let Participant { record, .. } = one;
    let said = record.attendances.iter().filter_map(|attendance| {
        let came = one.came_to(&attendance.session)?;
        Some(match record.attendances.len() {
            1 => came.to_string(),
            _ => format!("{} : {came}", date(language, known, attendance)),
        })
    });
    said.collect::<Vec<_>>().join(" / ")
}

fn answer(language: Language, initiative: Option<&Initiative>, record: &SignUpRecord, id: &str) -> String {
    let Some(given) = record.person.answers.get(id) else { return String::new() };
    wording::answer(language, initiative, id, given)
}

/// A date, and what one has of it where that is no seat. One that has left the feed is said as it was noted.
fn date(language: Language, (initiative, noted): Known<'_>, one: &Attendance) -> String {
    let announced = initiative.and_then(|it| wording::session_of(it, &one.session)).cloned();
    let session = announced.or_else(|| as_noted(noted, &one.session));
    let unknown = || language.organising().date_unknown.to_owned();
    let time = session.map_or_else(unknown, |session| wording::session(language, &session));
    let is_off = one.state == AttendanceState::Cancelled;
    let standing = match initiative {
        Some(initiative) => wording::standing(language, initiative, one),
        None => is_off.then(|| language.mails().given_back.to_owned()),
    };
    [Some(time), standing].into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

/// An instant (UTC seconds) as spreadsheets of any country read it, on the clocks of a zone.
fn local(zone: &str, seconds: i64) -> String {
    let LocalTime { date, second } = LocalTime::of(wording::on_clocks_of(zone, seconds));
    format!("{date} {:02}:{:02}", second / 3600, second / 60 % 60)
}
