//! Facts of an initiative in the visitor's words.

use alentour_model::text::{fold, has_words};
use alentour_model::{
    Availability, Date, Hit, Initiative, Kilometres, Need, Petition, Place, Reach, Session, Weekly, When,
};

use crate::dom::El;
use crate::dom::html::{b, drawing, p, small, span, time};
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

/// Since when and until when it goes on, where it has no sessions. `None` where it names no date.
pub fn lasting(locale: Locale, initiative: &Initiative) -> Option<String> {
    let today = locale.clock.now().today;
    match (initiative.start.filter(|start| start.date() > today), initiative.end) {
        (Some(start), _) => Some(locale.say(Message::FromDate, &[("date", &locale.date(start.date()))])),
        (None, Some(end)) => Some(locale.say(Message::UntilDate, &[("date", &locale.date(end.date()))])),
        (None, None) => initiative.start.map(|_| locale.text(Message::Ongoing).to_owned()),
    }
}

/// When a session is held.
pub fn held(locale: Locale, session: &Session) -> El {
    with_hours(locale, session, days(locale, session))
}

/// The hours of a session behind its days: they stay on one line.
pub fn with_hours(locale: Locale, session: &Session, days: El) -> El {
    match locale.hours(session) {
        Some(hours) => days.child(locale.comma()).child(span().class("hours").child(hours)),
        None => days,
    }
}

/// Those of these texts that are not empty, one behind the other. std's `join` is a kilobyte more to download.
#[inline(never)]
pub fn joined(texts: &[&str], between: &str) -> String {
    let mut all = String::new();
    for text in texts {
        if !text.is_empty() {
            all.push_str(if all.is_empty() { "" } else { between });
            all.push_str(text);
        }
    }
    all
}

/// What a session is called, behind when it is held.
pub fn called(session: &Session) -> String {
    if session.name.is_empty() { String::new() } else { [" · ", &session.name].concat() }
}

/// The day that a session is on, or its days. One that is near is a `<time>`, which may be said in a word: see [`Locale::near`].
pub fn days(locale: Locale, session: &Session) -> El {
    let (first, last) = session.days();
    let days = locale.session_days(session);
    let today = locale.clock.now().today;
    // With a day to spare: it may be tomorrow already for who sees a page that was made a while ago.
    if first != last || first < today || first > today.plus(2) {
        return span().child(days);
    }
    let When { moment, all_day } = session.start;
    let datetime = if all_day { first.to_string() } else { moment.to_string() };
    span().child(time().child(locale.near(&datetime, days)).attr("datetime", datetime))
}

/// What stands behind a session's hours where nothing else says whose clocks they are on.
pub fn in_zone(locale: Locale, session: &Session) -> String {
    locale.zone(session).map(|zone| [" (", &zone, ")"].concat()).unwrap_or_default()
}

/// Whose clocks the hours of all these sessions are on, where the same can be said of each of them: then it is said once.
pub fn shared_zone(locale: Locale, sessions: &mut dyn Iterator<Item = &Session>) -> Option<String> {
    shared(sessions.filter(|session| !session.start.all_day).map(|session| locale.zone(session)))
}

