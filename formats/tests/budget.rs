//! Documents that ask for far more than they are long: each is read within its budget, keeps what was good, and says what it
//! stopped for. Memory is what was allocated at the most, the document included.

#![allow(clippy::unwrap_used, reason = "a test that panics has failed, as it should")]

use std::sync::Mutex;

use alentour_formats::{Budget, Options, ReadError, Reading, Resource, read_with};
use alentour_model::Problem;
use peak_alloc::PeakAlloc;

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

/// One test at a time, or each would be taken for the memory of all.
static ALONE: Mutex<()> = Mutex::new(());

/// Bytes of a document of 8 MB, as a stranger may have read.
const LARGE: usize = 8 << 20;
/// Megabytes that a stranger's reading may take at the most, the document included: see [`Budget::STRANGER`].
const MOST: usize = 150;
/// The same of [`OPERATOR`], whose ten times as many items take a kilobyte each.
const MOST_OF_OPERATOR: usize = 160;

/// The operator's profile with a fifth of its items and steps: a test is not worth a minute, and memory grows by a kilobyte an
/// item.
const OPERATOR: Budget = Budget { items: 20_000, steps: 20_000_000, ..Budget::OPERATOR };

/// Reads a document with each profile, and checks its memory. What a stranger's reading was, and the operator's.
fn read(name: &str, feed: &str) -> [Reading; 2] {
    read_within(name, feed, OPERATOR.steps)
}

/// The same, in so many steps.
fn read_within(name: &str, feed: &str, steps: usize) -> [Reading; 2] {
    let profiles = [(Budget::STRANGER, "stranger", MOST), (OPERATOR, "operator", MOST_OF_OPERATOR)];
    profiles.map(|(budget, whose, most)| {
        let budget = Budget { steps, ..budget };
        let mut options = Options::at(1_795_420_800);
        options.budget = budget;
        MEMORY.reset_peak_usage();
        let (before, began) = (MEMORY.current_usage(), std::time::Instant::now());
        let reading = read_with(feed.as_bytes(), &options).unwrap();
        let peak = (MEMORY.peak_usage() - before + feed.len()) >> 20;
        let (length, took) = (feed.len() >> 10, began.elapsed());
        println!(
            "{name} ({length} KB), {whose}: {peak} MB, {took:?}, {} items, {:?}",
            reading.items, reading.spent
        );
        assert!(peak < most, "{name}, {whose}: {peak} MB");
        keeps_to(&budget, &reading);
        reading
    })
}

/// What holds of every reading within a budget.
fn keeps_to(budget: &Budget, reading: &Reading) {
    let (items, initiatives) = (reading.items, &reading.feed.initiatives);
    assert!(initiatives.len() <= budget.items && items <= 2 * budget.items, "{items}");
    let sessions: usize = initiatives.iter().map(|initiative| initiative.sessions.len()).sum();
    // Each keeps its first.
    assert!(sessions <= budget.sessions + initiatives.len(), "{sessions}");
    let lost = reading.findings.iter().filter(|finding| finding.problem.costs_the_item()).count();
    assert_eq!(lost, reading.left_out());
    assert!(reading.findings.len() <= lost + budget.findings + 10, "{}", reading.findings.len());
    if let Some(resource) = reading.spent {
        let said = |finding: &&alentour_model::Finding| {
            finding.item.is_none()
                && finding.problem == Problem::TooMany
                && finding.field == resource.as_str()
        };
        assert_eq!(reading.findings.iter().filter(said).count(), 1);
    }
}

/// So much of a text, again and again, between a beginning and an end.
fn large(beginning: &str, piece: &str, end: &str) -> String {
    [beginning, &piece.repeat(LARGE / piece.len()), end].concat()
}

