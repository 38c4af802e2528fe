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
//! first line) the bits of the number are written, because a telephone's browser has the only parser of such numbers at hand.

use std::str::Split;

use crate::geo::Point;
use crate::initiative::{Cause, Initiative, Kind, Petition, Reach};
use crate::organisation::Organisation;
use crate::participation::{Participation, Way};
use crate::place::Place;
use crate::session::{Session, When};
use crate::time::Moment;

/// What a tile begins with; changed whenever it is read otherwise.
const VERSION: &str = "2";

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
        // No browser's dates go further.
        let instant = Some(instant).filter(|instant| instant.abs() < 8_640_000_000_000)?;
        let moment = Moment { instant, offset: offset.checked_mul(60)? };
        Some(When { moment, all_day: parts.next().is_some() })
    }

    fn degrees(&self, column: &mut Column<'_>) -> Option<f64> {
        if self.degree == 1.0 {
            return column.number().map(f64::from_bits);
        }
        Some(column.number::<i64>()? as f64 / self.degree)
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
            needs: Vec::new(),
            live: Default::default(),
        })
    };
    // All its places and sessions together are no more than it has bytes.
    let mut left = most;
    let mut room = |wanted: Option<usize>| {
        let taken = wanted.unwrap_or(0).min(left);
        left -= taken;
        taken
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
        card.places = (0..room(places.number())).map(|_| place()).collect();
        card.sessions = (0..room(sessions.number())).filter_map(|_| session()).collect();
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
        position = at.number::<u32>()?.checked_add(position)?;
        cards.push(card(position));
    }
    Some(cards)
}

/// Adds what initiatives say beside their cards, a line each, for searching: it stands in the place of the description, which a list does not
/// show.
pub fn say(cards: &mut [(u32, Initiative)], words: &str) {
    for ((_, card), words) in cards.iter_mut().zip(words.split('\n')) {
        words.clone_into(&mut card.description);
    }
}

fn organisation(name: &str) -> Organisation {
    Organisation { name: name.to_owned(), url: None, sector: None }
}

#[cfg(feature = "server")]
pub use encoding::{card, encode};

#[cfg(feature = "server")]
mod encoding {
    use std::collections::HashMap;
    use std::fmt::Write as _;

    use super::*;

    /// Decimals of degrees that are tried, fewest first; 9 are a tenth of a millimetre. Whoever says more says it in bits.
    const DECIMALS: std::ops::RangeInclusive<i32> = 3..=9;
    /// Seconds of a unit of time that are tried.
    const UNITS: [i64; 5] = [86_400, 3600, 900, 60, 1];

    /// An initiative with what a list shows of it and searches in it, its description aside: how to take part without the form, dates
    /// without what they were announced with, places without what nobody reads in a list.
    pub fn card(initiative: &Initiative) -> Initiative {
        let named = |known: &Organisation| organisation(&known.name);
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
        let remaining = if session.limit() == Some(0) { Some(0) } else { session.remaining };
        Session {
            id: String::new(),
            capacity: None,
            remaining,
            needs: Vec::new(),
            live: Default::default(),
            ..session.clone()
        }
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
        fn word(&mut self, text: &str, cell: &mut String) {
            if text.is_empty() {
                return;
            }
            let position = match self.known.get(text) {
                Some(position) => *position,
                None => {
                    self.words.push(text.to_owned());
                    self.known.insert(text.to_owned(), self.words.len());
                    self.words.len()
                }
            };
            let _ = write!(cell, "{position}");
        }

        fn list<'a>(&mut self, words: impl IntoIterator<Item = &'a str>, cell: &mut String) {
            for (position, word) in words.into_iter().enumerate() {
                cell.push_str(if position > 0 { " " } else { "" });
                self.word(word, cell);
            }
        }

        fn when(&self, when: Option<When>, cell: &mut String) {
            if let Some(When { moment: Moment { instant, offset }, all_day }) = when {
                let day = if all_day { " d" } else { "" };
                let _ = write!(cell, "{} {}{day}", (instant - self.base) / self.unit, offset / 60);
            }
        }

