//! What is looked for: around where, how far, and the filters.

#[cfg(not(target_arch = "wasm32"))]
use alentour_model::text::fold;
use alentour_model::{Cause, Date, DateRange, Kilometres, Kind, Point};
#[cfg(not(target_arch = "wasm32"))]
use alentour_texts::Language;

use crate::locale::Locale;

/// Kilometres around a place, unless the page or the visitor says otherwise.
const RADIUS: u32 = 25;

/// A place that has been chosen.
#[derive(Clone, Debug, PartialEq)]
pub struct ChosenPlace {
    /// As it is shown.
    pub label: String,
    /// Where it is.
    pub point: Point,
}

impl ChosenPlace {
    /// Whether it is shown by a name, and not by its position.
    fn is_named(&self) -> bool {
        let is_number = |text: &str| text.trim().parse::<f64>().is_ok();
        !self.label.split_once(',').is_some_and(|(one, other)| is_number(one) && is_number(other))
    }
}

/// The days that are looked at.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum Days {
    /// Any.
    #[default]
    Any,
    /// What is left of the week.
    Week,
    /// The weekend.
    Weekend,
    /// What is left of the month.
    Month,
    /// From one to another; where one is not given, from today, or for good.
    Range(Option<Date>, Option<Date>),
}

impl Days {
    /// The days meant, on that day; `None`: any.
    pub fn range(self, today: Date) -> Option<DateRange> {
        match self {
            Self::Any | Self::Range(None, None) => None,
            Self::Week => Some(DateRange::this_week(today)),
            Self::Weekend => Some(DateRange::this_weekend(today)),
            Self::Month => Some(DateRange::this_month(today)),
            Self::Range(first, last) => {
                let (first, last) = (first.unwrap_or(today), last.unwrap_or(Date::from_days(i32::MAX / 4)));
                // The other way round it is taken as it is meant: see `reversed`.
                Some(if self.reversed().is_some() {
                    DateRange { first: last, last: first }
                } else {
                    DateRange { first, last }
                })
            }
        }
    }

    /// Whether some days are asked for.
    pub fn is_set(self) -> bool {
        !matches!(self, Self::Any | Self::Range(None, None))
    }

    /// The days of a range that ends before it begins, in their order.
    pub fn reversed(self) -> Option<(Date, Date)> {
        match self {
            Self::Range(Some(first), Some(last)) if last < first => Some((last, first)),
            _ => None,
        }
    }

    /// Reads what a page asks for: `week`, `weekend`, `month`, or two days with a slash between them (ISO 8601).
    pub fn parse(text: &str) -> Self {
        match text {
            "week" => Self::Week,
            "weekend" => Self::Weekend,
            "month" => Self::Month,
            _ => match text.split_once('/') {
                Some((first, last)) => Self::Range(Date::parse(first), Date::parse(last)),
                None => Self::Any,
            },
        }
    }

    /// Its name in the page's attributes and events.
    pub fn name(self) -> &'static str {
        match self {
            Self::Any => "",
            Self::Week => "week",
            Self::Weekend => "weekend",
            Self::Month => "month",
            Self::Range(..) => "range",
        }
    }
}

/// What is looked for, place included.
#[derive(Clone, Default)]
pub struct Criteria {
    /// Around where.
    pub around: Option<ChosenPlace>,
    /// Kilometres; none: however far.
    pub radius: Option<u32>,
    /// Words.
    pub words: String,
    /// Kinds; none: all.
    pub kinds: Vec<Kind>,
    /// Causes; none: all.
    pub causes: Vec<Cause>,
    /// Days.
    pub days: Days,
}

impl Criteria {
    /// The radius, as the model has it.
    pub fn kilometres(&self) -> Option<Kilometres> {
        Kilometres::new(f64::from(self.radius?))
    }

    /// How many filters are set, the place, the radius and the words aside.
    pub fn filters(&self) -> usize {
        self.kinds.len() + self.causes.len() + usize::from(self.days.is_set())
    }

