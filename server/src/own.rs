//! What an initiative that is made here says: read as a feed's is, but whole. Nobody is told later what a server has left out, so that what
//! would be left out is refused.

use std::collections::HashSet;
use std::fmt;

use alentour_model::{Finding, Initiative, Problem, Session};
use alentour_texts::Language;
use serde_json::{Value, json};

use crate::sessions::is_start;
use crate::store::{CipherError, OwnContent, Tally, hex, random_id};
use crate::wording::line;

/// Bytes that one may have, written as it is read.
pub const LARGEST: usize = 32 << 10;
/// Begins the identifiers of what is made here.
const PREFIX: &str = "a-";
/// Random hexadecimal digits of an identifier: no feed has it, and nobody guesses one that is not published yet.
const DIGITS: usize = 20;

/// Why it is not kept.
#[derive(Debug)]
pub enum Refused {
    /// It has more than [`LARGEST`] bytes, with its dates written out.
    TooLarge,
    /// It is no JSON: the parser's words.
    NotJson(String),
    /// It is no initiative, or several.
    NotOne,
    /// Something in it would be left out.
    Findings(Vec<Finding>),
    /// The system has no randomness.
    System,
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLarge => write!(f, "it has more than {} KB, with its dates written out", LARGEST >> 10),
            Self::NotJson(why) => write!(f, "it is no JSON: {why}"),
            Self::NotOne => f.write_str("it is to be one initiative of a canonical feed (docs/feed.md)"),
            Self::Findings(findings) => {
                f.write_str("nothing was kept, because some of it cannot be:")?;
                findings.iter().try_for_each(|finding| {
                    write!(f, "\n  {}: {:?} ({})", finding.field, finding.problem, finding.value)
                })
            }
            Self::System => f.write_str("the system has no randomness"),
        }
    }
}

impl std::error::Error for Refused {}

impl From<CipherError> for Refused {
    fn from(_: CipherError) -> Self {
        Self::System
    }
}

impl From<serde_json::Error> for Refused {
    fn from(why: serde_json::Error) -> Self {
        Self::NotJson(why.to_string())
    }
}

/// Reads an initiative, or a canonical feed of one. `before`: what it said before; without it, it is a new one. Its identifier is ours,
/// whatever it says.
///
/// # Errors
/// Why it is not kept.
pub fn read(text: &str, before: Option<&OwnContent>) -> Result<OwnContent, Refused> {
    if text.len() > LARGEST {
        return Err(Refused::TooLarge);
    }
    let id = before.map_or_else(new_id, |before| Ok(before.id.clone()))?;
    let document = document(serde_json::from_str(text)?, &id).ok_or(Refused::NotOne)?;
    let reading = alentour_formats::read(document.to_string().as_bytes()).map_err(|_| Refused::NotOne)?;
    let findings: Vec<_> = reading.findings.into_iter().filter(|it| loses(it.problem)).collect();
    if !findings.is_empty() {
        return Err(Refused::Findings(findings));
    }
    let mut feed = reading.feed;
    let mut initiative = feed.initiatives.pop().ok_or(Refused::NotOne)?;
    if initiative.time_zone.is_empty() {
        initiative.time_zone = feed.time_zone;
    }
    let known = before.map(initiative_of).transpose()?.flatten();
    let known = known.map(|known| [known.sessions, known.cancelled].concat()).unwrap_or_default();
    name_sessions(&mut initiative, &known)?;
    let said = Language::parse(&feed.language).map(|language| language.tag().to_owned());
    let kept = before.map(|before| before.language.clone());
    let language = said.or(kept).unwrap_or_else(|| Language::DEFAULT.tag().to_owned());
    let json = serde_json::to_string(&initiative)?;
    if json.len() > LARGEST {
        return Err(Refused::TooLarge);
    }
    Ok(OwnContent { id, language, json })
}

/// What it says, as visitors get it; `None` where this version of the program cannot read it.
///
/// # Errors
/// Where it is no JSON.
pub fn initiative_of(content: &OwnContent) -> Result<Option<Initiative>, serde_json::Error> {
    let document = json!({ "initiatives": [serde_json::from_str::<Value>(&content.json)?] });
    let reading = alentour_formats::read(document.to_string().as_bytes());
    Ok(reading.ok().and_then(|mut reading| reading.feed.initiatives.pop()))
}

/// What it is called, on one line; by its identifier where this version of the program cannot read it.
pub fn title_of(id: &str, initiative: Option<&Initiative>) -> String {
    initiative.map_or_else(|| id.to_owned(), |it| line(&it.name))
}

/// The same under the identifier that those bytes name: whoever asks for one twice by the same bytes gets the same.
///
/// # Errors
/// Where it is no initiative.
pub fn named(content: OwnContent, bytes: &[u8; 32]) -> Result<OwnContent, Refused> {
    let id = PREFIX.to_owned() + hex(bytes).get(..DIGITS).ok_or(Refused::System)?;
    let mut initiative: Value = serde_json::from_str(&content.json)?;
    initiative.as_object_mut().ok_or(Refused::NotOne)?.insert("id".into(), id.as_str().into());
    Ok(OwnContent { id, json: initiative.to_string(), ..content })
}

