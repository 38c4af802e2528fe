//! What is wrong with the answers of a step.

use alentour_model::{Date, Kind, Link, Way};
use alentour_texts::{Language, fill};

use super::fields::{LONGEST_LIST, LONGEST_TEXT};
use super::rows::{MOST_ROWS, is_night, is_time};
use super::weekly::dates_of;
use super::{Fields, Row, Step, Town};

/// Dates that a rule gives at most, as a feed's.
const MOST_DATES: usize = 100;
/// Days from today that a date may be away: two years. Later ones are typing errors.
const FARTHEST: i32 = 731;
/// Characters that fields of one line may have.
const LONGEST: [(&str, usize); 9] = [
    ("whom", 300),
    ("change", 500),
    ("venue", 150),
    ("street", 150),
    ("town", 100),
    ("organizer", 150),
    ("name", 120),
    ("summary", 300),
    ("url", 500),
];
/// Lines that a list may have, and characters of each.
const LINES: usize = 10;
const LONGEST_LINE: usize = 150;

/// What is wrong with an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The field that it stands beside.
    pub field: String,
    /// In words.
    pub said: String,
}

/// What is wrong with the answers of a step. `today` is the day at the place; dates of `known`, what it said before, may be over.
pub fn check(
    step: Step,
    fields: &Fields,
    known: Option<&Fields>,
    town: &Town,
    today: Date,
    language: Language,
) -> Vec<Problem> {
    let mut check = Check { fields, language, problems: Vec::new() };
    match step {
        Step::Aim => check.aim(),
        Step::People => {
            check.people();
            check.questions(known);
            check.consents(known);
        }
        Step::When => {
            check.when(known, today);
            check.place(town);
        }
        Step::Partners => check.partners(),
        Step::Telling => check.telling(),
    }
    check.lengths(step);
    check.problems
}

pub(super) struct Check<'a> {
    pub(super) fields: &'a Fields,
    pub(super) language: Language,
    problems: Vec<Problem>,
}

