//! What only a part of a module needs, found out from the linker's relocations: they say of each function and each piece of data which
//! others its bytes name. What is reached from the module's exports without going through the part's entrances stays.

use std::collections::BTreeSet;
use std::ops::Range;

use anyhow::bail;

use super::linked::{Edges, Linked, Node, Symbol};

/// What is moved to a file of its own.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Needs {
    /// The functions, as the linker has numbered them.
    pub functions: BTreeSet<u32>,
    /// Where these stand in the table of functions.
    pub slots: BTreeSet<u32>,
    /// Where the entrances do.
    pub doors: BTreeSet<u32>,
    /// The addresses of its data, in their order and apart from each other.
    pub data: Vec<Range<u32>>,
}

/// What is only needed behind the functions with these paths, written as symbols write them: `5crate6module8function`.
///
/// # Errors
/// When the module has no relocations, or one of the entrances is missing or there twice.
pub fn of(wasm: &[u8], entrances: &[&str]) -> anyhow::Result<Needs> {
    let linked = Linked::read(wasm)?;
    let mut doors = BTreeSet::new();
    for entrance in entrances {
        let found: BTreeSet<u32> = linked
            .symbols
            .iter()
            .filter_map(|symbol| match symbol {
                Symbol::Function { index, name } if is_named(name, entrance) => Some(*index),
                _ => None,
            })
            .collect();
        if found.len() != 1 {
            bail!("{} functions are named {entrance}, and not one", found.len());
        }
        doors.extend(found);
    }
    let (mut roots, edges) = linked.edges()?;
    roots.extend(linked.exported.iter().map(|index| Node::Function(*index)));
    let entered: BTreeSet<Node> = doors.iter().copied().map(Node::Function).collect();
    let stays = reached(roots, &edges, &entered);
    let behind = reached(entered, &edges, &BTreeSet::new());
    let only: BTreeSet<Node> = behind.difference(&stays).copied().collect();
    let functions: BTreeSet<u32> = only
        .iter()
        .filter_map(|node| match node {
            Node::Function(index) if *index >= linked.imports => Some(*index),
            _ => None,
        })
        .collect();
    let places = |functions: &BTreeSet<u32>| {
        let all = linked.table.iter().filter(|(_, function)| functions.contains(function));
        all.map(|(slot, _)| *slot).collect::<BTreeSet<u32>>()
    };
    let doors = places(&doors);
    if doors.len() != entrances.len() {
        bail!("{} of the part's entrances are called through a pointer, of {}", doors.len(), entrances.len());
    }
    Ok(Needs { slots: places(&functions), doors, data: linked.data_of(&only), functions })
}

/// Whether a symbol is that of the function itself, by either mangling of the compiler's, and not of a closure in it.
fn is_named(symbol: &str, path: &str) -> bool {
    let Some((before, after)) = symbol.split_once(path) else { return false };
    after.starts_with("17h") || before.starts_with("_RNv") && after.is_empty()
}

/// All that is reached from there without entering `closed`.
fn reached(from: BTreeSet<Node>, edges: &Edges, closed: &BTreeSet<Node>) -> BTreeSet<Node> {
    let mut todo: Vec<Node> = from.difference(closed).copied().collect();
    let mut found: BTreeSet<Node> = todo.iter().copied().collect();
    while let Some(node) = todo.pop() {
        for next in edges.get(&node).into_iter().flatten() {
            if !closed.contains(next) && found.insert(*next) {
                todo.push(*next);
            }
        }
    }
    found
}
