//! Dates and times as people type them into tables.

use alentour_model::Date;
use alentour_model::text::fold;

/// A date and perhaps a time as `2026-11-28` or `2026-11-28T14:00`; `None` for what is not clear. `american`: the month
/// comes first.
pub(super) fn read(text: &str, american: bool) -> Option<String> {
    let text = text.trim();
    if let Some(date) = text.get(..10).and_then(Date::parse) {
        return with_time(date, text.get(10..)?);
    }
    // Days since 1899-12-30: a spreadsheet's date that lost its form.
    if let Ok(days) = text.replace(',', ".").parse::<f64>() {
        let date = Date::from_days(days as i32 - 25_569);
        let minutes = (days.fract() * 1440.0).round() as u32;
        let time = if minutes == 0 {
            String::new()
        } else {
            format!("T{:02}:{:02}", minutes / 60 % 24, minutes % 60)
        };
        return (30_000.0..80_000.0).contains(&days).then(|| format!("{date}{time}"));
    }
    let end =
        text.find(|c: char| !(c.is_ascii_digit() || matches!(c, '/' | '.' | '-'))).unwrap_or(text.len());
    let (numbers, rest) = text.split_at(end);
    let parts: Vec<&str> = numbers.split(['/', '.', '-']).collect();
    if let [first, second, year] = parts.as_slice()
        && (1..=2).contains(&first.len())
        && (1..=2).contains(&second.len())
    {
        let (day, month) = if american { (second, first) } else { (first, second) };
        let year = match year.len() {
            2 => year.parse::<i32>().ok()? + 2000,
            4 => year.parse().ok()?,
            _ => return None,
        };
        return with_time(Date::new(year, month.parse().ok()?, day.parse().ok()?)?, rest);
    }
    in_words(text)
}

fn with_time(date: Date, rest: &str) -> Option<String> {
    let rest = rest.trim_start_matches(['T', ' ', ',', 'à', '-', '\u{a0}']).trim();
    if rest.is_empty() {
        return Some(date.to_string());
    }
    // An offset is left as it is.
    if rest.ends_with('Z') || rest.get(5..).is_some_and(|rest| rest.contains(['+', '-'])) {
        return Some(format!("{date}T{rest}"));
    }
    Some(format!("{date}T{}", time(rest)?))
}

/// "samedi 28 novembre 2026 à 14h30", "November 28, 2026".
fn in_words(text: &str) -> Option<String> {
    let folded = fold(text);
    let words: Vec<&str> = folded.split(' ').collect();
    let (at, month) = words.iter().enumerate().find_map(|(at, word)| Some((at, month(word)?)))?;
    let day = |word: &&&str| {
        let word =
            word.trim_end_matches("er").trim_end_matches("st").trim_end_matches("nd").trim_end_matches("rd");
        word.trim_end_matches("th").parse::<u32>().ok().filter(|day| (1..=31).contains(day))
    };
    let before = at.checked_sub(1).and_then(|before| words.get(before));
    let (day, year_at) = match before.as_ref().and_then(day) {
        Some(day) => (day, at + 1),
        None => (words.get(at + 1).as_ref().and_then(day)?, at + 2),
    };
    let year = words.get(year_at)?.parse::<i32>().ok().filter(|year| (1900..=2100).contains(year))?;
    let date = Date::new(year, month, day)?;
    let rest: Vec<&str> = words
        .iter()
        .skip(year_at + 1)
        .filter(|word| !matches!(**word, "a" | "at" | "de" | "des"))
        .copied()
        .collect();
    match rest.as_slice() {
        [] => Some(date.to_string()),
        [first, ..] => {
            // "14 30" was "14:30".
            let clock = match rest.get(1) {
                Some(minutes) if first.len() <= 2 && minutes.len() == 2 => format!("{first}:{minutes}"),
                _ => (*first).to_owned(),
            };
            Some(format!("{date}{}", time(&clock).map(|time| format!("T{time}")).unwrap_or_default()))
        }
    }
}

