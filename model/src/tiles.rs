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
use crate::geo::{Kilometres, Point};
use crate::sort::{Key, sort};

/// What an index begins with; changed whenever index or tiles are read otherwise.
pub const VERSION: &str = "1";
/// Initiatives of a catalogue that a visitor's browser reads as a whole: some 40 KB. Of what has more, some are found by words through an
/// [inverted index](crate::inverted).
pub const WHOLE: usize = 600;
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
            sort(&mut all);
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
mod tests;
