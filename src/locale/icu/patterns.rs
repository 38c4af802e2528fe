//! How each of our languages writes lengths, and days and hours from one to another, which ICU4X does not have. From the Unicode
//! CLDR 48 (<https://cldr.unicode.org>), licence Unicode-3.0 (<https://www.unicode.org/license.txt>).

/// The patterns of one language.
#[derive(Clone, Copy, Debug)]
pub(super) struct Patterns {
    /// Its tag, as [`super::super::Locale`] asks for it.
    pub tag: &'static str,
    /// A day whose month is named after it.
    pub day: &'static str,
    /// A day with its month.
    pub month: &'static str,
    /// A day with its month and year.
    pub year: &'static str,
    /// Between the script and the region of a language.
    pub comma: &'static str,
    /// Between two times.
    pub until: &'static str,
    /// Whether times before ten have a zero where there are two; a single one always has.
    pub padded_hours: bool,
    /// A number of metres: a plural message.
    pub metres: &'static str,
    /// A number of kilometres.
    pub kilometres: &'static str,
}

/// By language, in the order in which `names.txt` has them.
pub(super) const PATTERNS: &[Patterns] = &[
    Patterns {
        tag: "fr",
        day: "{weekday} {day}",
        month: "{weekday} {day} {month}",
        year: "{weekday} {day} {month} {year}",
        comma: ", ",
        until: " – ",
        padded_hours: true,
        metres: "{n}\u{202f}m",
        kilometres: "{n}\u{202f}km",
    },
    Patterns {
        tag: "en-GB",
        day: "{weekday} {day} {month}",
        month: "{weekday} {day} {month}",
        year: "{weekday}, {day} {month} {year}",
        comma: ", ",
        until: "–",
        padded_hours: true,
        metres: "{n} m",
        kilometres: "{n} km",
    },
    Patterns {
        tag: "es",
        day: "{weekday}, {day} de {month}",
        month: "{weekday}, {day} de {month}",
        year: "{weekday}, {day} de {month} de {year}",
        comma: ", ",
        until: "–",
        padded_hours: false,
        metres: "{n} m",
        kilometres: "{n} km",
    },
    Patterns {
        tag: "ar",
        day: "{weekday}، {day}",
        month: "{weekday}، {day} {month}",
        year: "{weekday}، {day} {month} {year}",
        comma: "، ",
        until: "–",
        padded_hours: true,
        metres: "one: متر | two: متران | few: {n} أمتار | many: {n} مترًا | other: {n} متر",
        kilometres: "{n} كم",
    },
];
