//! Pagination: joins the pages of a feed. Fetching them stays with the caller; where the next one is, `next.rs` knows.

pub(crate) mod next;

use std::collections::{HashMap, HashSet};

use alentour_model::{Initiative, Problem};

use crate::budget::{Budget, Resource, size};
use crate::reading::Reading;

/// Why no further page is read.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum End {
    /// The feed has no further page.
    Complete,
    /// The page that should have followed was not added: it could not be fetched or read.
    Interrupted {
        /// Its address.
        address: String,
    },
    /// A page named one before it as the next.
    Cycle {
        /// The address that comes again.
        address: String,
    },
    /// There are more pages than [`Budget::pages`].
    TooManyPages,
    /// There are more items than [`Budget::items`].
    TooManyItems,
    /// Something else of the budget was spent, on a page or on all of them.
    Spent(Resource),
    /// A page was of another format than the first: often an error or a log-in page. It was left out.
    OtherFormat {
        /// Its address.
        address: String,
        /// Its format.
        format: &'static str,
    },
}

/// The pages of a feed, joined.
#[derive(Clone, Debug, PartialEq)]
pub struct Paginated {
    /// All of them, as if they were one. Positions of findings go on from page to page.
    pub reading: Reading,
    /// Whether that is all.
    pub end: End,
    /// The address of what changes later, for formats that have one: [`Pagination::resume`] starts there.
    pub resume: Option<String>,
}

/// The pages of a feed, joined as the caller fetches them.
///
/// Of two items with one identifier the newer is kept: that of the later page or, in formats that begin with what is
/// newest, of the earlier one. An item that says it is deleted takes away the one that it was.
///
/// ```
/// # use alentour_formats::{Budget, End, Pagination, read_page};
/// let page = |next: &str, id: u32| format!(r#"{{"next": "{next}", "items":
///     [{{"state": "updated", "kind": "Event", "id": {id}, "modified": 1, "data": {{"@type": "Event", "name": "Marche"}}}}]}}"#);
/// let end = r#"{"next": "?after=2", "items": []}"#;
/// let mut pages = [page("?after=1", 1), page("?after=2", 2), end.to_owned()].into_iter();
/// let mut pagination = Pagination::new("https://example.org/feed", Budget::default());
/// while let (Some(address), Some(page)) = (pagination.next(), pages.next()) {
///     let reading = read_page(page.as_bytes(), address)?;
///     pagination.add(reading);
/// }
/// let joined = pagination.finish().unwrap();
/// assert_eq!((joined.end, joined.reading.feed.initiatives.len()), (End::Complete, 2));
/// assert_eq!(joined.resume.as_deref(), Some("https://example.org/feed?after=2"));
/// # Ok::<(), alentour_formats::ReadError>(())
/// ```
#[derive(Debug)]
pub struct Pagination {
    budget: Budget,
    next: Option<String>,
    seen: HashSet<String>,
    joined: Option<Joined>,
    end: Option<End>,
    resume: Option<String>,
}

impl Pagination {
    /// Starts at the address of the first page.
    pub fn new(address: impl Into<String>, budget: Budget) -> Self {
        let next = Some(address.into());
        Self { budget, next, seen: HashSet::new(), joined: None, end: None, resume: None }
    }

    /// Adds what has changed since an earlier reading, starting at its [`Paginated::resume`].
    pub fn resume(mut earlier: Reading, address: impl Into<String>, budget: Budget) -> Self {
        // What was deleted then was said then.
        let before = earlier.findings.len();
        earlier.findings.retain(|finding| finding.problem != Problem::Withdrawn);
        earlier.items = earlier.items.saturating_sub(before - earlier.findings.len());
        Self { joined: Some(Joined::new(earlier)), ..Self::new(address, budget) }
    }

    /// The address of the page to fetch, read with [`crate::read_page`] and [`add`](Self::add) next; `None` at the end.
    pub fn next(&self) -> Option<&str> {
        self.next.as_deref()
    }

    /// What the reading of the next page may cost, for [`Options::budget`](crate::Options::budget): what those before it
    /// have left.
    pub fn budget(&self) -> Budget {
        let Some(joined) = &self.joined else { return self.budget };
        let findings = joined.reading.findings.len();
        Budget {
            items: self.budget.items.saturating_sub(joined.offset),
            kept: self.budget.kept.saturating_sub(joined.kept),
            sessions: self.budget.sessions.saturating_sub(joined.sessions),
            findings: self.budget.findings.saturating_sub(findings),
            ..self.budget
        }
    }

