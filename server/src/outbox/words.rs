//! A feed's titles, times and places in words, fit for a mail.

use alentour_model::initiative::Reach;
use alentour_model::place::Place;
use alentour_model::session::When;
use alentour_model::time::{Date, LocalTime, Moment};
use alentour_model::{Initiative, Session};

use super::texts::Texts;

/// The most characters of a title.
const TITLE: usize = 150;

/// A feed's text as one line: nothing that would end a header or turn the direction of what follows, and not endless.
pub fn line(text: &str) -> String {
    let turns =
        |c: char| matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let breaks = |c: char| c.is_control() || c.is_whitespace() || matches!(c, '\u{2028}' | '\u{2029}');
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

/// Fills in `{name}`s, each once: what is filled in is not looked at again.
pub fn fill(text: &str, values: &[(&str, &str)]) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        out.push_str(before);
        match after.split_once('}') {
            Some((name, after)) => {
                out.push_str(values.iter().find(|(key, _)| *key == name).map_or("", |(_, value)| value));
                rest = after;
            }
            None => rest = after,
        }
    }
    out + rest
}

/// A day: "samedi 2 mai 2099".
pub fn date(texts: &Texts, date: Date) -> String {
    let (year, month, day) = date.parts();
    let day = if day == 1 { texts.first.to_owned() } else { day.to_string() };
    let weekday = texts.weekdays.get(date.weekday().unsigned_abs() as usize).copied().unwrap_or_default();
    let month = texts.months.get((month as usize).wrapping_sub(1)).copied().unwrap_or_default();
    fill(texts.date, &[("weekday", weekday), ("day", &day), ("month", month), ("year", &year.to_string())])
}

/// The last day on which something that ends then (UTC seconds) is good for most of the day.
pub fn last_day(texts: &Texts, ends: i64) -> String {
    date(texts, Moment { instant: ends - 43_200, offset: 0 }.date())
}

fn clock(texts: &Texts, moment: Moment) -> (String, String) {
    let second = LocalTime::of(moment).second;
    let hour = format!("{:02}", second / 3600);
    // French writes 9 h 30.
    let hour = if texts.language == "fr" { (second / 3600).to_string() } else { hour };
    (hour, format!("{:02}", second / 60 % 60))
}

fn when(texts: &Texts, when: When) -> String {
    let day = date(texts, when.date());
    if when.all_day {
        return day;
    }
    let (hour, minute) = clock(texts, when.moment);
    fill(texts.moment, &[("date", &day), ("hour", &hour), ("minute", &minute)])
}

/// When a session is, by the clock of its place.
pub fn session(texts: &Texts, session: &Session) -> String {
    let start = when(texts, session.start);
    let time = match session.end {
        None => start,
        Some(end) if end.all_day && end.date() == session.start.date() => start,
        Some(end) if !end.all_day && end.date() == session.start.date() => {
            let (hour, minute) = clock(texts, end.moment);
            let to = if texts.language == "fr" {
                format!("{hour} h {minute}")
            } else {
                format!("{hour}:{minute}")
            };
            fill(texts.until_time, &[("from", &start), ("to", &to)])
        }
        Some(end) => fill(texts.from_to, &[("from", &start), ("to", &when(texts, end))]),
    };
    match line(&session.name) {
        name if name.is_empty() => time,
        name => format!("{name} – {time}"),
    }
}

/// When an initiative is: its session of that name, or how long it goes on.
pub fn times(texts: &Texts, initiative: &Initiative, chosen: Option<&str>) -> Option<String> {
    if let Some(found) = chosen.and_then(|id| initiative.session(id)) {
        return Some(session(texts, found));
    }
    match (initiative.start, initiative.end) {
        (Some(start), Some(end)) if start == end => Some(when(texts, start)),
        (Some(start), Some(end)) => {
            Some(fill(texts.from_to, &[("from", &when(texts, start)), ("to", &when(texts, end))]))
        }
        (Some(start), None) => Some(when(texts, start)),
        (None, Some(end)) => Some(fill(texts.until, &[("to", &when(texts, end))])),
        (None, None) => None,
    }
}

/// Where an initiative's session is.
pub fn place(texts: &Texts, initiative: &Initiative, chosen: Option<&str>) -> Option<String> {
    let of_session = chosen.and_then(|id| initiative.session(id)).and_then(|session| session.place);
    let place = match (of_session, &initiative.places[..]) {
        (Some(position), places) => places.get(position),
        (None, [one]) => Some(one),
        (None, _) => None,
    };
    let address = place.map(address).filter(|address| !address.is_empty());
    address.or_else(|| (initiative.reach == Reach::Online).then(|| texts.online.to_owned()))
}

fn address(place: &Place) -> String {
    let town = format!("{} {}", place.postal_code, place.address_locality);
    let parts = [&place.name, &place.street_address, &town].map(|part| line(part));
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::super::texts;
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
    fn what_is_filled_in_is_not_filled_in_again() {
        let values = [("title", "{link} {title}"), ("link", "https://x.example")];
        assert_eq!(fill("« {title} » : {link} {none}{", &values), "« {link} {title} » : https://x.example ");
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
        };
        let said: Vec<_> = texts::ALL.into_iter().map(|texts| session(texts, &one)).collect();
        assert_eq!(said[0], "vendredi 1er mai 2099 à 9 h 05, jusqu’à 12 h 00");
        assert_eq!(said[1], "Friday 1 May 2099, 09:05 to 12:00");
        assert_eq!(said[2], "viernes, 1 de mayo de 2099, 09:05, hasta 12:00");
        assert_eq!(said[3], "الجمعة 1 مايو 2099، الساعة 09:05 إلى 12:00");
        one.end = Some(When { moment: Moment::parse("2099-05-03T00:00:00+02:00").unwrap(), all_day: true });
        one.name = "Week-end\n1".into();
        assert_eq!(
            session(texts::of("fr-CA"), &one),
            "Week-end 1 – du vendredi 1er mai 2099 à 9 h 05 au dimanche 3 mai 2099"
        );
    }

    #[test]
    fn every_language_fills_in_what_french_does() {
        let names = |text: &str| -> std::collections::BTreeSet<String> {
            text.split('{').skip(1).filter_map(|part| Some(part.split_once('}')?.0.to_owned())).collect()
        };
        let all = |t: &Texts| {
            [
                t.confirm_subject,
                t.confirm_lead,
                t.confirm_until,
                t.again_subject,
                t.again_lead,
                t.again_unconfirmed,
                t.again_wish,
                t.sent_by,
                t.questions,
                t.date,
                t.moment,
                t.from_to,
                t.until_time,
                t.until,
            ]
            .map(names)
        };
        for texts in texts::ALL {
            assert_eq!(all(texts), all(texts::ALL[0]), "{}", texts.language);
        }
    }
}
