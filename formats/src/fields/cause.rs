//! What other vocabularies' words are about.

use std::sync::LazyLock;

use alentour_model::Cause;

use crate::fields::phrases::Phrases;

static TABLE: LazyLock<Phrases<Vec<Cause>>> = LazyLock::new(|| {
    Phrases::parse(include_str!("../tables/causes.tsv"), |causes| {
        Some(causes.split(' ').filter_map(Cause::parse).collect())
    })
});

/// The causes that these words (domains, activities, categories) are about, each once, in the vocabulary's order.
pub(crate) fn causes<'a>(words: impl IntoIterator<Item = &'a str>) -> Vec<Cause> {
    let mut found: Vec<Cause> = TABLE.find(words).into_iter().flatten().cloned().collect();
    found.sort();
    found.dedup();
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_the_table_names_causes_of_the_vocabulary() {
        assert!(TABLE.lines().len() > 40);
        for (phrase, causes) in TABLE.lines() {
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
