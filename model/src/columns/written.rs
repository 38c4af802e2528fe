//! What a server needs of columns: to write them down and read them back, and to say of a session what nobody takes from a shelf for it.

use super::{Columns, NONE};
use crate::session::When;
use crate::time::Moment;

impl Columns {
    /// When a session of one begins, and the time zone that it is told in.
    pub fn begins(&self, row: usize, session: usize) -> Option<(When, &str)> {
        let slot = self.own(&self.slots, row, |row| row.slots).get(session)?;
        let moment = Moment { instant: slot.start, offset: slot.offset };
        Some((When { moment, all_day: slot.all_day }, self.zones.get(usize::from(slot.zone))?))
    }

    /// Whether each of so many rows names only what there is.
    pub fn is_sound(&self, rows: usize) -> bool {
        let of_rows = self.rows.iter().all(|row| row.kind == NONE || (row.kind as usize) < self.kinds.len());
        let of_causes = self.row_causes.iter().all(|cause| (*cause as usize) < self.causes.len());
        self.rows.len() == rows && of_rows && of_causes
    }

    /// Bytes of memory, some hundred aside.
    pub fn bytes(&self) -> usize {
        size_of_val(&*self.rows)
            + size_of_val(&*self.slots)
            + size_of_val(&*self.spots)
            + size_of_val(&*self.row_causes)
            + size_of_val(&*self.kinds)
            + size_of_val(&*self.causes)
    }
}

/// A reach as its position in the list of all.
pub(super) mod reach {
    use serde::{Deserialize as _, Deserializer, Serialize as _, Serializer, de};

    use crate::initiative::Reach;

    pub fn serialize<S: Serializer>(reach: &Reach, serializer: S) -> Result<S::Ok, S::Error> {
        (*reach as u8).serialize(serializer)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Reach, D::Error> {
        let position = u8::deserialize(deserializer)?;
        let reach = Reach::ALL.get(usize::from(position)).copied();
        reach.ok_or_else(|| de::Error::custom("no reach"))
    }
}