fn month(word: &str) -> Option<u32> {
    const NAMES: [[&str; 4]; 12] = [
        ["janvier", "janv", "january", "jan"],
        ["fevrier", "fevr", "february", "feb"],
        ["mars", "mars", "march", "mar"],
        ["avril", "avr", "april", "apr"],
        ["mai", "mai", "may", "may"],
        ["juin", "juin", "june", "jun"],
        ["juillet", "juil", "july", "jul"],
        ["aout", "aout", "august", "aug"],
        ["septembre", "sept", "september", "sep"],
        ["octobre", "oct", "october", "oct"],
        ["novembre", "nov", "november", "nov"],
        ["decembre", "dec", "december", "dec"],
    ];
    NAMES.iter().zip(1..).find(|(names, _)| names.contains(&word)).map(|(_, month)| month)
}

/// A time as `14:30`: `14h30`, `14 h`, `14.30`, `2:30 pm`, the first of `14h-17h`.
pub(super) fn time(text: &str) -> Option<String> {
    let lower = text.trim().to_lowercase();
    let start = lower.trim_start_matches(|c: char| !c.is_ascii_digit());
    let hours: String = start.chars().take_while(char::is_ascii_digit).collect();
    let rest = start.get(hours.len()..)?.trim_start();
    let rest = rest.strip_prefix("heures").or_else(|| rest.strip_prefix("heure")).unwrap_or(rest);
    let rest = rest.trim_start_matches(['h', ':', '.']);
    let minutes: String = rest.trim_start().chars().take_while(char::is_ascii_digit).collect();
    let minutes = if minutes.len() == 2 { minutes } else { String::new() };
    let after = rest.trim_start().get(minutes.len()..).unwrap_or_default().trim_start();
    let mut hour = hours.parse::<u32>().ok().filter(|_| hours.len() <= 2)?;
    if after.starts_with("pm") || after.starts_with("p.m") {
        hour = hour % 12 + 12;
    } else if after.starts_with("am") || after.starts_with("a.m") {
        hour %= 12;
    }
    let minute = if minutes.is_empty() { 0 } else { minutes.parse::<u32>().ok()? };
    (hour < 24 && minute < 60).then(|| format!("{hour:02}:{minute:02}"))
}

/// Whether only the American order makes it a date: `11/28/2026`.
pub(super) fn is_american(text: &str) -> bool {
    let mut parts = text.trim().split('/').map(|part| part.parse::<u32>().unwrap_or_default());
    matches!((parts.next(), parts.next()), (Some(1..=12), Some(13..=31)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_read_as_people_type_them() {
        for (text, expected) in [
            ("28/11/2026", "2026-11-28"),
            ("28.11.26", "2026-11-28"),
            ("2026-11-28", "2026-11-28"),
            ("2026-11-28 14:30:00", "2026-11-28T14:30"),
            ("2026-11-28T14:30:00+01:00", "2026-11-28T14:30:00+01:00"),
            ("28/11/2026 à 14h30", "2026-11-28T14:30"),
            ("samedi 28 novembre 2026", "2026-11-28"),
            ("Samedi 1er août 2026 à 9h", "2026-08-01T09:00"),
            ("28 nov. 2026, 14:30", "2026-11-28T14:30"),
            ("November 28, 2026", "2026-11-28"),
            ("46354", "2026-11-28"),
            ("46354,75", "2026-11-28T18:00"),
        ] {
            assert_eq!(read(text, false).as_deref(), Some(expected), "{text}");
        }
        assert_eq!(read("11/28/2026", true).as_deref(), Some("2026-11-28"));
        for text in [
            "",
            "bientôt",
            "31/02/2026",
            "11/28/2026",
            "12",
            "tous les mardis",
            "2026",
            "mars 2026",
            "é",
            "2026-11-2é",
        ] {
            assert_eq!(read(text, false), None, "{text}");
        }
    }

    #[test]
    fn times_are_read_as_people_type_them() {
        for (text, expected) in [
            ("14h30", "14:30"),
            ("14 h", "14:00"),
            ("9H", "09:00"),
            ("14:30:00", "14:30"),
            ("2:30 pm", "14:30"),
            ("12 am", "00:00"),
            ("de 14h à 17h", "14:00"),
            ("14h-17h", "14:00"),
            ("18 heures 15", "18:15"),
            ("14.30", "14:30"),
        ] {
            assert_eq!(time(text).as_deref(), Some(expected), "{text}");
        }
        for text in ["", "matin", "25h", "14h75", "1430"] {
            assert_eq!(time(text), None, "{text}");
        }
    }
}
