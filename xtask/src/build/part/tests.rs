//! A module of six functions, as a linker would write it and as wasm-opt would, and what becomes of it.

use wasm_encoder::{
    CodeSection, ConstExpr, CustomSection, DataSection, DataSymbolDefinition, ElementSection, Elements,
    Encode, ExportKind, ExportSection, Function, FunctionSection, LinkingSection, MemorySection, MemoryType,
    Module, RefType, SymbolTable, TableSection, TableType, TypeSection,
};
use wasmparser::{DataKind, Parser, Payload};

use super::segments::{constant, pieces, slots};
use super::*;

/// The functions by number. `main` calls `shared`, and reaches `door` through the table only.
const MAIN: u32 = 0;
const SHARED: u32 = 1;
const DOOR: u32 = 2;
const INNER: u32 = 3;
const LISTED: u32 = 4;
const OTHER: u32 = 5;
/// Where the table begins.
const FIRST: u32 = 1;
/// Where the data is: twelve bytes of the module's, then a pointer to `listed` that only `inner` reads, then four of the module's.
const ADDRESS: u32 = 1024;
const DATA: &[u8] = b"the module's\x02\0\0\0rest";
const POINTER: u32 = ADDRESS + 12;

// The linker's relocations.
const FUNCTION_INDEX: u8 = 0;
const TABLE_INDEX_SLEB: u8 = 1;
const TABLE_INDEX_I32: u8 = 2;
const MEMORY_ADDRESS: u8 = 4;

