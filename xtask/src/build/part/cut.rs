//! Cutting: one module becomes two.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use anyhow::{Context, anyhow, bail};
use wasm_encoder::reencode::{Error, Reencode};
use wasm_encoder::{
    CodeSection, ConstExpr, DataCountSection, DataSection, ElementSection, Elements, EntityType, ExportKind,
    ExportSection, FunctionSection, ImportSection, Module, TypeSection,
};
use wasmparser::{
    CodeSectionReader, DataKind, DataSectionReader, ElementSectionReader, ExportSectionReader, ExternalKind,
    FuncType, FunctionBody, FunctionSectionReader, GlobalType, KnownCustom, MemoryType, Name, Operator,
    Parser, Payload, TableType, TypeRef, Validator,
};

use super::{MARK, Needs, needs};

/// What the part calls the module.
const ORIGIN: &str = "a";

/// So many bytes of the part's data between two pieces of the module's are zeros there: to say that they are apart takes as many.
const APART: u32 = 8;

/// What an optimised module has, as far as cutting it asks.
#[derive(Default)]
struct Whole<'a> {
    types: Vec<FuncType>,
    /// The type of each function, imported ones first.
    functions: Vec<u32>,
    imports: u32,
    bodies: Vec<FunctionBody<'a>>,
    globals: Vec<GlobalType>,
    tables: Vec<TableType>,
    memories: Vec<MemoryType>,
    exports: Vec<(String, ExternalKind, u32)>,
    start: Option<u32>,
    table: BTreeMap<u32, u32>,
    data: Vec<(u32, &'a [u8])>,
    marked: BTreeSet<u32>,
}

/// The module without the part, and the part. The part's exports are none: it fills its places of the table, and its data.
///
/// # Errors
/// When nothing is left of the part, because the module calls it without going through the table.
pub fn cut(wasm: &[u8], needs: &Needs) -> anyhow::Result<[Vec<u8>; 2]> {
    let whole = Whole::read(wasm)?;
    let part = whole.part(needs)?;
    let is_left = |slot: &u32| whole.table.get(slot).is_some_and(|function| part.contains(function));
    if !needs.doors.iter().all(is_left) {
        bail!(
            "the module calls an entrance of its part, and not through a pointer that the compiler cannot see through"
        );
    }
    let mut builder = Part {
        whole: &whole,
        functions: BTreeMap::new(),
        imported: BTreeSet::new(),
        part: &part,
        types: Vec::new(),
        globals: BTreeSet::new(),
        tables: BTreeSet::new(),
    };
    let second = builder.build(needs)?;
    let names = builder.names();
    let mut first = First { whole: &whole, part: &part, needs, names: &names };
    let mut module = Module::new();
    let written = first.parse_core_module(&mut module, Parser::new(0), wasm);
    written.map_err(|error| anyhow!("the module cannot be written without its part: {error}"))?;
    let both = [module.finish(), second];
    for module in &both {
        Validator::new().validate_all(module).context("what was cut is no module")?;
    }
    Ok(both)
}

impl<'a> Whole<'a> {
    fn read(wasm: &'a [u8]) -> anyhow::Result<Self> {
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
                        whole.table.extend(needs::slots(element)?);
                    }
                }
                Payload::CodeSectionEntry(body) => whole.bodies.push(body),
                Payload::DataSection(section) => {
                    for segment in section {
                        let segment = segment?;
                        let DataKind::Active { offset_expr, .. } = segment.kind else {
                            bail!("a piece of data has no address")
                        };
                        whole.data.push((needs::constant(&offset_expr)?, segment.data));
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

    fn body(&self, function: u32) -> Option<&FunctionBody<'a>> {
        self.bodies.get(function.checked_sub(self.imports)? as usize)
    }

    /// The functions of the part: those marked, but for what the module itself calls. wasm-opt makes one of two functions that are
    /// alike, and its glue may have become an export.
    fn part(&self, needs: &Needs) -> anyhow::Result<BTreeSet<u32>> {
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

/// The module without its part.
struct First<'a> {
    whole: &'a Whole<'a>,
    part: &'a BTreeSet<u32>,
    needs: &'a Needs,
    names: &'a [(String, ExportKind, u32)],
}

impl First<'_> {
    fn own<T>(&self, entries: impl Iterator<Item = T>) -> impl Iterator<Item = T> {
        (self.whole.imports..)
            .zip(entries)
            .filter(|(function, _)| !self.part.contains(function))
            .map(|(_, entry)| entry)
    }

    fn data(&self) -> Vec<(u32, Vec<u8>)> {
        let mut data = Vec::new();
        for (address, bytes) in &self.whole.data {
            let end = address + bytes.len() as u32;
            let mut from = *address;
            for away in self.needs.data.iter().filter(|away| away.start < end && away.end > *address) {
                data.push(from..away.start.max(from));
                from = away.end;
            }
            data.push(from..end);
        }
        pieces(&self.whole.data, data, APART)
    }
}