    /// The same as the query of an address. The place is the name it is shown by; one that has none but its position is left out.
    pub fn query(&self) -> Vec<(&'static str, String)> {
        let mut query = Vec::new();
        if let Some(around) = self.around.as_ref().filter(|around| around.is_named()) {
            query.push(("place", around.label.clone()));
            query.push(("radius", self.radius.map_or("any".into(), |radius| radius.to_string())));
        }
        if !self.words.is_empty() {
            query.push(("words", self.words.clone()));
        }
        query.extend(self.kinds.iter().map(|kind| ("kinds", kind.as_str().to_owned())));
        query.extend(self.causes.iter().map(|cause| ("causes", cause.as_str().to_owned())));
        if self.days != Days::Any {
            query.push(("when", self.days.name().to_owned()));
        }
        if let Days::Range(first, last) = self.days {
            let days = [("first", first), ("last", last)];
            query.extend(days.into_iter().filter_map(|(name, day)| Some((name, day?.to_string()))));
        }
        query
    }

    /// Takes all filters off; place and radius stay.
    pub fn clear(&mut self) {
        self.kinds.clear();
        self.causes.clear();
        self.days = Days::Any;
        self.words.clear();
    }
}

/// The radius that a page asks for: kilometres, natively also with their unit ("25 km"), or `any`.
pub fn radius(text: &str) -> Option<u32> {
    match text.trim() {
        "any" => None,
        text => Some(distance(text).unwrap_or(RADIUS)),
    }
}

/// Kilometres, in a browser without their unit: there the loader takes it off (`embed/rare/understanding.js`), and likewise gives the words for what
/// people call kinds and causes.
pub fn distance(text: &str) -> Option<u32> {
    #[cfg(not(target_arch = "wasm32"))]
    let text = text.to_lowercase();
    #[cfg(not(target_arch = "wasm32"))]
    let text = text.trim_end_matches("km").trim_end();
    text.parse().ok().filter(|radius| (1..=20_000).contains(radius))
}

/// The same, as the model has it.
pub fn kilometres(text: &str) -> Option<Kilometres> {
    Kilometres::new(f64::from(radius(text)?))
}

/// Kinds with commas between them, each once: by their words, natively also as people in that language call them.
pub fn kinds(locale: Locale, text: &str) -> Vec<Kind> {
    words(text, |word| match Kind::parse(word)? {
        Kind::Other(word) => called(locale, &word, Kind::ALL, Kind::as_str).or(Some(Kind::Other(word))),
        kind => Some(kind),
    })
}

/// Causes, likewise.
pub fn causes(locale: Locale, text: &str) -> Vec<Cause> {
    words(text, |word| match Cause::parse(word)? {
        Cause::Other(word) => called(locale, &word, Cause::ALL, Cause::as_str).or(Some(Cause::Other(word))),
        cause => Some(cause),
    })
}

/// What people call so, be it of several: texts are named after the words.
#[cfg(not(target_arch = "wasm32"))]
fn called<T: Clone>(locale: Locale, word: &str, all: &[T], name: impl Fn(&T) -> &str) -> Option<T> {
    let (word, language) = (fold(word), Language::parse(locale.language)?);
    let is_meant = |name: String| word == name || word.strip_suffix('s') == Some(&name);
    all.iter().find(|term| is_meant(fold(language.widget(name(term))))).cloned()
}

#[cfg(target_arch = "wasm32")]
#[inline(always)]
fn called<T>(_: Locale, _: &str, _: &[T], _: impl Fn(&T) -> &str) -> Option<T> {
    None
}

/// Words with commas between them, each once.
pub fn words<T: PartialEq>(text: &str, parse: impl Fn(&str) -> Option<T>) -> Vec<T> {
    let mut all = Vec::new();
    for value in text.split(',').filter_map(|word| parse(word.trim())) {
        if !all.contains(&value) {
            all.push(value);
        }
    }
    all
}
