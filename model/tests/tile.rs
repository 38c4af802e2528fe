//! Tiles give back the cards that were put into them.

use alentour_model::tile::{card, decode, encode};
use alentour_model_testing::{TestZones, feeds};
use proptest::prelude::*;

proptest! {
    #[test]
    fn cards_come_back_as_they_were(feed in feeds(&TestZones)) {
        let placed: Vec<_> = (3..).step_by(2).zip(&feed.initiatives).collect();
        let expected: Vec<_> = placed.iter().map(|(at, initiative)| (*at, card(initiative))).collect();
        prop_assert_eq!(decode(&encode(placed)), Some(expected));
    }

    #[test]
    fn any_text_is_a_tile_or_none(text in "2 [0-9]{1,3} [0-9]{1,2} [0-9] [0-9]{1,3} [0-9]{1,3}\n[\ta-z0-9 \n]{0,200}") {
        let _ = decode(&text);
    }
}

#[test]
fn what_is_no_tile_is_none() {
    for text in ["", "2", "1 0 0 3 1 0\n", "2 9999999 0 3 1 0\n", "{}"] {
        assert_eq!(decode(text), None, "{text}");
    }
    assert_eq!(decode(&encode([])), Some(Vec::new()));
}
