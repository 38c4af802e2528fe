//! What tests of several crates need of the model: any feed at all, and time zones without a database.
//!
//! A crate of its own, that only `[dev-dependencies]` name: as a feature of the model it would be compiled into what is given out as
//! soon as one package asked for it.

#![allow(clippy::unwrap_used, reason = "a test that panics has failed, as it should")]

use alentour_model::read::{DEFAULT_ZONE, read_when};
use alentour_model::*;
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::{Index, select};

/// Zones of the tests, by rule: Paris with its summer time, La Réunion and Cayenne without.
pub struct TestZones;

impl Zones for TestZones {
    fn offset(&self, zone: &str, local: LocalTime) -> Option<i32> {
        match zone {
            "Europe/Paris" => Some(if is_summer(local) { 7200 } else { 3600 }),
            "Indian/Reunion" => Some(4 * 3600),
            "America/Cayenne" => Some(-3 * 3600),
            _ => None,
        }
    }
}

/// Summer time of the European Union: between the last Sundays of March and October, 01:00 UTC (Directive 2000/84/EC).
fn is_summer(local: LocalTime) -> bool {
    let (year, _, _) = local.date.parts();
    let last_sunday = |month| {
        let last = Date::new(year, month, 31).unwrap();
        last.plus(-((last.weekday() + 1) % 7))
    };
    let now = (local.date, local.second);
    now >= (last_sunday(3), 2 * 3600) && now < (last_sunday(10), 3 * 3600)
}

/// One line as a feed may have it: accents, signs that HTML knows, Arabic, an emoji.
fn line() -> impl Strategy<Value = String> {
    "[A-Za-zÀ-ÿ0-9 ,.’'\"<>&;/شكرا🙂-]{0,30}".prop_map(|text| text.trim().to_owned())
}

fn filled_line() -> impl Strategy<Value = String> {
    ("[A-Za-zÀ-ÿ]", line()).prop_map(|(first, rest)| format!("{first}{rest}"))
}

fn text() -> impl Strategy<Value = String> {
    vec(filled_line(), 0..3).prop_map(|paragraphs| paragraphs.join("\n\n"))
}

fn lines() -> impl Strategy<Value = Vec<String>> {
    vec(filled_line(), 0..3)
}

fn word<T: Clone + std::fmt::Debug + 'static>(
    all: &'static [T],
    parse: fn(&str) -> Option<T>,
) -> BoxedStrategy<T> {
    prop_oneof![4 => select(all), 1 => filled_line().prop_filter_map("no word", move |text| parse(&text))]
        .boxed()
}

fn links() -> impl Strategy<Value = Link> {
    "(https://(www\\.é|ex)ample\\.org/[a-z0-9?=&]{0,9}(#[a-z]{0,3})?|mailto:[a-z]{1,5}@example\\.org|http://[a-z]{1,5}\\.example:8080)"
        .prop_map(|text| Link::parse(&text).unwrap())
}

fn points() -> impl Strategy<Value = Point> {
    (-90_000_000..=90_000_000_i32, -180_000_000..=180_000_000_i32)
        .prop_filter("the sea off Ghana", |point| *point != (0, 0))
        .prop_map(|(latitude, longitude)| {
            Point::new(f64::from(latitude) / 1e6, f64::from(longitude) / 1e6).unwrap()
        })
}

fn places() -> impl Strategy<Value = Place> {
    (line(), line(), "[0-9]{0,5}", filled_line(), line(), "[A-Z]{2}|", option::of(points()), any::<bool>())
        .prop_map(
            |(
                name,
                street_address,
                postal_code,
                address_locality,
                address_region,
                address_country,
                point,
                approximate,
            )| {
                Place {
                    name,
                    street_address,
                    postal_code,
                    address_locality,
                    address_region,
                    address_country,
                    point,
                    approximate,
                }
            },
        )
}

