//! What organisers write to many who take part: accepted at once, owed to each of them in parts, and sent by the outbox.

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use super::sealed::Sealed;
use super::{AttendanceState, Decision, Holder, SignUpRecord, StoreError, TrailEntry};

/// Characters that a subject may have: more is cut off by mail programs.
pub const LONGEST_SUBJECT: usize = 150;
/// Characters that a text may have: two printed pages, and a form that fits what the pages take.
pub const LONGEST_TEXT: usize = 5000;
/// What is written to those of one action in 24 hours: what is to be said, a correction, and what nobody could foresee. Whoever gets more
/// reads none of it.
pub const OF_INITIATIVE: u64 = 3;
/// What one account writes in 24 hours: enough for whoever has an evening of many actions to call off, too few for a stranger who got into
/// their mailbox to spend the mail server's good name.
pub const OF_ACCOUNT: u64 = 10;
/// Those 24 hours.
const PERIOD: i64 = 86_400;

/// Who is written to. [`includes`](Self::includes) says who that is; the database says the same in its own words, and leaves out those whose time to
/// be kept is over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Audience {
    /// All who take part.
    All,
    /// The same, of what is hidden: but for those who were owed such a letter in the 24 hours before.
    Hiding,
    /// Who has a seat of that session, or is offered one.
    Seated(String),
    /// Who waits for one.
    Waiting(String),
}

impl Audience {
    /// Reads it from its word and its session; `None` where it is none.
    pub fn parse(word: &str, session: &str) -> Option<Self> {
        match (word, session) {
            ("all", "") => Some(Self::All),
            ("hiding", "") => Some(Self::Hiding),
            (_, "") => None,
            ("seated", _) => Some(Self::Seated(session.to_owned())),
            ("waiting", _) => Some(Self::Waiting(session.to_owned())),
            _ => None,
        }
    }

    /// The word for it in the database, in forms and in the trail.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Hiding => "hiding",
            Self::Seated(_) => "seated",
            Self::Waiting(_) => "waiting",
        }
    }

    /// The session that it is about; empty: all of them.
    pub fn session(&self) -> &str {
        match self {
            Self::All | Self::Hiding => "",
            Self::Seated(session) | Self::Waiting(session) => session,
        }
    }

    /// Whether somebody is among them: they have confirmed, were not declined, and have what the audience is about: of all, any session that
    /// they have not given back, or a sign-up for none; else a seat of that session or the offer of one, or a place in its line. Who was told
    /// before, the database knows alone.
    pub fn includes(&self, record: &SignUpRecord) -> bool {
        let waits = |state: AttendanceState| state == AttendanceState::Waiting;
        let of = |session: &str, is: fn(AttendanceState) -> bool| {
            record.attendances.iter().any(|one| one.session == session && is(one.state))
        };
        let is_declined = matches!(record.decision, Some((Decision::Declined, _)));
        let has = match self {
            Self::All | Self::Hiding => {
                let all = &record.attendances;
                all.is_empty() || all.iter().any(|one| one.state.is_seated() || waits(one.state))
            }
            Self::Seated(session) => of(session, AttendanceState::is_seated),
            Self::Waiting(session) => of(session, waits),
        };
        !record.pending && record.confirmed_at.is_some() && !is_declined && has
    }
}

/// What is written, and by whom. Not `Debug`: it is in no log.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Writing {
    /// One line.
    pub subject: String,
    /// Lines.
    pub text: String,
    /// How those who read it know who writes.
    pub name: String,
    /// Where answers go.
    pub reply_to: String,
}

/// What is wrong with something to be written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Unwritable {
    /// There is no subject, or too much of it, or characters in it that nobody types.
    pub subject: bool,
    /// The same of the text.
    pub text: bool,
}