impl Check<'_> {
    pub(super) fn wrong(&mut self, field: &str, said: &str) {
        // The first is enough.
        if self.problems.iter().all(|problem| problem.field != field) {
            self.problems.push(Problem { field: field.to_owned(), said: said.to_owned() });
        }
    }

    fn required(&mut self, field: &str, said: &str) {
        if self.fields.get(field).is_empty() {
            self.wrong(field, said);
        }
    }

    fn aim(&mut self) {
        let texts = self.language.proposing();
        self.required("causes", texts.wrong_causes);
        self.required("whom", texts.wrong_whom);
        self.required("change", texts.wrong_change);
    }

    fn people(&mut self) {
        let texts = self.language.proposing();
        if !Kind::ALL.iter().any(|kind| kind.as_str() == self.fields.get("kind")) {
            self.wrong("kind", texts.wrong_kind);
        }
        self.number("people");
        self.list("skills");
    }

    /// A whole number of people, or nothing.
    fn number(&mut self, field: &str) {
        let text = self.fields.get(field);
        let is_number = text.parse().is_ok_and(|many: u32| (1..=1_000_000).contains(&many));
        if !text.is_empty() && !is_number {
            self.wrong(field, self.language.proposing().wrong_number);
        }
    }

    fn list(&mut self, field: &str) {
        let lines = self.fields.lines(field);
        let (count, longest) =
            lines.fold((0, 0), |(count, longest), line| (count + 1, longest.max(line.chars().count())));
        if count > LINES || longest > LONGEST_LINE || self.fields.get(field).chars().count() >= LONGEST_LIST {
            let values = [("lines", &*LINES.to_string()), ("longest", &*LONGEST_LINE.to_string())];
            self.wrong(field, &fill(self.language.proposing().wrong_list, &values));
        }
    }

    fn when(&mut self, known: Option<&Fields>, today: Date) {
        let texts = self.language.proposing();
        match self.fields.get("when") {
            "dates" => self.dates(known, today),
            "weekly" => self.weekly(today),
            "always" => {
                if matches!(self.fields.get("kind"), "gathering" | "training") {
                    self.wrong("when", texts.wrong_when_kind);
                }
            }
            _ => self.wrong("when", texts.wrong_when),
        }
    }

    fn dates(&mut self, known: Option<&Fields>, today: Date) {
        let texts = self.language.proposing();
        let before = known.map(Fields::rows).unwrap_or_default();
        let rows = self.fields.rows();
        if rows.is_empty() {
            return self.wrong("date-0", texts.wrong_no_date);
        }
        if rows.len() > MOST_ROWS.max(before.len()) {
            self.wrong("date-0", &fill(texts.wrong_dates_many, &[("most", &MOST_ROWS.to_string())]));
        }
        for (number, row) in rows {
            let is_known = before.iter().any(|(_, known)| *known == row);
            let (date, start, end) =
                (format!("date-{number}"), format!("start-{number}"), format!("end-{number}"));
            self.day(&date, if is_known { None } else { Some(today) });
            self.time(&start);
            self.time(&end);
            if row.start.is_empty() && !row.end.is_empty() {
                self.wrong(&start, texts.wrong_start);
            }
            // One that lasts over several days goes on to do so.
            let is_over_days =
                |known: &Row| known.id == row.id && !row.id.is_empty() && known.end <= known.start;
            if !is_known && !before.iter().any(|(_, known)| is_over_days(known)) {
                self.order(&start, &end);
            }
            self.number(&format!("seats-{number}"));
        }
    }

    /// A day that the calendar has, from today on where that is said.
    fn day(&mut self, field: &str, today: Option<Date>) {
        let texts = self.language.proposing();
        let Some(date) = Date::parse(self.fields.get(field)) else {
            return self.wrong(field, texts.wrong_date);
        };
        match today {
            Some(today) if date < today => self.wrong(field, texts.wrong_past),
            Some(today) if date > today.plus(FARTHEST) => self.wrong(field, texts.wrong_far),
            _ => {}
        }
    }

    fn time(&mut self, field: &str) {
        let text = self.fields.get(field);
        if !text.is_empty() && !is_time(text) {
            self.wrong(field, self.language.proposing().wrong_time);
        }
    }

    /// An end that is not after its beginning is the next day's in a night only.
    fn order(&mut self, start: &str, end: &str) {
        let (from, until) = (self.fields.get(start), self.fields.get(end));
        if is_time(from) && is_time(until) && until <= from && !is_night(from, until) {
            self.wrong(end, self.language.proposing().wrong_end);
        }
    }

    fn weekly(&mut self, today: Date) {
        let texts = self.language.proposing();
        self.required("days", texts.wrong_days);
        self.day("from", Some(today));
        self.required("begins", texts.wrong_start);
        self.time("begins");
        self.time("ends");
        self.order("begins", "ends");
        self.day("until", Some(today));
        if self.problems.is_empty() {
            match dates_of(self.fields) {
                0 => self.wrong("until", texts.wrong_until),
                many if many > MOST_DATES => {
                    self.wrong("until", &fill(texts.wrong_until_many, &[("most", &MOST_DATES.to_string())]));
                }
                _ => {}
            }
        }
    }

    fn place(&mut self, town: &Town) {
        let texts = self.language.proposing();
        match self.fields.get("where") {
            "place" => {
                self.required("town", texts.wrong_town);
                match town {
                    Town::Unknown => self.wrong("town", texts.wrong_town_unknown),
                    Town::OneOf(_) => self.wrong("town", texts.wrong_town_which),
                    Town::None | Town::Unasked | Town::Is(_) => {}
                }
            }
            "online" | "nationwide" => {}
            _ => self.wrong("where", texts.wrong_where),
        }
    }

    fn partners(&mut self) {
        let texts = self.language.proposing();
        self.required("organizer", texts.wrong_organizer);
        self.list("partners");
        self.list("needs");
        let way = self.fields.get("way");
        if !way.is_empty() && way != "none" && Way::parse(way).is_none() {
            self.wrong("way", texts.wrong_way);
        }
    }

    fn telling(&mut self) {
        let texts = self.language.proposing();
        self.required("name", texts.wrong_name);
        self.required("summary", texts.wrong_summary);
        if Language::parse(self.fields.get("language")).is_none() {
            self.wrong("language", texts.wrong_language);
        }
        let url = self.fields.get("url");
        let is_page = |link: &Link| link.as_str().starts_with("http");
        if !url.is_empty() && Link::parse(url).filter(is_page).is_none() {
            self.wrong("url", texts.wrong_url);
        }
        if self.fields.get("way") == "none" && url.is_empty() {
            self.wrong("url", texts.wrong_url_none);
        }
        if self.fields.get("text").chars().count() >= LONGEST_TEXT {
            self.long("text", LONGEST_TEXT);
        }
    }

    fn lengths(&mut self, step: Step) {
        for (field, most) in LONGEST.into_iter().filter(|(field, _)| step.asks(field)) {
            if self.fields.get(field).chars().count() > most {
                self.long(field, most);
            }
        }
    }

    pub(super) fn long(&mut self, field: &str, most: usize) {
        self.wrong(field, &fill(self.language.proposing().wrong_long, &[("most", &most.to_string())]));
    }
}
