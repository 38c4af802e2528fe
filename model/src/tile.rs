//! A tile: the cards of initiatives that are near each other, as a text of columns.
//!
//! A card is what a list shows of an initiative and searches in it, and no more: see [`card`]. A column is a line, with a tab between
//! the values: what is alike stands together, so that a tile of 500 cards takes some 70 to 100 bytes a card after brotli. It is text, because
//! text is compressed by every server of files there is. The lines, in their order:
//!
//! 1. the version, how many cards, decimals of the degrees, seconds of a unit of time, and the instant from which units are counted;
//! 2. the words that other columns name by their position, counted from 1;
//! 3. and so on: a column for each field, in the order of [`decode`]; first the fields of initiatives, then those of their places, then
//!    those of their sessions.
//!
//! Everything comes back as it was: degrees have as many decimals as the most exact of them needs; where that is too many (0 in the
//! first line) they are written in full.

use std::str::Split;

use crate::geo::Point;
use crate::initiative::{Cause, Initiative, Kind, Petition, Reach};
use crate::organisation::Organisation;
use crate::participation::{Participation, Way};
use crate::place::Place;
use crate::session::{Session, When};
use crate::time::Moment;

/// What a tile begins with; changed whenever it is read otherwise.
const VERSION: &str = "1";

/// The cells of one column, one after the other; empty ones after the last.
struct Column<'a>(Split<'a, char>);

impl<'a> Column<'a> {
    fn text(&mut self) -> &'a str {
        self.0.next().unwrap_or_default()
    }

    fn number<T: std::str::FromStr>(&mut self) -> Option<T> {
        self.text().parse().ok()
    }

    /// A text of its own.
    fn own(&mut self) -> String {
        let text = self.text();
        if !text.contains('\\') {
            return text.to_owned();
        }
        let mut plain = String::new();
        let mut characters = text.chars();
        while let Some(c) = characters.next() {
            plain.push(match c {
                '\\' => match characters.next() {
                    Some('n') => '\n',
                    Some('t') => '\t',
                    _ => '\\',
                },
                c => c,
            });
        }
        plain
    }
}

/// What cells mean: words by their position, times in units, degrees in decimals.
struct Meaning {
    words: Vec<String>,
    degree: f64,
    unit: i64,
    base: i64,
}

impl Meaning {
    fn word(&self, cell: &str) -> Option<&str> {
        let position: usize = cell.parse().ok()?;
        self.words.get(position.checked_sub(1)?).map(String::as_str)
    }

    fn text(&self, column: &mut Column<'_>) -> String {
        self.word(column.text()).unwrap_or_default().to_owned()
    }

    fn list<T>(&self, column: &mut Column<'_>, read: impl Fn(&str) -> Option<T>) -> Vec<T> {
        column.text().split(' ').filter_map(|cell| read(self.word(cell)?)).collect()
    }

    /// Units since the base, minutes that the clocks are ahead, and `d` for a whole day.
    fn when(&self, column: &mut Column<'_>) -> Option<When> {
        let mut parts = column.text().split(' ');
        let units: i64 = parts.next()?.parse().ok()?;
        let offset: i32 = parts.next()?.parse().ok()?;
        let instant = units.checked_mul(self.unit)?.checked_add(self.base)?;
        let moment = Moment { instant, offset: offset.checked_mul(60)? };
        Some(When { moment, all_day: parts.next().is_some() })
    }

    fn degrees(&self, column: &mut Column<'_>) -> Option<f64> {
        Some(column.number::<f64>()? / self.degree)
    }
}

