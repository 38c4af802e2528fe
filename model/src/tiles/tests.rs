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
    let wanted = index.wanted(lagos, Kilometres::new(25.0), Limits { near: 1200, enough: 300, ..NONE }, 0);
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
