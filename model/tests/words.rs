//! Words understood: over any feed, query and lexicon the same is found as by reading every text from end to end.

#![allow(clippy::unwrap_used, reason = "a test that panics has failed, as it should")]

use std::sync::Arc;

use alentour_model::query::Now;
use alentour_model::text::fold;
use alentour_model::*;
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;

/// Words of texts, terms and queries: forms, small words, an acronym and its double, single letters, beginnings of each other.
const WORDS: &[&str] = &[
    "aide", "aides", "Devoir", "devoirs", "tutorat", "maraude", "marcher", "marché", "de", "aux", "AME",
    "âme", "a", "à", "soupe", "souper", "école",
];
/// The same with mistakes, beginnings and endings that nothing has.
const TYPED: &[&str] = &[
    "aide",
    "aides",
    "devoir",
    "devoirs",
    "tutorat",
    "tutorrat",
    "maruade",
    "mar",
    "marchons",
    "de",
    "aux",
    "ame",
    "a",
    "m",
    "soupes",
    "ecole",
    "petiti",
    "sante",
    "xqzt",
    "marcherions",
];
const SKIPPED: &[&str] = &["aux", "de"];
const FORMS: &str = "aide aides\ndevoir devoirs";

fn now() -> Now {
    Now { instant: 0, today: Date::from_days(0) }
}

fn text() -> impl Strategy<Value = String> {
    vec(select(WORDS), 0..6).prop_map(|words| words.join(" "))
}

fn initiatives() -> impl Strategy<Value = Initiative> {
    let kinds = option::of(select(vec![Kind::Petition, Kind::Training]));
    let causes = vec(select(vec![Cause::Health, Cause::Other("École de soupe".into())]), 0..2);
    (text(), text(), text(), vec(text(), 0..2), kinds, causes).prop_map(
        |(name, summary, description, keywords, kind, causes)| {
            let mut initiative = Initiative::new("x", name);
            (initiative.summary, initiative.description) = (summary, description);
            (initiative.keywords, initiative.kind, initiative.causes) = (keywords, kind, causes);
            initiative
        },
    )
}

/// A term has a word that counts.
fn terms(most: usize) -> impl Strategy<Value = Vec<String>> {
    let term =
        vec(select(WORDS), 1..4).prop_filter("small words", |words| !content(&words.join(" ")).is_empty());
    vec(term.prop_map(|words| words.join(" ")), 1..most)
}

#[derive(Clone, Debug)]
struct Concept {
    same: Vec<String>,
    narrower: Vec<String>,
    filter: Option<&'static str>,
}

fn concepts() -> impl Strategy<Value = Vec<Concept>> {
    let one = (terms(3), terms(3), option::of(select(vec!["kind", "cause"])));
    vec(
        one.prop_map(|(mut same, narrower, filter)| {
            // A kind and a cause are called something.
            let name = filter.map(|filter| if filter == "kind" { "Pétition" } else { "Santé" });
            same.splice(0..0, name.map(str::to_owned));
            Concept { same, narrower, filter }
        }),
        0..4,
    )
}

fn lexicon(concepts: &[Concept]) -> Arc<Lexicon> {
    let mut lines = vec![SKIPPED.join(" ")];
    for concept in concepts {
        let filter = match concept.filter {
            Some("kind") => "kind:petition",
            Some(_) => "cause:health",
            None => "",
        };
        let terms =
            [vec![filter.to_owned()], concept.same.clone(), vec![String::new()], concept.narrower.clone()];
        lines.push(terms.concat().join("\t"));
    }
    Arc::new(Lexicon::read(&lines.join("\n"), FORMS))
}

// From here on the plain scan.

fn content(text: &str) -> Vec<String> {
    fold(text)
        .split(' ')
        .filter(|word| !word.is_empty() && !SKIPPED.contains(word))
        .map(str::to_owned)
        .collect()
}

fn forms(word: &str) -> Vec<String> {
    let line = |word: &str| FORMS.lines().find(|line| line.split(' ').any(|form| form == word));
    let all = |line: &str| line.split(' ').map(str::to_owned).collect::<Vec<_>>();
    if let Some(known) = line(word) {
        return all(known);
    }
    match word.strip_suffix(['s', 'x']).filter(|_| word.len() >= 4) {
        Some(singular) => line(singular).map(all).unwrap_or_else(|| vec![singular.to_owned()]),
        None => vec![word.to_owned()],
    }
}

fn is_acronym(term: &str) -> bool {
    term == "AME"
}