/// What is said of each of them, where that is the same.
pub fn shared(zones: impl Iterator<Item = Option<String>>) -> Option<String> {
    let mut shared = None;
    for zone in zones {
        let zone = zone?;
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

/// "et 3 autres dates", where there are more to come at the place that is named beside it; where they are a rhythm, which.
pub fn further_sessions(locale: Locale, initiative: &Initiative, hit: Hit) -> Option<String> {
    if let Some(weekly) = Weekly::of(&initiative.coming(locale.clock.now().instant)) {
        return Some([" ", &every_week(locale, &weekly)].concat());
    }
    let place = hit.place.filter(|_| everywhere(initiative).is_none());
    // One that names no place is held at each of them.
    let is_there = |of: Option<usize>| place.is_none() || of.is_none() || of == place;
    let now = locale.clock.now().instant;
    let is_full = |position: usize| initiative.sessions.get(position).is_some_and(Session::is_full);
    // Those that can be joined, beside one that can.
    let is_open = hit.session.is_some_and(|said| !is_full(said));
    let others = initiative.sessions.iter().enumerate().filter(|(position, session)| {
        let is_other = hit.session != Some(*position) && session.ends() > now;
        is_other && is_there(session.place) && !(is_open && session.is_full())
    });
    let more = others.count();
    (more > 0).then(|| [" ", &locale.count(Message::SessionMore, more, &[])].concat())
}

/// Days ahead beyond which the last date that is known is not taken for the last.
const ENDLESS: i32 = 300;

/// "chaque mardi jusqu’au 30 juin, sauf le 24 déc.".
fn every_week(locale: Locale, weekly: &Weekly) -> String {
    let day = usize::try_from(weekly.weekday).unwrap_or_default();
    let day = locale.text(Message::Weekdays).split(',').nth(day).unwrap_or_default().trim();
    // Of what has no end feeds name the dates of a year, more or less.
    let is_endless = weekly.last > locale.clock.now().today.plus(ENDLESS);
    let message = if is_endless { Message::Weekly } else { Message::WeeklyUntil };
    let mut said = locale.say(message, &[("day", day), ("date", &locale.date(weekly.last))]);
    if !weekly.except.is_empty() {
        let day = |date: &Date| locale.say(Message::ExceptDay, &[("date", &locale.date(*date))]);
        let dates: Vec<_> = weekly.except.iter().map(day).collect();
        said.push_str(locale.comma());
        said.push_str(&locale.say(Message::Except, &[("dates", &locale.list(&dates))]));
    }
    said
}

/// Whether it had a form that takes no more answers: then nothing is said of seats.
pub fn is_closed(initiative: &Initiative, availability: Availability) -> bool {
    initiative.participation.is_some() && availability == Availability::Closed
}

/// What is still needed: seats of a session, signatures of a petition; or that it is closed.
pub fn needed(
    locale: Locale,
    initiative: &Initiative,
    session: Option<usize>,
    is_closed: bool,
) -> Option<El> {
    if is_closed {
        return Some(p().class("needed").child(locale.text(Message::Closed)));
    }
    if let Some(petition) = &initiative.petition {
        return progress(locale, petition);
    }
    if let Some(pledges) = pledges(locale, initiative) {
        return Some(p().class("needed").child(pledges));
    }
    let session = initiative.sessions.get(session?)?;
    let class = if session.is_full() { "needed full" } else { "needed" };
    Some(p().class(class).child(seats(locale, session)?))
}

/// How many seats are left, where that is known: of seats in all some may be taken, and only the server knows how many.
pub fn seats(locale: Locale, session: &Session) -> Option<String> {
    if session.is_full() {
        return Some(locale.text(Message::Full).to_owned());
    }
    Some(locale.count(Message::Seats, session.left()? as usize, &[]))
}

/// What kind of thing a need is, and how many are still needed: "du matériel · encore 3 tables".
pub fn still_needed(locale: Locale, need: &Need) -> String {
    let kind = labels::need(need.kind).map(|kind| locale.text(kind)).unwrap_or_default();
    let left = match need.left() {
        Some(0) => locale.text(Message::NeedMet).to_owned(),
        Some(left) => {
            // The unit is that of many.
            let unit = if left == 1 { "" } else { &need.unit };
            let number = [&locale.number(f64::from(left)), " ", unit].concat();
            locale.say(Message::NeedLeft, &[("text", number.trim_end())])
        }
        None => String::new(),
    };
    joined(&[kind, &left], " · ")
}

/// What is still needed at a session: "Il manque encore : un·e cuisinier·ère, deux tables".
pub fn session_needs(locale: Locale, session: &Session) -> Option<El> {
    let said = || locale.say(Message::SessionNeeds, &[("text", &locale.list(&session.needs))]);
    (!session.needs.is_empty()).then(|| small().class("wanted").child(said()))
}

/// How far a petition has come: what encourages most, and the figures where that is something else. A goal that is not the organiser's is
/// called what it is.
pub fn signatures(locale: Locale, petition: &Petition) -> Option<(String, Option<String>)> {
    let signatures = petition.count()?;
    let counted = locale.count(Message::Signatures, signatures as usize, &[]);
    let Some(goal) = petition.goal() else { return Some((counted, None)) };
    let aim = locale.number(f64::from(goal));
    let target = petition.target.filter(|target| *target > 0);
    if target != Some(goal) {
        let figures = locale.say(Message::SignaturesNext, &[("text", &counted), ("target", &aim)]);
        return Some(match target {
            Some(_) => (locale.text(Message::GoalReached).to_owned(), Some(figures)),
            None => (figures, None),
        });
    }
    let so_far = locale.number(f64::from(signatures));
    let figures = locale.say(Message::SignaturesOf, &[("n", &so_far), ("target", &aim)]);
    let left = goal.saturating_sub(signatures);
    if left <= goal / NEARLY {
        Some((locale.count(Message::SignaturesLeft, left as usize, &[]), Some(figures)))
    } else {
        Some((figures, None))
    }
}

/// How many have pledged to a campaign, where that is said.
pub fn pledges(locale: Locale, initiative: &Initiative) -> Option<String> {
    Some(locale.count(Message::Pledges, initiative.pledged()? as usize, &[]))
}

/// What is left is named once it is one in so many: before, it discourages.
const NEARLY: u32 = 10;

/// The same, drawn.
pub fn progress(locale: Locale, petition: &Petition) -> Option<El> {
    let (first, figures) = signatures(locale, petition)?;
    let bar = petition.goal().map(|goal| {
        crate::dom::html::progress()
            .attr("max", goal.to_string())
            .attr("value", petition.count().unwrap_or_default().to_string())
            .attr("aria-hidden", "true")
    });
    let needed = p().class("needed").child(bar);
    Some(match figures {
        Some(figures) => needed.child(b().child(first)).child(" ").child(figures),
        None => needed.child(first),
    })
}

/// What is said instead of a place where it happens everywhere.
pub fn everywhere(initiative: &Initiative) -> Option<Message> {
    match initiative.reach {
        Reach::Online => Some(Message::Online),
        Reach::National => Some(Message::National),
        _ => None,
    }
}

/// The venue, and its town unless whoever reads it is there; the best the place says of where it is where it names no venue.
pub fn spot(locale: Locale, place: &Place, around: &str) -> String {
    let (name, town) = (&place.name, &place.address_locality);
    if name.is_empty() {
        locality(place)
    } else if has_words(&fold(name), &fold(town)) || around.starts_with(town) {
        name.clone()
    } else {
        [name, locale.comma(), town].concat()
    }
}

/// The town of a place, or the best it says of where it is.
pub fn locality(place: &Place) -> String {
    let texts = [&place.address_locality, &place.name, &place.street_address, &place.postal_code];
    texts.into_iter().find(|text| !text.is_empty()).cloned().unwrap_or_default()
}

/// How far a place is.
pub fn away(locale: Locale, place: &Place, distance: Kilometres) -> El {
    span().class("distance").part("distance").child(locale.distance(distance, place.approximate))
}

/// The whole address on one line.
pub fn address(place: &Place) -> String {
    let town = [&place.postal_code, " ", &place.address_locality].concat();
    joined(&[&place.name, &place.street_address, town.trim()], ", ")
}

/// The same, and whether it is only about there.
pub fn described(locale: Locale, place: &Place) -> String {
    let address = address(place);
    // An address with a street is where it is; only its point on the map is about there.
    if place.approximate && place.street_address.is_empty() {
        [&address, " (", locale.text(Message::Approximate), ")"].concat()
    } else {
        address
    }
}
