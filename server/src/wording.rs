//! A feed's titles, times and places in words, as mails and pages say them.

use alentour::app::criteria::words;
use alentour_model::initiative::Reach;
use alentour_model::place::Place;
use alentour_model::question::{NO, YES, slot_of};
use alentour_model::read::DEFAULT_ZONE;
use alentour_model::session::When;
use alentour_model::time::{Date, LocalTime, Moment};
use alentour_model::{Cause, Initiative, Kind, Question, QuestionType, Session, Way};
use alentour_texts::{Clock, Day, Language, fill};
use serde_json::Value;

use crate::store::{
    Alert, Attendance, AttendanceState, Decision, Offering, Person, SignUpRecord, answer_text,
};

/// The most characters of a title.
const TITLE: usize = 150;

/// A feed's text as one line: nothing that would end a header or turn the direction of what follows, and not endless.
pub fn line(text: &str) -> String {
    let turns =
        |c: char| matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    // U+2028 and U+2029 among them; no-break spaces break nothing.
    let breaks = |c: char| c.is_control() || c.is_whitespace() && !matches!(c, '\u{a0}' | '\u{202f}');
    let words: Vec<String> = text
        .split(breaks)
        .map(|word| word.chars().filter(|c| !turns(*c)).collect())
        .filter(|word: &String| !word.is_empty())
        .collect();
    let line = words.join(" ");
    match line.char_indices().nth(TITLE) {
        Some((end, _)) => format!("{}…", line.get(..end).unwrap_or_default().trim_end()),
        None => line,
    }
}

/// A title within a sentence: in Arabic it keeps its own direction (first strong isolate, and its end).
pub fn isolated(language: Language, title: &str) -> String {
    if language.is_rtl() { format!("\u{2068}{title}\u{2069}") } else { title.to_owned() }
}

/// The lines of a text that say something.
pub fn lines(text: &str) -> Vec<String> {
    text.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect()
}

/// What an alert is about: labels and values. A feed's own kinds and causes are words that anybody may have written: mails, which may go to
/// somebody else, leave them out.
pub fn alert(language: Language, alert: &Alert, is_mail: bool) -> Vec<(&'static str, String)> {
    let kilometres = fill(language.pages().kilometres, &[("radius", &alert.radius.to_string())]);
    let mut facts =
        vec![(language.widget("place"), alert.place.clone()), (language.widget("radius"), kilometres)];
    let own = |word: &str| (!is_mail).then(|| word.to_owned());
    let kinds = words(&alert.kinds, Kind::parse).into_iter().filter_map(|kind| match &kind {
        Kind::Other(word) => own(word),
        kind => Some(language.widget(kind.as_str()).to_owned()),
    });
    let causes = words(&alert.causes, Cause::parse).into_iter().filter_map(|cause| match &cause {
        Cause::Other(word) => own(word),
        cause => Some(language.widget(cause.as_str()).to_owned()),
    });
    let comma = format!("{} ", language.mails().comma);
    for (label, names) in [("kinds", kinds.collect::<Vec<_>>()), ("causes", causes.collect())] {
        if !names.is_empty() {
            facts.push((language.widget(label), names.join(&comma)));
        }
    }
    facts
}

/// A day: "samedi 2 mai 2099".
pub fn date(language: Language, date: Date) -> String {
    language.calendar().date(day(date))
}

/// The last day on which something that ends then (UTC seconds) is good for most of the day.
pub fn last_day(language: Language, ends: i64) -> String {
    date(language, Moment { instant: ends - 43_200, offset: 0 }.date())
}

/// A moment on the clocks of a place: day and time.
pub fn moment(language: Language, moment: Moment) -> String {
    language.calendar().moment(day(moment.date()), clock(moment))
}