/// Reads a tile: cards, each with its initiative's position in the feed. `None` for what is none, or of another version.
pub fn decode(text: &str) -> Option<Vec<(u32, Initiative)>> {
    let mut lines = text.split('\n');
    let mut head = lines.next()?.split(' ');
    if head.next()? != VERSION {
        return None;
    }
    let mut number = || head.next()?.parse::<i64>().ok();
    // No line has more cells than the tile has bytes.
    let most = text.len();
    let mut size = || usize::try_from(number()?).ok().filter(|size| *size <= most);
    let (count, words) = (size()?, size()?);
    let (decimals, unit, base) = (number()?, number()?, number()?);
    let mut column = || Column(lines.next().unwrap_or_default().split('\t'));
    let mut dictionary = column();
    let words = (0..words).map(|_| dictionary.own()).collect();
    let meaning = Meaning { words, degree: 10_f64.powi(decimals.clamp(0, 17) as i32), unit, base };

    let (mut at, mut id, mut name, mut summary) = (column(), column(), column(), column());
    let (mut kind, mut causes, mut keywords, mut reach) = (column(), column(), column(), column());
    let (mut organizer, mut partners, mut places, mut sessions) = (column(), column(), column(), column());
    let (mut start, mut end, mut zone) = (column(), column(), column());
    let (mut way, mut closes, mut target, mut signatures, mut as_of) =
        (column(), column(), column(), column(), column());
    let (mut venue, mut street, mut postcode, mut town) = (column(), column(), column(), column());
    let (mut latitude, mut longitude, mut approximate) = (column(), column(), column());
    let (mut title, mut begins, mut ends, mut clocks) = (column(), column(), column(), column());
    let (mut there, mut remaining) = (column(), column());

    let mut place = || Place {
        name: meaning.text(&mut venue),
        street_address: street.own(),
        postal_code: meaning.text(&mut postcode),
        address_locality: meaning.text(&mut town),
        point: match (meaning.degrees(&mut latitude), meaning.degrees(&mut longitude)) {
            (Some(latitude), Some(longitude)) => Point::new(latitude, longitude),
            _ => None,
        },
        approximate: !approximate.text().is_empty(),
        ..Place::default()
    };
    let mut session = || {
        let (name, start, end) =
            (meaning.text(&mut title), meaning.when(&mut begins), meaning.when(&mut ends));
        let time_zone = meaning.text(&mut clocks);
        let (place, remaining) = (there.number(), remaining.number());
        Some(Session {
            id: String::new(),
            name,
            start: start?,
            end,
            time_zone,
            place,
            capacity: None,
            remaining,
        })
    };
    let mut card = |position: u32| {
        let (id, name) = (id.own(), name.own());
        let mut card = Initiative::new(id, name);
        card.summary = summary.own();
        card.kind = meaning.word(kind.text()).and_then(Kind::parse);
        card.causes = meaning.list(&mut causes, Cause::parse);
        card.keywords = meaning.list(&mut keywords, |word| Some(word.to_owned()));
        card.reach = Reach::parse(reach.text()).unwrap_or_default();
        card.organizer = meaning.word(organizer.text()).map(organisation);
        card.partners = meaning.list(&mut partners, |name| Some(organisation(name)));
        card.places = (0..places.number().unwrap_or(0).min(most)).map(|_| place()).collect();
        card.sessions = (0..sessions.number().unwrap_or(0).min(most)).filter_map(|_| session()).collect();
        (card.start, card.end) = (meaning.when(&mut start), meaning.when(&mut end));
        card.time_zone = meaning.text(&mut zone);
        let closes = meaning.when(&mut closes);
        card.participation =
            Way::parse(way.text()).map(|way| Participation { closes, ..Participation::new(way) });
        let (target, signatures, as_of) = (target.text(), signatures.number(), meaning.when(&mut as_of));
        // A petition that says of its goal only that there is none is one, too.
        card.petition = (!target.is_empty()).then(|| Petition {
            target: target.parse().ok(),
            signatures,
            as_of,
            ..Petition::default()
        });
        (position, card)
    };
    let mut position = 0;
    let mut cards = Vec::with_capacity(count);
    for _ in 0..count {
        position += at.number::<u32>()?;
        cards.push(card(position));
    }
    Some(cards)
}

fn organisation(name: &str) -> Organisation {
    Organisation { name: name.to_owned(), url: None, sector: None }
}

#[cfg(feature = "server")]
pub use encoding::{card, encode};

#[cfg(feature = "server")]
mod encoding {
    use std::collections::HashMap;

    use super::*;

    /// Decimals of degrees that are tried, fewest first; 9 are a tenth of a millimetre. Whoever says more says it in full.
    const DECIMALS: std::ops::RangeInclusive<i32> = 3..=9;
    /// Seconds of a unit of time that are tried.
    const UNITS: [i64; 5] = [86_400, 3600, 900, 60, 1];