/// Whether two lists of words are the same but for forms.
fn are_forms(one: &[String], other: &[String]) -> bool {
    one.len() == other.len() && one.iter().zip(other).all(|(one, other)| forms(one)[0] == forms(other)[0])
}

/// Each text with how obvious it is.
fn texts(initiative: &Initiative) -> Vec<(Tier, String)> {
    let mut all = vec![(Tier::Named, initiative.name.clone()), (Tier::Shown, initiative.summary.clone())];
    all.extend(initiative.keywords.iter().map(|keyword| (Tier::Meant, keyword.clone())));
    let own = initiative.causes.iter().filter(|cause| matches!(cause, Cause::Other(_)));
    all.extend(own.map(|cause| (Tier::Meant, cause.as_str().to_owned())));
    all.push((Tier::Described, initiative.description.clone()));
    all
}

fn least(initiative: &Initiative, has: impl Fn(Tier, &str) -> bool) -> Option<Tier> {
    texts(initiative).into_iter().filter(|(tier, text)| has(*tier, text)).map(|(tier, _)| tier).min()
}

/// How words as they were typed find an initiative.
fn typed(initiative: &Initiative, words: &[String], is_whole: bool) -> Option<Tier> {
    let each = words.iter().map(|word| {
        least(initiative, |tier, text| {
            let is_open = !is_whole && (word.len() > 1 || tier <= Tier::Shown);
            fold(text).split(' ').any(|other| {
                other == word
                    || (is_open && other.starts_with(&**word))
                    || (!is_whole && forms(word).iter().any(|form| form == other))
            })
        })
    });
    each.collect::<Option<Vec<_>>>()?.into_iter().max()
}

/// How another term of a concept finds it.
fn meant(initiative: &Initiative, term: &str) -> Option<Tier> {
    let wanted = content(term);
    let has = |_, text: &str| {
        if is_acronym(term) {
            return text.split(' ').any(|word| word == term);
        }
        content(text).windows(wanted.len()).any(|words| {
            words.iter().zip(&wanted).all(|(word, wanted)| word == wanted || forms(wanted).contains(word))
        })
    };
    least(initiative, has).map(|tier| tier.max(Tier::Meant))
}

/// How a word or a phrase finds an initiative.
fn unit(initiative: &Initiative, words: &[String], concepts: &[Concept]) -> Option<Tier> {
    let terms = |concept: &Concept| [concept.same.clone(), concept.narrower.clone()].concat();
    let is_whole =
        concepts.iter().flat_map(terms).any(|term| is_acronym(&term) && are_forms(&content(&term), words));
    let mut all = vec![typed(initiative, words, is_whole)];
    for concept in concepts {
        let known = concept.same.iter().position(|term| are_forms(&content(term), words));
        let name = concept.filter.and(concept.same.first()).map(|name| fold(name));
        let is_called =
            words.join(" ").len() > 2 && name.is_some_and(|name| name.starts_with(&words.join(" ")));
        if known.is_none() && !is_called {
            continue;
        }
        all.push(
            (concept.filter == Some("kind") && initiative.kind == Some(Kind::Petition))
                .then_some(Tier::Named),
        );
        let is_for = concept.filter == Some("cause") && initiative.causes.contains(&Cause::Health);
        all.push(is_for.then_some(Tier::Meant));
        // A term that is there twice is one of the others.
        let same = concept.same.iter().filter(|term| are_forms(&content(term), words)).count();
        for term in terms(concept) {
            if same > 1 || is_called || !are_forms(&content(&term), words) || concept.narrower.contains(&term)
            {
                all.push(meant(initiative, &term));
            }
        }
    }
    all.into_iter().flatten().min()
}

/// Whether one mistake makes one word of the other.
fn is_mistaken(one: &str, other: &str) -> bool {
    let (one, other): (Vec<char>, Vec<char>) = (one.chars().collect(), other.chars().collect());
    let without = |word: &[char]| -> Vec<Vec<char>> {
        (0..word.len()).map(|at| [&word[..at], &word[at + 1..]].concat()).collect()
    };
    let exchanged = (1..one.len()).map(|at| {
        let mut word = one.clone();
        word.swap(at - 1, at);
        word
    });
    let replaced = (0..one.len().min(other.len())).map(|at| {
        let mut word = one.clone();
        word[at] = other[at];
        word
    });
    one == other
        || without(&one).contains(&other)
        || without(&other).contains(&one)
        || exchanged.chain(replaced).any(|word| word == other)
}

