//! The tiles of a catalogue: which there are, and which of them a search needs.
//!
//! The index is a text of four lines, some kilobytes for a million initiatives:
//!
//! 1. the version of this format, the name of the tiles' version, and how many initiatives there are;
//! 2. the quadtree, each cell before its quarters (in the order of [`Bounds::quarter`]): `(` and four cells for one that is divided, `.` for one
//!    without initiatives, and for a leaf how many it has, and a space; `500+200 ` where it is cut further by their order, because many are at one point;
//! 3. the tiles of what is tied to no place and has dates, soonest first, with a space between them: how many, and where all of them are over
//!    at some time, a colon and that instant in UTC seconds;
//! 4. the same for what goes on without dates.
//!
//! Tiles are numbered from 0 in that order. A [tile](crate::tile) is a file of its own.

use std::str::Split;

use crate::bounds::Bounds;
use crate::catalog::Key;
use crate::geo::{Kilometres, Point};

/// What an index begins with; changed whenever index or tiles are read otherwise.
pub const VERSION: &str = "1";
/// Kilometres around a point within which tiles are looked for first.
#[cfg(feature = "server")]
const CIRCLE: f64 = 10.0;
/// How deep a tree is read: no writer cuts degrees finer.
const DEPTH: u32 = 32;

/// A tile, as the index knows it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Tile {
    /// Its number.
    pub number: usize,
    /// How many initiatives it has.
    pub count: usize,
    /// UTC seconds after which all of them are over, where that is known.
    pub over: Option<i64>,
}

impl Tile {
    /// Whether something in it may be not over.
    fn is_current(&self, now: i64) -> bool {
        self.over.is_none_or(|over| over > now)
    }
}

/// Which tiles there are.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Index {
    /// Names the version of the tiles: another one has other tiles.
    pub version: String,
    /// How many initiatives there are.
    pub count: usize,
    /// Each with the cell that all its places are in.
    placed: Vec<(Bounds, Tile)>,
    dated: Vec<Tile>,
    undated: Vec<Tile>,
}

/// How many initiatives are read at most. What is read is whole tiles: the last one may bring more.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// A catalogue that has no more is read as a whole.
    pub whole: usize,
    /// Near a point, where its circle has as many.
    pub near: usize,
    /// Near a point, where its circle has fewer: so that it can be said how far to go.
    pub enough: usize,
    /// Of those that are tied to no place and have dates.
    pub dated: usize,
    /// Of those that go on without.
    pub undated: usize,
}

impl Index {
    /// Reads an index. `None` for what is none, or of another version.
    pub fn parse(text: &str) -> Option<Self> {
        let mut lines = text.split('\n');
        let mut head = lines.next()?.split(' ');
        if head.next()? != VERSION {
            return None;
        }
        let (version, count) = (head.next()?.to_owned(), head.next()?.parse().ok()?);
        let mut index = Self { version, count, ..Self::default() };
        let mut numbers = 0..;
        let mut number = || numbers.next().unwrap_or_default();
        let (tree, dated, undated) = (lines.next()?, lines.next()?, lines.next()?);
        index.read(&mut Tree(tree), Bounds::EARTH, DEPTH, &mut number)?;
        let mut apart = |line: &str| -> Option<Vec<Tile>> {
            line.split(' ')
                .filter(|cell| !cell.is_empty())
                .map(|cell| tile(cell.split(':'), number()))
                .collect()
        };
        index.dated = apart(dated)?;
        index.undated = apart(undated)?;
        Some(index)
    }

    fn read(
        &mut self,
        tree: &mut Tree<'_>,
        cell: Bounds,
        depth: u32,
        number: &mut impl FnMut() -> usize,
    ) -> Option<()> {
        match tree.next()? {
            "(" => {
                let depth = depth.checked_sub(1)?;
                (0..4).try_for_each(|at| self.read(tree, cell.quarter(at), depth, number))
            }
            "." => Some(()),
            counts => {
                for count in counts.split('+') {
                    self.placed.push((cell, tile(count.split(':'), number())?));
                }
                Some(())
            }
        }
    }