        fn degrees(&self, degrees: Option<f64>, cell: &mut String) {
            let _ = match degrees {
                None => Ok(()),
                // With a point, in as many figures as tell it from every other number.
                Some(degrees) if self.decimals == 0 => write!(cell, "{}", degrees.to_bits()),
                Some(degrees) => write!(cell, "{}", scaled(degrees, self.decimals)),
            };
        }
    }

    /// Lines, to each of which a cell is added in turn.
    struct Lines {
        lines: Vec<String>,
        at: usize,
        is_first: bool,
    }

    impl Lines {
        fn new(columns: usize) -> Self {
            Self { lines: vec![String::new(); columns], at: 0, is_first: true }
        }

        /// The next line, with a new cell at its end.
        fn cell(&mut self) -> &mut String {
            let (columns, is_first) = (self.lines.len(), self.is_first);
            let line = &mut self.lines[self.at % columns];
            self.at += 1;
            self.is_first = is_first && self.at < columns;
            line.push_str(if is_first { "" } else { "\t" });
            line
        }

        fn number(&mut self, number: Option<impl std::fmt::Display>) {
            let cell = self.cell();
            if let Some(number) = number {
                let _ = write!(cell, "{number}");
            }
        }
    }

    /// Adds a text to a cell.
    fn own(text: &str, cell: &mut String) {
        for c in text.chars() {
            match c {
                '\\' => cell.push_str("\\\\"),
                '\n' => cell.push_str("\\n"),
                '\t' => cell.push_str("\\t"),
                c => cell.push(c),
            }
        }
    }

    fn scaled(degrees: f64, decimals: i32) -> i64 {
        (degrees * 10_f64.powi(decimals)).round() as i64
    }

    /// Writes the cards of these initiatives, each with its position in the feed, in the order of their positions.
    pub fn encode<'a>(initiatives: impl IntoIterator<Item = (u32, &'a Initiative)>) -> String {
        let cards: Vec<(u32, Initiative)> = initiatives.into_iter().map(|(at, it)| (at, card(it))).collect();
        let places: Vec<&Place> = cards.iter().flat_map(|(_, card)| &card.places).collect();
        let sessions: Vec<&Session> = cards.iter().flat_map(|(_, card)| &card.sessions).collect();
        let mut writer = writer(&cards, &places, &sessions);
        let columns = [
            columns_of_cards(&cards, &mut writer),
            columns_of_places(&places, &mut writer),
            columns_of_sessions(&sessions, &mut writer),
        ];
        let Writer { words, decimals, unit, base, .. } = writer;
        let mut text = format!("{VERSION} {} {} {decimals} {unit} {base}\n", cards.len(), words.len());
        for (position, word) in words.iter().enumerate() {
            text.push_str(if position > 0 { "\t" } else { "" });
            own(word, &mut text);
        }
        for line in columns.iter().flat_map(|columns| &columns.lines) {
            text.push('\n');
            text.push_str(line);
        }
        text
    }

    fn columns_of_cards(cards: &[(u32, Initiative)], writer: &mut Writer) -> Lines {
        let mut lines = Lines::new(20);
        let mut position = 0;
        for (at, card) in cards {
            lines.number(Some(at - std::mem::replace(&mut position, *at)));
            own(&card.id, lines.cell());
            own(&card.name, lines.cell());
            own(&card.summary, lines.cell());
            writer.word(card.kind.as_ref().map_or("", Kind::as_str), lines.cell());
            writer.list(card.causes.iter().map(Cause::as_str), lines.cell());
            writer.list(card.keywords.iter().map(String::as_str), lines.cell());
            lines.number(Some(card.reach.as_str()).filter(|_| card.reach != Reach::default()));
            writer.word(card.organizer.as_ref().map_or("", |organizer| &organizer.name), lines.cell());
            writer.list(card.partners.iter().map(|partner| partner.name.as_str()), lines.cell());
            lines.number(Some(card.places.len()));
            lines.number(Some(card.sessions.len()));
            writer.when(card.start, lines.cell());
            writer.when(card.end, lines.cell());
            writer.word(&card.time_zone, lines.cell());
            let participation = card.participation.as_ref();
            lines.number(participation.map(|participation| participation.way.as_str()));
            writer.when(participation.and_then(|participation| participation.closes), lines.cell());
            let petition = card.petition.as_ref();
            lines.number(
                petition.map(|petition| petition.target.map_or("-".into(), |target| target.to_string())),
            );
            lines.number(petition.and_then(|petition| petition.signatures));
            writer.when(petition.and_then(|petition| petition.as_of), lines.cell());
        }
        lines
    }

    fn columns_of_places(places: &[&Place], writer: &mut Writer) -> Lines {
        let mut lines = Lines::new(7);
        for place in places {
            writer.word(&place.name, lines.cell());
            own(&place.street_address, lines.cell());
            writer.word(&place.postal_code, lines.cell());
            writer.word(&place.address_locality, lines.cell());
            writer.degrees(place.point.map(|point| point.latitude), lines.cell());
            writer.degrees(place.point.map(|point| point.longitude), lines.cell());
            lines.number(place.approximate.then_some("a"));
        }
        lines
    }

    fn columns_of_sessions(sessions: &[&Session], writer: &mut Writer) -> Lines {
        let mut lines = Lines::new(6);
        for session in sessions {
            writer.word(&session.name, lines.cell());
            writer.when(Some(session.start), lines.cell());
            writer.when(session.end, lines.cell());
            writer.word(&session.time_zone, lines.cell());
            lines.number(session.place);
            lines.number(session.remaining);
        }
        lines
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