impl Writing {
    /// Reads what somebody has typed.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn parse(by: &Holder, subject: &str, text: &str) -> Result<Self, Unwritable> {
        let text = text.replace("\r\n", "\n");
        let (subject, text) = (subject.trim(), text.trim());
        let is_wrong = |given: &str, most: usize, lines: bool| {
            let is_typed = |c: char| !c.is_control() || (lines && matches!(c, '\n' | '\t'));
            given.is_empty() || given.chars().count() > most || !given.chars().all(is_typed)
        };
        let wrong = Unwritable {
            subject: is_wrong(subject, LONGEST_SUBJECT, false),
            text: is_wrong(text, LONGEST_TEXT, true),
        };
        if wrong != Unwritable::default() {
            return Err(wrong);
        }
        Ok(Self {
            subject: subject.to_owned(),
            text: text.to_owned(),
            name: by.shown().to_owned(),
            reply_to: by.email.clone(),
        })
    }
}

impl Sealed for Writing {
    const KEY: &'static str = "broadcasts";
}

/// Something that was written to many.
#[derive(Clone)]
pub struct Broadcast {
    /// Names it; the form that sent it had it, so that it is accepted once.
    pub id: String,
    /// To those of which initiative.
    pub initiative: String,
    /// Who of them.
    pub audience: Audience,
    /// Who wrote it, by the account's id.
    pub account: String,
    /// What.
    pub writing: Writing,
    /// When it was accepted, UTC seconds.
    pub created_at: i64,
    /// Mails that are owed, those included that were sent.
    pub owed: u64,
    /// Whether more are to be owed.
    pub is_open: bool,
    /// Mails that were sent.
    pub sent: u64,
    /// Mails that wait in the outbox.
    pub waiting: u64,
    /// Mails that were given up.
    pub dead: u64,
}

/// How much more may be written for now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Room {
    /// So often.
    Left(u64),
    /// Not before that time (UTC seconds).
    From(i64),
}

impl Room {
    /// What is left at that time, by what was written: whether to those of the initiative, whether by the account, and when (UTC seconds).
    pub(super) fn of(written: &[(bool, bool, i64)], now: i64) -> Self {
        let room = |is_counted: fn(&(bool, bool, i64)) -> bool, most: u64| {
            let counted = written.iter().filter(|one| is_counted(one) && one.2 > now - PERIOD);
            let mut times: Vec<i64> = counted.map(|one| one.2).collect();
            times.sort_unstable_by(|a, b| b.cmp(a));
            // Once the last of so many is a day old, there are fewer.
            match times.get(most as usize - 1) {
                Some(at) => Self::From(at + PERIOD),
                None => Self::Left(most - times.len() as u64),
            }
        };
        match (room(|one| one.0, OF_INITIATIVE), room(|one| one.1, OF_ACCOUNT)) {
            (Self::Left(a), Self::Left(b)) => Self::Left(a.min(b)),
            (Self::From(a), Self::From(b)) => Self::From(a.max(b)),
            (from @ Self::From(_), _) | (_, from) => from,
        }
    }

    /// From when on what was written counts, at that time.
    pub(super) fn since(now: i64) -> i64 {
        now - PERIOD
    }
}

/// What became of something that was to be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Acceptance {
    /// It will be sent.
    Now,
    /// It was accepted before: a second press of one button.
    Before,
    /// Something else was accepted by that id. Nothing was done.
    Other,
    /// That is too much. Not before that time (UTC seconds); nothing was done.
    TooMany(i64),
}

/// Where what is written to many is kept, and owed.
#[async_trait]
pub trait BroadcastStore: Send + Sync {
    /// How many sign-ups of an initiative somebody would write to at that time (UTC seconds).
    async fn count_audience(
        &self,
        initiative: &str,
        audience: &Audience,
        now: i64,
    ) -> Result<u64, StoreError>;

    /// How much more may be written, to those of an initiative and by an account.
    async fn room(&self, initiative: &str, account: &str, now: i64) -> Result<Room, StoreError>;

    /// Accepts something that is written, by an id that its form has. Who writes it, to those of which initiative, and when, the entry says.
    async fn accept_broadcast(
        &self,
        id: &str,
        audience: &Audience,
        writing: &Writing,
        entry: &TrailEntry,
    ) -> Result<Acceptance, StoreError>;

    /// Owes mails to the next few of what was accepted first: to those who are its audience now. Says how many; `None` where nothing is left to
    /// be owed. 0 is none of these: nobody was left of one, or another server was faster.
    async fn owe_broadcasts(&self, now: i64) -> Result<Option<u64>, StoreError>;