    /// An initiative with what a list shows of it and searches in it, its description aside: how to take part without the form, dates
    /// without what they were announced with, places without what nobody reads in a list.
    pub fn card(initiative: &Initiative) -> Initiative {
        let named = |organisation: &Organisation| organisation_of(&organisation.name);
        let mut card = Initiative::new(&initiative.id, &initiative.name);
        card.summary.clone_from(&initiative.summary);
        card.kind.clone_from(&initiative.kind);
        card.causes.clone_from(&initiative.causes);
        card.keywords.clone_from(&initiative.keywords);
        card.reach = initiative.reach;
        card.organizer = initiative.organizer.as_ref().map(named);
        card.partners = initiative.partners.iter().map(named).collect();
        card.places = initiative.places.iter().map(place).collect();
        card.sessions = initiative.sessions.iter().map(session).collect();
        (card.start, card.end) = (initiative.start, initiative.end);
        card.time_zone.clone_from(&initiative.time_zone);
        let taken = |participation: &Participation| Participation {
            closes: participation.closes,
            ..Participation::new(participation.way)
        };
        card.participation = initiative.participation.as_ref().map(taken);
        let counted = |petition: &Petition| Petition {
            target: petition.target,
            signatures: petition.signatures,
            as_of: petition.as_of,
            ..Petition::default()
        };
        card.petition = initiative.petition.as_ref().map(counted);
        card
    }

    fn organisation_of(name: &str) -> Organisation {
        organisation(name)
    }

    fn place(place: &Place) -> Place {
        // Said only where nothing else says where it is.
        let is_said = place.name.is_empty() && place.address_locality.is_empty();
        Place {
            name: place.name.clone(),
            street_address: if is_said { place.street_address.clone() } else { String::new() },
            postal_code: place.postal_code.clone(),
            address_locality: place.address_locality.clone(),
            point: place.point,
            approximate: place.approximate,
            ..Place::default()
        }
    }

    fn session(session: &Session) -> Session {
        let remaining = if session.is_full() { Some(0) } else { session.remaining };
        Session { id: String::new(), capacity: None, remaining, ..session.clone() }
    }

    /// The columns of a tile while it is written.
    struct Writer {
        words: Vec<String>,
        known: HashMap<String, usize>,
        decimals: i32,
        unit: i64,
        base: i64,
    }

    impl Writer {
        /// The position of a word, from 1; nothing for an empty one.
        fn word(&mut self, text: &str) -> String {
            if text.is_empty() {
                return String::new();
            }
            let next = self.words.len() + 1;
            let position = *self.known.entry(text.to_owned()).or_insert(next);
            if position == next {
                self.words.push(own(text));
            }
            position.to_string()
        }

        fn list<'a>(&mut self, words: impl IntoIterator<Item = &'a str>) -> String {
            let words: Vec<_> = words.into_iter().map(|word| self.word(word)).collect();
            words.join(" ")
        }

        fn when(&self, when: Option<When>) -> String {
            let Some(When { moment: Moment { instant, offset }, all_day }) = when else {
                return String::new();
            };
            let day = if all_day { " d" } else { "" };
            format!("{} {}{day}", (instant - self.base) / self.unit, offset / 60)
        }

