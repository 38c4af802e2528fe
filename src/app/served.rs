//! What the views know where they are a page by themselves: made by a server, and usable without any script. In a browser they never are.

use super::App;
use super::criteria::Criteria;
use super::encode;

/// What the views know of the page that they are on.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Served {
    /// Address that the pages are below, without a last `/`; empty for the root of their server.
    pub base: String,
    /// How one takes part.
    pub form: ServedForm,
    /// Which page of the list it is, from 1.
    pub page: usize,
    /// What the button that searches, and the links to the page before and the next, say.
    pub words: ListWords,
}

/// How one takes part on a page.
#[derive(Clone, Debug, PartialEq)]
pub enum ServedForm {
    /// The form is sent as forms are.
    Sent {
        /// What names this attempt, sent with it.
        attempt: String,
        /// What became of the form when it was last sent, if that is no field's problem.
        said: String,
    },
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

impl Served {
    /// The page of an initiative.
    pub fn initiative(&self, id: &str, language: &str) -> String {
        [&self.base, "/i/", &encode(id), "?lang=", language].concat()
    }

    /// The page that a form of the list's leads to.
    pub fn list(&self) -> String {
        [&self.base, "/near"].concat()
    }

    /// A page of the list, for what is looked for. A place is named as it is shown, never by its position.
    pub fn results(&self, app: App, criteria: &Criteria, page: usize) -> String {
        let mut address = [&self.list(), "?lang=", app.locale.language].concat();
        for (name, value) in criteria.query() {
            address.extend(["&", name, "=", &encode(&value)]);
        }
        if page > 1 {
            address.push_str(&format!("&page={page}"));
        }
        address
    }
}