/// What each function does: the functions that it calls, and the address that it reads.
type Code = [(&'static [u32], Option<u32>); 6];

const CODE: Code = [
    (&[SHARED], None),
    (&[], None),
    (&[SHARED, INNER], None),
    (&[], Some(POINTER)),
    (&[], None),
    (&[], None),
];

/// Its places of the table, where nothing else is said.
const TABLE: &[u32] = &[DOOR, LISTED, OTHER];

fn module(code: &Code, table: &[u32]) -> Module {
    let mut module = Module::new();
    let mut types = TypeSection::new();
    types.ty().function([], []);
    let mut functions = FunctionSection::new();
    let mut bodies = CodeSection::new();
    for (calls, reads) in code {
        functions.function(0);
        let mut body = Function::new([]);
        for call in *calls {
            body.instructions().call(*call);
        }
        if let Some(address) = reads {
            body.instructions().i32_const(*address as i32).drop();
        }
        body.instructions().end();
        bodies.function(&body);
    }
    let mut tables = TableSection::new();
    let minimum = u64::from(FIRST) + table.len() as u64;
    let element_type = RefType::FUNCREF;
    tables.table(TableType { element_type, table64: false, minimum, maximum: Some(minimum), shared: false });
    let mut memories = MemorySection::new();
    let page_size_log2 = None;
    memories.memory(MemoryType { minimum: 1, maximum: None, memory64: false, shared: false, page_size_log2 });
    let mut exports = ExportSection::new();
    exports.export("memory", ExportKind::Memory, 0).export("main", ExportKind::Func, MAIN);
    let mut elements = ElementSection::new();
    elements.active(None, &ConstExpr::i32_const(FIRST as i32), Elements::Functions(table.into()));
    let mut data = DataSection::new();
    data.active(0, &ConstExpr::i32_const(ADDRESS as i32), DATA.iter().copied());
    module.section(&types).section(&functions).section(&tables).section(&memories).section(&exports);
    module.section(&elements).section(&bodies).section(&data);
    module
}

/// The module with symbols and relocations, which say what its code and data name.
fn linked(code: &Code, table: &[u32]) -> Vec<u8> {
    let mut module = module(code, table);
    let mut symbols = SymbolTable::new();
    let names = [
        "main",
        "shared",
        "_RNvNtCs1_5crate6module4door",
        "_RNCNvNtCs1_5crate6module4door0B3_",
        "listed",
        "other",
    ];
    for (function, name) in (0..).zip(names) {
        symbols.function(0, function, Some(name));
    }
    symbols.data(0, "own", Some(DataSymbolDefinition { index: 0, offset: 0, size: 12 }));
    symbols.data(0, "pointer", Some(DataSymbolDefinition { index: 0, offset: 12, size: 4 }));
    let pointer = names.len() as u32 + 1;
    let mut linking = LinkingSection::new();
    linking.symbol_table(&symbols);
    module.section(&linking);
    // Behind the number of functions each has its length and its number of locals, and then its instructions.
    let (mut relocations, mut at) = (Vec::new(), 1);
    for (calls, reads) in code {
        if at == 1 {
            // `main` has the entrance's place in the table.
            relocations.push((TABLE_INDEX_SLEB, at + 2, DOOR));
        }
        at += 2;
        for call in *calls {
            relocations.push((FUNCTION_INDEX, at + 1, *call));
            at += 2;
        }
        if reads.is_some() {
            relocations.push((MEMORY_ADDRESS, at + 1, pointer));
            at += 4;
        }
        at += 1;
    }
    relocated(&mut module, "reloc.CODE", &relocations);
    // Before its bytes the only segment has its number, its kind, its address with an end, and its length.
    relocated(&mut module, "reloc.DATA", &[(TABLE_INDEX_I32, 1 + 1 + 4 + 1 + 12, LISTED)]);
    module.finish()
}

fn relocated(module: &mut Module, name: &str, relocations: &[(u8, u32, u32)]) {
    let mut data = Vec::new();
    0_u32.encode(&mut data);
    (relocations.len() as u32).encode(&mut data);
    for (kind, offset, symbol) in relocations {
        data.push(*kind);
        offset.encode(&mut data);
        symbol.encode(&mut data);
        if *kind == MEMORY_ADDRESS {
            data.push(0);
        }
    }
    module.section(&CustomSection { name: name.into(), data: data.into() });
}

const DOOR_PATH: &str = "5crate6module4door";

fn needs(code: &Code, table: &[u32]) -> anyhow::Result<Needs> {
    of(&linked(code, table), &[DOOR_PATH])
}

#[test]
fn what_is_reached_through_the_entrance_alone_is_the_parts() {
    let needs = needs(&CODE, TABLE).unwrap();
    assert_eq!(needs.functions, [DOOR, INNER, LISTED].into());
    assert_eq!((needs.slots, needs.doors), ([FIRST, FIRST + 1].into(), [FIRST].into()));
    assert_eq!(needs.data.as_slice(), std::slice::from_ref(&(POINTER..POINTER + 4)));
}

#[test]
fn what_data_of_the_module_points_to_stays_in_it() {
    let mut code = CODE;
    code[MAIN as usize] = (&[SHARED], Some(POINTER));
    let needs = needs(&code, TABLE).unwrap();
    assert_eq!(needs.functions, [DOOR, INNER].into());
    assert!(needs.data.is_empty());
}

#[test]
fn an_entrance_that_nobody_has_a_pointer_to_is_an_error() {
    let error = needs(&CODE, &[LISTED, OTHER]).unwrap_err().to_string();
    assert!(error.contains("0 of the part's entrances are called through a pointer, of 1"), "{error}");
    assert!(of(&linked(&CODE, TABLE), &["5crate6module6window"]).is_err());
    assert!(of(&module(&CODE, TABLE).finish(), &[DOOR_PATH]).is_err(), "there are no relocations");
}

#[derive(Debug, Default, PartialEq)]
struct Read {
    imports: Vec<String>,
    exports: Vec<String>,
    functions: u32,
    /// The places of the table that it fills.
    places: Vec<u32>,
    data: Vec<(u32, Vec<u8>)>,
}

fn read(wasm: &[u8]) -> Read {
    let mut read = Read::default();
    for payload in Parser::new(0).parse_all(wasm) {
        match payload.unwrap() {
            Payload::ImportSection(section) => {
                read.imports = section.into_imports().map(|it| it.unwrap().name.to_owned()).collect();
            }
            Payload::ExportSection(section) => {
                read.exports = section.into_iter().map(|it| it.unwrap().name.to_owned()).collect();
            }
            Payload::FunctionSection(section) => read.functions = section.count(),
            Payload::ElementSection(section) => {
                for element in section {
                    read.places.extend(slots(element.unwrap()).unwrap().iter().map(|(slot, _)| *slot));
                }
            }
            Payload::DataSection(section) => {
                for segment in section {
                    let segment = segment.unwrap();
                    let DataKind::Active { offset_expr, .. } = segment.kind else { panic!("no address") };
                    read.data.push((constant(&offset_expr).unwrap(), segment.data.to_vec()));
                }
            }
            Payload::CustomSection(section) => panic!("{} is still there", section.name()),
            _ => {}
        }
    }
    read
}

#[test]
fn module_and_part_have_each_function_place_and_byte_once() {
    let needs = needs(&CODE, TABLE).unwrap();
    let [module, part] = cut(&marked(&linked(&CODE, TABLE), &needs.functions).unwrap(), &needs).unwrap();
    let (module, part) = (read(&module), read(&part));
    assert_eq!((module.functions, module.places), (3, vec![FIRST + 2]));
    assert_eq!((part.functions, part.places), (3, vec![FIRST, FIRST + 1]));
    // What the part needs of the module has the name that it has there, or a new one: the table, and `shared`.
    assert_eq!(
        (module.imports, module.exports),
        (vec![], ["memory", "main", "a", "b"].map(str::to_owned).into())
    );
    assert_eq!((part.imports, part.exports), (["memory", "a", "b"].map(str::to_owned).into(), vec![]));
    assert_eq!(module.data, [(ADDRESS, b"the module's\0\0\0\0rest".to_vec())]);
    // Nothing of what is around it: the module may have written there.
    assert_eq!(part.data, [(POINTER, vec![2, 0, 0, 0])]);
}

#[test]
fn what_the_module_calls_after_all_stays_in_it() {
    let needs = needs(&CODE, TABLE).unwrap();
    let cut = |code: Code| cut(&marked(&module(&code, TABLE).finish(), &needs.functions).unwrap(), &needs);
    let mut code = CODE;
    // As when wasm-opt has made one of two functions that are alike.
    code[MAIN as usize] = (&[SHARED, INNER], None);
    let [module, part] = cut(code).unwrap();
    assert_eq!((read(&module).functions, read(&part).functions), (4, 2));
    code[MAIN as usize] = (&[SHARED, DOOR], None);
    let error = cut(code).unwrap_err().to_string();
    assert!(error.contains("calls an entrance of its part"), "{error}");
}

#[test]
fn what_is_between_two_pieces_is_written_only_where_it_is_said_to_be_nobodys() {
    let data: [(u32, &[u8]); 1] = [(ADDRESS, b"ours, and ours")];
    let ranges = || vec![ADDRESS..ADDRESS + 4, ADDRESS + 10..ADDRESS + 14];
    let apart = [(ADDRESS, b"ours".to_vec()), (ADDRESS + 10, b"ours".to_vec())];
    assert_eq!(pieces(&data, ranges(), 0), apart);
    assert_eq!(pieces(&data, ranges(), 6), [(ADDRESS, b"ours\0\0\0\0\0\0ours".to_vec())]);
}