    /// Adds the page that [`next`](Self::next) named. After the end it is ignored.
    pub fn add(&mut self, page: Reading) {
        let Some(address) = self.next.take() else { return };
        let (items, format, next, spent) = (page.items, page.format, page.next.clone(), page.spent);
        let joined = match &mut self.joined {
            Some(joined) if joined.reading.format != format => {
                self.end = Some(End::OtherFormat { address, format });
                return;
            }
            Some(joined) => {
                joined.add(page);
                joined
            }
            none => none.insert(Joined::new(page)),
        };
        let spent = spent.or((joined.kept >= self.budget.kept).then_some(Resource::Kept));
        if let Some(resource) = spent.filter(|_| joined.offset < self.budget.items) {
            self.end = Some(End::Spent(resource));
            return;
        }
        let Some(next) = next else {
            self.end = Some(if spent.is_some() { End::TooManyItems } else { End::Complete });
            return;
        };
        // Realtime Paged Data Exchange 1.0: the last page is empty and names itself, and is where later changes appear.
        let is_last = items == 0 && next == address;
        if is_last {
            self.resume = Some(address.clone());
        }
        self.seen.insert(address);
        if is_last {
            self.end = Some(End::Complete);
        } else if spent.is_some() {
            // The page itself was cut: wherever it leads, that is what there is to say.
            self.end = Some(End::TooManyItems);
        } else if self.seen.contains(&next) {
            self.end = Some(End::Cycle { address: next });
        } else if joined.offset >= self.budget.items {
            self.end = Some(End::TooManyItems);
        } else if self.seen.len() >= self.budget.pages {
            self.end = Some(End::TooManyPages);
        } else {
            self.next = Some(next);
        }
    }

    /// The pages added, joined; `None` if there was none.
    pub fn finish(self) -> Option<Paginated> {
        let interrupted = self.next.map(|address| End::Interrupted { address });
        let end = self.end.or(interrupted).unwrap_or(End::Complete);
        let mut reading = self.joined?.into_reading();
        reading.next = None;
        Some(Paginated { reading, end, resume: self.resume })
    }
}

/// Pages put together so far.
#[derive(Debug)]
struct Joined {
    /// What was read, its initiatives aside.
    reading: Reading,
    initiatives: Vec<Option<Initiative>>,
    /// Where the initiative of an identifier is.
    index: HashMap<String, usize>,
    /// Identifiers of what was deleted.
    gone: HashSet<String>,
    newest_first: bool,
    /// Items of all pages, those that a newer one replaced included: the position of the next page's first.
    offset: usize,
    /// Bytes that the initiatives take, about, and sessions that they have.
    kept: usize,
    sessions: usize,
}

impl Joined {
    fn new(mut reading: Reading) -> Self {
        let initiatives: Vec<_> = reading.feed.initiatives.drain(..).map(Some).collect();
        let id = |(at, initiative): (usize, &Option<Initiative>)| Some((initiative.as_ref()?.id.clone(), at));
        let last = reading.findings.iter().filter_map(|finding| finding.item).max();
        let mut joined = Self {
            index: initiatives.iter().enumerate().filter_map(id).collect(),
            initiatives,
            gone: HashSet::new(),
            newest_first: reading.newest_first,
            offset: reading.items.max(last.map_or(0, |last| last + 1)),
            reading,
            kept: 0,
            sessions: 0,
        };
        for initiative in joined.initiatives.iter().flatten() {
            joined.kept += size(initiative);
            joined.sessions += initiative.sessions.len();
        }
        joined.gone = joined.withdrawn(&joined.reading);
        joined
    }

    fn withdrawn(&self, page: &Reading) -> HashSet<String> {
        let withdrawn = page.findings.iter().filter(|finding| finding.problem == Problem::Withdrawn);
        withdrawn.map(|finding| finding.id.clone()).filter(|id| !id.is_empty()).collect()
    }

    fn add(&mut self, mut page: Reading) {
        let withdrawn = self.withdrawn(&page);
        let (mut replaced, mut outdated) = (HashSet::new(), HashSet::new());
        for initiative in page.feed.initiatives.drain(..) {
            self.kept += size(&initiative);
            self.sessions += initiative.sessions.len();
            let id = initiative.id.clone();
            let earlier = self.index.get(&id).copied();
            if self.newest_first && (earlier.is_some() || self.gone.contains(&id)) {
                outdated.insert(id);
                continue;
            }
            match earlier.and_then(|at| self.initiatives.get_mut(at)) {
                Some(place) => {
                    *place = Some(initiative);
                    replaced.insert(id);
                }
                None => {
                    self.index.insert(id, self.initiatives.len());
                    self.initiatives.push(Some(initiative));
                }
            }
        }
        for id in &withdrawn {
            // Where what is newest comes first, what is there already was made again after it was deleted.
            if !self.newest_first
                && let Some(place) = self.index.remove(id).and_then(|at| self.initiatives.get_mut(at))
            {
                *place = None;
                replaced.insert(id.clone());
            }
        }
        self.gone.extend(withdrawn);

        // What was wrong with a version that another has replaced need not be mended.
        let keeps = |ids: &HashSet<String>, finding: &alentour_model::Finding| {
            finding.problem.costs_the_item() || !ids.contains(&finding.id)
        };
        self.reading.findings.retain(|finding| keeps(&replaced, finding));
        page.findings.retain(|finding| keeps(&outdated, finding));
        for mut finding in page.findings {
            finding.item = finding.item.map(|position| position + self.offset);
            self.reading.findings.push(finding);
        }
        self.offset += page.items;
        self.reading.items += page.items;
        self.reading.items = self.reading.items.saturating_sub(replaced.len() + outdated.len());
        let feed = &mut self.reading.feed;
        for (known, said) in [(&mut feed.name, page.feed.name), (&mut feed.language, page.feed.language)] {
            if known.is_empty() {
                *known = said;
            }
        }
    }

    fn into_reading(self) -> Reading {
        let mut reading = self.reading;
        reading.feed.initiatives = self.initiatives.into_iter().flatten().collect();
        reading
    }
}
