//! What a lexicon's words are made of, and how they are written for [`Lexicon::read`](super::Lexicon::read). For builds and servers
//! alone.

use crate::initiative::{Cause, Kind};

/// A concept: its name, and its terms, those that mean the same and the narrower ones.
type Concept = (String, [Vec<String>; 2]);

/// Compiles what is known of words on pages in one language, as text.
///
/// `label`: what a kind or a cause is called there, by its word in a feed. `small`: words that count for nothing between others, folded,
/// with white space between them; lines after `#` are comments. `tables`: those of `data/synonyms`, of all languages.
///
/// # Errors
/// Where a table cannot be read, or has a relation that is none: says so.
pub fn compile<'a>(label: impl Fn(&str) -> &'a str, small: &str, tables: &[&str]) -> Result<String, String> {
    let mut concepts = Vec::new();
    let kinds = Kind::ALL.iter().map(|kind| ("kind", kind.as_str()));
    for (filter, word) in kinds.chain(Cause::ALL.iter().map(|cause| ("cause", cause.as_str()))) {
        add(&mut concepts, &format!("{filter}:{word}"), label(word), true);
    }
    for table in tables {
        for [concept, term, relation] in rows(table)? {
            let is_same = match &*relation {
                "same" => true,
                "narrower" => false,
                _ => {
                    return Err(format!("{concept}, {term}: `{relation}` is neither `same` nor `narrower`"));
                }
            };
            add(&mut concepts, &concept, &term, is_same);
        }
    }
    let lines = small.lines().filter(|line| !line.starts_with('#'));
    let skipped: Vec<&str> = lines.flat_map(str::split_whitespace).collect();
    let mut all = vec![skipped.join(" ")];
    for (name, [same, narrower]) in &concepts {
        let mut line = vec![name.as_str()];
        line.extend(same.iter().map(String::as_str));
        if !narrower.is_empty() {
            line.push("");
            line.extend(narrower.iter().map(String::as_str));
        }
        all.push(line.join("\t"));
    }
    Ok(all.join("\n"))
}

/// Concept, term and relation of each row of a table of `data/synonyms`.
///
/// # Errors
/// Where it is no CSV: says so.
pub fn rows(table: &str) -> Result<Vec<[String; 3]>, String> {
    let mut reader = csv::Reader::from_reader(table.as_bytes());
    let row = |row: Result<csv::StringRecord, csv::Error>| {
        let row = row.map_err(|error| error.to_string())?;
        Ok([0, 1, 2].map(|column| row.get(column).unwrap_or_default().to_owned()))
    };
    reader.records().map(row).collect()
}

/// Adds a term, unless its concept has it already.
fn add(concepts: &mut Vec<Concept>, concept: &str, term: &str, is_same: bool) {
    let at = concepts.iter().position(|(name, _)| name == concept).unwrap_or_else(|| {
        concepts.push((concept.to_owned(), Default::default()));
        concepts.len() - 1
    });
    let [same, narrower] = &mut concepts[at].1;
    if !same.iter().chain(&*narrower).any(|known| known == term) {
        if is_same { same.push(term.to_owned()) } else { narrower.push(term.to_owned()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_of_all_tables_are_gathered_by_concept_each_term_once_and_names_come_first() {
        let tables = [
            "concept,term,relation\nhelp,aide,same\nkind:petition,signature,same\n",
            "concept,term,relation\nhelp,help,same\nhelp,aide,narrower\nhelp,AGO,narrower\n",
        ];
        let compiled = compile(|_| "name", "# small\nde la", &tables).unwrap();
        let lines: Vec<&str> = compiled.lines().collect();
        assert_eq!(lines[0], "de la");
        assert!(lines.contains(&"kind:petition\tname\tsignature"));
        assert_eq!(lines.last(), Some(&"help\taide\thelp\t\tAGO"));
    }

    #[test]
    fn a_relation_that_is_none_is_said() {
        let error = compile(|_| "name", "", &["concept,term,relation\na,b,like\n"]).unwrap_err();
        assert_eq!(error, "a, b: `like` is neither `same` nor `narrower`");
    }
}
