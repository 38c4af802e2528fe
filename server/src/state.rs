//! What all requests share.

use std::sync::Arc;

use crate::bundle::Bundle;
use crate::feeds::Feeds;
use crate::store::{Sqlite, Writer};

/// What all requests share. Cheap to clone.
#[derive(Clone)]
pub struct AppState {
    /// The widget's files.
    pub bundle: Arc<Bundle>,
    /// The operator's feeds.
    pub feeds: Arc<Feeds>,
    /// Where sign-ups are kept.
    pub store: Arc<Sqlite>,
    /// Who writes them there.
    pub writer: Writer,
}

impl AppState {
    /// Starts the writer on that store.
    pub fn new(bundle: Bundle, feeds: Arc<Feeds>, store: Sqlite) -> Self {
        let store = Arc::new(store);
        let writer = Writer::start(store.clone());
        Self { bundle: Arc::new(bundle), feeds, store, writer }
    }
}
