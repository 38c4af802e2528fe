//! Which initiatives of a large catalogue have a word, wherever they are: an inverted index in files, of which a search reads a few.
//!
//! Initiatives that are not over are numbered from 0 as a list without a place shows them: what begins soonest first, then what goes on
//! without dates. All files are text:
//!
//! - the *index*: a line with the version of this format, the name of the folder of the other files, and how many initiatives are numbered, with
//!   a `+` behind it where there were too many words to know all; then a line for each *shard* but the first: what its first word does not
//!   come before;
//! - a *shard*: a line a word, and those whose other forms belong there, too. The word and its other forms, folded, with spaces between them; then, after a tab
//!   each, the initiatives that are found by it in each [tier](crate::Tier), the most obvious first. Of their numbers each but the first is the
//!   difference to the one before, and a `+` is behind the last where there are more;
//! - a *pack*: the cards of [`PACK`] initiatives with numbers that follow one another, as a [tile](crate::tile), and what they say beside them.
//!
//! Beside words there are things with a name of their own, which no word has: `=kind:petition`, `=cause:health`, and what means the same as a
//! term of the lexicon, as `=~homework-help`.

#[cfg(feature = "server")]
mod source;
mod wanted;

use std::ops::RangeInclusive;

#[cfg(feature = "server")]
pub use source::{Said, line};
pub use wanted::{Found, Wanted};

use crate::initiative::{Cause, Kind};
use crate::lexicon::Lexicon;
use crate::query::Tier;
use crate::text::fold;

/// What an index begins with; changed whenever index, shards or packs are read otherwise.
pub const VERSION: &str = "1";
/// Initiatives of a pack.
pub const PACK: u32 = 8;
/// Tiers that an index tells: all but what is found by mistake.
pub const TIERS: usize = Tier::Described as usize + 1;
/// Behind numbers where there are more.
const MORE: char = '+';

/// Which shards there are.
#[derive(Clone, Debug)]
pub struct Index {
    /// The folder of shards and packs, within that of the tiles' version.
    pub folder: String,
    /// How many initiatives are numbered.
    pub count: u32,
    /// Whether each word is in it.
    has_all: bool,
    /// A line for each shard but the first.
    firsts: String,
}

impl Index {
    /// Reads an index. `None` for what is none, or of another version.
    pub fn parse(text: &str) -> Option<Self> {
        let (head, firsts) = text.split_once('\n')?;
        let mut head = head.split(' ');
        if head.next()? != VERSION {
            return None;
        }
        let (folder, count) = (head.next()?.to_owned(), head.next()?);
        let numbered = count.trim_end_matches(MORE);
        Some(Self {
            folder,
            count: numbered.parse().ok()?,
            has_all: numbered == count,
            firsts: firsts.to_owned(),
        })
    }

    /// How many shards there are.
    #[cfg(feature = "server")]
    pub fn shards(&self) -> usize {
        self.firsts.split('\n').filter(|first| !first.is_empty()).count() + 1
    }

    /// The shards in which a word is, and all that begin so where it is open.
    fn of_word(&self, word: &str, is_open: bool) -> RangeInclusive<u32> {
        let (mut from, mut to) = (0, 0);
        for (before, first) in (0..).zip(self.firsts.split('\n')) {
            if first.is_empty() || first > word && !(is_open && first.starts_with(word)) {
                break;
            }
            to = before + 1;
            if first <= word {
                from = to;
            }
        }
        from..=to
    }
}

/// Whether a text may be a shard: what servers answer instead is none.
pub fn is_shard(text: &str) -> bool {
    text.split('\n').next().is_some_and(|line| line.split('\t').count() == TIERS + 1)
}

/// A name that no word has.
fn named(what: &str, text: &str) -> String {
    ["=", what, &fold(text).replace(' ', "-")].concat()
}

/// What a kind is called in an index.
fn of_kind(kind: &Kind) -> String {
    named("kind:", kind.as_str())
}

/// What a cause is called in an index.
fn of_cause(cause: &Cause) -> String {
    named("cause:", cause.as_str())
}

