//! How each of our languages writes lengths, and days from one to another, which ICU4X does not have. From the Unicode
//! CLDR 48 (<https://cldr.unicode.org>), licence Unicode-3.0 (<https://www.unicode.org/license.txt>).

/// The patterns of one language.
#[derive(Clone, Copy, Debug)]
pub(super) struct Patterns {
    /// Its tag, as [`super::super::Locale`] asks for it.
    pub tag: &'static str,
    /// Days of this year; `last` is a single day, too.
    pub this_year: Range,
    /// Days of another year.
    pub other_year: Range,
    /// A day with its year.
    pub year: &'static str,
    /// Between the script and the region of a language.
    pub comma: &'static str,
    /// A number of metres: a plural message.
    pub metres: &'static str,
    /// A number of kilometres.
    pub kilometres: &'static str,
}

/// How days from one to another are written, within one year.
#[derive(Clone, Copy, Debug)]
pub(super) struct Range {
    /// The first, in the same month as the last.
    pub first_of_month: &'static str,
    /// The first, in another month.
    pub first: &'static str,
    /// The last.
    pub last: &'static str,
}

/// By language, in the order in which `names.txt` has them.
pub(super) const PATTERNS: &[Patterns] = &[
    Patterns {
        tag: "fr",
        this_year: Range {
            first_of_month: "{weekday} {day}",
            first: "{weekday} {day} {month}",
            last: "{weekday} {day} {month}",
        },
        other_year: Range {
            first_of_month: "{weekday} {day}",
            first: "{weekday} {day} {month}",
            last: "{weekday} {day} {month} {year}",
        },
        year: "{weekday} {day} {month} {year}",
        comma: ", ",
        metres: "{n}\u{202f}m",
        kilometres: "{n}\u{202f}km",
    },
    Patterns {
        tag: "en-GB",
        this_year: Range {
            first_of_month: "{weekday} {day} {month}",
            first: "{weekday} {day} {month}",
            last: "{weekday} {day} {month}",
        },
        other_year: Range {
            first_of_month: "{weekday}, {day} {month}",
            first: "{weekday}, {day} {month}",
            last: "{weekday}, {day} {month} {year}",
        },
        year: "{weekday}, {day} {month} {year}",
        comma: ", ",
        metres: "{n} m",
        kilometres: "{n} km",
    },
    Patterns {
        tag: "es",
        this_year: Range {
            first_of_month: "{weekday}, {day} {month}",
            first: "{weekday}, {day} {month}",
            last: "{weekday}, {day} {month}",
        },
        other_year: Range {
            first_of_month: "{weekday}, {day} {month}",
            first: "{weekday}, {day} {month}",
            last: "{weekday}, {day} {month} {year}",
        },
        year: "{weekday}, {day} {month} {year}",
        comma: ", ",
        metres: "{n} m",
        kilometres: "{n} km",
    },
    Patterns {
        tag: "ar",
        this_year: Range {
            first_of_month: "{weekday}، {day}",
            first: "{weekday}، {day} {month}",
            last: "{weekday}، {day} {month}",
        },
        other_year: Range {
            first_of_month: "{weekday}، {day}",
            first: "{weekday}، {day} {month}",
            last: "{weekday}، {day} {month}، {year}",
        },
        year: "{weekday}، {day} {month} {year}",
        comma: "، ",
        metres: "one: متر | two: متران | few: {n} أمتار | many: {n} مترًا | other: {n} متر",
        kilometres: "{n} كم",
    },
];
