//! The versions of the catalogue that can be asked for: the one that is served, and the one before, whose tiles are still asked for by
//! whoever has its index from a cache.

use std::sync::Arc;

use tracing::warn;

use crate::catalogue::Catalogue;

/// The catalogue that is served, and the last that had other tiles.
#[derive(Default)]
pub struct Versions {
    current: Option<Arc<Catalogue>>,
    before: Option<Arc<Catalogue>>,
}

/// What is served no more: to be dropped where nobody waits for it.
pub type Gone = [Option<Arc<Catalogue>>; 2];

impl Versions {
    /// Begins with what an earlier process has left.
    pub fn of(current: Option<Catalogue>) -> Self {
        Self { current: current.map(Arc::new), before: None }
    }

    /// What is served; `None` until a feed could be read.
    pub fn current(&self) -> Option<Arc<Catalogue>> {
        self.current.clone()
    }

    /// The one whose tiles have that version.
    pub fn of_tiles(&self, version: &str) -> Option<Arc<Catalogue>> {
        let mut all = [&self.current, &self.before].into_iter().flatten();
        all.find(|one| one.tiles().version == version).cloned()
    }

    /// Serves another one. `before`: what it takes the place of, as [`kept`] gives it.
    pub fn put(&mut self, fresh: Catalogue, before: Option<Catalogue>) -> Gone {
        let last = self.current.replace(Arc::new(fresh));
        let Some(before) = before else {
            last.iter().for_each(|last| last.supersede());
            return [last, None];
        };
        let earlier = self.before.replace(Arc::new(before));
        earlier.iter().for_each(|earlier| earlier.supersede());
        [last, earlier]
    }

    /// Forgets the one before: its room is needed.
    pub fn forget(&mut self) -> Option<Arc<Catalogue>> {
        let before = self.before.take()?;
        before.supersede();
        Some(before)
    }
}

/// What is kept of a catalogue whose place another one takes: nothing in memory. `None` where they have the same tiles, or it cannot be
/// opened again.
pub fn kept(last: &Catalogue, fresh: &Catalogue) -> Option<Catalogue> {
    if last.tiles().version == fresh.tiles().version {
        return None;
    }
    last.reopened().inspect_err(|why| warn!(%why, "the catalogue before cannot be kept")).ok()
}
