//! What a module that was linked with `--emit-relocs` says of itself.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use anyhow::{Context, bail};
use wasmparser::{
    DataKind, ExternalKind, KnownCustom, Linking, Parser, Payload, RelocationEntry, RelocationType,
    SymbolInfo, TypeRef,
};

use super::segments::{constant, slots};

/// What names and is named.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Node {
    Function(u32),
    /// By the number of its symbol.
    Data(u32),
}

/// What a module that was linked with `--emit-relocs` says of itself.
#[derive(Default)]
pub struct Linked {
    /// How many functions are imported.
    pub imports: u32,
    pub exported: Vec<u32>,
    /// The function at each place of the table.
    pub table: BTreeMap<u32, u32>,
    /// Where the code section's content begins, and each function's code.
    code: usize,
    bodies: Vec<Range<usize>>,
    /// Where the data section's content begins; each segment's address, and where its bytes are.
    data: usize,
    segments: Vec<(u32, Range<usize>)>,
    pub symbols: Vec<Symbol>,
    code_relocations: Vec<RelocationEntry>,
    data_relocations: Vec<RelocationEntry>,
}

/// A symbol that is of interest.
pub enum Symbol {
    Function {
        index: u32,
        name: String,
    },
    /// Its address and size.
    Data(Range<u32>),
    Other,
}

/// Who names whom.
pub type Edges = BTreeMap<Node, BTreeSet<Node>>;

impl Linked {
    /// Reads it.
    ///
    /// # Errors
    /// When it has no relocations, or is laid out as no linker of ours does it.
    pub fn read(wasm: &[u8]) -> anyhow::Result<Self> {
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
    ///
    /// # Errors
    /// When a relocation is in nothing, or names nothing.
    pub fn edges(&self) -> anyhow::Result<(BTreeSet<Node>, Edges)> {
        let (mut roots, mut edges) = (BTreeSet::new(), Edges::new());
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
    pub fn data_of(&self, only: &BTreeSet<Node>) -> Vec<Range<u32>> {
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