type Failed = Error<anyhow::Error>;

fn failed(error: anyhow::Error) -> Failed {
    Error::UserError(error)
}

impl Reencode for First<'_> {
    type Error = anyhow::Error;

    fn function_index(&mut self, index: u32) -> Result<u32, Failed> {
        if self.part.contains(&index) {
            return Err(failed(anyhow!("function {index} of the part is still called")));
        }
        Ok(index - self.part.range(..index).count() as u32)
    }

    fn parse_custom_section(
        &mut self,
        _: &mut Module,
        _: wasmparser::CustomSectionReader<'_>,
    ) -> Result<(), Failed> {
        Ok(())
    }

    fn parse_function_section(
        &mut self,
        functions: &mut FunctionSection,
        section: FunctionSectionReader<'_>,
    ) -> Result<(), Failed> {
        for kind in self.own(section.into_iter()).collect::<Vec<_>>() {
            functions.function(self.type_index(kind?)?);
        }
        Ok(())
    }

    fn parse_code_section(
        &mut self,
        code: &mut CodeSection,
        section: CodeSectionReader<'_>,
    ) -> Result<(), Failed> {
        for body in self.own(section.into_iter()).collect::<Vec<_>>() {
            self.parse_function_body(code, body?)?;
        }
        Ok(())
    }

    fn parse_export_section(
        &mut self,
        exports: &mut ExportSection,
        section: ExportSectionReader<'_>,
    ) -> Result<(), Failed> {
        for export in section {
            self.parse_export(exports, export?)?;
        }
        for (name, kind, index) in self.names {
            let known = self.whole.exports.iter().any(|(other, ..)| other == name);
            if !known {
                let index = if *kind == ExportKind::Func { self.function_index(*index)? } else { *index };
                exports.export(name, *kind, index);
            }
        }
        Ok(())
    }

    fn parse_element_section(
        &mut self,
        elements: &mut ElementSection,
        _: ElementSectionReader<'_>,
    ) -> Result<(), Failed> {
        let mut own = Vec::new();
        for (slot, function) in self.whole.table.iter().filter(|(_, function)| !self.part.contains(function))
        {
            own.push((*slot, self.function_index(*function)?));
        }
        fill(elements, &own);
        Ok(())
    }

    fn data_count(&mut self, _: u32) -> Result<u32, Failed> {
        Ok(self.data().len() as u32)
    }

    fn parse_data_section(&mut self, data: &mut DataSection, _: DataSectionReader<'_>) -> Result<(), Failed> {
        for (address, bytes) in self.data() {
            data.active(0, &ConstExpr::i32_const(address as i32), bytes);
        }
        Ok(())
    }
}

/// Puts functions into their places of the table.
fn fill(elements: &mut ElementSection, slots: &[(u32, u32)]) {
    for run in slots.chunk_by(|one, next| one.0 + 1 == next.0) {
        let functions: Vec<u32> = run.iter().map(|(_, function)| *function).collect();
        if let Some((start, _)) = run.first() {
            elements.active(
                None,
                &ConstExpr::i32_const(*start as i32),
                Elements::Functions(functions.into()),
            );
        }
    }
}

/// The bytes at these addresses. Pieces that are no farther apart become one, with zeros between them.
fn pieces(data: &[(u32, &[u8])], ranges: Vec<Range<u32>>, apart: u32) -> Vec<(u32, Vec<u8>)> {
    let mut pieces: Vec<(u32, Vec<u8>)> = Vec::new();
    for range in ranges {
        for (address, bytes) in data {
            let (from, to) = (range.start.max(*address), range.end.min(address + bytes.len() as u32));
            let Some(bytes) = from
                .checked_sub(*address)
                .and_then(|start| bytes.get(start as usize..to.checked_sub(*address)? as usize))
            else {
                continue;
            };
            if bytes.is_empty() {
                continue;
            }
            match pieces.last_mut() {
                Some((start, last)) if from - (*start + last.len() as u32) <= apart => {
                    last.resize((from - *start) as usize, 0);
                    last.extend_from_slice(bytes);
                }
                _ => pieces.push((from, bytes.to_vec())),
            }
        }
    }
    pieces
}

/// The part, while it is written.
struct Part<'a> {
    whole: &'a Whole<'a>,
    part: &'a BTreeSet<u32>,
    /// The numbers of functions there.
    functions: BTreeMap<u32, u32>,
    imported: BTreeSet<u32>,
    types: Vec<u32>,
    globals: BTreeSet<u32>,
    tables: BTreeSet<u32>,
}

impl Part<'_> {
    /// What the module has to export, by name. It goes by what is exported already.
    fn names(&self) -> Vec<(String, ExportKind, u32)> {
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
                    let name = super::super::glue::short(number);
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

    fn build(&mut self, needs: &Needs) -> anyhow::Result<Vec<u8>> {
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

impl Reencode for Part<'_> {
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
        Err(failed(anyhow!("the part copies data by its number")))
    }
}
