//! What a catalogue is cut into: tiles of what is near each other, then of what is tied to no place. The index names them by their order.

use alentour_model::tiles::VERSION;

use super::index::Row;
use super::leaf::{Leaves, Placed, cut};

/// Initiatives of a tile of what is tied to no place: a telephone reads the first of each kind for every search.
const APART: usize = 100;

/// The tiles of a catalogue, in the index's order.
#[derive(Debug, Default)]
pub struct Tiles {
    /// The positions of each tile's initiatives in the catalogue, in their order.
    pub rows: Vec<Vec<u32>>,
    /// The lines of the index after its first.
    lines: [String; 3],
}

impl Tiles {
    /// Cuts a catalogue of those rows: what has places into leaves, and those that are tied to none into what has dates, soonest first,
    /// and what goes on without.
    pub fn cut(all: &[Row], places: Vec<Placed>, apart: &[u32]) -> Self {
        let Leaves { mut rows, tree } = cut(places);
        let begins = |row: &u32| all.get(*row as usize).and_then(|row| row.begins);
        let (mut dated, undated): (Vec<u32>, Vec<u32>) = apart.iter().partition(|row| begins(row).is_some());
        dated.sort_by_key(begins);
        let [dated, undated] = [dated, undated].map(|own| line(all, &own, &mut rows));
        Self { rows, lines: [tree, dated, undated] }
    }

    /// The index of them, as [`alentour_model::tiles`] reads it. `version` names their contents.
    pub fn index(&self, version: &str, count: usize) -> String {
        format!("{VERSION} {version} {count}\n{}", self.lines.join("\n"))
    }
}

/// Cuts what is tied to no place, by its order, and gives the line of it.
fn line(all: &[Row], own: &[u32], tiles: &mut Vec<Vec<u32>>) -> String {
    let cells = own.chunks(APART).map(|chunk| {
        let mut rows = chunk.to_vec();
        rows.sort_unstable();
        let ends: Option<Vec<i64>> = rows.iter().map(|row| all.get(*row as usize)?.over).collect();
        let over = ends.and_then(|ends| ends.into_iter().max()).map(|over| format!(":{over}"));
        let cell = format!("{}{}", rows.len(), over.unwrap_or_default());
        tiles.push(rows);
        cell
    });
    cells.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use alentour_model::Point;
    use alentour_model::tiles::{Index, Limits};

    use super::*;

    fn row(begins: Option<i64>, over: Option<i64>) -> Row {
        Row {
            id: "a".into(),
            start: 0,
            length: 0,
            is_shown: true,
            is_hidden: false,
            begins,
            over,
            organiser: None,
        }
    }

    #[test]
    fn what_is_tied_to_no_place_is_told_by_what_begins_soonest_and_when_it_is_over() {
        // 150 that begin one after the other, the last first; one that goes on; one with a place.
        let mut all: Vec<_> = (0..150).map(|n| row(Some(1000 - n), Some(2000 - n))).collect();
        all.extend([row(None, None), row(None, None)]);
        let apart: Vec<u32> = (0..151).collect();
        let places = vec![Placed::new(151, Point::new(45.0, 5.0).unwrap())];
        let tiles = Tiles::cut(&all, places, &apart);
        assert_eq!(tiles.index("abc", 152), "1 abc 152\n1 \n100:1950 50:2000\n1");
        assert_eq!((tiles.rows[0].as_slice(), tiles.rows[3].as_slice()), (&[151][..], &[150][..]));
        assert!(tiles.rows[1].iter().copied().eq(50..150));
        let index = Index::parse(&tiles.index("abc", 152)).unwrap();
        let little = Limits { whole: 0, near: 1, enough: 0, dated: 1, undated: 1 };
        let soonest = index.wanted(None, None, little, 1949);
        assert_eq!(soonest.iter().map(|tile| tile.number).collect::<Vec<_>>(), [1, 3]);
        let later = index.wanted(None, None, little, 1950);
        assert_eq!(later.iter().map(|tile| tile.number).collect::<Vec<_>>(), [2, 3]);
    }

    #[test]
    fn nothing_is_cut_into_nothing() {
        let tiles = Tiles::cut(&[], Vec::new(), &[]);
        assert_eq!((tiles.rows.len(), tiles.index("abc", 0).as_str()), (0, "1 abc 0\n.\n\n"));
    }
}
