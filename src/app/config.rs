//! What the page asks of a widget.

#[cfg(not(target_arch = "wasm32"))]
use std::sync::Arc;

#[cfg(not(target_arch = "wasm32"))]
use super::served::Served;

/// The attributes of the element; empty where unset.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Config {
    /// Postcode, town, or `latitude,longitude`.
    pub place: String,
    /// The countries whose places are meant, as [`Lookup::new`](alentour_model::gazetteer::Lookup::new) reads them.
    pub countries: String,
    /// Kilometres, or `any`.
    pub radius: String,
    /// Causes, separated by commas.
    pub causes: String,
    /// Kinds, separated by commas.
    pub kinds: String,
    /// Cards on a page.
    pub limit: String,
    /// Address of the feed.
    pub feed: String,
    /// Origin of the server that takes sign-ups.
    pub api: String,
    /// Address of the page that the widget is on, without its hash.
    pub page: String,
    /// Address of the page where one proposes an initiative; empty where the server takes none.
    pub propose: String,
    /// What the addresses begin with of the pages on which an initiative is reported; none where the server takes no reports.
    pub report: Option<String>,
    /// Identifier of the initiative that a permanent link asks for.
    pub open: Option<String>,
    /// Identifier of the initiative that the page shows before all others; empty: the list.
    pub shown: String,
    /// Whether the page shows that one alone.
    pub is_only: bool,
    /// Where the views are made for somebody else's page: the address that the pages of initiatives begin with.
    #[cfg(not(target_arch = "wasm32"))]
    pub pages: Option<String>,
    /// Where the views are a page by themselves: what they know of it.
    #[cfg(not(target_arch = "wasm32"))]
    pub served: Option<Arc<Served>>,
}