    /// How many tiles there are.
    pub fn tiles(&self) -> usize {
        self.placed.len() + self.dated.len() + self.undated.len()
    }

    /// The tiles to read for a search around a point, nearest first, or for one that names none: then what is tied to no place.
    /// `now`: UTC seconds; what is over is not read.
    pub fn wanted(
        &self,
        near: Option<Point>,
        radius: Option<Kilometres>,
        limits: Limits,
        now: i64,
    ) -> Vec<Tile> {
        let is_whole = self.count <= limits.whole;
        let mut wanted = Vec::new();
        if near.is_some() || is_whole {
            // Bits of numbers that are not negative are in their order.
            let key = |(at, (cell, _)): (u32, &(Bounds, Tile))| {
                let distance = near.map_or(0.0, |near| cell.distance(near).value());
                (distance.to_bits(), at, 0)
            };
            let radius = radius.unwrap_or(Kilometres::ANYWHERE).value();
            let is_enough = |count: usize, distance: f64| {
                count >= limits.near || count >= limits.enough && distance > radius
            };
            let placed = (0..).zip(&self.placed);
            #[cfg(feature = "server")]
            let placed = {
                let circle = near.filter(|_| !is_whole).map(|near| (near, self.circle(near, is_enough)));
                placed.filter(move |(_, (cell, _))| {
                    circle.is_none_or(|(near, within)| cell.at_least(near).value() <= within)
                })
            };
            let mut all: Vec<Key> = placed.map(key).collect();
            all.sort_unstable();
            let mut count = 0;
            for (distance, at, _) in all {
                let is_enough = is_enough(count, f64::from_bits(distance));
                let Some((_, tile)) = self.placed.get(at as usize).filter(|_| is_whole || !is_enough) else {
                    break;
                };
                count += tile.count;
                wanted.push(*tile);
            }
        }
        for (tiles, most) in [(&self.dated, limits.dated), (&self.undated, limits.undated)] {
            let mut count = 0;
            for tile in tiles.iter().filter(|tile| is_whole || tile.is_current(now)) {
                if count >= most && !is_whole {
                    break;
                }
                count += tile.count;
                wanted.push(*tile);
            }
        }
        wanted
    }

    /// Kilometres around a point within which all lies that is wanted. Servers are asked at every search, and most of some thousand cells
    /// are so far that the latitude says it.
    #[cfg(feature = "server")]
    fn circle(&self, near: Point, is_enough: impl Fn(usize, f64) -> bool) -> f64 {
        let mut within = CIRCLE;
        while within <= Kilometres::ANYWHERE.value() {
            let is_within = |cell: &Bounds| {
                cell.at_least(near).value() <= within && cell.distance(near).value() <= within
            };
            let inside = self.placed.iter().filter(|(cell, _)| is_within(cell));
            if is_enough(inside.map(|(_, tile)| tile.count).sum(), within) {
                return within;
            }
            within *= 2.0;
        }
        f64::INFINITY
    }

    /// How far from a point nothing is missing where these tiles have been read (`None`: nothing is), and whether there is more of what is
    /// tied to no place. See [`Catalog::within`](crate::Catalog::within). `now`: UTC seconds.
    pub fn known(
        &self,
        near: Option<Point>,
        now: i64,
        is_read: impl Fn(usize) -> bool,
    ) -> (Option<Kilometres>, bool) {
        let mut known: Option<Kilometres> = None;
        for (cell, _) in self.placed.iter().filter(|(_, tile)| !is_read(tile.number)) {
            let Some(near) = near else { return (Kilometres::new(0.0), self.is_more(now, is_read)) };
            if known.is_some_and(|known| known <= cell.at_least(near)) {
                continue;
            }
            let distance = cell.distance(near);
            known = Some(known.filter(|known| *known <= distance).unwrap_or(distance));
        }
        (known, self.is_more(now, is_read))
    }

    fn is_more(&self, now: i64, is_read: impl Fn(usize) -> bool) -> bool {
        let apart = self.dated.iter().chain(&self.undated);
        apart.filter(|tile| tile.is_current(now)).any(|tile| !is_read(tile.number))
    }