/// An instant (UTC seconds) on the clocks of a zone; of the default one where it is unknown or empty.
pub fn on_clocks_of(zone: &str, seconds: i64) -> Moment {
    let time = jiff::Timestamp::from_second(seconds).unwrap_or_default();
    let zone = jiff::tz::TimeZone::get(zone).or_else(|_| jiff::tz::TimeZone::get(DEFAULT_ZONE));
    Moment { instant: seconds, offset: zone.map_or(0, |zone| zone.to_offset(time).seconds()) }
}

fn day(date: Date) -> Day {
    let (year, month, day) = date.parts();
    Day { year, month, day, weekday: date.weekday().unsigned_abs() }
}

fn clock(moment: Moment) -> Clock {
    let second = LocalTime::of(moment).second.unsigned_abs();
    Clock { hour: second / 3600, minute: second / 60 % 60 }
}

fn when(language: Language, when: When) -> String {
    if when.all_day { date(language, when.date()) } else { moment(language, when.moment) }
}

/// When a session is, by the clock of its place.
pub fn session(language: Language, session: &Session) -> String {
    let (calendar, start) = (language.calendar(), when(language, session.start));
    let time = match session.end {
        None => start,
        Some(end) if end.all_day && end.date() == session.start.date() => start,
        Some(end) if !end.all_day && end.date() == session.start.date() => {
            calendar.until_time(&start, clock(end.moment))
        }
        Some(end) => calendar.from_to(&start, &when(language, end)),
    };
    match line(&session.name) {
        name if name.is_empty() => time,
        name => format!("{name} – {time}"),
    }
}

/// Between which times of its day a session is; `None` where it is whole days.
pub fn hours(language: Language, session: &Session) -> Option<String> {
    let time = |when: When| (!when.all_day).then(|| language.calendar().time(clock(when.moment)));
    let start = time(session.start)?;
    Some(match session.end.and_then(time) {
        Some(end) => format!("{start} – {end}"),
        None => start,
    })
}

/// An initiative's session of that name, though it be called off.
pub fn session_of<'a>(initiative: &'a Initiative, id: &str) -> Option<&'a Session> {
    initiative.session(id).or_else(|| initiative.cancelled.iter().find(|one| one.id == id))
}

/// Whether an initiative's session of that name is called off.
pub fn is_off(initiative: &Initiative, id: &str) -> bool {
    initiative.session(id).is_none() && session_of(initiative, id).is_some()
}

/// Whether an initiative has nothing to come any more at `now` (UTC seconds) because what was to come is called off.
pub fn is_called_off(initiative: &Initiative, now: i64) -> bool {
    initiative.is_over(now) && initiative.cancelled.iter().any(|session| session.ends() > now)
}

/// When an initiative is: its session of that name, or how long it goes on. Of a session that has left the feed nobody knows
/// when it is.
pub fn times(language: Language, initiative: &Initiative, chosen: Option<&str>) -> Option<String> {
    if let Some(id) = chosen {
        return initiative.session(id).map(|found| session(language, found));
    }
    match (initiative.start, initiative.end) {
        (Some(start), Some(end)) if start == end => Some(when(language, start)),
        (Some(start), Some(end)) => {
            Some(language.calendar().from_to(&when(language, start), &when(language, end)))
        }
        (Some(start), None) => Some(when(language, start)),
        (None, Some(end)) => Some(language.calendar().until(&when(language, end))),
        (None, None) => None,
    }
}

/// When and where a sign-up is.
pub struct Appointments {
    /// Each of its sessions, or when the initiative is: with its place, where they are not all held at one, and with what the
    /// sign-up has of it, where that is no seat.
    pub times: Vec<String>,
    /// The place of all of them.
    pub place: Option<String>,
}

