//! The optimised module, as far as cutting it asks.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::bail;
use wasmparser::{
    DataKind, ExternalKind, FuncType, FunctionBody, GlobalType, KnownCustom, MemoryType, Name, Operator,
    Parser, Payload, TableType, TypeRef,
};

use super::segments::{constant, slots};
use super::{MARK, Needs};

/// What an optimised module has, as far as cutting it asks.
#[derive(Default)]
pub struct Whole<'a> {
    pub types: Vec<FuncType>,
    /// The type of each function, imported ones first.
    pub functions: Vec<u32>,
    pub imports: u32,
    pub bodies: Vec<FunctionBody<'a>>,
    pub globals: Vec<GlobalType>,
    pub tables: Vec<TableType>,
    pub memories: Vec<MemoryType>,
    pub exports: Vec<(String, ExternalKind, u32)>,
    pub start: Option<u32>,
    pub table: BTreeMap<u32, u32>,
    pub data: Vec<(u32, &'a [u8])>,
    pub marked: BTreeSet<u32>,
}

impl<'a> Whole<'a> {
    /// Reads it.
    ///
    /// # Errors
    /// When it is no module that can be read, or has what these do not have.
    pub fn read(wasm: &'a [u8]) -> anyhow::Result<Self> {
        let mut whole = Self::default();
        for payload in Parser::new(0).parse_all(wasm) {
            match payload? {
                Payload::TypeSection(section) => {
                    for group in section.into_iter_err_on_gc_types() {
                        whole.types.push(group?);
                    }
                }
                Payload::ImportSection(section) => {
                    for import in section.into_imports() {
                        match import?.ty {
                            TypeRef::Func(kind) => {
                                whole.functions.push(kind);
                                whole.imports += 1;
                            }
                            _ => bail!("the module imports something else than functions"),
                        }
                    }
                }
                Payload::FunctionSection(section) => {
                    for kind in section {
                        whole.functions.push(kind?);
                    }
                }
                Payload::TableSection(section) => {
                    for table in section {
                        whole.tables.push(table?.ty);
                    }
                }
                Payload::MemorySection(section) => {
                    whole.memories = section.into_iter().collect::<Result<_, _>>()?
                }
                Payload::GlobalSection(section) => {
                    for global in section {
                        whole.globals.push(global?.ty);
                    }
                }
                Payload::ExportSection(section) => {
                    for export in section {
                        let export = export?;
                        whole.exports.push((export.name.to_owned(), export.kind, export.index));
                    }
                }
                Payload::StartSection { func, .. } => whole.start = Some(func),
                Payload::ElementSection(section) => {
                    for element in section {
                        let element = element?;
                        whole.table.extend(slots(element)?);
                    }
                }
                Payload::CodeSectionEntry(body) => whole.bodies.push(body),
                Payload::DataSection(section) => {
                    for segment in section {
                        let segment = segment?;
                        let DataKind::Active { offset_expr, .. } = segment.kind else {
                            bail!("a piece of data has no address")
                        };
                        whole.data.push((constant(&offset_expr)?, segment.data));
                    }
                }
                Payload::CustomSection(section) => {
                    if let KnownCustom::Name(names) = section.as_known() {
                        for subsection in names {
                            if let Name::Function(names) = subsection? {
                                for name in names {
                                    let name = name?;
                                    if name.name.starts_with(MARK) {
                                        whole.marked.insert(name.index);
                                    }
                                }
                            }
                        }
                    }
                }
                _ => {}
            }
        }
        Ok(whole)
    }

    /// The code of a function; none of one that is imported.
    pub fn body(&self, function: u32) -> Option<&FunctionBody<'a>> {
        self.bodies.get(function.checked_sub(self.imports)? as usize)
    }

    /// The functions of the part: those marked, but for what the module itself calls. wasm-opt makes one of two functions that are
    /// alike, and its glue may have become an export.
    pub fn part(&self, needs: &Needs) -> anyhow::Result<BTreeSet<u32>> {
        let all = 0..self.functions.len() as u32;
        let mut todo: Vec<u32> = all.filter(|function| !self.marked.contains(function)).collect();
        todo.extend(self.start);
        todo.extend(
            self.exports.iter().filter(|(_, kind, _)| *kind == ExternalKind::Func).map(|(.., index)| *index),
        );
        todo.extend(
            self.table.iter().filter(|(slot, _)| !needs.slots.contains(slot)).map(|(_, function)| *function),
        );
        let mut stays: BTreeSet<u32> = todo.iter().copied().collect();
        while let Some(function) = todo.pop() {
            let Some(body) = self.body(function) else { continue };
            for operator in body.get_operators_reader()? {
                if let Operator::Call { function_index }
                | Operator::ReturnCall { function_index }
                | Operator::RefFunc { function_index } = operator?
                    && stays.insert(function_index)
                {
                    todo.push(function_index);
                }
            }
        }
        Ok(self.marked.difference(&stays).copied().collect())
    }
}
