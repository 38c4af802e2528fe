//! Facts of an initiative in the visitor's words.

use alentour_model::{Initiative, Place, Session};

use crate::dom::El;
use crate::dom::html::{b, drawing, p, span};
use crate::labels;
use crate::locale::Locale;
use crate::message::Message;

/// What it is: the kind's icon and label, and the causes behind it.
pub fn kind(locale: Locale, initiative: &Initiative) -> El {
    let kind = initiative.kind.as_ref();
    let label = kind.map(|kind| b().child(labels::kind(locale, kind)));
    let causes: Vec<_> = initiative.causes.iter().take(2).map(|cause| labels::cause(locale, cause)).collect();
    let causes = (!causes.is_empty()).then(|| span().child(locale.list(&causes)));
    p().class("kind")
        .attr("data-kind", kind.map_or("", |kind| kind.as_str()))
        .child(drawing(labels::icon(kind)))
        .child(label)
        .child(causes)
}

/// When: the next session, or since when and until when it goes on. `None` where it names no date.
pub fn next(locale: Locale, initiative: &Initiative, session: Option<usize>) -> Option<String> {
    if let Some(session) = session.and_then(|session| initiative.sessions.get(session)) {
        return Some(locale.session(session));
    }
    let today = locale.clock.now().today;
    match (initiative.start.filter(|start| start.date() > today), initiative.end) {
        (Some(start), _) => Some(locale.say(Message::FromDate, &[("date", &locale.when(start))])),
        (None, Some(end)) => Some(locale.say(Message::UntilDate, &[("date", &locale.when(end))])),
        (None, None) => initiative.start.map(|_| locale.text(Message::Ongoing).to_owned()),
    }
}

/// A session: when, and what it is called. The date stands first, where a narrow field cuts it last.
pub fn session(locale: Locale, session: &Session) -> String {
    let when = locale.session(session);
    if session.name.is_empty() { when } else { [&when, " · ", &session.name].concat() }
}

/// What stands behind a session's hours where nothing else says whose clocks they are on.
pub fn in_zone(locale: Locale, session: &Session) -> String {
    locale.zone(session).map(|zone| [" (", &zone, ")"].concat()).unwrap_or_default()
}

/// Whose clocks the hours of all these sessions are on, where the same can be said of each of them: then it is said once.
pub fn shared_zone(locale: Locale, sessions: &[&Session]) -> Option<String> {
    let mut shared = None;
    for session in sessions {
        if session.start.all_day {
            continue;
        }
        let zone = locale.zone(session)?;
        if shared.as_ref().is_some_and(|shared| *shared != zone) {
            return None;
        }
        shared = Some(zone);
    }
    shared
}

/// The line that says so.
pub fn zone_note(zone: &str) -> El {
    p().class("zone").child(zone)
}

/// "et 3 autres dates", where there are more to come.
pub fn further_sessions(locale: Locale, initiative: &Initiative) -> Option<String> {
    let more = initiative.coming(locale.clock.now().instant).len().saturating_sub(1);
    (more > 0).then(|| [" ", &locale.count(Message::SessionMore, more, &[])].concat())
}

/// What is still needed: seats of a session, signatures of a petition.
pub fn needed(locale: Locale, initiative: &Initiative, session: Option<usize>) -> Option<El> {
    if let Some(petition) = &initiative.petition {
        return Some(progress(locale, petition.signatures?, petition.target));
    }
    Some(p().class("needed").child(seats(locale, initiative.sessions.get(session?)?)?))
}

/// How many seats are left, where the feed says so.
pub fn seats(locale: Locale, session: &Session) -> Option<String> {
    if session.is_full() {
        return Some(locale.text(Message::Full).to_owned());
    }
    Some(locale.count(Message::Seats, session.remaining? as usize, &[]))
}

/// How far a petition has come.
pub fn progress(locale: Locale, signatures: u32, target: Option<u32>) -> El {
    let needed = p().class("needed");
    let Some(target) = target.filter(|target| *target > 0) else {
        return needed.child(locale.count(Message::Signatures, signatures as usize, &[]));
    };
    let (so_far, aim) = (locale.number(f64::from(signatures)), locale.number(f64::from(target)));
    let bar = crate::dom::html::progress()
        .attr("max", target.to_string())
        .attr("value", signatures.min(target).to_string())
        .attr("aria-hidden", "true");
    needed.child(bar).child(locale.say(Message::SignaturesOf, &[("n", &so_far), ("target", &aim)]))
}

/// The town of a place, or the best it says of where it is.
pub fn locality(place: &Place) -> String {
    let texts = [&place.address_locality, &place.name, &place.street_address, &place.postal_code];
    texts.into_iter().find(|text| !text.is_empty()).cloned().unwrap_or_default()
}

/// The whole address on one line.
pub fn address(place: &Place) -> String {
    let town = [place.postal_code.as_str(), place.address_locality.as_str()].join(" ");
    let parts = [place.name.as_str(), place.street_address.as_str(), town.trim()];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ")
}