/// A day in that zone, or an instant with any offset.
fn whens(zone: String, zones: &'static dyn Zones) -> impl Strategy<Value = When> {
    (any::<bool>(), 0..40_000_i32, 0..86_400_i32, -12 * 60..=14 * 60_i32).prop_map(
        move |(all_day, day, second, minutes)| {
            let date = Date::from_days(day);
            if all_day {
                return read_when(&date.to_string(), &zone, zones).unwrap();
            }
            // UTC is read as the clocks of the zone show it: it would not come back as it is.
            let minutes = if minutes == 0 { 60 } else { minutes };
            When { moment: LocalTime { date, second }.at(minutes * 60), all_day }
        },
    )
}

/// A start and perhaps an end that is not before it.
fn spans(zone: String, zones: &'static dyn Zones) -> impl Strategy<Value = (When, Option<When>)> {
    let (first, second) = (whens(zone.clone(), zones), option::of(whens(zone, zones)));
    (first, second).prop_map(|(start, end)| match end {
        Some(end) if end.ends_before(start) => (end, Some(start)),
        other => (start, other),
    })
}

fn sessions(zone: String, places: usize, zones: &'static dyn Zones) -> impl Strategy<Value = Session> {
    let spans = select(vec![zone, "Indian/Reunion".to_owned()])
        .prop_flat_map(move |zone| (Just(zone.clone()), spans(zone, zones)));
    let seats = (option::of(0..99_u32), option::of(0..99_u32));
    (line(), spans, option::of(0..places.max(1)), seats, lines()).prop_map(
        move |(name, (time_zone, (start, end)), place, (capacity, remaining), needs)| Session {
            id: String::new(),
            name,
            start,
            end,
            time_zone,
            place: place.filter(|position| *position < places),
            capacity,
            remaining,
            needs,
            live: Default::default(),
        },
    )
}

fn organisations() -> impl Strategy<Value = Organisation> {
    (filled_line(), option::of(links()), option::of(select(Sector::ALL)))
        .prop_map(|(name, url, sector)| Organisation { name, url, sector })
}

fn question() -> impl Strategy<Value = Question> {
    let bounds = (option::of(-99..0_i32), option::of(0..99_i32));
    let asked = (filled_line(), filled_line(), line(), select(QuestionType::ALL), any::<bool>());
    (asked, vec(filled_line(), 1..4), bounds).prop_map(
        |((id, label, help, answer, required), mut options, (minimum, maximum))| {
            if answer == QuestionType::Choices {
                options.sort();
                options.dedup();
            }
            let is_number = answer == QuestionType::Number;
            let bound = |bound: Option<i32>| bound.filter(|_| is_number).map(|n| f64::from(n) / 4.0);
            let (minimum, maximum) = (bound(minimum), bound(maximum));
            Question { id, label, help, answer, options, minimum, maximum, required, only_if: None }
        },
    )
}

/// An answer that the question can have.
pub fn an_answer(question: &Question) -> &str {
    match question.answer {
        QuestionType::Text | QuestionType::LongText => "Oui & non",
        QuestionType::Choice | QuestionType::Choices => &question.options[0],
        QuestionType::Availability => "mon-morning",
        QuestionType::Number => "0",
        QuestionType::Date => "2028-02-29",
        QuestionType::Boolean | QuestionType::YesNo => "yes",
    }
}

/// Questions, some of them asked of those who gave an answer to an earlier one.
pub fn questions(most: usize) -> impl Strategy<Value = Vec<Question>> {
    let conditions = vec(option::of(any::<Index>()), most);
    (vec(question(), 0..=most), conditions).prop_map(|(mut questions, conditions)| {
        for (position, condition) in conditions.into_iter().enumerate().take(questions.len()).skip(1) {
            let (earlier, later) = questions.split_at_mut(position);
            later[0].only_if = condition.map(|index: Index| {
                // The first of a name is the one that is meant.
                let id = &index.get(earlier).id;
                let question = earlier.iter().find(|question| question.id == *id).unwrap();
                // Of several, a condition asks for one.
                let one = an_answer(question).split('\n').next().unwrap_or_default();
                Condition { question: id.clone(), answer: one.to_owned() }
            });
        }
        questions
    })
}