#[test]
fn a_node_that_thousands_refer_to_is_there_once() {
    let _alone = ALONE.lock();
    let node = format!(r#"{{"@id":"x","@type":"Place","name":"y{}"}}"#, "y".repeat(1 << 20));
    let event = |n: u32| {
        format!(
            r#"{{"@type":"Event","name":"e{n}","startDate":"2026-12-05T10:00:00+01:00","location":{{"@id":"x"}}}}"#
        )
    };
    let events: Vec<_> = (0..7000).map(event).collect();
    let page = format!("<html><script type='application/ld+json'>[{node},{}]</script>", events.join(","));
    let [stranger, operator] = read("a shared node", &page);
    assert_eq!((stranger.feed.initiatives.len(), stranger.spent), (2000, Some(Resource::Items)));
    assert_eq!((operator.feed.initiatives.len(), operator.spent), (7000, None), "all that refer to it");
    for initiative in &operator.feed.initiatives {
        assert_eq!(initiative.places[0].name, format!("y{}", "y".repeat(499)));
    }
}

#[test]
fn nodes_that_refer_to_each_other_end() {
    let _alone = ALONE.lock();
    let graph = r#"{"@graph": [
        {"@id": "a", "@type": "Event", "name": "Bal", "startDate": "2026-12-05", "location": {"@id": "b"}, "subEvent": {"@id": "a"}},
        {"@id": "b", "@type": "Place", "name": "Salle", "address": {"@id": "c"}, "geo": {"@id": "b"}},
        {"@id": "c", "@type": "PostalAddress", "addressLocality": "Lyon", "addressCountry": {"@id": "d"}, "address": {"@id": "c"}},
        {"@id": "d", "name": "France", "url": {"@id": "c"}}
    ]}"#;
    let [reading, _] = read("a circle", graph);
    let initiative = &reading.feed.initiatives[0];
    let place = &initiative.places[0];
    assert_eq!((place.name.as_str(), place.address_locality.as_str()), ("Salle", "Lyon"));
    assert_eq!((place.address_country.as_str(), initiative.sessions.len()), ("FR", 1));
    // Each event names a thousand dates, all of them the same node, with as much to read as there may be.
    let part = format!(
        r#"{{"@id":"p","@type":"Thing","name":"<b>{}</b>","startDate":"2026-12-05"}}"#,
        "y".repeat(1 << 20)
    );
    let event = |n: usize| {
        format!(
            r#"{{"@type":"Event","name":"e{n}","subEvent":[{}]}}"#,
            vec![r#"{"@id":"p"}"#; 1000].join(",")
        )
    };
    let events: Vec<_> = (0..60).map(event).collect();
    for reading in
        read_within("dates that are one node", &format!("[{part},{}]", events.join(",")), 1_000_000)
    {
        assert_eq!(reading.spent, Some(Resource::Steps));
        assert!(!reading.feed.initiatives.is_empty());
        let sessions = reading.feed.initiatives.iter().map(|initiative| initiative.sessions.len());
        assert_eq!(sessions.max(), Some(1), "one date, however often it is named");
    }
}

