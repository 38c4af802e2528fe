//! The leaves of an adaptive quadtree: initiatives that are near each other, few enough to be read at once.
//!
//! Cells halve the degrees of longitude and latitude, so that there is no pole that they leave out. Where many initiatives share one
//! point, as at an organiser's address, its cell is cut by their order.

use alentour_model::Point;

/// Initiatives of a leaf at most. In a trial with a million points drawn by population these are 5,854 leaves, 143 initiatives in the
/// median one; 25 km around a town are 4 of them.
pub const MOST: usize = 500;
/// How often a cell is halved at most: at the equator the smallest is 2.4 m wide.
const LEVELS: u32 = 24;

/// A place of an initiative: the key of its cell, and the initiative's position in the catalogue.
#[derive(Clone, Copy, Debug)]
pub struct Placed {
    key: u64,
    row: u32,
}

impl Placed {
    /// That place of that initiative.
    pub fn new(row: u32, point: Point) -> Self {
        Self { key: spread(cell(point.longitude, 180.0)) | spread(cell(point.latitude, 90.0)) << 1, row }
    }
}

/// The cell of a degree between that many below and above zero. Halved as [`Bounds::quarter`](alentour_model::Bounds::quarter) does it,
/// without any rounding of its own: whoever reads the tree finds the point within the cell.
fn cell(degrees: f64, end: f64) -> u32 {
    let (mut low, mut high, mut cell) = (-end, end, 0);
    for _ in 0..LEVELS {
        let middle = (low + high) / 2.0;
        let is_above = degrees >= middle;
        *(if is_above { &mut low } else { &mut high }) = middle;
        cell = cell << 1 | u32::from(is_above);
    }
    cell
}

/// Puts a zero before each bit: two such numbers together name a cell, its larger halves first (Morton's order).
fn spread(number: u32) -> u64 {
    (0..LEVELS).fold(0, |spread, bit| spread | u64::from(number >> bit & 1) << (2 * bit))
}

/// What places were cut into.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Leaves {
    /// The positions of each leaf's initiatives in the catalogue, in their order, each once. Neighbours are side by side.
    pub rows: Vec<Vec<u32>>,
    /// The quadtree as the index says it: see [`alentour_model::tiles`].
    pub tree: String,
}

/// Cuts places into leaves of at most [`MOST`] initiatives.
pub fn cut(mut places: Vec<Placed>) -> Leaves {
    places.sort_unstable_by_key(|placed| (placed.key, placed.row));
    let mut leaves = Leaves::default();
    leaves.divide(&places, LEVELS);
    leaves
}

impl Leaves {
    fn divide(&mut self, places: &[Placed], level: u32) {
        if places.is_empty() {
            self.tree.push('.');
        } else if places.len() <= MOST || level == 0 {
            self.add(places);
        } else {
            self.tree.push('(');
            let quarter = |placed: &Placed| placed.key >> (2 * (level - 1)) & 3;
            let mut rest = places;
            for at in 0..4 {
                let (own, others) = rest.split_at(rest.partition_point(|placed| quarter(placed) == at));
                rest = others;
                self.divide(own, level - 1);
            }
        }
    }

    /// Adds a cell's places, by their order where they are too many.
    fn add(&mut self, places: &[Placed]) {
        let mut separator = "";
        for chunk in places.chunks(MOST) {
            let mut rows: Vec<u32> = chunk.iter().map(|placed| placed.row).collect();
            rows.sort_unstable();
            rows.dedup();
            self.tree.push_str(separator);
            self.tree.push_str(&rows.len().to_string());
            separator = "+";
            self.rows.push(rows);
        }
        self.tree.push(' ');
    }
}

#[cfg(test)]
mod tests {
    use alentour_model::Kilometres;
    use alentour_model::tiles::{Index, Limits, VERSION};
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;

    fn points() -> impl Strategy<Value = Point> {
        // Edges of cells, too.
        let degrees =
            |end: f64| prop_oneof![-end..=end, (-8..=8_i32).prop_map(move |at| f64::from(at) * end / 8.0)];
        (degrees(90.0), degrees(180.0))
            .prop_map(|(latitude, longitude)| Point::new(latitude, longitude).unwrap())
    }

    proptest! {
        #[test]
        fn each_place_is_in_one_leaf_and_in_the_cell_that_the_index_says(
            points in vec(points(), 0..1500), copies in 1..1200_u32,
        ) {
            let first = points.first().copied().unwrap_or(Point::new(45.0, 5.0).unwrap());
            // Many initiatives at one point.
            let all: Vec<_> = (0..).zip(points).chain((2000..2000 + copies).map(|row| (row, first))).collect();
            let leaves = cut(all.iter().map(|(row, point)| Placed::new(*row, *point)).collect());
            let mut rows: Vec<u32> = leaves.rows.iter().flatten().copied().collect();
            rows.sort_unstable();
            prop_assert!(rows.iter().eq(all.iter().map(|(row, _)| row)));
            prop_assert!(leaves.rows.iter().all(|leaf| !leaf.is_empty() && leaf.len() <= MOST));
            let index = Index::parse(&format!("{VERSION} v {}\n{}\n\n", all.len(), leaves.tree)).unwrap();
            prop_assert_eq!(index.tiles(), leaves.rows.len());
            let here = Limits { whole: 0, near: usize::MAX, enough: 0, dated: 0, undated: 0 };
            for (row, point) in all {
                let wanted = index.wanted(Some(point), Kilometres::new(0.0), here, 0);
                prop_assert!(wanted.iter().any(|tile| leaves.rows[tile.number].contains(&row)));
                prop_assert!(wanted.iter().all(|tile| tile.count == leaves.rows[tile.number].len()));
            }
        }
    }
}
