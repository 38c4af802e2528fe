//! What `Locale` writes where there is no browser, for `tests/locale.test.mjs` to compare with a browser's `Intl`: a JSON array of
//! `{ "lang", "call", "arguments", "text" }`.

use std::process::ExitCode;

use alentour::clock::Clock;
use alentour::locale::{KnownZones, Locale};
use alentour_model::{Date, Kilometres, LocalTime, Moment, Session, When, Zones};
use alentour_texts::Language;
use serde_json::{Value, json};

/// Ordinary numbers, those at which languages begin to group, and halves.
const NUMBERS: &[f64] = &[
    0.0,
    1.0,
    2.0,
    3.0,
    11.0,
    21.0,
    100.0,
    999.0,
    1000.0,
    1001.0,
    9999.0,
    10_000.0,
    100_000.0,
    1_234_567.0,
    1e9,
    0.1,
    0.25,
    0.35,
    0.949,
    0.95,
    1.5,
    1.95,
    2.0,
    12.34,
    9_999.96,
];

/// Counted, beside all up to 120.
const LARGE: &[usize] = &[
    121, 199, 200, 201, 202, 203, 210, 211, 299, 300, 1000, 1001, 1002, 10_000, 100_000, 1_000_000,
    2_000_000, 1_000_001,
];

/// A distance in kilometres, whether it is approximate, and the length that is said.
const DISTANCES: &[(f64, bool, f64, &str)] = &[
    (0.0, false, 100.0, "meter"),
    (0.1, false, 100.0, "meter"),
    (0.24, false, 200.0, "meter"),
    (0.3, false, 300.0, "meter"),
    (0.94, false, 900.0, "meter"),
    (0.95, false, 1.0, "kilometer"),
    (1.26, false, 1.3, "kilometer"),
    (2.0, false, 2.0, "kilometer"),
    (2.94, false, 2.9, "kilometer"),
    (3.2, false, 3.0, "kilometer"),
    (10.6, false, 11.0, "kilometer"),
    (1234.5, false, 1235.0, "kilometer"),
    (0.2, true, 1.0, "kilometer"),
    (1.4, true, 1.0, "kilometer"),
    (12.6, true, 13.0, "kilometer"),
];

const RANGES: &[(&str, &str)] = &[
    ("2028-01-01", "2028-01-02"),
    ("2028-01-03", "2028-01-31"),
    ("2028-02-29", "2028-02-29"),
    ("2028-01-30", "2028-02-02"),
    ("2028-03-01", "2028-11-01"),
    ("2028-12-30", "2029-01-02"),
    ("2026-01-01", "2028-01-01"),
    ("2027-10-01", "2027-10-03"),
    ("2029-08-31", "2029-09-01"),
    ("2029-05-01", "2029-05-01"),
];

const LANGUAGES: &str = "fr en es ar de it pt pl ro ru uk tr zh vi fa ps ku bn ta so am ti wo bm ff ln sw ber kab fsl hy ka sq sr bg \
    hu nl el he hi ur th ja ko br co ca eu oc gsw mg rom tzm pt-BR pt-PT zh-Hant zh-Hans zh-Hant-TW zh-TW \
    sr-Latn sr-Latn-RS sr-ME fr-FR fr-CA en-GB en-US es-419 ar-MA ar-001 fa-AF my-MM nl-BE de-AT FR fr-fr FR-ca \
    fra deu prs sh cmn xx xx-FR fr-XX fr_FR x français en-u-ca-buddhist ca-valencia ca-ES-valencia de-1996";

const ZONES: &str = "UTC Europe/Paris europe/paris Europe/London America/Martinique America/Cayenne Indian/Reunion Indian/Mayotte \
    Pacific/Noumea Pacific/Tahiti Asia/Kolkata America/St_Johns Europe/Nowhere";

