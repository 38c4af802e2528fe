//! What other vocabularies' words are about.

use std::sync::LazyLock;

use alentour_model::Cause;
use alentour_model::text::{fold, has_words};

static TABLE: LazyLock<Vec<(String, Vec<Cause>)>> = LazyLock::new(|| {
    let lines = include_str!("tables/causes.tsv").lines().filter(|line| !line.starts_with('#'));
    lines
        .filter_map(|line| line.split_once('\t'))
        .map(|(words, causes)| (fold(words), causes.split(' ').filter_map(Cause::parse).collect()))
        .collect()
});

/// The causes that these words (domains, activities, categories) are about, each once, in the vocabulary's order.
pub(crate) fn causes<'a>(words: impl IntoIterator<Item = &'a str>) -> Vec<Cause> {
    let folded: Vec<_> = words.into_iter().map(fold).collect();
    let mut found: Vec<Cause> = TABLE
        .iter()
        .filter(|(phrase, _)| folded.iter().any(|word| has_words(word, phrase)))
        .flat_map(|(_, causes)| causes.clone())
        .collect();
    found.sort();
    found.dedup();
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_the_table_names_causes_of_the_vocabulary() {
        assert!(TABLE.len() > 40);
        for (phrase, causes) in TABLE.iter() {
            assert!(!phrase.is_empty() && !causes.is_empty(), "{phrase}");
            assert!(causes.iter().all(|cause| Cause::ALL.contains(cause)), "{phrase}: {causes:?}");
        }
    }

    #[test]
    fn words_are_found_whatever_their_case_accents_and_hyphens() {
        assert_eq!(causes(["solidarite-insertion"]), [Cause::Poverty, Cause::Inclusion]);
        assert_eq!(causes(["Habitat, logement", "ÉDUCATION, formation"]), [Cause::Education, Cause::Housing]);
        assert_eq!(causes(["autre", "benevolat-competences", ""]), []);
    }

    #[test]
    fn every_domain_of_api_engagement_but_the_vague_ones_has_a_cause() {
        for domain in [
            "animaux",
            "culture-loisirs",
            "education",
            "emploi",
            "environnement",
            "humanitaire",
            "memoire-et-citoyennete",
            "prevention-protection",
            "sante",
            "sport",
            "solidarite-insertion",
            "vivre-ensemble",
        ] {
            assert!(!causes([domain]).is_empty(), "{domain}");
        }
    }
}
