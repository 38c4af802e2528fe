//! What only a part of a module needs, found out from the linker's relocations: they say of each function and each piece of data which
//! others its bytes name. What is reached from the module's exports without going through the part's entrances stays.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use anyhow::{Context, bail};
use wasmparser::{
    DataKind, ElementItems, ElementKind, ExternalKind, KnownCustom, Linking, Operator, Parser, Payload,
    RelocationEntry, RelocationType, SymbolInfo, TypeRef,
};

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

/// What names and is named.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Node {
    Function(u32),
    /// By the number of its symbol.
    Data(u32),
}

/// What a module that was linked with `--emit-relocs` says of itself.
#[derive(Default)]
struct Linked {
    /// How many functions are imported.
    imports: u32,
    exported: Vec<u32>,
    /// The function at each place of the table.
    table: BTreeMap<u32, u32>,
    /// Where the code section's content begins, and each function's code.
    code: usize,
    bodies: Vec<Range<usize>>,
    /// Where the data section's content begins; each segment's address, and where its bytes are.
    data: usize,
    segments: Vec<(u32, Range<usize>)>,
    symbols: Vec<Symbol>,
    code_relocations: Vec<RelocationEntry>,
    data_relocations: Vec<RelocationEntry>,
}

/// A symbol that is of interest.
enum Symbol {
    Function {
        index: u32,
        name: String,
    },
    /// Its address and size.
    Data(Range<u32>),
    Other,
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
fn reached(
    from: BTreeSet<Node>,
    edges: &BTreeMap<Node, BTreeSet<Node>>,
    closed: &BTreeSet<Node>,
) -> BTreeSet<Node> {
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

impl Linked {
    fn read(wasm: &[u8]) -> anyhow::Result<Self> {
        let mut linked = Self::default();
        for payload in Parser::new(0).parse_all(wasm) {
            match payload? {
                Payload::ImportSection(section) => {
                    for import in section.into_imports() {
                        linked.imports += u32::from(matches!(import?.ty, TypeRef::Func(_)));
                    }
                }
                Payload::ExportSection(section) => {
                    for export in section {
                        let export = export?;
                        if export.kind == ExternalKind::Func {
                            linked.exported.push(export.index);
                        }
                    }
                }
                Payload::StartSection { func, .. } => linked.exported.push(func),
                Payload::ElementSection(section) => {
                    for element in section {
                        linked.table.extend(slots(element?)?);
                    }
                }
                Payload::CodeSectionStart { range, .. } => linked.code = range.start,
                Payload::CodeSectionEntry(body) => linked.bodies.push(body.range()),
                Payload::DataSection(section) => {
                    linked.data = section.range().start;
                    for segment in section {
                        let segment = segment?;
                        let DataKind::Active { offset_expr, .. } = segment.kind else {
                            bail!("a piece of data has no address");
                        };
                        let end = segment.range.end;
                        linked.segments.push((constant(&offset_expr)?, end - segment.data.len()..end));
                    }
                }
                Payload::CustomSection(section) => match (section.name(), section.as_known()) {
                    (_, KnownCustom::Linking(linking)) => {
                        for subsection in linking.subsections() {
                            if let Linking::SymbolTable(symbols) = subsection? {
                                for symbol in symbols {
                                    let symbol = linked.symbol(symbol?)?;
                                    linked.symbols.push(symbol);
                                }
                            }
                        }
                    }
                    ("reloc.CODE", KnownCustom::Reloc(relocations)) => {
                        linked.code_relocations =
                            relocations.entries().into_iter().collect::<Result<_, _>>()?;
                    }
                    ("reloc.DATA", KnownCustom::Reloc(relocations)) => {
                        linked.data_relocations =
                            relocations.entries().into_iter().collect::<Result<_, _>>()?;
                    }
                    _ => {}
                },
                _ => {}
            }
        }
        if linked.code_relocations.is_empty() || linked.symbols.is_empty() {
            bail!("the module was linked without its relocations");
        }
        Ok(linked)
    }

    fn symbol(&self, symbol: SymbolInfo<'_>) -> anyhow::Result<Symbol> {
        Ok(match symbol {
            SymbolInfo::Func { index, name, .. } => {
                Symbol::Function { index, name: name.unwrap_or_default().to_owned() }
            }
            SymbolInfo::Data { symbol: Some(data), .. } => match self.segments.get(data.index as usize) {
                Some((address, _)) => {
                    let start = address + data.offset;
                    Symbol::Data(start..start + data.size)
                }
                // What is zero at first is in no segment, and names nothing.
                None => Symbol::Data(0..0),
            },
            _ => Symbol::Other,
        })
    }

    /// Who names whom; and what is named by bytes that are nobody's.
    fn edges(&self) -> anyhow::Result<(BTreeSet<Node>, BTreeMap<Node, BTreeSet<Node>>)> {
        let (mut roots, mut edges) = (BTreeSet::new(), BTreeMap::<Node, BTreeSet<Node>>::new());
        for relocation in &self.code_relocations {
            let Some(target) = self.target(relocation)? else { continue };
            let at = self.code + relocation.offset as usize;
            let position = self.bodies.partition_point(|body| body.end <= at);
            let body = self.bodies.get(position).filter(|body| body.contains(&at));
            body.context("a relocation is in no function")?;
            edges.entry(Node::Function(self.imports + position as u32)).or_default().insert(target);
        }
        let mut pieces: Vec<(u32, Range<u32>)> = (0..)
            .zip(&self.symbols)
            .filter_map(|(number, symbol)| match symbol {
                Symbol::Data(range) if !range.is_empty() => Some((number, range.clone())),
                _ => None,
            })
            .collect();
        pieces.sort_by_key(|(_, range)| (range.start, range.end));
        let longest = pieces.iter().map(|(_, range)| range.end - range.start).max().unwrap_or_default();
        for relocation in &self.data_relocations {
            let Some(target) = self.target(relocation)? else { continue };
            let at = self.data + relocation.offset as usize;
            let segment = self.segments.iter().find(|(_, bytes)| bytes.contains(&at));
            let (address, bytes) = segment.context("a relocation is in no piece of data")?;
            let address = address + (at - bytes.start) as u32;
            // Several names may cover the same bytes.
            let first = pieces.partition_point(|(_, range)| range.start + longest <= address);
            let near =
                pieces.get(first..).into_iter().flatten().take_while(|(_, range)| range.start <= address);
            let mut is_owned = false;
            for (number, _) in near.filter(|(_, range)| range.contains(&address)) {
                is_owned = true;
                edges.entry(Node::Data(*number)).or_default().insert(target);
            }
            if !is_owned {
                roots.insert(target);
            }
        }
        Ok((roots, edges))
    }

    fn target(&self, relocation: &RelocationEntry) -> anyhow::Result<Option<Node>> {
        if relocation.ty == RelocationType::TypeIndexLeb {
            return Ok(None);
        }
        let symbol = self.symbols.get(relocation.index as usize).context("a relocation names no symbol")?;
        Ok(match symbol {
            Symbol::Function { index, .. } => Some(Node::Function(*index)),
            Symbol::Data(_) => Some(Node::Data(relocation.index)),
            Symbol::Other => None,
        })
    }

    /// The addresses of what is data among these, and of nothing else's.
    fn data_of(&self, only: &BTreeSet<Node>) -> Vec<Range<u32>> {
        let (mut ours, mut others) = (Vec::new(), Vec::new());
        for (number, symbol) in (0..).zip(&self.symbols) {
            if let Symbol::Data(range) = symbol
                && !range.is_empty()
            {
                if only.contains(&Node::Data(number)) { &mut ours } else { &mut others }.push(range.clone());
            }
        }
        ours.sort_by_key(|range| (range.start, range.end));
        let mut data: Vec<Range<u32>> = Vec::new();
        for range in ours {
            match data.last_mut() {
                Some(last) if range.start <= last.end => last.end = last.end.max(range.end),
                _ => data.push(range),
            }
        }
        data.retain(|range| others.iter().all(|other| other.end <= range.start || range.end <= other.start));
        data
    }
}

/// The functions that a segment puts into the table, by their places.
///
/// # Errors
/// When it is not one of functions at a known place.
pub fn slots(element: wasmparser::Element<'_>) -> anyhow::Result<Vec<(u32, u32)>> {
    let (
        ElementKind::Active { table_index: None | Some(0), offset_expr },
        ElementItems::Functions(functions),
    ) = (element.kind, element.items)
    else {
        bail!("a part of the table is not of functions at a known place");
    };
    let start = constant(&offset_expr)?;
    (start..).zip(functions).map(|(slot, function)| Ok((slot, function?))).collect()
}

/// The number that an expression gives.
///
/// # Errors
/// When it gives something else.
pub fn constant(expression: &wasmparser::ConstExpr<'_>) -> anyhow::Result<u32> {
    match expression.get_operators_reader().read()? {
        Operator::I32Const { value } => Ok(value as u32),
        _ => bail!("an address is no constant"),
    }
}