    /// What was accepted by that id, without what has become of it.
    async fn broadcast(&self, id: &str) -> Result<Option<Broadcast>, StoreError>;

    /// What was written to those of an initiative, latest first.
    async fn broadcasts(&self, initiative: &str, most: u32) -> Result<Vec<Broadcast>, StoreError>;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Secret;

    fn holder() -> Holder {
        Holder { email: "asha@example.org".into(), ..Holder::default() }
    }

    #[test]
    fn a_subject_is_a_line_and_a_text_is_lines_and_neither_is_too_long() {
        let writing = Writing::parse(&holder(), " Samedi ", "Bonjour\r\n\r\n– un stylo\r\n").ok().unwrap();
        assert_eq!((writing.subject.as_str(), writing.text.as_str()), ("Samedi", "Bonjour\n\n– un stylo"));
        assert_eq!(writing.name, "asha@example.org", "who has no name is known by the address");
        for (subject, text, expected) in [
            ("", "x", (true, false)),
            ("x", " \r\n ", (false, true)),
            ("a\nb", "x", (true, false)),
            ("a\tb", "a\u{0}b", (true, true)),
            ("x", "a\u{1b}[31m", (false, true)),
            (&"é".repeat(151), &"é".repeat(5001), (true, true)),
        ] {
            let wrong = Writing::parse(&holder(), subject, text).err().unwrap_or_default();
            assert_eq!((wrong.subject, wrong.text), expected, "{subject:?} {text:?}");
        }
        assert!(Writing::parse(&holder(), &"é".repeat(150), &"é".repeat(5000)).is_ok());
    }

    #[test]
    fn what_was_sealed_is_read_by_its_own_id_only() {
        let keys = crate::store::Keys::new(Secret::new("one secret of the tests"));
        let writing = Writing::parse(&holder(), "Samedi", "Rendez-vous au lac").ok().unwrap();
        let sealed = writing.seal(&keys, "a").ok().unwrap();
        assert!(!sealed.windows(3).any(|part| part == b"lac"));
        assert!(Writing::open(&keys, "a", &sealed).ok() == Some(writing));
        assert!(Writing::open(&keys, "b", &sealed).is_err());
    }

    #[test]
    fn three_of_an_initiative_and_ten_of_an_account_are_a_day_s() {
        const DAY: i64 = 86_400;
        let now = 10 * DAY;
        // When each was written, in hours before now.
        let room = |of_initiative: &[i64], of_account: &[i64]| {
            let at = |hours: &i64| now - hours * 3600;
            let mut written: Vec<_> = of_initiative.iter().map(|hours| (true, false, at(hours))).collect();
            written.extend(of_account.iter().map(|hours| (false, true, at(hours))));
            Room::of(&written, now)
        };
        let hours = |hours: i64| Room::From(now + hours * 3600);
        assert_eq!(room(&[], &[]), Room::Left(3));
        assert_eq!(room(&[1, 2], &[]), Room::Left(1));
        assert_eq!(room(&[1, 24, 30], &[]), Room::Left(2), "a day is over");
        assert_eq!(room(&[5, 1, 20], &[]), hours(4), "once the first of them is a day old");
        // Of more than may be, as from a clock that went wrong, the third last counts.
        assert_eq!(room(&[20, 5, 4, 3], &[]), hours(19));
        assert_eq!(room(&[], &[1; 9]), Room::Left(1));
        assert_eq!(room(&[], &[2; 10]), hours(22));
        assert_eq!(room(&[23; 3], &[2; 10]), hours(22));
        assert_eq!(Room::of(&[(true, true, now); 2], now), Room::Left(1), "each counts for both");
    }

    #[test]
    fn an_audience_is_read_as_it_is_written() {
        for audience in [
            Audience::All,
            Audience::Hiding,
            Audience::Seated("samedi".into()),
            Audience::Waiting("a:b".into()),
        ] {
            assert_eq!(Audience::parse(audience.as_str(), audience.session()), Some(audience));
        }
        for (word, session) in [("all", "samedi"), ("seated", ""), ("waiting", ""), ("", ""), ("tous", "a")] {
            assert_eq!(Audience::parse(word, session), None, "{word} {session}");
        }
    }
}
