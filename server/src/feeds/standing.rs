//! How each feed stands, for whoever runs the installation.

use alentour_formats::Column;

use super::slots::{Origin, Slot};
use super::{Feeds, Source, Tallied, Trouble};

/// How a feed stands on this server.
#[derive(Clone, Debug)]
pub struct FeedStanding {
    /// Names it in pages: its number on the command line, or the id that it was added with.
    pub id: String,
    /// Where it is, without what may be a key.
    pub place: String,
    /// Whether it was added in a page, and can be removed there.
    pub is_added: bool,
    /// Whether it is at an address, and is asked now and again; a file is looked at all the time.
    pub is_address: bool,
    /// Whether anything could be read of it yet.
    pub is_read: bool,
    /// When it was read last, whatever came of it, UTC seconds.
    pub asked_at: Option<i64>,
    /// When it said something else than before.
    pub changed_at: Option<i64>,
    /// When it is read again.
    pub next_at: Option<i64>,
    /// Initiatives that it has.
    pub initiatives: usize,
    /// Items that were left out.
    pub lost: usize,
    /// How many findings there are, and what is wrong, as far as that is told apart.
    pub findings: usize,
    /// See [`findings`](Self::findings).
    pub tallied: Vec<Tallied>,
    /// Why it is not all of the feed, in words of the log.
    pub incomplete: Option<String>,
    /// Why nothing came of the last reading; then what was read before is shown.
    pub trouble: Option<Trouble>,
}

impl Feeds {
    /// How each feed stands: those of the command line first.
    pub fn standings(&self) -> Vec<FeedStanding> {
        let slots = self.slots().all.clone();
        slots.iter().enumerate().filter_map(|(at, slot)| self.standing(at, slot)).collect()
    }

    /// The address of a feed by its id, with what may be a key: for reading it, not for showing it. `None` where it is a file, or there is none.
    pub fn address_of(&self, id: &str) -> Option<String> {
        let slots = self.slots();
        let slot = slots.all.iter().enumerate().find(|(at, slot)| name(*at, slot).as_deref() == Some(id));
        match slot?.1.source.as_ref()? {
            Source::Url(url) => Some(url.clone()),
            Source::File(_) | Source::Demo => None,
        }
    }

    /// Reads a feed now, due or not, on this server. `false` where there is none of that id.
    pub fn read_now(&self, id: &str) -> bool {
        let slots = self.slots();
        let slot = slots.all.iter().enumerate().find(|(at, slot)| name(*at, slot).as_deref() == Some(id));
        slot.inspect(|(_, slot)| slot.wake.notify_one()).is_some()
    }

    /// What the command line says of the columns of tables: headers, and the names of their columns (empty: not read).
    pub fn columns(&self) -> Vec<(String, String)> {
        let name =
            |column: Option<Column>| column.map_or_else(String::new, |column| column.as_str().to_owned());
        self.reader.columns.iter().map(|(header, column)| (header.to_owned(), name(column))).collect()
    }

    /// Whether feeds are fetched from private addresses, too.
    pub fn allows_private(&self) -> bool {
        self.reader.allow_private
    }

    fn standing(&self, at: usize, slot: &Slot) -> Option<FeedStanding> {
        let (id, source) = (name(at, slot)?, slot.source.as_ref()?);
        let is_address = matches!(source, Source::Url(_));
        let tail = slot.good.as_ref().map(|good| good.tail.clone()).unwrap_or_default();
        let refetch = i64::try_from(self.refetch.as_secs()).unwrap_or(i64::MAX);
        Some(FeedStanding {
            id,
            place: source.to_string(),
            is_added: matches!(slot.origin, Origin::Added(_)),
            is_address,
            is_read: slot.good.is_some(),
            asked_at: slot.asked_at,
            changed_at: slot.changed_at,
            next_at: slot.asked_at.filter(|_| is_address).map(|at| at.saturating_add(refetch)),
            initiatives: tail.initiatives,
            lost: tail.lost,
            findings: tail.findings,
            tallied: tail.tallied,
            incomplete: tail.incomplete.map(|stop| stop.why),
            trouble: slot.trouble.clone(),
        })
    }
}

/// What a feed is called in pages; `None` of what is none.
fn name(at: usize, slot: &Slot) -> Option<String> {
    match &slot.origin {
        Origin::Given => Some(at.to_string()),
        Origin::Added(id) => Some(id.clone()),
        Origin::Own | Origin::Gone => None,
    }
}
