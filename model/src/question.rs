//! The organiser's questions: what is asked, of whom, and what answers it.

use serde::Serialize;

use crate::term::terms;
use crate::time::Date;

/// The answer that a ticked box gives, and a yes.
pub const YES: &str = "yes";
/// The answer that a no gives; a box that is not ticked gives none.
pub const NO: &str = "no";

/// Stands between the values of one answer. No option has it within.
pub const BETWEEN_VALUES: char = '\n';

terms! {
    /// The form of an answer.
    QuestionType {
        /// A line of text.
        #[default]
        Text = "text",
        /// Several lines of text.
        LongText = "longText",
        /// One of the options.
        Choice = "choice",
        /// Any number of the options.
        Choices = "choices",
        /// A number, within bounds where there are some.
        Number = "number",
        /// A day.
        Date = "date",
        /// A box to tick.
        Boolean = "boolean",
        /// Yes or no, neither of them chosen at first.
        YesNo = "yesNo",
        /// Times of the days of a week.
        Availability = "availability",
    }
}

/// The days of a week in the answer to a question for availability, its times beside them: `mon-morning`.
pub const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
/// The times of a day in such an answer.
pub const TIMES: [&str; 3] = ["morning", "afternoon", "evening"];

/// One time of one day of a week, as it is sent; by their positions.
pub fn slot(day: usize, time: usize) -> String {
    let word = |words: &[&'static str], n: usize| words.get(n).copied().unwrap_or_default();
    [word(&DAYS, day), "-", word(&TIMES, time)].concat()
}

/// Day and time of what was sent, by their positions; `None` for what is no such time.
pub fn slot_of(sent: &str) -> Option<(usize, usize)> {
    let (day, time) = sent.split_once('-')?;
    Some((DAYS.iter().position(|it| *it == day)?, TIMES.iter().position(|it| *it == time)?))
}

impl QuestionType {
    /// Whether it is answered with options of the organiser's.
    pub fn has_options(self) -> bool {
        matches!(self, Self::Choice | Self::Choices)
    }
}

/// A question of the organiser's.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(transform = crate::schema::require("id label")))]
#[serde(rename_all = "camelCase")]
pub struct Question {
    /// Names it within the form.
    pub id: String,
    /// The question in words.
    pub label: String,
    /// A sentence that helps to answer it.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub help: String,
    /// The form of the answer.
    #[serde(rename = "type")]
    #[cfg_attr(feature = "schema", schemars(extend("default" = "text")))]
    pub answer: QuestionType,
    /// What can be chosen.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub options: Vec<String>,
    /// The least that a number may be.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub minimum: Option<f64>,
    /// The most that a number may be.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub maximum: Option<f64>,
    /// Whether it must be answered (for a box: ticked).
    #[cfg_attr(feature = "schema", schemars(extend("default" = false)))]
    pub required: bool,
    /// Of whom it is asked; of everybody where that is not said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub only_if: Option<Condition>,
}

/// Of whom a question is asked: whoever was asked an earlier one, and gave that answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(transform = crate::schema::require("question answer")))]
pub struct Condition {
    /// Identifier of the earlier question.
    pub question: String,
    /// The answer: of several, one of those that were chosen; `yes` or `no` for a box and for a yes or no.
    pub answer: String,
}

impl Question {
    /// Whether that is an answer, as it is sent: several values a line each, a number with `.`, a day as `YYYY-MM-DD`, times of the week as
    /// [`slot`] has them, or one line in the person's own words: widgets of before there was the question show a line of text for it.
    pub fn takes(&self, answer: &str) -> bool {
        match self.answer {
            QuestionType::Text | QuestionType::LongText => true,
            QuestionType::Choice => self.offers(answer),
            QuestionType::Choices => {
                let values: Vec<&str> = answer.split(BETWEEN_VALUES).collect();
                // Counted first: of what is longer than all options together nothing is compared.
                values.len() <= self.options.len()
                    && (0..values.len()).all(|n| self.offers(values[n]) && !values[..n].contains(&values[n]))
            }
            QuestionType::Number => number(answer).is_some_and(|number| {
                self.minimum.is_none_or(|least| least <= number)
                    && self.maximum.is_none_or(|most| number <= most)
            }),
            QuestionType::Date => Date::parse(answer).is_some(),
            QuestionType::Boolean => answer == YES,
            QuestionType::YesNo => matches!(answer, YES | NO),
            QuestionType::Availability => {
                let values: Vec<&str> = answer.split(BETWEEN_VALUES).take(SLOTS + 1).collect();
                values.len() == 1
                    || values.len() <= SLOTS
                        && (0..values.len())
                            .all(|n| slot_of(values[n]).is_some() && !values[..n].contains(&values[n]))
            }
        }
    }

    /// Whether a condition can ask for that answer.
    pub fn can_have(&self, answer: &str) -> bool {
        match self.answer {
            QuestionType::Choices => self.offers(answer),
            QuestionType::Availability => slot_of(answer).is_some(),
            // One that must be ticked is never left as it is.
            QuestionType::Boolean => answer == YES || (answer == NO && !self.required),
            _ => self.takes(answer),
        }
    }

    /// Whether an answer, which may be empty, is the one that a condition asks for.
    pub fn has(&self, answer: &str, asked_for: &str) -> bool {
        match self.answer {
            QuestionType::Choices | QuestionType::Availability => {
                answer.split(BETWEEN_VALUES).any(|value| value == asked_for)
            }
            QuestionType::Boolean if asked_for == NO => answer.trim().is_empty(),
            QuestionType::Number => {
                number(answer).is_some_and(|number| self::number(asked_for) == Some(number))
            }
            _ => answer.trim() == asked_for,
        }
    }

    fn offers(&self, value: &str) -> bool {
        self.options.iter().any(|option| option == value)
    }
}

/// Times of a week.
const SLOTS: usize = DAYS.len() * TIMES.len();

/// Digits of a number that are all kept: of 15 an `f64` keeps every one (2^53 has 16).
const DIGITS: usize = 15;

/// A number as it is sent: `12`, `-2.5`. `None` for what is none, and for one of more than 15 digits.
///
/// std's parser reads far more than people type, at several kilobytes of a telephone's download.
pub fn number(text: &str) -> Option<f64> {
    let unsigned = text.strip_prefix('-').unwrap_or(text);
    let (whole, decimals) = match unsigned.split_once('.') {
        Some((_, "")) => return None,
        Some(parts) => parts,
        None => (unsigned, ""),
    };
    if whole.is_empty() || whole.len() + decimals.len() > DIGITS {
        return None;
    }
    // Both are whole numbers that an f64 has exactly, so that their quotient is the nearest one there is.
    let (mut digits, mut scale) = (0.0, 1.0);
    for byte in whole.bytes().chain(decimals.bytes()) {
        if !byte.is_ascii_digit() {
            return None;
        }
        digits = digits * 10.0 + f64::from(byte - b'0');
    }
    for _ in decimals.bytes() {
        scale *= 10.0;
    }
    let number = digits / scale;
    Some(if unsigned.len() < text.len() { -number } else { number })
}

/// A number as people type it (`2,5`, `1 200`, `٢٫٥`) as it is sent; what is none stays as it is.
pub fn typed_number(typed: &str) -> String {
    let digit = |c: char, zero: u32| char::from(b'0' + (u32::from(c) - zero) as u8);
    let sent = typed.chars().filter(|c| !c.is_whitespace()).map(|c| match c {
        ',' | '\u{66b}' => '.',
        '−' => '-',
        '\u{660}'..='\u{669}' => digit(c, 0x660),
        '\u{6f0}'..='\u{6f9}' => digit(c, 0x6f0),
        c => c,
    });
    let sent: String = sent.collect();
    if number(&sent).is_some() && !may_be_thousands(&sent) { sent } else { typed.trim().to_owned() }
}

/// Whether what separates its decimals may separate thousands: "1,200" is one thing in Paris and another in London. It is not taken for
/// either; who means decimals writes one more or one less.
fn may_be_thousands(number: &str) -> bool {
    let (whole, decimals) = number.split_once('.').unwrap_or_default();
    let whole = whole.trim_start_matches('-');
    decimals.len() == 3 && (1..=3).contains(&whole.len()) && !whole.starts_with('0')
}
