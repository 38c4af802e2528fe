//! Which criteria of the French accessibility reference (RGAA 4.1.2) the pages meet: `data/rgaa`. What is said of them is counted from it.

use std::sync::LazyLock;

const GRID: &str = include_str!("../../../data/rgaa/grid.tsv");

/// The grid that is compiled in.
pub static ALL: LazyLock<Grid> = LazyLock::new(|| Grid::read(GRID));

/// Whether a criterion is met.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Conformity {
    /// It is.
    Met,
    /// It is not, or nobody has shown it.
    Unmet,
    /// There is nothing that it is about.
    NotApplicable,
}

impl Conformity {
    /// As auditors write it.
    pub fn mark(self) -> &'static str {
        match self {
            Self::Met => "C",
            Self::Unmet => "NC",
            Self::NotApplicable => "NA",
        }
    }

    fn parse(mark: &str) -> Option<Self> {
        [Self::Met, Self::Unmet, Self::NotApplicable].into_iter().find(|it| it.mark() == mark)
    }
}

/// One criterion.
pub struct Criterion {
    /// Its theme and its place there: `8.10`.
    pub number: &'static str,
    /// Whether it is met.
    pub state: Conformity,
    /// What it asks for, shortened, in French.
    pub title: &'static str,
    /// What shows that, in French.
    pub word: &'static str,
}

/// What the law calls a state of conformity (decree 2019-768, article 5): all criteria, half of them and more, or less.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// All that apply are met.
    Full,
    /// At least half of them.
    Partial,
    /// Less.
    None,
}

/// All criteria.
pub struct Grid {
    /// The day on which the whole was last gone through: `2026-11-30`.
    pub day: &'static str,
    /// In the reference's order.
    pub criteria: Vec<Criterion>,
}

impl Grid {
    /// The first line is the day, the second names the columns. A line that is no criterion is none: the tests count them.
    fn read(text: &'static str) -> Self {
        let mut lines = text.lines();
        let day = lines.next().unwrap_or_default().trim_start_matches("# ");
        let criterion = |line: &'static str| {
            let mut cells = line.split('\t');
            let (number, mark) = (cells.next()?, cells.next()?);
            Some(Criterion {
                number,
                state: Conformity::parse(mark)?,
                title: cells.next()?,
                word: cells.next()?,
            })
        };
        Self { day, criteria: lines.filter_map(criterion).collect() }
    }

    /// How many are in that state.
    pub fn count(&self, state: Conformity) -> usize {
        self.criteria.iter().filter(|it| it.state == state).count()
    }

    /// How many apply.
    pub fn judged(&self) -> usize {
        self.count(Conformity::Met) + self.count(Conformity::Unmet)
    }

    /// The share of those that apply and are met, in whole per cent, never rounded up.
    pub fn rate(&self) -> usize {
        self.count(Conformity::Met) * 100 / self.judged().max(1)
    }

    /// What the law calls that.
    pub fn standing(&self) -> Standing {
        match self.rate() {
            100 => Standing::Full,
            50.. => Standing::Partial,
            _ => Standing::None,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write;

    use alentour_texts::Language;

    use super::*;

    /// How many criteria each of the 13 themes has (RGAA 4.1.2).
    const THEMES: [usize; 13] = [9, 2, 3, 13, 8, 2, 5, 10, 4, 14, 13, 11, 12];

    #[test]
    fn each_criterion_of_the_reference_stands_in_the_grid_once_and_says_what_shows_it() {
        let reference = THEMES.iter().zip(1..);
        let numbers: Vec<String> =
            reference.flat_map(|(many, theme)| (1..=*many).map(move |n| format!("{theme}.{n}"))).collect();
        let found: Vec<_> = ALL.criteria.iter().map(|it| it.number).collect();
        assert_eq!(found, numbers);
        assert!(ALL.criteria.iter().all(|it| !it.title.is_empty() && !it.word.is_empty()));
        assert_eq!(GRID.lines().count(), numbers.len() + 2, "a line is no criterion");
        assert!(ALL.day.parse::<jiff::civil::Date>().is_ok(), "{}", ALL.day);
    }

    #[test]
    fn what_is_not_met_is_said_in_every_language_and_nothing_else_is() {
        for language in Language::ALL {
            for it in &ALL.criteria {
                let said = language.accessibility().unmet(it.number).is_some();
                assert_eq!(said, it.state == Conformity::Unmet, "{} {}", language.tag(), it.number);
            }
        }
    }

    #[test]
    fn the_law_s_word_follows_from_what_is_met() {
        let standing = |met: usize, unmet: usize| {
            let lines = "1.1\tC\tx\ty\n".repeat(met) + &"1.2\tNC\tx\ty\n".repeat(unmet) + "1.3\tNA\tx\ty\n";
            Grid::read(format!("# 2026-11-30\ncriterion\n{lines}").leak()).standing()
        };
        assert_eq!(standing(8, 0), Standing::Full);
        assert_eq!(standing(999, 1), Standing::Partial, "99.9 % is not all");
        assert_eq!(standing(1, 1), Standing::Partial);
        assert_eq!(standing(49, 51), Standing::None);
        assert_eq!(standing(0, 0), Standing::None, "nothing was looked at");
    }

    /// What docs/accessibility.md says between its two marks.
    fn table() -> String {
        let grid = &*ALL;
        let (met, judged) = (grid.count(Conformity::Met), grid.judged());
        let state = match grid.standing() {
            Standing::Full => Language::French.accessibility().full,
            Standing::Partial => Language::French.accessibility().partial,
            Standing::None => Language::French.accessibility().none,
        };
        let mut text = format!(
            "\n**{state}** : {met} critères respectés sur {judged} applicables, soit {} %, au {}.\n\n| critère | état | ce qui est demandé | ce qui le montre |\n|---|---|---|---|\n",
            grid.rate(),
            grid.day
        );
        for it in &grid.criteria {
            writeln!(text, "| {} | {} | {} | {} |", it.number, it.state.mark(), it.title, it.word).unwrap();
        }
        text
    }

    #[test]
    fn the_document_has_the_grid_and_the_rate_that_follows_from_it() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/accessibility.md");
        let document = std::fs::read_to_string(path).unwrap();
        let (before, rest) = document.split_once("<!-- grid -->").unwrap();
        let (found, after) = rest.split_once("<!-- end -->").unwrap();
        if std::env::var_os("ALENTOUR_WRITE").is_some() {
            let text = [before, "<!-- grid -->", &table(), "<!-- end -->", after].concat();
            return std::fs::write(path, text).unwrap();
        }
        assert_eq!(found, table(), "run this test with ALENTOUR_WRITE=1");
    }
}
