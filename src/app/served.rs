//! What the views know where they are a page by themselves: made by a server, and usable without any script. In a browser they never are.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::App;
use super::criteria::Criteria;
use super::encode;

/// What the views know of the page that they are on.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Served {
    /// Where the other pages are.
    pub pages: Addresses,
    /// The partner's page that the visitor has come from, which goes along in the addresses of a server's pages; empty: none that is known.
    pub from: String,
    /// The way back there: what it says, and its address.
    pub back: Option<(String, String)>,
    /// Identifiers of others that are proposed after the thanks.
    pub also: Vec<String>,
    /// How one takes part.
    pub form: ServedForm,
    /// Which page of the list it is, from 1.
    pub page: usize,
    /// Whether one can ask to be told of what comes: of a server's that sends mail.
    pub has_alerts: bool,
    /// How what is opened has come along: days since 1970, and how many there were.
    pub course: Vec<(u32, u32)>,
    /// What the button that searches, and the links to the page before and the next, say.
    pub words: ListWords,
}

/// Where the pages of initiatives, and those of the list, are.
#[derive(Clone, Debug, PartialEq)]
pub enum Addresses {
    /// A server's, `/i/{id}` and `/near`, below that address, which has no last `/`; empty for the root of their server.
    Below(String),
    /// Files, each at an address as seen from the page.
    Files {
        /// By the initiative's identifier.
        initiatives: Arc<BTreeMap<String, String>>,
        /// The pages of the list, the first of them first.
        lists: Vec<String>,
    },
}

impl Default for Addresses {
    fn default() -> Self {
        Self::Below(String::new())
    }
}

/// How one takes part on a page.
#[derive(Clone, Debug, PartialEq)]
pub enum ServedForm {
    /// The form is sent as forms are.
    Sent {
        /// What names this filling in, sent with it.
        ticket: String,
        /// What became of the form when it was last sent, if that is no field's problem.
        said: String,
    },
    /// Another page takes it: its address.
    Elsewhere(String),
    /// Nobody takes what is typed: what is said instead.
    Instead(String),
}

impl Default for ServedForm {
    fn default() -> Self {
        Self::Instead(String::new())
    }
}

/// What only pages of a list say.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ListWords {
    /// The button that searches.
    pub search: String,
    /// The link to the page before.
    pub previous: String,
    /// The link to the next page.
    pub next: String,
}

/// The query of a page: its language and what is looked for. A place is named as it is shown, never by its position.
pub fn query(language: &str, criteria: &Criteria) -> String {
    let mut query = ["?lang=", language].concat();
    for (name, value) in criteria.query() {
        query.extend(["&", name, "=", &encode(&value)]);
    }
    query
}

impl Served {
    /// Whether it is a server's page, which has more pages than those of initiatives and lists.
    pub fn is_below(&self) -> bool {
        matches!(self.pages, Addresses::Below(_))
    }

    /// What of a query says where the visitor has come from.
    fn origin(&self) -> String {
        if self.from.is_empty() { String::new() } else { ["&from=", &encode(&self.from)].concat() }
    }

    /// The page of an initiative; `None` where it has none. `query`: see [`query`]; files have none.
    pub fn initiative(&self, id: &str, query: &str) -> Option<String> {
        match &self.pages {
            Addresses::Below(base) => Some([base, "/i/", &encode(id), query, &self.origin()].concat()),
            Addresses::Files { initiatives, .. } => initiatives.get(id).cloned(),
        }
    }

    /// The page that a form of the list's leads to.
    pub fn list(&self) -> String {
        match &self.pages {
            Addresses::Below(base) => [base, "/near"].concat(),
            Addresses::Files { lists, .. } => lists.first().cloned().unwrap_or_default(),
        }
    }

    /// Where one asks to be told of what comes, for what is looked for.
    pub fn alert(&self, language: &str, criteria: &Criteria) -> Option<String> {
        match &self.pages {
            Addresses::Below(base) if self.has_alerts => {
                Some([base, "/alerts/new", &query(language, criteria)].concat())
            }
            _ => None,
        }
    }

    /// A page of the list, for what is looked for. Files search nothing.
    pub fn results(&self, app: App, criteria: &Criteria, page: usize) -> String {
        if let Addresses::Files { lists, .. } = &self.pages {
            return lists.get(page.saturating_sub(1)).cloned().unwrap_or_else(|| self.list());
        }
        let mut address = [self.list(), query(app.locale.language, criteria), self.origin()].concat();
        if page > 1 {
            address.push_str(&format!("&page={page}"));
        }
        address
    }
}