        fn degrees(&self, degrees: Option<f64>) -> String {
            let Some(degrees) = degrees else { return String::new() };
            // With a point, in as many figures as tell it from every other number.
            if self.decimals == 0 { degrees.to_string() } else { scaled(degrees, self.decimals).to_string() }
        }
    }

    /// A text as a cell.
    fn own(text: &str) -> String {
        text.replace('\\', "\\\\").replace('\n', "\\n").replace('\t', "\\t")
    }

    fn scaled(degrees: f64, decimals: i32) -> i64 {
        (degrees * 10_f64.powi(decimals)).round() as i64
    }

    fn number<T: ToString>(number: Option<T>) -> String {
        number.map(|number| number.to_string()).unwrap_or_default()
    }

    /// Writes the cards of these initiatives, each with its position in the feed, in the order of their positions.
    pub fn encode<'a>(initiatives: impl IntoIterator<Item = (u32, &'a Initiative)>) -> String {
        let cards: Vec<(u32, Initiative)> = initiatives.into_iter().map(|(at, it)| (at, card(it))).collect();
        let places: Vec<&Place> = cards.iter().flat_map(|(_, card)| &card.places).collect();
        let sessions: Vec<&Session> = cards.iter().flat_map(|(_, card)| &card.sessions).collect();
        let mut writer = writer(&cards, &places, &sessions);
        let mut lines = vec![Vec::new(); 33];
        let mut position = 0;
        for (at, card) in &cards {
            let petition = card.petition.as_ref();
            let participation = card.participation.as_ref();
            let cells = [
                (at - std::mem::replace(&mut position, *at)).to_string(),
                own(&card.id),
                own(&card.name),
                own(&card.summary),
                writer.word(card.kind.as_ref().map_or("", Kind::as_str)),
                writer.list(card.causes.iter().map(Cause::as_str)),
                writer.list(card.keywords.iter().map(String::as_str)),
                if card.reach == Reach::default() { String::new() } else { card.reach.as_str().to_owned() },
                writer.word(card.organizer.as_ref().map_or("", |organizer| &organizer.name)),
                writer.list(card.partners.iter().map(|partner| partner.name.as_str())),
                card.places.len().to_string(),
                card.sessions.len().to_string(),
                writer.when(card.start),
                writer.when(card.end),
                writer.word(&card.time_zone),
                participation.map(|participation| participation.way.as_str().to_owned()).unwrap_or_default(),
                writer.when(participation.and_then(|participation| participation.closes)),
                petition
                    .map(|petition| petition.target.map_or("-".into(), |target| target.to_string()))
                    .unwrap_or_default(),
                number(petition.and_then(|petition| petition.signatures)),
                writer.when(petition.and_then(|petition| petition.as_of)),
            ];
            lines.iter_mut().zip(cells).for_each(|(line, cell)| line.push(cell));
        }
        for place in places {
            let cells = [
                writer.word(&place.name),
                own(&place.street_address),
                writer.word(&place.postal_code),
                writer.word(&place.address_locality),
                writer.degrees(place.point.map(|point| point.latitude)),
                writer.degrees(place.point.map(|point| point.longitude)),
                if place.approximate { "a".to_owned() } else { String::new() },
            ];
            lines[20..].iter_mut().zip(cells).for_each(|(line, cell)| line.push(cell));
        }
        for session in sessions {
            let cells = [
                writer.word(&session.name),
                writer.when(Some(session.start)),
                writer.when(session.end),
                writer.word(&session.time_zone),
                number(session.place),
                number(session.remaining),
            ];
            lines[27..].iter_mut().zip(cells).for_each(|(line, cell)| line.push(cell));
        }
        let Writer { words, decimals, unit, base, .. } = writer;
        let head = format!("{VERSION} {} {} {decimals} {unit} {base}", cards.len(), words.len());
        let lines = lines.into_iter().map(|line| line.join("\t"));
        [head, words.join("\t")].into_iter().chain(lines).collect::<Vec<_>>().join("\n")
    }

    /// Chooses units in which all times and degrees are whole numbers.
    fn writer(cards: &[(u32, Initiative)], places: &[&Place], sessions: &[&Session]) -> Writer {
        let closes =
            |card: &Initiative| card.participation.as_ref().and_then(|participation| participation.closes);
        let as_of = |card: &Initiative| card.petition.as_ref().and_then(|petition| petition.as_of);
        let own =
            cards.iter().flat_map(|(_, card)| [card.start, card.end, closes(card), as_of(card)]).flatten();
        let held = sessions.iter().flat_map(|session| [Some(session.start), session.end]).flatten();
        let instants: Vec<i64> = own.chain(held).map(|when| when.moment.instant).collect();
        let base = instants.iter().copied().min().unwrap_or(0);
        let fits = |unit: &&i64| instants.iter().all(|instant| (instant - base) % **unit == 0);
        let unit = UNITS.iter().find(fits).copied().unwrap_or(1);
        let degrees: Vec<f64> = places
            .iter()
            .filter_map(|place| place.point)
            .flat_map(|point| [point.latitude, point.longitude])
            .collect();
        let is_exact = |decimals: &i32| {
            degrees
                .iter()
                .all(|degrees| scaled(*degrees, *decimals) as f64 / 10_f64.powi(*decimals) == *degrees)
        };
        let decimals = DECIMALS.into_iter().find(is_exact).unwrap_or(0);
        Writer { words: Vec::new(), known: HashMap::new(), decimals, unit, base }
    }
}
