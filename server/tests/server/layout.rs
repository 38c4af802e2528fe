//! How the server's modules build on each other.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// Each module at the top of the crate, with those that it names. `app` is what `lib.rs` puts together.
type Graph = BTreeMap<String, BTreeSet<String>>;

fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        match path.is_dir() {
            true => found.extend(sources(&path)),
            false => found.extend(path.extension().is_some_and(|ending| ending == "rs").then_some(path)),
        }
    }
    found
}

/// The names that follow `prefix` in code: `crate::a::B`, `crate::{a, b::C}`.
fn named<'a>(code: &'a str, prefix: &str) -> Vec<&'a str> {
    let word =
        |text: &'a str| text.split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or_default();
    let after = code.split(prefix).skip(1);
    let mut names = Vec::new();
    for rest in after {
        match rest.strip_prefix('{').and_then(|list| list.split_once('}')) {
            Some((list, _)) => names.extend(list.split(',').map(|entry| word(entry.trim()))),
            None => names.push(word(rest)),
        }
    }
    names
}

fn graph() -> Graph {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut graph = Graph::new();
    for path in sources(&root) {
        let relative = path.strip_prefix(&root).unwrap();
        let first = relative.components().next().unwrap().as_os_str().to_str().unwrap();
        let module = first.trim_end_matches(".rs");
        let text = std::fs::read_to_string(&path).unwrap();
        let is_code = |line: &&str| !line.trim_start().starts_with("//");
        let code = text.lines().filter(is_code).collect::<Vec<_>>().join("\n").replace("$crate::", "");
        let (from, names) = match module {
            "main" => continue,
            // It says which modules there are, and `app` puts their routers together: `.merge(feeds::router())`.
            "lib" => {
                ("app", code.split("merge(").skip(1).map(|rest| rest.split(':').next().unwrap()).collect())
            }
            module => (module, named(&code, "crate::")),
        };
        let uses = graph.entry(from.to_owned()).or_default();
        uses.extend(names.into_iter().filter(|name| !name.is_empty() && *name != from).map(str::to_owned));
    }
    graph
}

#[test]
fn no_module_builds_on_one_that_builds_on_it() {
    let mut graph = graph();
    assert!(graph["commands"].contains("app") && graph["app"].contains("feeds"), "{graph:#?}");
    assert!(graph["feeds"].contains("sandbox") && graph["state"].contains("store"), "{graph:#?}");
    // What builds on nothing that is left is taken away; what stays goes round in a circle.
    loop {
        let left: BTreeSet<String> = graph.keys().cloned().collect();
        let before = graph.len();
        graph.retain(|_, uses| uses.iter().any(|name| left.contains(name)));
        if graph.len() == before {
            break;
        }
    }
    assert!(graph.is_empty(), "a circle is among these: {graph:#?}");
}
