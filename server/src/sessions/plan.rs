//! What is to be done about an initiative's sessions, from what is known of them and what the feed says.

use std::collections::BTreeSet;

use alentour_model::text::fold;
use alentour_model::{Initiative, Moment, Session};
use alentour_texts::Language;

use super::matching::{Known, is_start, matched};
use crate::store::{Kept, KnownSession, Notice, written};
use crate::wording;

/// Something that has become of a session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// It has another name, time or place, or is there again.
    Moved { from: KnownSession, to: KnownSession, notice: Notice },
    /// The feed has it no more.
    Gone(KnownSession),
}

impl Change {
    /// What it was.
    pub fn from(&self) -> &KnownSession {
        match self {
            Self::Moved { from, .. } | Self::Gone(from) => from,
        }
    }

    /// Whether a server that has not read the newest feed yet says so, too: then it may only seem to be a change.
    pub fn may_be_outdated(&self) -> bool {
        match self {
            Self::Moved { from, to, .. } => {
                let said = to.said();
                from.said() == said || from.previous.as_ref() == Some(&said)
            }
            Self::Gone(_) => true,
        }
    }
}

/// An initiative's sessions as the feed says them.
pub fn as_announced(initiative: &Initiative) -> Vec<KnownSession> {
    as_said(initiative, &initiative.sessions)
}

/// Those that the feed calls off, as it says them.
pub fn as_called_off(initiative: &Initiative) -> Vec<KnownSession> {
    as_said(initiative, &initiative.cancelled)
}

fn as_said(initiative: &Initiative, sessions: &[Session]) -> Vec<KnownSession> {
    let known = |session: &Session| KnownSession {
        session: session.id.clone(),
        kept: Kept {
            starts: written(session.start),
            ends: session.end.map(written),
            // An address has no language but for its commas.
            place: wording::place(Language::DEFAULT, initiative, Some(&session.id)).or(Some(String::new())),
        },
        starts_at: session.start.moment.instant,
        ..KnownSession::default()
    };
    sessions.iter().map(known).collect()
}

/// Sessions that somebody has something of and that nothing is known of: as the feed says them, called off or not, or, if it has them no more,
/// as their names say. So it is for what was there before an upgrade, and for a form that was under way while its session was renamed.
pub fn unknown(
    known: &[KnownSession],
    announced: &[KnownSession],
    names: &BTreeSet<String>,
) -> Vec<KnownSession> {
    let is_known = |name: &&String| known.iter().any(|session| session.session == **name);
    let unknown = |name: &String| {
        let found = announced.iter().find(|session| session.session == *name);
        found.cloned().unwrap_or_else(|| {
            let start = is_start(name).then(|| Moment::parse(name.split('#').next()?)).flatten();
            let starts = start.map(|start| start.to_string()).unwrap_or_default();
            KnownSession {
                session: name.clone(),
                kept: Kept { starts, ..Kept::default() },
                starts_at: start.map_or(0, |start| start.instant),
                ..KnownSession::default()
            }
        })
    };
    names.iter().filter(|name| !is_known(name)).map(unknown).collect()
}

/// Those of the feed's sessions that are not over nor known: so that what is new is told from what was there, nobody having signed up for it yet.
pub fn coming(
    sessions: &[Session],
    announced: Vec<KnownSession>,
    now: i64,
    known: &[KnownSession],
) -> Vec<KnownSession> {
    let is_known = |name: &str| known.iter().any(|known| known.session == name);
    let coming = sessions.iter().zip(announced);
    let coming = coming.filter(|(session, _)| session.ends() > now && !is_known(&session.id));
    coming.map(|(_, announced)| announced).collect()
}

