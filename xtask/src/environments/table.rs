//! The table of environments in `docs/embedding.md`: a row for each test, in the order of files and of tests in them.

use std::fs;
use std::path::Path;

use anyhow::{Context, bail};
use serde::Deserialize;

use crate::fingerprint::files;
use crate::workspace::root;

const DOCUMENT: &str = "docs/embedding.md";
const START: &str = "<!-- environments: written by `cargo xtask environments` -->\n";
const END: &str = "<!-- /environments -->";

/// What `tests/support/environment.mjs` writes of a test.
#[derive(Deserialize)]
struct Row {
    /// The file of the test, and its number in there.
    order: String,
    environment: String,
    way: String,
    result: String,
    #[serde(default)]
    seen: String,
}

/// Puts the results in a folder between the marks of the document.
///
/// # Errors
/// When there are none, or no marks.
pub fn write(results: &Path) -> anyhow::Result<()> {
    let rows = files(results)?
        .iter()
        .map(|path| {
            let text =
                fs::read_to_string(path).with_context(|| format!("{} cannot be read", path.display()))?;
            serde_json::from_str(&text).with_context(|| format!("{} is no result", path.display()))
        })
        .collect::<anyhow::Result<Vec<Row>>>()?;
    let path = root().join(DOCUMENT);
    let before = fs::read_to_string(&path).with_context(|| format!("{DOCUMENT} cannot be read"))?;
    fs::write(&path, replaced(&before, rows)?).with_context(|| format!("{DOCUMENT} cannot be written"))
}

fn replaced(document: &str, mut rows: Vec<Row>) -> anyhow::Result<String> {
    if rows.is_empty() {
        bail!("no environment has a result");
    }
    let marks = document.split_once(START).and_then(|(before, rest)| Some((before, rest.split_once(END)?.1)));
    let (before, after) = marks.with_context(|| format!("{DOCUMENT} has no marks for the table"))?;
    rows.sort_by(|one, other| one.order.cmp(&other.order));
    let mut table = "| where | how | result | seen |\n|---|---|---|---|\n".to_owned();
    for row in rows {
        let cells = [row.environment, row.way, row.result, row.seen];
        let cells = cells.map(|cell| cell.replace('|', "\\|").replace('\n', " "));
        table += &format!("| {} |\n", cells.join(" | "));
    }
    Ok([before, START, &table, END, after].concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(order: &str, way: &str) -> Row {
        let text = |it: &str| it.to_owned();
        Row {
            order: text(order),
            environment: text("WordPress"),
            way: text(way),
            result: text("works"),
            seen: String::new(),
        }
    }

    #[test]
    fn the_table_is_replaced_between_its_marks_in_the_order_of_the_tests() {
        let document = format!("# Title\n{START}old\n{END}\nrest\n");
        let table = replaced(&document, vec![row("b:01", "a|b"), row("a:02", "tag")]).unwrap();
        let rows = "| where | how | result | seen |\n|---|---|---|---|\n| WordPress | tag | works |  |\n| WordPress | a\\|b | works |  |\n";
        assert_eq!(table, format!("# Title\n{START}{rows}{END}\nrest\n"));
        assert_eq!(replaced(&table, vec![row("b:01", "a|b"), row("a:02", "tag")]).unwrap(), table);
    }

    #[test]
    fn a_run_without_results_and_a_document_without_marks_change_nothing() {
        assert!(replaced(&format!("{START}{END}"), Vec::new()).is_err());
        assert!(replaced("# Title\n", vec![row("a", "b")]).is_err());
    }
}