const LOCAL_TIMES: &str = "2026-01-15T12:00 2026-03-29T02:30 2026-03-29T03:30 2026-07-14T12:00 2026-10-25T02:30 2026-10-25T03:30 \
    2026-12-31T23:59 1900-01-01T00:00";

/// All calls of one language.
struct Table {
    locale: Locale,
    calls: Vec<Value>,
}

impl Table {
    fn add(&mut self, call: &str, arguments: Value, text: impl Into<Value>) {
        let lang = self.locale.language;
        self.calls.push(json!({ "lang": lang, "call": call, "arguments": arguments, "text": text.into() }));
    }

    fn numbers(&mut self) {
        for &number in NUMBERS {
            self.add("number", json!([number]), self.locale.number(number));
            self.add("kilometres", json!([number]), self.locale.kilometres(number));
        }
        for metres in (0..=120).map(f64::from).chain([200.0, 1000.0, 10_000.0]) {
            self.add("metres", json!([metres]), self.locale.metres(metres));
        }
        for n in (0..=120).chain(LARGE.iter().copied()) {
            self.add("plural", json!([n]), self.locale.plural_category(n));
        }
        for &(distance, approximate, number, unit) in DISTANCES {
            let text = Kilometres::new(distance).map(|distance| self.locale.distance(distance, approximate));
            self.add("distance", json!([number, unit, approximate]), text);
        }
    }

    /// The clock shows 2028, so that days of 2028 have no year, and those of other years have one.
    fn days(&mut self) {
        for (year, with_year) in [(2028, false), (2026, true)] {
            for day in 0..366 {
                let Some(date) = Date::new(year, 1, 1).map(|first| first.plus(day)) else { continue };
                if date.parts().0 == year {
                    let arguments = |weekday| json!([date.to_string(), date.to_string(), weekday, with_year]);
                    self.add("days", arguments(true), self.locale.days(date, date));
                    self.add("days", arguments(false), self.locale.date(date));
                }
            }
        }
        for &(first, last) in RANGES {
            let with_year = !(first.starts_with("2028") && last.starts_with("2028"));
            let text =
                Date::parse(first).zip(Date::parse(last)).map(|(first, last)| self.locale.days(first, last));
            self.add("days", json!([first, last, true, with_year]), text);
        }
    }

    fn names(&mut self) {
        for tag in LANGUAGES.split(' ').chain([""]) {
            self.add("language_name", json!([tag]), self.locale.language_name(tag));
        }
        for zone in "UTC Etc/GMT+3 Africa/Abidjan America/Argentina/Buenos_Aires Asia/Oral Europe/ Indian/Reunion Pacific/Noumea".split(' ')
        {
            self.add("zone", json!([zone]), self.locale.zone(&session(zone)));
        }
        for zone in ZONES.split(' ').chain([""]) {
            for time in LOCAL_TIMES.split(' ') {
                let offset = LocalTime::split(time).and_then(|(time, _)| KnownZones.offset(zone, time));
                self.add("offset", json!([zone, time]), offset);
            }
        }
    }
}

/// One on clocks that no visitor's show.
fn session(zone: &str) -> Session {
    Session {
        id: String::new(),
        name: String::new(),
        start: When { moment: Moment { instant: 1_844_683_200, offset: 60 }, all_day: false },
        end: None,
        time_zone: zone.to_owned(),
        place: None,
        capacity: None,
        remaining: None,
        needs: Vec::new(),
        live: Default::default(),
    }
}

fn main() -> ExitCode {
    // 2028-06-15T12:00:00Z.
    let Some(clock) = Clock::new(1_844_683_200, "Europe/Paris") else { return ExitCode::FAILURE };
    let calls: Vec<Value> = Language::ALL
        .into_iter()
        .flat_map(|language| {
            let mut table = Table { locale: Locale::native(language, clock), calls: Vec::new() };
            table.numbers();
            table.days();
            table.names();
            table.calls
        })
        .collect();
    println!("{}", Value::from(calls));
    ExitCode::SUCCESS
}