/// When and where a sign-up is, as the feed says it now; of a session that it calls off, too. Of one that has left the feed nobody
/// knows.
pub fn appointments(language: Language, initiative: &Initiative, record: &SignUpRecord) -> Appointments {
    let place_of = |session| place(language, initiative, session);
    if record.attendances.is_empty() {
        let times = times(language, initiative, None).into_iter().collect();
        return Appointments { times, place: place_of(None) };
    }
    let known = |one: &&Attendance| session_of(initiative, &one.session).is_some();
    let known: Vec<_> = record.attendances.iter().filter(known).collect();
    let places: Vec<_> = known.iter().map(|one| place_of(Some(&one.session))).collect();
    let is_one = places.iter().all(|place| Some(place) == places.first());
    // The answer says it: nobody has given anything back.
    let is_declined = matches!(record.decision, Some((Decision::Declined, _)));
    let said = known.iter().zip(&places).filter_map(|(one, place)| {
        let time = session(language, session_of(initiative, &one.session)?);
        let place = place.clone().filter(|_| !is_one);
        let standing = standing(language, initiative, one).filter(|_| !is_declined);
        let parts = [Some(time), place, standing];
        Some(parts.into_iter().flatten().collect::<Vec<_>>().join(" · "))
    });
    let place = if known.is_empty() { place_of(None) } else { places.first().cloned().flatten() };
    Appointments { times: said.collect(), place: place.filter(|_| is_one) }
}

/// What one does by sending a form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    /// Takes part.
    TakesPart,
    /// Signs.
    Signs,
    /// Asks, and the organiser decides.
    Asks,
}

/// What one does by sending an initiative's form; of one that has left the feed nobody knows more than that they take part.
pub fn act(initiative: Option<&Initiative>) -> Act {
    match initiative.and_then(|it| it.participation.as_ref()).map(|participation| participation.way) {
        Some(Way::Signature) => Act::Signs,
        Some(way) if way.is_decided() => Act::Asks,
        _ => Act::TakesPart,
    }
}

/// What the link to somebody's own page is called.
pub fn own_button(language: Language, initiative: Option<&Initiative>) -> &'static str {
    let texts = language.mails();
    match act(initiative) {
        Act::TakesPart => texts.own_button,
        Act::Signs => texts.update_own,
        Act::Asks => texts.own_request,
    }
}

/// Until when what an attempt holds is kept (UTC seconds), and that it is promised to nobody after.
pub fn held(
    language: Language,
    initiative: &Initiative,
    attempt: &SignUpRecord,
    (until, now): (i64, i64),
) -> String {
    let texts = language.mails();
    let first = attempt.attendances.iter().find_map(|one| initiative.session(&one.session));
    let zone = first.map_or("", |session| session.time_zone.as_str());
    let words = match attempt.attendances.iter().any(|one| one.may_wait) {
        _ if until <= now => return texts.held_no_longer.to_owned(),
        true => texts.held_or_line,
        false => texts.held,
    };
    fill(words, &[("date", &moment(language, on_clocks_of(zone, until)))])
}

/// The last day on which an attempt can be confirmed: that of its last date, or the one before it is erased.
pub fn last_day_of(language: Language, initiative: Option<&Initiative>, attempt: &SignUpRecord) -> String {
    let sessions = attempt.attendances.iter().filter_map(|one| initiative?.session(&one.session));
    match sessions.max_by_key(|session| session.ends()) {
        Some(last) if last.ends() < attempt.expires_at => {
            date(language, on_clocks_of(&last.time_zone, last.ends() - 1).date())
        }
        _ => last_day(language, attempt.expires_at),
    }
}

/// What a sign-up has of a session, where that is no seat.
pub fn standing(language: Language, initiative: &Initiative, one: &Attendance) -> Option<String> {
    let texts = language.mails();
    let zone = initiative.session(&one.session).map_or("", |session| session.time_zone.as_str());
    let until = |seconds| moment(language, on_clocks_of(zone, seconds));
    match one.state {
        _ if is_off(initiative, &one.session) => Some(texts.cancelled.to_owned()),
        AttendanceState::Asked => one.may_wait.then(|| texts.asks_line.to_owned()),
        AttendanceState::Active => None,
        AttendanceState::Waiting => Some(texts.waiting.to_owned()),
        AttendanceState::Offered => {
            Some(fill(texts.offered, &[("date", &until(one.decide_by.unwrap_or(one.since)))]))
        }
        AttendanceState::Cancelled => Some(texts.given_back.to_owned()),
    }
}

