//! What begins soonest, wherever: what pages show that name no place.

use std::io;
use std::sync::{Arc, PoisonError};

use alentour_model::{Initiative, Part};
use rusqlite::params;

use super::items::Stretch;
use super::kept::Soonest;
use super::opened::Catalogue;

/// How many there are at most: a tile of those to come, of those under way the ones that end first, and some that go on without dates.
const TO_COME: usize = 350;
const UNDER_WAY: usize = 75;
const ONGOING: usize = 75;

impl Catalogue {
    /// What is not over and begins soonest: looked up once a minute. Blocks.
    ///
    /// # Errors
    /// The system's.
    pub fn soonest(&self, now: i64) -> io::Result<Arc<Soonest>> {
        let minute = now.div_euclid(60);
        let mut kept = self.soonest.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(soonest) = kept.as_ref().filter(|soonest| soonest.minute == minute) {
            return Ok(soonest.clone());
        }
        let fresh = Soonest::new(minute, Part::new(self.beginning(60 * minute)?));
        Ok(kept.insert(Arc::new(fresh)).clone())
    }

    /// What is not over and begins soonest, each with its position, in their order.
    fn beginning(&self, now: i64) -> io::Result<Vec<(u32, Initiative)>> {
        let stretches = self.with_index(|index| {
            let mut all = Vec::new();
            for (asked, most) in [
                ("begins > ?1 ORDER BY begins LIMIT ?2", TO_COME),
                ("over > ?1 AND begins <= ?1 ORDER BY over LIMIT ?2", UNDER_WAY),
                ("begins IS NULL AND (over IS NULL OR over > ?1) ORDER BY row LIMIT ?2", ONGOING),
            ] {
                let text =
                    format!("SELECT row, start, length FROM items WHERE start IS NOT NULL AND {asked}");
                let mut some = index.prepare_cached(&text)?;
                for found in some.query_map(params![now, most as i64], Stretch::read)? {
                    all.push(found?);
                }
            }
            Ok(all)
        })?;
        self.read(stretches)
    }
}