#[test]
fn things_that_are_nothing_by_the_million_are_counted_and_not_kept() {
    let _alone = ALONE.lock();
    let good = r#"{"title":"a","url":"//a"}"#;
    for (name, feed) in [
        ("empty objects", large(&format!("[{good},"), "{},", "{}]")),
        ("objects of one field", large(&format!("[{good},"), r#"{"a":1},"#, "{}]")),
        ("numbers", large(&format!("[{good},"), "1,", "1]")),
        ("lines", large(&format!("{good}\n"), "{}\n", "")),
        ("empty objects, forgiven", large(&format!("[{good},"), "{},", "{},]")),
        ("commas", large(&format!("[{good},"), ",", "{}]")),
        (
            "lists of lists",
            large(&format!(r#"{{"items":[{good}],"x":["#), r#"[{"a":[1]},{"a":[1]}],"#, "1]}"),
        ),
    ] {
        let whole = feed.matches("title").count();
        for reading in read(name, &feed) {
            assert_eq!((reading.format, reading.feed.initiatives.len()), ("list", whole), "{name}");
            assert!(reading.spent.is_some() || matches!(name, "commas" | "lists of lists"), "{name}");
        }
    }
    // What breaks off after all that is said to, as ever.
    let broken = large(&format!("[{good},"), "{},", "");
    assert!(matches!(
        alentour_formats::read(broken.as_bytes()),
        Err(ReadError::NotJson { cut_off: true, .. })
    ));
}

#[test]
fn items_by_the_hundred_thousand_are_kept_as_far_as_the_budget_goes() {
    let _alone = ALONE.lock();
    let numbered = |beginning: &str, item: fn(usize) -> String, end: &str| {
        let mut feed = beginning.to_owned();
        let mut n = 0;
        while feed.len() < LARGE {
            feed.push_str(&item(n));
            n += 1;
        }
        feed + end
    };
    let rss = "<rss><channel><title>Agenda</title>";
    for (name, feed, has_items) in [
        (
            "tiny items of RSS",
            numbered(rss, |n| format!("<item><title>a</title><guid>{n}</guid></item>"), "</channel></rss>"),
            true,
        ),
        ("empty items of RSS", large(rss, "<item/>", "</channel></rss>"), false),
        ("rows", numbered("titre;id\n", |n| format!("a;{n}\n"), ""), true),
        ("a list", numbered("[", |n| format!(r#"{{"id":{n},"title":"a","url":"//a"}},"#), "1]"), true),
        ("our own", numbered(r#"{"initiatives":["#, |n| format!(r#"{{"id":{n},"name":"a"}},"#), "1]}"), true),
        (
            "one event after another",
            numbered(
                "BEGIN:VCALENDAR\n",
                |n| format!("BEGIN:VEVENT\nUID:{n}\nSUMMARY:a\nEND:VEVENT\n"),
                "END:VCALENDAR",
            ),
            true,
        ),
        (
            "lines of a calendar",
            large("BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:1\nSUMMARY:a\n", "A:\n", "END:VEVENT\nEND:VCALENDAR"),
            true,
        ),
        (
            "words of a calendar",
            large(
                "BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:1\nSUMMARY:a\nCATEGORIES:",
                "a,",
                "\nEND:VEVENT\nEND:VCALENDAR",
            ),
            false,
        ),
    ] {
        let [stranger, operator] = read(name, &feed);
        for (reading, most) in [(stranger, 2000), (operator, OPERATOR.items)] {
            let kept = reading.feed.initiatives.len();
            match (has_items, reading.spent) {
                (true, Some(Resource::Items)) => assert_eq!(kept, most, "{name}"),
                (true, spent) => assert!(kept > 0 && spent == Some(Resource::Parsed), "{name}: {spent:?}"),
                (false, spent) => assert!(kept < 2 && spent.is_some(), "{name}: {kept}"),
            }
        }
    }
}

#[test]
fn timetables_and_rules_are_written_out_as_far_as_the_budget_goes() {
    let _alone = ALONE.lock();
    let timetable = r#"{"@type":"Schedule","startDate":"2026-01-01","endDate":"2028-12-31","startTime":"10:00","endTime":"11:00","repeatFrequency":"P1D"}"#;
    let event = |n: usize| {
        let timetables = vec![timetable; 20].join(",");
        format!(r#"{{"@type":"Event","name":"e{n}","eventSchedule":[{timetables}]}}"#)
    };
    let events: Vec<_> = (0..2600).map(event).collect();
    let [stranger, operator] = read("timetables", &format!("[{}]", events.join(",")));
    assert_eq!(stranger.feed.initiatives.len(), 2000);
    assert!(stranger.feed.initiatives.iter().all(|initiative| !initiative.sessions.is_empty()));
    assert!(operator.feed.initiatives[0].sessions.len() >= 300);

    // As many numbers as a rule may have, more, and dates that are never found or are in each second.
    let numbers = |first: i32, last: i32| (first..=last).map(|n| n.to_string()).collect::<Vec<_>>().join(",");
    for (name, rule) in [
        ("rules of many numbers", format!("FREQ=DAILY;BYYEARDAY={}", numbers(1, 240))),
        ("rules of more", format!("FREQ=DAILY;BYYEARDAY={};BYMONTHDAY={}", numbers(1, 366), numbers(1, 31))),
        (
            "rules that never come to a date",
            format!("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30;BYYEARDAY={}", numbers(1, 200)),
        ),
        (
            "rules of seldom dates",
            format!("FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13;BYSETPOS={}", numbers(1, 150)),
        ),
        ("rules of every second", "FREQ=SECONDLY;BYHOUR=3;BYMINUTE=5;COUNT=99999".to_owned()),
        ("rules of every minute", "FREQ=MINUTELY;BYHOUR=3;BYMONTH=2;BYDAY=MO".to_owned()),
        (
            "rules of a day's minutes",
            format!("FREQ=DAILY;BYHOUR={};BYMINUTE={}", numbers(0, 23), numbers(0, 59)),
        ),
    ] {
        let event = |n: usize| {
            format!("BEGIN:VEVENT\nUID:{n}\nSUMMARY:a\nDTSTART:19700101T100000\nRRULE:{rule}\nEND:VEVENT\n")
        };
        let events = if name == "rules of many numbers" { 9000 } else { 2500 };
        let events: String = (0..events).map(event).collect();
        let [stranger, operator] = read(name, &format!("BEGIN:VCALENDAR\n{events}END:VCALENDAR\n"));
        assert!(!stranger.feed.initiatives.is_empty() && !operator.feed.initiatives.is_empty(), "{name}");
        for initiative in stranger.feed.initiatives.iter().chain(&operator.feed.initiatives) {
            assert!((1..=100).contains(&initiative.sessions.len()), "{name}: {}", initiative.sessions.len());
        }
    }
}
