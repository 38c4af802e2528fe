//! What the reading of one feed may cost, beside the bytes that come in.
//!
//! A short document can ask for a lot: a timetable for every day of three years, a reference for each of a thousand events, an
//! empty object in three bytes. So everything that a reading keeps or works out is counted here, by what it takes and not by
//! a clock: the same feed is read up to the same place on every machine.

use std::cell::Cell;
use std::fmt;

use alentour_model::{Finding, Initiative, Letter, Organisation, Place, Problem, Recipient, Session};

use crate::finding::feed_finding;

/// Bytes that a feed may have. A mission of API Engagement takes 2.5 KB: this is room for 25,000 of them.
pub const MAX_BYTES: usize = 64 * 1024 * 1024;

/// What the reading of one feed may cost. When something of it is spent, the reading stops there and keeps what it has:
/// [`Reading::spent`](crate::Reading::spent) and a finding say so.
///
/// The two profiles differ in whose memory is at stake: [`Budget::OPERATOR`] is for feeds that somebody chose to publish,
/// [`Budget::STRANGER`] for a document that anybody may name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Budget {
    /// Bytes of memory that the parsed document may take (JSON values, XML elements, rows of a table, lines of a calendar),
    /// by an estimate that is rather too high; a short document may take less. What is beyond is not kept.
    pub parsed: usize,
    /// Pages of a feed that has several.
    pub pages: usize,
    /// Items that are kept of a document, and of all pages together: the page that reaches this number is the last. As many
    /// again may be left out.
    pub items: usize,
    /// Bytes of the initiatives that are kept, of a document and of all pages together.
    pub kept: usize,
    /// Sessions that recurrence rules and timetables are written out to, in all items of a document together. Once they are
    /// spent, each further item gets its first session only, and a finding.
    pub sessions: usize,
    /// Findings that are kept of a document. Those that say that an item was left out are always kept.
    pub findings: usize,
    /// Steps of work for a document. One takes some 100 ns on a server of 2024: a day looked at, 8 bytes of text read.
    pub steps: usize,
}

impl Budget {
    /// What an operator's own feed may cost: a country's, a gigabyte and ten seconds at the very most.
    pub const OPERATOR: Self = Self {
        parsed: 512 << 20,
        pages: 1000,
        items: 100_000,
        kept: 256 << 20,
        sessions: 200_000,
        findings: 100_000,
        steps: 100_000_000,
    };

    /// What a stranger's document may cost: less than 150 MB, its own 8 MB included, and two seconds.
    pub const STRANGER: Self = Self {
        parsed: 96 << 20,
        pages: 10,
        items: 2000,
        kept: 24 << 20,
        sessions: 20_000,
        findings: 10_000,
        steps: 20_000_000,
    };
}

impl Default for Budget {
    fn default() -> Self {
        Self::OPERATOR
    }
}

/// What was spent when a reading stopped before its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Resource {
    /// [`Budget::parsed`].
    Parsed,
    /// [`Budget::items`].
    Items,
    /// [`Budget::kept`].
    Kept,
    /// [`Budget::steps`].
    Steps,
}

impl Resource {
    /// Its name in findings: that of its field in [`Budget`].
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Parsed => "parsed",
            Self::Items => "items",
            Self::Kept => "kept",
            Self::Steps => "steps",
        }
    }
}

impl fmt::Display for Resource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Parsed => "it takes too much memory",
            Self::Items => "it has too many items",
            Self::Kept => "its initiatives take too much memory",
            Self::Steps => "it takes too much work",
        })
    }
}

/// Bytes that each byte of a document may become when it is parsed, if they are more than [`SMALL`]: a mission of API Engagement
/// becomes three, a list of empty objects ten, of objects with one field eighty.
const PER_BYTE: usize = 8;
/// Bytes that any document may become.
const SMALL: usize = 96 << 20;

/// What has been spent of a budget during one reading.
#[derive(Debug)]
pub(crate) struct Meter {
    budget: Budget,
    parsed: Cell<usize>,
    kept: Cell<usize>,
    sessions: Cell<usize>,
    findings: Cell<usize>,
    steps: Cell<usize>,
    spent: Cell<Option<Resource>>,
    /// Findings that were not kept.
    unsaid: Cell<usize>,
}

impl Meter {
    /// For a document of so many bytes.
    pub fn new(mut budget: Budget, bytes: usize) -> Self {
        budget.parsed = budget.parsed.min(PER_BYTE.saturating_mul(bytes).max(SMALL));
        Self {
            budget,
            parsed: Cell::new(budget.parsed),
            kept: Cell::new(budget.kept),
            sessions: Cell::new(budget.sessions),
            findings: Cell::new(budget.findings),
            steps: Cell::new(budget.steps),
            spent: Cell::new(None),
            unsaid: Cell::new(0),
        }
    }

    pub fn budget(&self) -> &Budget {
        &self.budget
    }

    /// What the reading stopped for. The first counts: what follows is its consequence.
    pub fn spent(&self) -> Option<Resource> {
        self.spent.get()
    }

