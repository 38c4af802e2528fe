//! Measures reading and searching a feed, for `cargo xtask bench`: prints samples in milliseconds as JSON.
//!
//! Each of ours alternates with bare code for the same task, so that a busy machine slows both.
//!
//! `measure FEED GAZETTEER`: a canonical feed, and `data/gazetteer/fr.tsv`, whose towns are searched around.

use std::error::Error;
use std::hint::black_box;
use std::time::{Instant, SystemTime, UNIX_EPOCH};
use std::{env, fs};

use alentour_model::query::Now;
use alentour_model::text::fold;
use alentour_model::time::NoZones;
use alentour_model::{Catalog, Date, Initiative, Kilometres, Point, Query, read};
use serde_json::{Value, json};

/// Times that the feed is read.
const READINGS: usize = 15;
/// Searches of each sort.
const SEARCHES: usize = 500;
/// Kilometres around a place, as the widget has it unless told otherwise.
const RADIUS: f64 = 25.0;

fn main() -> Result<(), Box<dyn Error>> {
    let usage = "usage: measure FEED GAZETTEER";
    let mut arguments = env::args().skip(1);
    let feed = fs::read_to_string(arguments.next().ok_or(usage)?)?;
    let towns = towns(&fs::read_to_string(arguments.next().ok_or(usage)?)?);

    let (mut ours, mut parsed, mut made) = (Vec::new(), Vec::new(), Vec::new());
    let mut initiatives = Vec::new();
    for _ in 0..READINGS {
        initiatives = timed(&mut ours, || read::read(&feed, &NoZones))
            .map_err(|error| format!("the feed cannot be read: {error:?}"))?
            .0
            .initiatives;
        timed(&mut parsed, || serde_json::from_str::<Value>(&feed))?;
        let copies = initiatives.clone();
        timed(&mut made, || Catalog::new(copies));
    }
    let speed = feed.len() as f64 / 1e3 / median(&ours);
    let bare = Bare::new(&initiatives);
    let mut indexed = Vec::new();
    for _ in 0..READINGS {
        let catalog = Catalog::new(initiatives.clone());
        timed(&mut indexed, || while catalog.prepare_words() {});
    }
    let catalog = Catalog::new(initiatives);
    while catalog.prepare_words() {}

    let mut rows = vec![
        row("reading the feed", &ours, &parsed),
        row("making it ready to be searched", &made, &[]),
        row("making it ready for words", &indexed, &[]),
    ];
    let now = now()?;
    let mut random = Random(1);
    let sorts = [
        ("searching: everything", false, false),
        ("searching: around a town", true, false),
        ("searching: words", false, true),
        ("searching: words around a town", true, true),
    ];
    for (what, around, with_words) in sorts {
        let (mut ours, mut yardstick) = (Vec::new(), Vec::new());
        for _ in 0..SEARCHES {
            let query = Query {
                near: if around { Some(*random.of(&towns)) } else { None },
                radius: if around { Kilometres::new(RADIUS) } else { None },
                words: if with_words { bare.words(&mut random) } else { String::new() },
                ..Query::default()
            };
            let results = timed(&mut ours, || catalog.search(&query, now));
            let found = timed(&mut yardstick, || bare.search(&query));
            black_box((results, found));
        }
        rows.push(row(what, &ours, &yardstick));
    }
    let notes = [
        format!("Optimised for speed (`--release`). Reading: {speed:.0} MB/s; the yardstick parses the same JSON into \
                 `serde_json::Value` and looks at none of it."),
        "Searching: the yardstick compares substrings and distances, and sorts what it finds by distance; ours also ranks by \
         date, leaves out what is over, and counts what each filter would give.".to_owned(),
    ];
    println!("{}", json!({ "title": "Native code", "notes": notes, "rows": rows }));
    Ok(())
}

fn row(what: &str, ours: &[f64], bare: &[f64]) -> Value {
    json!({ "what": what, "ours": ours, "bare": bare })
}

/// Does the work, and adds the milliseconds that it took.
fn timed<T>(samples: &mut Vec<f64>, work: impl FnOnce() -> T) -> T {
    let start = Instant::now();
    let result = black_box(work());
    samples.push(start.elapsed().as_secs_f64() * 1000.0);
    result
}

fn median(samples: &[f64]) -> f64 {
    let mut sorted = samples.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted[sorted.len() / 2]
}

fn now() -> Result<Now, Box<dyn Error>> {
    let instant = i64::try_from(SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs())?;
    Ok(Now { instant, today: Date::from_days(i32::try_from(instant / 86_400)?) })
}

fn towns(gazetteer: &str) -> Vec<Point> {
    let point = |line: &str| {
        let mut fields = line.split('\t').skip(3).map(|field| field.parse().ok());
        Point::new(fields.next()??, fields.next()??)
    };
    gazetteer.lines().filter_map(point).collect()
}

/// Numbers that look like chance, and are the same in each run.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        // Knuth's MMIX multiplier and increment; the upper bits are the good ones.
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % limit.max(1)
    }

    fn of<'a, T>(&mut self, list: &'a [T]) -> &'a T {
        &list[self.below(list.len())]
    }
}

/// The least that could be called a search.
struct Bare {
    points: Vec<(Point, String)>,
}

impl Bare {
    fn new(initiatives: &[Initiative]) -> Self {
        let text = |initiative: &Initiative| {
            let Initiative { name, summary, description, .. } = initiative;
            let place = initiative
                .places
                .iter()
                .map(|place| [&place.address_locality, " ", &place.postal_code].concat());
            fold(&[name.as_str(), summary, description, &place.collect::<String>()].join(" "))
        };
        let point = |initiative: &Initiative| initiative.places.iter().find_map(|place| place.point);
        Self { points: initiatives.iter().filter_map(|it| Some((point(it)?, text(it)))).collect() }
    }

    /// One or two words that something has in it, as far as somebody may have typed them.
    fn words(&self, random: &mut Random) -> String {
        let (_, text) = random.of(&self.points);
        let words: Vec<&str> = text.split(' ').filter(|word| word.len() > 2 && word.is_ascii()).collect();
        let first = random.of(&words);
        let second = random.of(&words);
        let second = &second[..1 + random.below(second.len())];
        if random.below(2) == 0 { second.into() } else { [first, " ", second].concat() }
    }

    fn search(&self, query: &Query) -> Vec<(f64, usize)> {
        let words = fold(&query.words);
        let found = self.points.iter().enumerate().filter_map(|(position, (point, text))| {
            if !words.split(' ').all(|word| text.contains(word)) {
                return None;
            }
            let distance = query.near.map_or(0.0, |near| haversine(near, *point));
            (query.radius.is_none_or(|radius| distance <= radius.value())).then_some((distance, position))
        });
        let mut found: Vec<_> = found.collect();
        found.sort_by(|a, b| a.0.total_cmp(&b.0));
        found
    }
}

/// Kilometres between two points, as a textbook has it.
fn haversine(a: Point, b: Point) -> f64 {
    let (north, other_north) = (a.latitude.to_radians(), b.latitude.to_radians());
    let half = |difference: f64| (difference / 2.0).sin().powi(2);
    let along = half((b.longitude - a.longitude).to_radians());
    let chord = half(other_north - north) + north.cos() * other_north.cos() * along;
    2.0 * 6371.0088 * chord.sqrt().asin()
}