/// What it says once these of its dates are called off; the rest stays.
///
/// # Errors
/// Why it is not kept.
pub fn without_dates(content: &OwnContent, sessions: &[String]) -> Result<OwnContent, Refused> {
    let mut value: Value = serde_json::from_str(&content.json)?;
    for session in value.get_mut("sessions").and_then(Value::as_array_mut).into_iter().flatten() {
        let is_off =
            session.get("id").and_then(Value::as_str).is_some_and(|id| sessions.iter().any(|off| off == id));
        if let (true, Some(session)) = (is_off, session.as_object_mut()) {
            session.insert("status".into(), "cancelled".into());
        }
    }
    read(&value.to_string(), Some(content))
}

/// The first date to come that somebody has and that a change would leave out, and how many have it: they would not be told. It is called
/// off instead.
pub fn left_out<'a>(
    before: &'a Initiative,
    after: &Initiative,
    tally: &Tally,
    now: i64,
) -> Option<(&'a Session, u64)> {
    let mut gone = before.sessions.iter().filter(|one| one.ends() > now && after.session(&one.id).is_none());
    gone.find_map(|one| Some((one, people(tally, &one.id))).filter(|(_, people)| *people > 0))
}

/// Whether somebody has something of a date to come: of those each is told with a file that takes it out of their calendar.
pub fn has_people_to_come(content: &OwnContent, tally: &Tally, now: i64) -> bool {
    initiative_of(content).ok().flatten().is_some_and(|it| has_people_in(&it, tally, now))
}

/// The same of any initiative.
pub fn has_people_in(initiative: &Initiative, tally: &Tally, now: i64) -> bool {
    initiative.coming(now).iter().any(|date| people(tally, &date.id) > 0)
}

/// How many have a date, or wait for it.
fn people(tally: &Tally, session: &str) -> u64 {
    let of = tally.sessions.iter().find(|of| of.session == session);
    of.map_or(0, |of| of.seated + of.waiting)
}

fn new_id() -> Result<String, Refused> {
    Ok(PREFIX.to_owned() + random_id()?.get(..DIGITS).ok_or(Refused::System)?)
}

/// A canonical feed of one initiative of that identifier.
fn document(given: Value, id: &str) -> Option<Value> {
    let mut document = match given.get("initiatives") {
        Some(_) => given,
        None => json!({ "initiatives": [given] }),
    };
    let [one] = document.get_mut("initiatives")?.as_array_mut()?.as_mut_slice() else { return None };
    one.as_object_mut()?.insert("id".into(), id.into());
    Some(document)
}

/// Whether something is left out, or read as something else than was meant.
fn loses(problem: Problem) -> bool {
    !matches!(
        problem,
        Problem::NoTimeZone
            | Problem::Repaired
            | Problem::Guessed
            | Problem::Comment
            | Problem::StrayComma
            | Problem::LargeNumber
            | Problem::BrokenText
    )
}