    /// The point to ask around instead of one that is nobody's business: the middle of the cell that it is in, or of a square of a tenth of a
    /// degree (11 km at most) where that is smaller.
    pub fn rounded(&self, near: Point) -> Point {
        let holds = |cell: &&Bounds| cell.north - cell.south < 0.1 && cell.distance(near).value() == 0.0;
        let cell = self.placed.iter().map(|(cell, _)| cell).find(holds);
        let tenth = |degrees: f64| (degrees * 10.0).round() / 10.0;
        let to_tenths = || Point::new(tenth(near.latitude), tenth(near.longitude));
        cell.and_then(|cell| cell.centre()).or_else(to_tenths).unwrap_or(near)
    }
}

fn tile(mut cell: Split<'_, char>, number: usize) -> Option<Tile> {
    let count = cell.next()?.parse().ok()?;
    let over = cell.next().map(str::parse).transpose().ok()?;
    Some(Tile { number, count, over })
}

/// The signs of a tree, one after the other.
struct Tree<'a>(&'a str);

impl<'a> Iterator for Tree<'a> {
    type Item = &'a str;

    fn next(&mut self) -> Option<&'a str> {
        let end = match self.0.bytes().next()? {
            b'(' | b'.' => 1,
            _ => self.0.find(' ')?,
        };
        let (sign, rest) = self.0.split_at_checked(end)?;
        self.0 = rest.strip_prefix(' ').unwrap_or(rest);
        Some(sign)
    }
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::option;
    use proptest::prelude::*;

    use super::*;

    const NONE: Limits = Limits { whole: 0, near: 0, enough: 0, dated: 0, undated: 0 };

    /// Two cells in the north-east quarter, one with two tiles.
    fn index() -> Index {
        Index::parse("1 abc 1300\n(...(400 .500+300 .\n60:90 30\n10").unwrap()
    }

    fn numbers(wanted: &[Tile]) -> Vec<usize> {
        wanted.iter().map(|tile| tile.number).collect()
    }

    #[test]
    fn what_was_written_is_read() {
        let index = index();
        assert_eq!((index.version.as_str(), index.count, index.tiles()), ("abc", 1300, 6));
        let cell = Bounds { south: 0.0, west: 0.0, north: 45.0, east: 90.0 };
        assert_eq!(index.placed[0], (cell, Tile { number: 0, count: 400, over: None }));
        assert_eq!(index.placed[2].0.south, 45.0);
        assert_eq!(index.dated[0], Tile { number: 3, count: 60, over: Some(90) });
        assert_eq!(index.undated[0].number, 5);
        for text in
            ["", "2 abc 1\n.\n\n", "1 abc 1\n(.\n\n", "1 abc 1\n(...x \n\n", "1 abc 1\n.\nx\n", "1 abc 1\n."]
        {
            assert_eq!(Index::parse(text), None, "{text}");
        }
        let deep = format!("1 abc 1\n{}\n\n", "(".repeat(100_000));
        assert_eq!(Index::parse(&deep), None);
        assert_eq!(Index::parse("1 abc 0\n.\n\n").map(|index| index.tiles()), Some(0));
    }

    #[test]
    fn what_is_nearest_is_read_until_there_is_enough() {
        let index = index();
        let lagos = Point::new(6.5, 3.4);
        let wanted =
            index.wanted(lagos, Kilometres::new(25.0), Limits { near: 1200, enough: 300, ..NONE }, 0);
        assert_eq!(numbers(&wanted), [0]);
        // However far, and no end of it.
        let all = Limits { near: 1200, enough: 300, dated: 100, undated: 100, ..NONE };
        assert_eq!(numbers(&index.wanted(lagos, None, all, 90)), [0, 1, 2, 4, 5]);
        // Not more than asked for, even where the circle has more.
        let little = index.wanted(Point::new(60.0, 3.4), None, Limits { near: 500, ..all }, 0);
        assert_eq!(numbers(&little), [1, 3, 4, 5]);
        // A small catalogue is read as a whole, wherever one looks, what is nearest first.
        let whole = Limits { whole: 1300, ..NONE };
        assert_eq!(numbers(&index.wanted(None, None, whole, 90)), [0, 1, 2, 3, 4, 5]);
        assert_eq!(numbers(&index.wanted(Point::new(60.0, 3.4), None, whole, 90)), [1, 2, 0, 3, 4, 5]);
        assert_eq!(numbers(&index.wanted(None, None, all, 0)), [3, 4, 5]);
    }

    proptest! {
        #[test]
        fn a_circle_gives_what_looking_at_every_cell_gives(
            cells in vec((0..4_u32, 0..4_u32, 0..4_u32, 0..4_u32, 1..900_usize), 0..60),
            latitude in -90.0..=90.0_f64, longitude in -180.0..=180.0_f64, radius in option::of(0.0..30_000.0_f64),
            near in 0..6_000_usize, enough in 0..3_000_usize, scale in 0..6_i32,
        ) {
            let cell = |(number, (a, b, c, d, count)): (usize, &(u32, u32, u32, u32, usize))| {
                let mut cell = [*a, *b, *c, *d].into_iter().fold(Bounds::EARTH, Bounds::quarter);
                // Some far apart, some close together around the same middle.
                let shrink = 10_f64.powi(-scale);
                for degrees in [&mut cell.south, &mut cell.west, &mut cell.north, &mut cell.east] {
                    *degrees *= shrink;
                }
                (cell, Tile { number, count: *count, over: None })
            };
            let placed: Vec<_> = cells.iter().enumerate().map(cell).collect();
            let index = Index { count: usize::MAX, placed: placed.clone(), ..Index::default() };
            let point = Point::new(latitude * 10_f64.powi(-scale), longitude * 10_f64.powi(-scale)).unwrap();
            let limits = Limits { near, enough, ..NONE };
            let mut all: Vec<_> = placed.iter().map(|(cell, tile)| (cell.distance(point).value(), *tile)).collect();
            all.sort_by(|one, other| one.0.total_cmp(&other.0));
            let (mut count, mut expected) = (0, Vec::new());
            for (distance, tile) in all {
                if count >= near || count >= enough && distance > radius.unwrap_or(f64::INFINITY) {
                    break;
                }
                count += tile.count;
                expected.push(tile);
            }
            let found = index.wanted(Some(point), radius.and_then(Kilometres::new), limits, 0);
            prop_assert_eq!(numbers(&found), numbers(&expected));
        }
    }

    #[test]
    fn what_is_known_ends_where_a_tile_has_not_been_read() {
        let index = index();
        let lagos = Point::new(6.5, 3.4);
        let (known, is_more) = index.known(lagos, 0, |number| number == 0);
        let known = known.unwrap().value();
        assert!((4_270.0..4_290.0).contains(&known), "{known}");
        assert!(is_more);
        assert_eq!(index.known(lagos, 0, |_| false).0, Kilometres::new(0.0));
        assert_eq!(index.known(None, 0, |number| number == 0).0, Kilometres::new(0.0));
        assert_eq!(index.known(lagos, 0, |_| true), (None, false));
        // What is over is missed by nobody.
        assert_eq!(index.known(None, 90, |number| number != 3), (None, false));
        assert_eq!(index.known(None, 89, |number| number != 3), (None, true));
    }

    #[test]
    fn a_position_is_rounded_to_its_cell_and_no_farther_than_a_tenth_of_a_degree() {
        assert_eq!(Some(index().rounded(Point::new(6.543, 3.456).unwrap())), Point::new(6.5, 3.5));
        let small = Index::parse(&format!("1 abc 9\n{}9 {}\n\n", "(".repeat(12), ".".repeat(36))).unwrap();
        let near = Point::new(-89.99, -179.99).unwrap();
        let rounded = small.rounded(near);
        assert_eq!(small.placed[0].0.centre(), Some(rounded));
        assert!(rounded.distance(near).value() < 4.0, "{rounded:?}");
    }
}