fn consents() -> impl Strategy<Value = ConsentRequest> {
    (filled_line(), line(), filled_line(), line(), any::<bool>()).prop_map(
        |(id, version, text, purpose, required)| ConsentRequest {
            id,
            version,
            text,
            purpose,
            required,
            used_for: None,
        },
    )
}

fn needs() -> impl Strategy<Value = Need> {
    (filled_line(), filled_line(), select(NeedType::ALL), option::of(any::<u32>()), line()).prop_map(
        |(id, name, kind, quantity, unit)| Need { id, name, kind, quantity, unit, live: Default::default() },
    )
}

fn participations(zone: String, zones: &'static dyn Zones) -> impl Strategy<Value = Participation> {
    let asked = || select(Asked::ALL);
    (
        select(Way::ALL),
        1..=1000_u32,
        option::of(whens(zone, zones)),
        (asked(), asked(), asked(), any::<bool>()),
        option::of(0..99_u32),
        questions(3),
        vec(needs(), 0..3),
        vec(consents(), 0..3),
    )
        .prop_map(
            |(
                way,
                party_size,
                closes,
                (telephone, postal_code, message, series),
                minimum_age,
                mut questions,
                mut needs,
                mut consents,
            )| {
                // A reader would rename the second of a name, and say so.
                distinct(&mut questions, |question| &question.id);
                distinct(&mut needs, |need| &need.id);
                // Nobody decides about what is offered.
                needs.retain(|_| way.is_decided());
                distinct(&mut consents, |consent| &consent.id);
                Participation {
                    way,
                    party_size,
                    series,
                    closes,
                    telephone,
                    postal_code,
                    message,
                    guests: telephone,
                    venue: if series { Venue::Participants } else { Venue::Public },
                    minimum_age,
                    questions,
                    needs,
                    consents,
                }
            },
        )
}

/// Keeps the first of each name.
fn distinct<T: Clone>(all: &mut Vec<T>, name: impl Fn(&T) -> &String) {
    let mut kept: Vec<T> = Vec::new();
    for one in all.iter() {
        if kept.iter().all(|other| name(other) != name(one)) {
            kept.push(one.clone());
        }
    }
    *all = kept;
}

fn petitions(zone: String, zones: &'static dyn Zones) -> impl Strategy<Value = Petition> {
    let (target, signatures) = (option::of(any::<u32>()), option::of(any::<u32>()));
    let as_of = option::of(whens(zone.clone(), zones));
    let update = (whens(zone, zones), filled_line(), option::of(links()));
    (target, signatures, as_of, any::<bool>(), lines(), text(), vec(update, 0..3)).prop_map(
        |(target, signatures, as_of, includes_sign_ups, addressed_to, outcome, updates)| Petition {
            target,
            signatures,
            live: Default::default(),
            as_of,
            includes_sign_ups,
            addressed_to,
            outcome,
            updates: {
                let update = |(n, (date, text, url))| Update { id: format!("u{n}"), date, text, url };
                let mut updates: Vec<_> = updates.into_iter().enumerate().map(update).collect();
                updates.sort_by_key(|update| std::cmp::Reverse(update.date.moment.instant));
                updates
            },
            signers: Default::default(),
        },
    )
}

fn recipients() -> impl Strategy<Value = Recipient> {
    let email = option::of(Just("elue@example.org".to_owned())).prop_map(Option::unwrap_or_default);
    (filled_line(), line(), email, option::of(links()), lines()).prop_map(
        |(name, office, mut email, url, areas)| {
            if email.is_empty() && url.is_none() {
                email = "mairie@example.org".into();
            }
            Recipient { name, office, email, url, areas }
        },
    )
}

fn letters() -> impl Strategy<Value = Letter> {
    let text = text().prop_map(|text| if text.is_empty() { "Bonjour".into() } else { text });
    (line(), text, vec(recipients(), 1..3), lines()).prop_map(|(subject, text, recipients, share)| Letter {
        subject,
        text,
        recipients,
        share,
    })
}

