//! The grants that an adoption and the passes after it need, by column, and no more.

use crate::store::adoption::target::{Target, quote_ident};

/// The statements that grant `role` what it needs; `ours` is the schema of our own tables.
pub(crate) fn grants(targets: &[Target; 2], role: &str, ours: &str) -> Vec<String> {
    let mut lines = vec![
        format!("GRANT USAGE ON SCHEMA {ours} TO {role};"),
        format!(
            "GRANT SELECT, INSERT, UPDATE, DELETE ON {ours}.adoption_map, {ours}.adoption_links TO {role};"
        ),
    ];
    for target in targets {
        let map = &target.map;
        let table = format!("{}.{}", quote_ident(&map.schema), quote_ident(&map.table));
        let usage = format!("GRANT USAGE ON SCHEMA {} TO {role};", quote_ident(&map.schema));
        if !lines.contains(&usage) {
            lines.push(usage);
        }
        let names = |columns: &mut dyn Iterator<Item = &String>| {
            let mut names: Vec<String> = columns.map(|name| quote_ident(name)).collect();
            names.sort();
            names.dedup();
            names.join(", ")
        };
        let all = || map.columns.values().chain([&map.key]);
        let written = || target.columns.iter().filter(|column| !column.insert_only);
        let read = names(&mut all().chain(&map.code).chain(map.on_insert.keys()));
        let inserted = names(&mut target.columns.iter().map(|column| &column.local.name).chain([&map.key]));
        let updated = names(&mut written().map(|column| &column.local.name));
        let update = if updated.is_empty() { String::new() } else { format!(", UPDATE ({updated})") };
        lines.push(format!("GRANT SELECT ({read}), INSERT ({inserted}){update} ON {table} TO {role};"));
        if let (Some(sequence), None) = (&target.key.sequence, &map.new_key) {
            lines.push(format!("GRANT USAGE ON SEQUENCE {sequence} TO {role};"));
        }
    }
    lines
}