/// What a sign-up offers, in the feed's words, how much of it was accepted, and what the organiser has decided: names and values.
pub fn request(
    language: Language,
    initiative: Option<&Initiative>,
    record: &SignUpRecord,
) -> Vec<(&'static str, String)> {
    let texts = language.mails();
    let Some((decision, _)) = record.decision else { return Vec::new() };
    let mut facts: Vec<_> =
        record.offers.iter().map(|offer| (texts.offers, offered(language, initiative, offer))).collect();
    let answer = match decision {
        Decision::Asked => texts.answer_asked,
        Decision::Accepted => texts.answer_accepted,
        Decision::Declined => texts.answer_declined,
    };
    facts.push((texts.answer, answer.to_owned()));
    facts
}

/// What is offered, and how much of it was accepted; by its identifier where the feed has it no more.
pub fn offered(language: Language, initiative: Option<&Initiative>, offer: &Offering) -> String {
    let texts = language.mails();
    let need = initiative.and_then(|it| it.participation.as_ref()?.need(&offer.need));
    let name = line(need.map_or(&offer.need, |need| &need.name));
    // The unit is that of many.
    let unit = need.filter(|_| offer.quantity > 1).map_or("", |need| &need.unit);
    let said = match offer.needed {
        Some(_) => fill(
            texts.labelled,
            &[("label", &name), ("text", format!("{} {}", offer.quantity, line(unit)).trim_end())],
        ),
        None => name,
    };
    match offer.accepted {
        0 => said,
        n => fill(texts.offer_accepted, &[("offer", &said), ("n", &n.to_string())]),
    }
}

fn question<'a>(initiative: Option<&'a Initiative>, id: &str) -> Option<&'a Question> {
    initiative?.participation.as_ref()?.questions.iter().find(|question| question.id == id)
}

/// What the form asks in the question of that identifier; what it asked that person where it no longer does; the identifier where they answered
/// before that was kept.
pub fn label<'a>(initiative: Option<&'a Initiative>, person: &'a Person, id: &'a str) -> &'a str {
    let asked = question(initiative, id).map(|question| &question.label);
    asked.or_else(|| person.asked.get(id)).map_or(id, String::as_str)
}

/// Questions' labels and what was answered, in the form's words and order; what it no longer asks comes last, as it is kept.
pub fn answers(
    language: Language,
    initiative: Option<&Initiative>,
    person: &Person,
) -> Vec<(String, String)> {
    let asked = initiative.and_then(|it| it.participation.as_ref()).map_or(&[][..], |it| &it.questions);
    let mut answers: Vec<_> = person.answers.iter().collect();
    answers
        .sort_by_key(|(id, _)| asked.iter().position(|question| question.id == **id).unwrap_or(usize::MAX));
    let said = |(id, given): (&String, &Value)| {
        (label(initiative, person, id).to_owned(), answer(language, initiative, id, given))
    };
    answers.into_iter().map(said).collect()
}

/// What was answered to the question of that identifier, in words.
pub fn answer(language: Language, initiative: Option<&Initiative>, id: &str, answer: &Value) -> String {
    let asked = question(initiative, id).map(|question| question.answer);
    // Options may have commas within.
    let answer = match (asked, answer) {
        (Some(QuestionType::Availability), Value::Array(values)) => {
            let said = values.iter().filter_map(Value::as_str).map(|value| slot(language, value));
            said.collect::<Vec<_>>().join(" · ")
        }
        _ => answer_text(answer, " · "),
    };
    match (asked, answer.as_str()) {
        // What is asked no more was most likely one of these.
        (Some(QuestionType::Boolean | QuestionType::YesNo) | None, YES) => language.pages().yes.to_owned(),
        (Some(QuestionType::YesNo) | None, NO) => language.pages().no.to_owned(),
        // What is written of it is as in CLDR, where Arabic has a point behind Latin figures.
        (Some(QuestionType::Number), number) if matches!(language, Language::French | Language::Spanish) => {
            number.replace('.', ",")
        }
        (Some(QuestionType::Date), day) => {
            Date::parse(day).map_or_else(|| answer.clone(), |day| date(language, day))
        }
        _ => answer.clone(),
    }
}

