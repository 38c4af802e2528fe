//! The part.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, anyhow};
use wasm_encoder::reencode::{Error, Reencode};
use wasm_encoder::{
    CodeSection, ConstExpr, DataCountSection, DataSection, ElementSection, EntityType, ExportKind,
    FunctionSection, ImportSection, Module, TypeSection,
};
use wasmparser::ExternalKind;

use super::Needs;
use super::cut::Failed;
use super::segments::{fill, pieces};
use super::whole::Whole;
use crate::build::glue;

/// What the part calls the module.
const ORIGIN: &str = "a";

/// The part, while it is written.
pub struct Second<'a> {
    whole: &'a Whole<'a>,
    part: &'a BTreeSet<u32>,
    /// The numbers of functions there.
    functions: BTreeMap<u32, u32>,
    imported: BTreeSet<u32>,
    types: Vec<u32>,
    globals: BTreeSet<u32>,
    tables: BTreeSet<u32>,
}

impl<'a> Second<'a> {
    /// The part with these functions, not written yet.
    pub fn new(whole: &'a Whole<'a>, part: &'a BTreeSet<u32>) -> Self {
        let (functions, imported, types, globals, tables) = Default::default();
        Self { whole, part, functions, imported, types, globals, tables }
    }

    /// What the module has to export, by name. It goes by what is exported already.
    pub fn names(&self) -> Vec<(String, ExportKind, u32)> {
        let mut number = 0;
        let mut names = Vec::new();
        let wanted = (self.whole.memories.iter().map(|_| (ExternalKind::Memory, ExportKind::Memory, 0)))
            .chain(self.tables.iter().map(|table| (ExternalKind::Table, ExportKind::Table, *table)))
            .chain(self.globals.iter().map(|global| (ExternalKind::Global, ExportKind::Global, *global)))
            .chain(self.imported.iter().map(|function| (ExternalKind::Func, ExportKind::Func, *function)));
        let is_taken = |name: &str| self.whole.exports.iter().any(|(other, ..)| other == name);
        for (kind, export, index) in wanted {
            let known = self.whole.exports.iter().find(|(_, other, at)| *other == kind && *at == index);
            let name = known.map(|(name, ..)| name.clone()).unwrap_or_else(|| {
                loop {
                    let name = glue::short(number);
                    number += 1;
                    if !is_taken(&name) {
                        return name;
                    }
                }
            });
            names.push((name, export, index));
        }
        names
    }

    /// Writes it.
    ///
    /// # Errors
    /// When something that it names is not in the module.
    pub fn build(&mut self, needs: &Needs) -> anyhow::Result<Vec<u8>> {
        // Once to see what is called, and once to write it by the numbers that follow from that.
        self.tables.insert(0);
        self.code()?;
        let numbers = self.imported.iter().chain(self.part).copied().collect::<Vec<_>>();
        self.functions = numbers.into_iter().zip(0..).collect();
        self.types.clear();
        let code = self.code()?;
        let imports = self.imports()?;
        let mut functions = FunctionSection::new();
        for function in self.part {
            let kind = self.kind(*function)?;
            functions.function(kind);
        }
        let mut types = TypeSection::new();
        for kind in self.types.clone() {
            let kind = self.whole.types.get(kind as usize).cloned().context("a type is missing")?;
            let kind = self.func_type(kind).map_err(|error| anyhow!("a type cannot be written: {error}"))?;
            types.ty().func_type(&kind);
        }
        let mut elements = ElementSection::new();
        let slots = self.whole.table.iter().filter(|(_, function)| self.part.contains(function));
        let slots: Vec<(u32, u32)> =
            slots.filter_map(|(slot, function)| Some((*slot, *self.functions.get(function)?))).collect();
        fill(&mut elements, &slots);
        let mut data = DataSection::new();
        let pieces = pieces(&self.whole.data, needs.data.clone(), 0);
        for (address, bytes) in &pieces {
            data.active(0, &ConstExpr::i32_const(*address as i32), bytes.iter().copied());
        }
        let mut module = Module::new();
        module.section(&types).section(&imports).section(&functions).section(&elements);
        module.section(&DataCountSection { count: pieces.len() as u32 }).section(&code).section(&data);
        Ok(module.finish())
    }

    fn imports(&mut self) -> anyhow::Result<ImportSection> {
        let mut imports = ImportSection::new();
        let whole = self.whole;
        for (name, kind, index) in self.names() {
            let unreadable = |error| anyhow!("what the part imports cannot be written: {error}");
            let kind: EntityType = match kind {
                ExportKind::Func => EntityType::Function(self.kind(index)?),
                ExportKind::Memory => {
                    let memory = *whole.memories.first().context("there is no memory")?;
                    self.memory_type(memory).map_err(unreadable)?.into()
                }
                ExportKind::Table => {
                    let table = *whole.tables.get(index as usize).context("a table is missing")?;
                    self.table_type(table).map_err(unreadable)?.into()
                }
                _ => {
                    let global = *whole.globals.get(index as usize).context("a global is missing")?;
                    self.global_type(global).map_err(unreadable)?.into()
                }
            };
            imports.import(ORIGIN, &name, kind);
        }
        Ok(imports)
    }

    fn code(&mut self) -> anyhow::Result<CodeSection> {
        let mut code = CodeSection::new();
        for function in self.part {
            let body = self.whole.body(*function).context("a function has no code")?.clone();
            self.parse_function_body(&mut code, body)
                .map_err(|error| anyhow!("a function cannot be written: {error}"))?;
        }
        Ok(code)
    }

    /// The number of a function's type.
    fn kind(&mut self, function: u32) -> anyhow::Result<u32> {
        let kind = *self.whole.functions.get(function as usize).context("a function is missing")?;
        self.type_index(kind).map_err(|error| anyhow!("a type cannot be written: {error}"))
    }
}

/// The position of `value` in the list, where it is put unless it is there.
fn position(list: &mut Vec<u32>, value: u32) -> u32 {
    let at = list.iter().position(|other| *other == value).unwrap_or_else(|| {
        list.push(value);
        list.len() - 1
    });
    at as u32
}

impl Reencode for Second<'_> {
    type Error = anyhow::Error;

    fn function_index(&mut self, index: u32) -> Result<u32, Failed> {
        if !self.part.contains(&index) {
            self.imported.insert(index);
        }
        Ok(self.functions.get(&index).copied().unwrap_or_default())
    }

    fn type_index(&mut self, index: u32) -> Result<u32, Failed> {
        Ok(position(&mut self.types, index))
    }

    fn global_index(&mut self, index: u32) -> Result<u32, Failed> {
        self.globals.insert(index);
        Ok(self.globals.range(..index).count() as u32)
    }

    fn table_index(&mut self, index: u32) -> Result<u32, Failed> {
        self.tables.insert(index);
        Ok(self.tables.range(..index).count() as u32)
    }

    fn data_index(&mut self, _: u32) -> Result<u32, Failed> {
        Err(Error::UserError(anyhow!("the part copies data by its number")))
    }
}