fn impacts(zone: String, zones: &'static dyn Zones) -> impl Strategy<Value = Impact> {
    let source = option::of((filled_line(), option::of(links())).prop_map(|(name, url)| Organisation {
        name,
        url,
        sector: None,
    }));
    (filled_line(), -1_000_000..1_000_000_i32, line(), option::of(whens(zone, zones)), source).prop_map(
        |(name, value, unit, as_of, source)| Impact {
            name,
            value: f64::from(value) / 8.0,
            unit,
            as_of,
            source,
        },
    )
}

fn initiatives(feed_zone: String, zones: &'static dyn Zones) -> impl Strategy<Value = Initiative> {
    let zoned = select(vec!["", "Indian/Reunion", "America/Cayenne"]).prop_map(str::to_owned);
    (zoned, vec(places(), 0..3)).prop_flat_map(move |(own_zone, places)| {
        let zone = if own_zone.is_empty() { feed_zone.clone() } else { own_zone.clone() };
        let texts = (filled_line(), line(), text(), lines(), text(), lines());
        let words = (
            option::of(word(Kind::ALL, Kind::parse)),
            vec(word(Cause::ALL, Cause::parse), 0..3),
            select(Reach::ALL),
            vec(word(Accessibility::ALL, Accessibility::parse), 0..3),
        );
        let whom = (option::of(links()), option::of(organisations()), vec(organisations(), 0..2));
        let when =
            (vec(sessions(zone.clone(), places.len(), zones), 0..3), option::of(spans(zone.clone(), zones)));
        let more = (
            option::of(participations(zone.clone(), zones)),
            option::of(petitions(zone.clone(), zones)),
            vec(impacts(zone, zones), 0..2),
            (option::of(letters()), text(), option::of(links()), lines()),
        );
        (Just((own_zone, places)), texts, words, whom, when, more).prop_map(
            |((time_zone, places), texts, words, whom, (mut sessions, span), more)| {
                for (position, session) in sessions.iter_mut().enumerate() {
                    session.id = format!("session-{position}");
                }
                let mut initiative = Initiative::new("", texts.0);
                (initiative.summary, initiative.description, initiative.keywords) =
                    (texts.1, texts.2, texts.3);
                (initiative.accessibility_summary, initiative.languages) = (texts.4, texts.5);
                (initiative.kind, initiative.causes) = (words.0, words.1);
                (initiative.reach, initiative.accessibility) = (words.2, words.3);
                (initiative.url, initiative.organizer, initiative.partners) = whom;
                (initiative.time_zone, initiative.places, initiative.sessions) =
                    (time_zone, places, sessions);
                (initiative.start, initiative.end) = (span.map(|span| span.0), span.and_then(|span| span.1));
                (initiative.participation, initiative.petition, initiative.impact) = (more.0, more.1, more.2);
                (initiative.letter, initiative.prerequisites, initiative.donation, initiative.share_texts) =
                    more.3;
                initiative
            },
        )
    })
}

/// Any feed that the canonical format can say.
pub fn feeds(zones: &'static dyn Zones) -> impl Strategy<Value = Feed> {
    let zoned = select(vec!["", "Europe/Paris", "Indian/Reunion"]).prop_map(str::to_owned);
    (line(), line(), zoned)
        .prop_flat_map(move |(name, language, time_zone)| {
            let zone = if time_zone.is_empty() { DEFAULT_ZONE.to_owned() } else { time_zone.clone() };
            (Just((name, language, time_zone)), vec(initiatives(zone, zones), 0..4))
        })
        .prop_map(|((name, language, time_zone), mut initiatives)| {
            for (position, initiative) in initiatives.iter_mut().enumerate() {
                initiative.id = format!("initiative-{position}");
            }
            Feed { version: Feed::VERSION.into(), name, language, time_zone, initiatives }
        })
}