/// A time of the week in words: "mardi soir"; what was said in somebody's own words stays.
fn slot(language: Language, sent: &str) -> String {
    let named = |key, n| language.widget(key).split(',').nth(n).unwrap_or_default().trim().to_owned();
    match slot_of(sent) {
        Some((day, time)) => format!("{} {}", named("weekdays", day), named("daytimes", time)),
        None => sent.to_owned(),
    }
}

/// What a consent is asked for: what feeds commonly say, in words; anything else as it stands.
pub fn purpose(language: Language, purpose: &str) -> &str {
    language.pages().purpose(purpose).unwrap_or(purpose)
}

/// The place that an initiative's session is held at; `None` where it says none of several.
pub fn held_at<'a>(initiative: &'a Initiative, session: Option<&Session>) -> Option<&'a Place> {
    match (session.and_then(|session| session.place), &initiative.places[..]) {
        (Some(position), places) => places.get(position),
        (None, [one]) => Some(one),
        (None, _) => None,
    }
}

/// Where an initiative's session is.
pub fn place(language: Language, initiative: &Initiative, chosen: Option<&str>) -> Option<String> {
    let place = held_at(initiative, chosen.and_then(|id| session_of(initiative, id)));
    let address = place.map(|place| address(language, place)).filter(|address| !address.is_empty());
    address.or_else(|| (initiative.reach == Reach::Online).then(|| language.mails().online.to_owned()))
}

/// A place in one line.
pub fn address(language: Language, place: &Place) -> String {
    let town = format!("{} {}", place.postal_code, place.address_locality);
    let parts = [&place.name, &place.street_address, &town].map(|part| line(part));
    parts
        .into_iter()
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join(&format!("{} ", language.mails().comma))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_is_one_line_that_neither_ends_a_header_nor_turns_the_text() {
        assert_eq!(
            line("Atelier\r\nBcc: x@example.org\u{2028}\0 \u{202e}vélo\u{2069} 🎉"),
            "Atelier Bcc: x@example.org vélo 🎉"
        );
        assert_eq!(line(&"é".repeat(400)).chars().count(), TITLE + 1);
        assert_eq!(line("ورشة عمل"), "ورشة عمل");
    }

    #[test]
    fn times_are_said_as_each_language_says_them() {
        let moment = |text: &str| When { moment: Moment::parse(text).unwrap(), all_day: false };
        let mut one = Session {
            id: "s".into(),
            name: String::new(),
            start: moment("2099-05-01T09:05:00+02:00"),
            end: Some(moment("2099-05-01T12:00:00+02:00")),
            time_zone: String::new(),
            place: None,
            capacity: None,
            remaining: None,
            needs: Vec::new(),
            live: Default::default(),
        };
        let said: Vec<_> = Language::ALL.into_iter().map(|language| session(language, &one)).collect();
        assert_eq!(said[0], "vendredi 1er mai 2099 à 9\u{a0}h\u{a0}05, jusqu’à 12\u{a0}h");
        assert_eq!(said[1], "Friday 1 May 2099, 09:05 to 12:00");
        assert_eq!(said[2], "viernes, 1 de mayo de 2099, a las 09:05, hasta las 12:00");
        assert_eq!(said[3], "الجمعة 1 مايو 2099، الساعة 09:05 إلى 12:00");
        one.end = Some(When { moment: Moment::parse("2099-05-03T00:00:00+02:00").unwrap(), all_day: true });
        one.name = "Week-end\n1".into();
        assert_eq!(
            session(Language::French, &one),
            "Week-end 1 – du vendredi 1er mai 2099 à 9\u{a0}h\u{a0}05 au dimanche 3 mai 2099"
        );
    }
}