    /// Stops the reading.
    pub fn stop(&self, resource: Resource) {
        if self.spent.get().is_none() {
            self.spent.set(Some(resource));
        }
    }

    /// Whether a further item is looked at, after so many of which so many were kept.
    pub fn allows_item(&self, items: usize, kept: usize) -> bool {
        let spent = match () {
            () if kept >= self.budget.items || items >= self.most_items() => Some(Resource::Items),
            () if self.steps.get() == 0 => Some(Resource::Steps),
            () if self.kept.get() == 0 => Some(Resource::Kept),
            () => None,
        };
        spent.into_iter().for_each(|resource| self.stop(resource));
        spent.is_none()
    }

    /// Items that are looked at, those that are left out included.
    pub fn most_items(&self) -> usize {
        self.budget.items.saturating_mul(2)
    }

    /// Bytes that are left for parsed documents.
    pub fn parsed_left(&self) -> usize {
        self.parsed.get()
    }

    /// Counts bytes of a parsed document. Whether they were left; if not, the reading stops.
    pub fn parse(&self, bytes: usize) -> bool {
        let is_enough = take(&self.parsed, bytes);
        if !is_enough {
            self.stop(Resource::Parsed);
        }
        is_enough
    }

    /// Counts an initiative that is kept.
    pub fn keep(&self, initiative: &Initiative) {
        take(&self.kept, size(initiative));
    }

    /// Counts steps of work.
    pub fn step(&self, steps: usize) {
        take(&self.steps, steps);
    }

    /// Steps that are left.
    pub fn steps_left(&self) -> usize {
        self.steps.get()
    }

    /// Sessions that may still be written out.
    pub fn sessions_left(&self) -> usize {
        self.sessions.get()
    }

    /// Counts sessions that were written out.
    pub fn write_out(&self, sessions: usize) {
        take(&self.sessions, sessions);
    }

    /// Whether a finding is kept.
    pub fn allows_finding(&self, problem: Problem) -> bool {
        let is_kept = problem.costs_the_item() || take(&self.findings, 1);
        if !is_kept {
            self.unsaid.set(self.unsaid.get() + 1);
        }
        is_kept
    }

    /// What is to be said of the whole feed: that its reading stopped, and that not all findings were kept.
    pub fn findings(&self) -> impl Iterator<Item = Finding> {
        let said = |field: &str, value: usize| Finding {
            field: field.to_owned(),
            ..feed_finding(Problem::TooMany, &value.to_string())
        };
        let spent = self.spent().map(|resource| {
            let most = match resource {
                Resource::Parsed => self.budget.parsed,
                Resource::Items => self.budget.items,
                Resource::Kept => self.budget.kept,
                Resource::Steps => self.budget.steps,
            };
            said(resource.as_str(), most)
        });
        let unsaid = (self.unsaid.get() > 0).then(|| said("findings", self.budget.findings));
        spent.into_iter().chain(unsaid)
    }
}

/// Takes so much from what is left. Whether there was so much; if not, nothing is left.
fn take(left: &Cell<usize>, amount: usize) -> bool {
    let rest = left.get().checked_sub(amount);
    left.set(rest.unwrap_or_default());
    rest.is_some()
}

/// Bytes that an initiative takes, about.
pub(crate) fn size(initiative: &Initiative) -> usize {
    let texts = |all: &[&String]| all.iter().map(|text| text.len()).sum::<usize>();
    let lines = |all: &[String]| all.iter().map(|line| size_of::<String>() + line.len()).sum::<usize>();
    let organisation = |one: &Organisation| size_of::<Organisation>() + one.name.len();
    let place = |place: &Place| {
        size_of::<Place>()
            + texts(&[
                &place.name,
                &place.street_address,
                &place.postal_code,
                &place.address_locality,
                &place.address_region,
            ])
    };
    let session = |session: &Session| {
        size_of::<Session>()
            + texts(&[&session.id, &session.name, &session.time_zone])
            + lines(&session.needs)
    };
    let recipient = |one: &Recipient| {
        size_of::<Recipient>() + texts(&[&one.name, &one.office, &one.email]) + lines(&one.areas)
    };
    let letter = |letter: &Letter| {
        texts(&[&letter.subject, &letter.text])
            + lines(&letter.share)
            + letter.recipients.iter().map(recipient).sum::<usize>()
    };
    size_of::<Initiative>()
        + initiative.letter.as_ref().map_or(0, letter)
        + texts(&[
            &initiative.id,
            &initiative.name,
            &initiative.summary,
            &initiative.description,
            &initiative.accessibility_summary,
            &initiative.prerequisites,
        ])
        + lines(&initiative.keywords)
        + lines(&initiative.share_texts)
        + initiative.partners.iter().chain(&initiative.organizer).map(organisation).sum::<usize>()
        + initiative.places.iter().map(place).sum::<usize>()
        + initiative.sessions.iter().chain(&initiative.cancelled).map(session).sum::<usize>()
}
