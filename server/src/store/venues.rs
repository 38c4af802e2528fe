//! Where participants meet, where the feed does not say it: told to whoever has a seat, and to nobody else.

use alentour_model::{Initiative, Link};
use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use super::sealed::Sealed;
use super::{AttendanceState, Decision, SignUpRecord, StoreError, TrailEntry};

/// Characters that a place may have in words.
const LONGEST: usize = 500;

/// Where one meets. Not `Debug`: it is in no log.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Meeting {
    /// In words; several lines are parts of it. May be empty where there is a link.
    pub text: String,
    /// The address of an online meeting; may be empty.
    pub link: String,
}

impl Meeting {
    /// Reads a place in words and a link, of which one may be empty.
    ///
    /// # Errors
    /// In words: they say nothing, or are too long, or the link is none of the web.
    pub fn parse(text: &str, link: &str) -> Result<Self, String> {
        let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
        let text = lines.collect::<Vec<_>>().join("\n");
        if text.chars().count() > LONGEST || text.chars().any(|c| c.is_control() && c != '\n') {
            return Err(format!("the text has more than {LONGEST} characters, or some that nobody types"));
        }
        let link = match link.trim() {
            "" => String::new(),
            given => Link::parse(given)
                .ok_or("the link is none that begins with https:// or http://")?
                .as_str()
                .to_owned(),
        };
        if text.is_empty() && link.is_empty() {
            return Err("say where one meets: --text, --link, or both".into());
        }
        Ok(Self { text, link })
    }

    /// In one line.
    pub fn line(&self, comma: &str) -> String {
        self.text.replace('\n', comma)
    }
}

impl Sealed for Meeting {
    const KEY: &'static str = "venues";
}

/// Where the participants of an initiative meet, or those of one of its sessions.
#[derive(Clone)]
pub struct Venue {
    /// The session's name; empty for all that have none of their own.
    pub session: String,
    /// Where that is.
    pub meeting: Meeting,
    /// When that was said, UTC seconds; another one each time.
    pub changed_at: i64,
}

/// Where those of a session meet.
pub fn venue_of<'a>(venues: &'a [Venue], session: &str) -> Option<&'a Venue> {
    let named = |name: &str| venues.iter().find(|venue| venue.session == name);
    named(session).or_else(|| named(""))
}

/// Whether somebody may learn where one meets at all: they have confirmed, and whoever asks to join was accepted.
pub fn may_be_told(record: &SignUpRecord) -> bool {
    !record.pending && matches!(record.decision, None | Some((Decision::Accepted, _)))
}

/// Where somebody is told to come: each place with the sessions that they have a seat of there; without one where the sign-up is for no
/// session. Whoever asks to join is told once they are accepted.
pub fn told<'a, 'b>(venues: &'a [Venue], record: &'b SignUpRecord) -> Vec<(&'a Venue, Vec<&'b str>)> {
    if !may_be_told(record) {
        return Vec::new();
    }
    if record.attendances.is_empty() {
        return venue_of(venues, "").map(|venue| (venue, Vec::new())).into_iter().collect();
    }
    let mut all: Vec<(&Venue, Vec<&str>)> = Vec::new();
    for one in record.attendances.iter().filter(|one| one.state == AttendanceState::Active) {
        let Some(venue) = venue_of(venues, &one.session) else { continue };
        match all.iter_mut().find(|(known, _)| known.session == venue.session) {
            Some((_, sessions)) => sessions.push(&one.session),
            None => all.push((venue, vec![&one.session])),
        }
    }
    all
}

/// The part of a sign-up that a change of a venue is about, by its session and when it was made (UTC seconds): the sessions to come that its
/// person has a seat of. `None` where there is nothing to tell: it was said anew since then, or nobody has a seat any more.
pub fn told_of_change(
    (session, changed_at): (&str, i64),
    venues: &[Venue],
    record: &SignUpRecord,
    initiative: &Initiative,
    now: i64,
) -> Option<SignUpRecord> {
    let told = told(venues, record);
    let (_, sessions) =
        told.into_iter().find(|(venue, _)| venue.session == session && venue.changed_at == changed_at)?;
    if record.attendances.is_empty() {
        return (!initiative.is_over(now)).then(|| record.clone());
    }
    let is_to_come = |name: &str| initiative.session(name).is_some_and(|session| session.ends() > now);
    let attendances: Vec<_> = record
        .attendances
        .iter()
        .filter(|one| sessions.contains(&one.session.as_str()) && is_to_come(&one.session))
        .cloned()
        .collect();
    (!attendances.is_empty()).then(|| SignUpRecord { attendances, ..record.clone() })
}

/// Where it is kept where participants meet.
#[async_trait]
pub trait VenueStore: Send + Sync {
    /// Where an initiative's participants meet.
    async fn venues(&self, initiative: &str) -> Result<Vec<Venue>, StoreError>;

    /// Says where they meet, for one session or, where that is empty, for all that have none of their own; and owes each who has a seat there a mail.
    /// Says how many. The trail learns that it was said, never where. Saying the same again tells nobody twice, but owes at once what is still to be owed where the first time was cut short.
    async fn set_venue(
        &self,
        initiative: &str,
        session: &str,
        meeting: &Meeting,
        entry: &TrailEntry,
    ) -> Result<u64, StoreError>;

    /// Owes what whoever said it did not come to owe, for a minute: they were stopped, or their browser went away. Says how many mails.
    async fn owe_venues(&self, now: i64) -> Result<u64, StoreError>;

    /// Says it no more. Nobody is told; `false` where nothing was said.
    async fn clear_venue(
        &self,
        initiative: &str,
        session: &str,
        entry: &TrailEntry,
    ) -> Result<bool, StoreError>;

    /// How many would be owed a mail if another place were said now.
    async fn venue_audience(&self, initiative: &str, session: &str, now: i64) -> Result<u64, StoreError>;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Secret;

    #[test]
    fn a_place_is_words_or_a_link_of_the_web() {
        let meeting =
            Meeting::parse(" 3 rue du Lac \r\n\n porte B ", "https://visio.example.org/a").ok().unwrap();
        assert_eq!(
            (meeting.line(", ").as_str(), meeting.link.as_str()),
            ("3 rue du Lac, porte B", "https://visio.example.org/a")
        );
        for (text, link) in
            [("", ""), (" \n", ""), ("x", "javascript:alert(1)"), ("a\u{0}", ""), (&"é".repeat(501), "")]
        {
            assert!(Meeting::parse(text, link).is_err(), "{text} {link}");
        }
        assert!(Meeting::parse("", "https://visio.example.org/a").is_ok());
    }

    #[test]
    fn what_was_sealed_is_read_as_the_same_initiative_s_only() {
        let keys = crate::store::Keys::new(Secret::new("one secret of the tests"));
        let meeting = Meeting { text: "3 rue du Lac".into(), link: String::new() };
        let sealed = meeting.seal(&keys, "a").ok().unwrap();
        assert!(!sealed.windows(3).any(|part| part == b"Lac"));
        assert!(Meeting::open(&keys, "a", &sealed).ok() == Some(meeting));
        assert!(Meeting::open(&keys, "b", &sealed).is_err());
        assert!(
            Meeting::open(&crate::store::Keys::new(Secret::new("another one of them")), "a", &sealed)
                .is_err()
        );
    }
}