/// What stands in an index for all that means the same as a term of the lexicon.
fn of_term(lexicon: &Lexicon, term: usize) -> String {
    named("~", lexicon.concept(term))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::query::Query;

    fn index() -> Index {
        Index::parse("1 20786 100\nbo\nma\nmar").unwrap()
    }

    fn words(words: &str) -> Query {
        Query { words: words.into(), ..Query::default() }
    }

    #[test]
    fn a_word_is_in_the_shard_whose_first_word_it_does_not_come_before() {
        let index = index();
        assert_eq!((index.folder.as_str(), index.count), ("20786", 100));
        for (word, is_open, shards) in [
            ("art", false, 0..=0),
            ("bo", false, 1..=1),
            ("lyon", true, 1..=1),
            ("m", true, 1..=3),
            ("m", false, 1..=1),
            ("ma", true, 2..=3),
            ("mar", true, 3..=3),
            ("zebre", true, 3..=3),
        ] {
            assert_eq!(index.of_word(word, is_open), shards, "{word}");
        }
        assert_eq!(Index::parse("1 20786 3\n").unwrap().of_word("a", true), 0..=0);
        for text in ["", "2 20786 3\n", "1 20786\n", "1 20786 x\n", "1 20786 3"] {
            assert!(Index::parse(text).is_none(), "{text}");
        }
    }

    fn found(query: &Query, shards: &[(u32, &str)]) -> Found {
        let shards: Vec<_> = shards.iter().map(|(number, text)| (*number, (*text).to_owned())).collect();
        Wanted::new(query, &Lexicon::default()).find(&index(), &shards)
    }

    #[test]
    fn what_has_all_words_is_found_and_it_is_known_whether_there_is_more() {
        let many = (3, "maraude maraudes\t80\t3\t11\t1\nmarche\t3+");
        assert_eq!(
            found(&words("marau"), &[many]),
            Found { packs: vec![(10, false), (0, true), (1, false)], is_all: true }
        );
        assert_eq!(
            found(&words("maraudes marche"), &[many]),
            Found { packs: vec![(0, false)], is_all: false }
        );
        // What begins so is meant, too; but not by whoever means a whole word.
        assert_eq!(found(&words("mar"), &[many]).packs.len(), 3);
        // A mistake, and another ending: others may have such a word.
        for typed in ["marauds", "maraudements", "maraudeons"] {
            let Found { packs, is_all } = found(&words(typed), &[many]);
            assert_eq!(
                (packs.len(), is_all),
                (if typed == "maraudements" { 0 } else { 3 }, false),
                "{typed}"
            );
        }
        // Nothing has it, whatever there is of the other.
        assert_eq!(found(&words("marche mars"), &[many]), Found { packs: Vec::new(), is_all: true });
        assert_eq!(
            found(&words("marche martien"), &[many]),
            Found { packs: vec![(0, false)], is_all: false }
        );
        // A shard has not come, and of a letter nothing is known: neither chooses.
        for typed in ["marche bois", "marche b"] {
            assert_eq!(found(&words(typed), &[many]), Found { packs: vec![(0, false)], is_all: false });
        }
        assert!(is_shard(many.1) && !is_shard("<!doctype html>\n<p>\t\t\t\t") && !is_shard(""));
        assert!(!found(&words("ma"), &[many]).is_all);
        // What is no list of numbers is none.
        assert_eq!(found(&words("mar"), &[(3, "mar\tx 4294967295 4294967295\nmarin")]).packs, []);
    }

    #[test]
    fn a_search_reads_few_files() {
        let numbers: Vec<String> = (0..40).map(|_| "16".to_owned()).collect();
        let shard = format!("mar\t0 {}\t\t\t24", numbers.join(" "));
        let index = Index::parse("1 20786 1000\nmar").unwrap();
        let wanted = Wanted::new(&words("mar"), &Lexicon::default());
        let Found { packs, is_all } = wanted.find(&index, &[(1, shard)]);
        assert_eq!((packs.len(), packs[1], is_all), (16, (2, false), false));
        let many: Vec<String> = ('a'..='z').map(|letter| format!("{letter}")).collect();
        let index = Index::parse(&format!("1 20786 1000\n{}", many.join("\n"))).unwrap();
        assert_eq!(
            Wanted::new(&words("abc bcd cde def efg fgh ghi"), &Lexicon::default()).shards(&index).len(),
            6
        );
    }

    #[test]
    fn filters_choose_where_there_is_too_much_of_a_word() {
        let mut query = words("mar");
        query.kinds.push(Kind::Petition);
        let filter = (0, "=kind:petition\t8 8\t");
        let few = found(&query, &[filter, (3, "mar\t0 8\t")]);
        assert_eq!(few, Found { packs: vec![(0, false), (1, false)], is_all: true });
        let many = found(&query, &[filter, (3, "mar\t0 8+\t")]);
        assert_eq!(many, Found { packs: vec![(1, false)], is_all: false });
        query.words.clear();
        assert_eq!(found(&query, &[filter]), Found { packs: vec![(1, false), (2, false)], is_all: false });
    }
}
