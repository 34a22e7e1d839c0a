//! What is in the memory of the process stays there (contract §15.5).

use std::fs;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};

use crate::support::program::catches_term;
use crate::support::{Examsync, wait_until};

#[test]
fn it_leaves_no_core_dump_and_lets_no_process_of_its_user_look_into_it() {
    let program = Examsync::bare().env("DATABASE_URL", "sqlite:x.db").unprivileged();
    program.make_pipe("env");
    // Root's pipe is read by root alone.
    fs::set_permissions(program.folder().join("env"), fs::Permissions::from_mode(0o644)).unwrap();
    let running = program.spawn("migrate --check --env-file env");
    wait_until("it hears signals", || catches_term(running.id()));
    let process = format!("/proc/{}", running.id());
    let limits = fs::read_to_string(format!("{process}/limits")).unwrap();
    let core = limits.lines().find(|line| line.starts_with("Max core file size")).unwrap();
    assert_eq!(core.split_whitespace().skip(4).take(2).collect::<Vec<_>>(), ["0", "0"]);
    // The kernel gives the files of a process that must not be looked into to root.
    assert_eq!(fs::metadata(format!("{process}/environ")).unwrap().uid(), 0);
    running.signal("TERM");
    running.wait().expect(143);
}