/// How the words of a query find each initiative.
fn scan(feed: &[Initiative], query: &str, concepts: &[Concept]) -> Vec<Option<Tier>> {
    let folded = fold(query);
    let all: Vec<String> = folded.split(' ').filter(|word| !word.is_empty()).map(str::to_owned).collect();
    let counted = content(query);
    let mut rest = if counted.is_empty() { &all[..] } else { &counted[..] };
    let terms: Vec<String> =
        concepts.iter().flat_map(|concept| concept.same.iter().chain(&concept.narrower).cloned()).collect();
    let mut found = vec![Some(Tier::Named); feed.len()];
    while !rest.is_empty() {
        let is_term = |len: &usize| terms.iter().any(|term| are_forms(&content(term), &rest[..*len]));
        let len = (2..=rest.len().min(5)).rev().find(is_term).unwrap_or(1);
        let words = &rest[..len];
        let mut by: Vec<_> = feed.iter().map(|initiative| unit(initiative, words, concepts)).collect();
        if by.iter().all(Option::is_none) && len == 1 && words[0].len() >= 5 {
            let word = &words[0];
            let mut known: Vec<String> = feed
                .iter()
                .flat_map(texts)
                .flat_map(|(_, text)| fold(&text).split(' ').map(str::to_owned).collect::<Vec<_>>())
                .collect();
            known.extend(
                terms
                    .iter()
                    .map(|term| content(term))
                    .filter(|term| term.len() == 1)
                    .map(|term| term[0].clone()),
            );
            let like: Vec<_> = known.iter().filter(|other| is_mistaken(word, other)).collect();
            let cut = (1..=3).filter_map(|cut| word.len().checked_sub(cut)).filter(|end| *end >= 6);
            let begins =
                |beginning: &str| known.iter().take(known.len()).any(|other| other.starts_with(beginning));
            let beginning = cut.map(|end| word[..end].to_owned()).find(|beginning| begins(beginning));
            for (by, initiative) in by.iter_mut().zip(feed) {
                let is_like =
                    like.iter().any(|word| unit(initiative, &[(*word).clone()], concepts).is_some());
                let begins = like.is_empty()
                    && beginning
                        .as_ref()
                        .is_some_and(|word| typed(initiative, std::slice::from_ref(word), false).is_some());
                *by = (is_like || begins).then_some(Tier::Corrected);
            }
        }
        for (found, by) in found.iter_mut().zip(by) {
            *found = found.zip(by).map(|(one, other)| one.max(other));
        }
        rest = &rest[len..];
    }
    found
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn words_find_what_reading_every_text_finds(
        feed in vec(initiatives(), 1..8),
        typed in vec(select(TYPED), 0..4),
        concepts in concepts(),
        cut in 0..8_usize,
    ) {
        let query = Query { words: typed.join(" "), ..Query::default() };
        let lexicon = lexicon(&concepts);
        let mut expected: Vec<_> =
            (0..).zip(scan(&feed, &query.words, &concepts)).filter_map(|(at, tier)| Some((tier?, at))).collect();
        expected.sort();
        let parts = |cut: usize| {
            let all: Vec<_> = (0..).zip(feed.clone()).collect();
            let (one, other) = all.split_at(cut.min(all.len()));
            Catalog::of([one, other].map(|part| Arc::new(Part::new(part.to_vec()))))
        };
        for catalog in [Catalog::new(feed.clone()), parts(cut)] {
            let catalog = catalog.knowing(lexicon.clone());
            let results = catalog.search(&query, now());
            let found: Vec<_> = results.elsewhere.iter().map(|hit| (hit.tier, hit.initiative)).collect();
            prop_assert_eq!(&found, &expected, "{} {:?}", query.words, concepts);
            for hit in &results.elsewhere {
                // A kind is on the card, also where it was meant by a word with a mistake.
                let is_of_kind = catalog.get(hit.initiative).unwrap().kind == Some(Kind::Petition);
                let why = catalog.why(&results, hit);
                prop_assert!(hit.tier > Tier::Shown || why.is_none(), "{:?}", why);
                prop_assert!(hit.tier <= Tier::Shown || why.is_some() || is_of_kind, "{:?}", hit);
            }
            if let Some(suggestion) = &results.suggestion {
                prop_assert!(results.is_empty());
                let suggested = Query { words: suggestion.clone(), ..query.clone() };
                prop_assert!(!catalog.search(&suggested, now()).is_empty(), "{}", suggestion);
            }
        }
    }
}
