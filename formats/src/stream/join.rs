//! What a stretch of items has to do with those before it: positions go on, what was said is not said again, and of two items
//! of one identifier the first is kept.

use std::collections::{BTreeSet, HashSet};
use std::hash::{BuildHasher, RandomState};
use std::io::Read;
use std::sync::Arc;

use alentour_model::{Feed, Finding, Problem};

use super::envelope::Position;
use super::error::{Ending, StreamError};
use super::list::items;
use super::stretch::{ReadStretch, Said, without_first};
use super::{Stream, gap, of_the_feed, read_one};
use crate::reading::Reading;
use crate::syntax::ndjson;

impl<R: Read> Stream<R> {
    pub(super) fn joined(
        &mut self,
        ReadStretch { stretch, said }: ReadStretch,
    ) -> Result<Reading, StreamError> {
        let Said { mut reading, notes } = said?;
        self.leave_out_copies(&mut reading, &stretch.items)?;
        let mut findings = self.new_notes(notes);
        if stretch.is_first {
            findings.append(&mut self.findings.clone());
        }
        for mut finding in reading.findings {
            match &mut finding.item {
                Some(position) => *position += self.items,
                // What is said of the feed was said once, but for what this stretch alone has too many of.
                None if finding.problem != Problem::TooMany => continue,
                None => {}
            }
            findings.push(finding);
        }
        self.items += reading.items;
        if stretch.is_last {
            let notes = self.end()?;
            findings.extend(self.new_notes(notes));
        }
        Ok(Reading { findings, next: None, ..reading })
    }

    /// What is wrong with the syntax, each thing once.
    fn new_notes(&mut self, mut notes: Vec<Finding>) -> Vec<Finding> {
        notes.retain(|note| {
            self.noted.len() < ndjson::NOTES && self.noted.insert((note.field.clone(), note.problem as u8))
        });
        notes
    }

    /// Whether what stands behind the items is what it was taken for; and what is wrong with it.
    fn end(&mut self) -> Result<Vec<Finding>, StreamError> {
        let position = self.list.position;
        let ending = self.list.ending()?.to_vec();
        if self.is_certain && self.envelope.after != ending {
            // The feed was written anew in between.
            return Err(StreamError::Whole);
        }
        Arc::make_mut(&mut self.envelope).after = ending;
        let whole = self.envelope.parse_last(position)?;
        self.next = (self.format.pages.next)(&whole.value, &self.base);
        if self.is_certain {
            return Ok(whole.findings);
        }
        let is_same = read_one(self.format, &self.envelope, &whole.value).is_some_and(|said| {
            let feed = Feed { initiatives: Vec::new(), ..said.feed };
            feed == self.feed && of_the_feed(said.findings) == self.findings
        });
        match is_same {
            true => Ok(whole.findings),
            false => Err(StreamError::Ending(Ending(self.envelope.after.clone()))),
        }
    }

    /// Takes out what another item had the identifier of, in an earlier stretch.
    fn leave_out_copies(&mut self, reading: &mut Reading, stretch: &[u8]) -> Result<(), StreamError> {
        let lost = reading.findings.iter().filter(|finding| finding.problem.costs_the_item());
        let lost: BTreeSet<usize> = lost.filter_map(|finding| finding.item).collect();
        let kept: Vec<usize> = (0..reading.items).filter(|position| !lost.contains(position)).collect();
        if kept.len() != reading.feed.initiatives.len() {
            return Err(StreamError::Whole);
        }
        let mut copies = Vec::new();
        let mut positions = kept.into_iter();
        reading.feed.initiatives.retain(|initiative| {
            let position = positions.next().unwrap_or_default();
            let is_new = self.ids.insert(&initiative.id);
            if !is_new {
                copies.push(position);
            }
            is_new
        });
        if copies.is_empty() {
            return Ok(());
        }
        // What is to be said about them is what is said about the second of two.
        let items = items(stretch, self.list.is_lines);
        let once: Vec<&[u8]> = copies.iter().filter_map(|at| items.get(*at).copied()).collect();
        let twice = [once.as_slice(); 2].concat().join(gap(self.list.is_lines));
        let twice = self.envelope.parse(&twice, Position::default(), true)?;
        let twice = without_first(self.envelope.read(self.format, &twice.value)?)?;
        reading.findings.retain(|finding| finding.item.is_none_or(|at| !copies.contains(&at)));
        for mut finding in twice.findings {
            let second = finding.item.and_then(|at| copies.get(at.checked_sub(once.len())?));
            if let Some(at) = second {
                finding.item = Some(*at);
                reading.findings.push(finding);
            }
        }
        Ok(())
    }
}

/// Identifiers that were there before, as hashes with keys that nobody can foresee.
#[derive(Debug, Default)]
pub(super) struct Ids {
    keys: RandomState,
    hashes: HashSet<u64>,
}

impl Ids {
    fn insert(&mut self, id: &str) -> bool {
        self.hashes.insert(self.keys.hash_one(id))
    }
}
