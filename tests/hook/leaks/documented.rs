//! What `SECURITY.md` says, held against the sources.

use std::collections::BTreeSet;

fn text(path: &str) -> String {
    std::fs::read_to_string(format!("{}/{path}", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

/// The words in backticks in the first column of the table that begins with this head.
fn first_column(head: &str) -> BTreeSet<String> {
    let security = text("SECURITY.md");
    let rows = security
        .lines()
        .skip_while(|line| !line.starts_with(head))
        .skip(2)
        .take_while(|line| line.starts_with('|'));
    let cells = rows.filter_map(|row| row.split('|').nth(1));
    let words =
        cells.flat_map(|cell| cell.split('`').skip(1).step_by(2).map(str::to_owned).collect::<Vec<_>>());
    words.collect()
}

/// The variables that a flush has, as documented.
pub fn variables_of_a_flush() -> BTreeSet<String> {
    first_column("| variable")
}

#[test]
fn the_variables_of_a_flush_are_the_documented_ones() {
    let source = text("src/detach.rs");
    let list = source.split("const KEPT_VARIABLES").nth(1).unwrap().split("];").next().unwrap();
    let set = source.split("let kept =").nth(1).unwrap().split("let environment").next().unwrap();
    let passed = format!("{}{set}", list.split('=').nth(1).unwrap());
    let names: BTreeSet<_> = passed.split('"').skip(1).step_by(2).map(str::to_owned).collect();
    assert!(names.len() > 5);
    assert_eq!(variables_of_a_flush(), names, "SECURITY.md on the left, src/detach.rs on the right");
}

/// `unsafe` is denied everywhere but where a reason stands; that place is in the list, and nothing else is.
#[test]
fn each_place_with_unsafe_in_it_is_listed_with_its_reason() {
    let mut found = BTreeSet::new();
    let mut directories = vec!["src".to_owned(), "local-api/src".to_owned()];
    while let Some(directory) = directories.pop() {
        for entry in
            std::fs::read_dir(format!("{}/{directory}", env!("CARGO_MANIFEST_DIR"))).unwrap().flatten()
        {
            let path = format!("{directory}/{}", entry.file_name().to_str().unwrap());
            if entry.path().is_dir() {
                directories.push(path);
            } else {
                let source = text(&path);
                // Of an item; a module of tests has one for all of it.
                for after in source.split("#[expect(unsafe_code, reason = \"").skip(1) {
                    found.insert(item(after));
                }
            }
        }
    }
    assert_eq!(first_column("| where"), found, "SECURITY.md on the left, the sources on the right");
    assert!(found.len() > 1);
}

/// The function, or the type that a trait is implemented for.
fn item(after: &str) -> String {
    let head = after.split_once(")]").unwrap().1.split('{').next().unwrap();
    let name = head.split("fn ").nth(1).or_else(|| head.split(" for ").nth(1)).unwrap();
    name.split(|letter: char| !(letter.is_alphanumeric() || letter == '_')).next().unwrap().to_owned()
}