/// What is to be done. `before` is what was known when nobody had noted anything of this round: where that is nothing, nobody knows what
/// of the feed is new. `was_announced`: whether the feed is known to have had a session of that name when it was looked at before. What is
/// over has not left the feed, and nobody is told of it; nor has what has begun, for many feeds have only what is to come. What the feed calls
/// off is no other date's: a new one takes none of its people.
pub fn changes(
    (before, known): (&[KnownSession], &[KnownSession]),
    (sessions, announced): (&[Session], &[KnownSession]),
    is_cancelled: impl Fn(&str) -> bool,
    was_announced: impl Fn(&str) -> bool,
    now: i64,
) -> Vec<Change> {
    let (over, known): (Vec<_>, Vec<_>) = known.iter().partition(|session| is_over(session, now));
    let mut changes: Vec<_> =
        over.into_iter().filter_map(|session| next_one(session, sessions, announced, now)).collect();
    let comparable = |one: &KnownSession| one.starts_at > now && !is_cancelled(&one.session);
    let names: Vec<_> = known
        .iter()
        .map(|one| Known { name: &one.session, start: Some(one.starts_at).filter(|_| comparable(one)) })
        .collect();
    let was_there = |name: &str| before.iter().any(|session| session.session == name);
    let is_new = |session: &Session| !before.is_empty() && !was_there(&session.id) && session.ends() > now;
    let places = matched(&names, sessions, is_new);
    let now_is: Vec<_> = places.iter().map(|place| place.and_then(|place| announced.get(place))).collect();
    for (from, to) in known.iter().zip(&now_is) {
        let has_begun = from.starts_at > 0 && from.starts_at <= now;
        // A form that was under way names it as it was named first. What the feed had by that name since then is another session.
        let renamed = || {
            let is_other = was_announced(&from.session) || from.gone_since.is_some();
            known
                .iter()
                .zip(&now_is)
                .find(|(other, _)| !is_other && other.uid == from.session && *other != from)
        };
        match to.or_else(|| *renamed()?.1) {
            Some(to) => changes.extend(moved(from, to)),
            None if from.gone_since.is_none() && !has_begun => changes.push(Change::Gone((*from).clone())),
            None => {}
        }
    }
    changes
}

fn is_over(session: &KnownSession, now: i64) -> bool {
    session.kept.session(&session.session).is_some_and(|session| session.ends() <= now)
}

/// A session that is over, and whose name the feed has given to the next one.
fn next_one(
    from: &KnownSession,
    sessions: &[Session],
    announced: &[KnownSession],
    now: i64,
) -> Option<Change> {
    let (session, to) = sessions.iter().zip(announced).find(|(session, _)| session.id == from.session)?;
    let to = to.clone();
    (session.ends() > now).then(|| Change::Moved { from: from.clone(), to, notice: Notice::Passed })
}

/// What has changed from one to the other, if anything has.
fn moved(from: &KnownSession, to: &KnownSession) -> Option<Change> {
    let is_as_noted = from.session == to.session && from.kept == to.kept && from.gone_since.is_none();
    let notice = if is_news(&from.kept, &to.kept) { Notice::Everybody } else { Notice::Nobody };
    (!is_as_noted).then(|| Change::Moved { from: from.clone(), to: to.clone(), notice })
}

/// Whether people must know: another start, another end, another place. An end that was not known before is no other one, nor is a
/// place that is written otherwise; but one that was not known is.
pub fn is_news(was: &Kept, is: &Kept) -> bool {
    let when = |kept: &Kept| kept.session("");
    let (Some(before), Some(after)) = (when(was), when(is)) else { return false };
    let is_other = |a: alentour_model::When, b: alentour_model::When| match (a.all_day, b.all_day) {
        (true, true) => a.date() != b.date(),
        (false, false) => a.moment.instant != b.moment.instant,
        _ => true,
    };
    let letters = |text: &str| fold(text).chars().filter(|c| c.is_alphanumeric()).collect::<String>();
    let places = was.place.as_deref().zip(is.place.as_deref());
    is_other(before.start, after.start)
        || before.end.zip(after.end).is_some_and(|(a, b)| is_other(a, b))
        || places.is_some_and(|(was, is)| !is.is_empty() && letters(was) != letters(is))
}

/// Whether an initiative says of a session what was noted of it, as far as people must know.
pub fn is_as_noted(initiative: &Initiative, session: &str, noted: &Kept) -> bool {
    as_announced(initiative).iter().any(|one| one.session == session && !is_news(noted, &one.kept))
}
