//! Items whose fields are those of somebody else's software, read into initiatives: `list.rs` reads lists of them, `item.rs` and
//! `values.rs` what their fields say, `sessions.rs` and `schedule.rs` when they are.

mod item;
mod limits;
mod list;
pub(crate) mod schedule;
pub(crate) mod sessions;
mod values;

pub(crate) use item::{ENTRIES, Item, LINE_SOURCE, Nodes, objects};
pub(crate) use list::List;