/// Gives a name to each session that has none but its start, called off or not, so that it stays the same when it is moved: that of the session
/// that began then before, or a new one.
fn name_sessions(initiative: &mut Initiative, before: &[Session]) -> Result<(), Refused> {
    let all = initiative.sessions.iter().chain(&initiative.cancelled);
    let mut taken: HashSet<String> = all.map(|session| session.id.clone()).collect();
    for session in initiative.sessions.iter_mut().chain(&mut initiative.cancelled) {
        let is_known = before.iter().any(|known| known.id == session.id);
        if is_known || !is_start(&session.id) {
            continue;
        }
        let same = before.iter().find(|known| {
            known.start.moment.instant == session.start.moment.instant && !taken.contains(&known.id)
        });
        session.id = match same {
            Some(known) => known.id.clone(),
            None => format!("d-{}", random_id()?.get(..8).ok_or(Refused::System)?),
        };
        taken.insert(session.id.clone());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(given: &Value, before: Option<&OwnContent>) -> OwnContent {
        read(&given.to_string(), before).unwrap()
    }

    fn value(content: &OwnContent) -> Value {
        serde_json::from_str(&content.json).unwrap()
    }

    fn workshop() -> Value {
        json!({ "name": "Atelier", "kind": "gathering", "participation": { "way": "rsvp" }, "sessions": [
            { "startDate": "2099-05-02T14:00:00+02:00" }, { "startDate": "2099-05-09T14:00:00+02:00" },
            { "id": "soir", "startDate": "2099-05-09T20:00:00+02:00" }] })
    }

    #[test]
    fn the_identifier_is_ours_whatever_is_said() {
        let mut given = workshop();
        given["id"] = json!("atelier");
        let (one, other) = (kept(&given, None), kept(&given, None));
        assert!(one.id.starts_with("a-") && one.id.len() == 22 && one.id != other.id, "{}", one.id);
        assert_eq!(value(&one)["id"], one.id);
        given["id"] = json!(other.id);
        assert_eq!(kept(&given, Some(&one)).id, one.id);
    }

    #[test]
    fn what_is_kept_is_read_again_as_it_is() {
        let mut given = workshop();
        given["startDate"] = json!("2099-05-02");
        let feed = json!({ "inLanguage": "es", "timeZone": "Indian/Reunion", "initiatives": [given] });
        let one = kept(&feed, None);
        assert_eq!((one.language.as_str(), &value(&one)["timeZone"]), ("es", &json!("Indian/Reunion")));
        assert_eq!(kept(&value(&one), Some(&one)), one);
        assert_eq!(initiative_of(&one).unwrap().unwrap().name, "Atelier");
    }

    #[test]
    fn sessions_keep_their_names_when_they_are_moved_or_said_again() {
        let one = kept(&workshop(), None);
        let names = |content: &OwnContent| -> Vec<String> {
            let sessions = value(content)["sessions"].as_array().unwrap().clone();
            sessions.iter().map(|session| session["id"].as_str().unwrap().to_owned()).collect()
        };
        let before = names(&one);
        assert!(before[0].starts_with("d-") && before[0] != before[1] && before[2] == "soir", "{before:?}");
        let mut moved = value(&one);
        moved["sessions"][0]["startDate"] = json!("2099-05-03T14:00:00+02:00");
        assert_eq!(names(&kept(&moved, Some(&one))), before);
        // Said again without names: what begins when it began is the same, what does not is new.
        let mut again = workshop();
        again["sessions"][1]["startDate"] = json!("2099-05-10T14:00:00+02:00");
        let after = names(&kept(&again, Some(&one)));
        assert_eq!((&after[0], &after[2]), (&before[0], &before[2]));
        assert!(!before.contains(&after[1]), "{after:?}");
        // Called off without its name: people have it.
        again["sessions"][0]["status"] = json!("cancelled");
        let off = initiative_of(&kept(&again, Some(&one))).unwrap().unwrap();
        assert_eq!(
            off.cancelled.iter().map(|session| session.id.as_str()).collect::<Vec<_>>(),
            [before[0].as_str()]
        );
    }

    #[test]
    fn a_date_that_is_called_off_keeps_its_name_and_the_others_stay() {
        let one = kept(&workshop(), None);
        let off = without_dates(&one, &["soir".into()]).unwrap();
        let (before, after) = (initiative_of(&one).unwrap().unwrap(), initiative_of(&off).unwrap().unwrap());
        assert_eq!((after.sessions.len(), after.cancelled[0].id.as_str()), (2, "soir"));
        assert_eq!(after.sessions, before.sessions[..2]);
        assert_eq!(without_dates(&off, &["soir".into()]).unwrap(), off);
    }

    #[test]
    fn what_would_be_left_out_is_refused_with_its_place() {
        for (field, wrong) in [
            ("url", json!("javascript:alert(1)")),
            ("name", json!("")),
            ("name", json!("é".repeat(501))),
            ("kind", json!(["x"])),
            ("sessions", json!([{ "startDate": "2099-02-30" }])),
            ("location", json!({ "latitude": 100, "longitude": 4 })),
            ("participation", json!({ "way": "rsvp", "questions": [{ "id": "a" }] })),
        ] {
            let mut given = workshop();
            given[field] = wrong;
            let refused = read(&given.to_string(), None).unwrap_err();
            assert!(matches!(&refused, Refused::Findings(all) if !all.is_empty()), "{field}: {refused}");
            assert!(refused.to_string().contains(field), "{refused}");
        }
    }

    #[test]
    fn it_is_one_and_of_bounded_length() {
        for wrong in
            ["[]", "3", "{\"initiatives\": []}", "{\"initiatives\": [{\"name\": \"a\"}, {\"name\": \"b\"}]}"]
        {
            assert!(matches!(read(wrong, None), Err(Refused::NotOne)), "{wrong}");
        }
        assert!(matches!(read("{", None), Err(Refused::NotJson(_))));
        let long = json!({ "name": "a", "description": "a".repeat(LARGEST) });
        assert!(matches!(read(&long.to_string(), None), Err(Refused::TooLarge)));
        // A rule is written out for a year from today.
        let tomorrow = (jiff::Timestamp::now() + jiff::SignedDuration::from_hours(24)).to_string();
        let daily = json!({ "name": "a", "sessions": [
            { "name": "é".repeat(400), "startDate": tomorrow, "repeats": "FREQ=DAILY;COUNT=50" }] });
        let refused = read(&daily.to_string(), None).unwrap_err();
        assert!(matches!(refused, Refused::TooLarge), "{refused}");
    }
}
