//! A real terminal, made by script(1), and what is to see on it.

use std::io::Read;
use std::process::{Command, Stdio};

use super::postgres::say_skipped;
use super::program::Examsync;

/// What a terminal got to see of a run, and the exit code; `None` where script(1) is not installed (said loudly; fails
/// when `CI=true`).
pub fn on_a_terminal(
    program: &Examsync,
    arguments: &str,
    variables: &[(&str, &str)],
) -> Option<(i32, String)> {
    watched(program, arguments, variables, |_| ())
}

/// The lines of a run on a terminal of this width, which must succeed.
///
/// # Panics
/// When it fails.
pub fn at_width(columns: u16, program: &Examsync, arguments: &str) -> Option<Vec<String>> {
    let (code, text) = shown(&format!("stty cols {columns}; "), program, arguments, &[], |_| ())?;
    assert_eq!(code, 0, "{text:?}");
    Some(seen(&text))
}

/// The same, with `look` called with all that was seen so far whenever there is more.
///
/// # Panics
/// When the terminal shows what is no UTF-8, or a signal ends it.
pub fn watched(
    program: &Examsync,
    arguments: &str,
    variables: &[(&str, &str)],
    look: impl FnMut(&str),
) -> Option<(i32, String)> {
    shown("", program, arguments, variables, look)
}

/// [`watched`] with a beginning of the shell's line that the program ends.
fn shown(
    before: &str,
    program: &Examsync,
    arguments: &str,
    variables: &[(&str, &str)],
    mut look: impl FnMut(&str),
) -> Option<(i32, String)> {
    let inner = program.command("");
    let path = inner.get_program().to_str().expect("a path in UTF-8");
    let mut command = Command::new("script");
    command.args(["-q", "-e", "-c", &format!("{before}'{path}' {arguments}"), "/dev/null"]);
    command.env_clear().envs(inner.get_envs().filter_map(|(name, value)| Some((name, value?))));
    command.env("PATH", std::env::var_os("PATH").unwrap_or_default()).env("SHELL", "/bin/sh");
    command.env("TERM", "xterm").envs(variables.iter().copied()).current_dir(program.folder());
    let Ok(mut child) = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn() else {
        say_skipped("script", "apt-get install -y bsdutils");
        return None;
    };
    let mut stdout = child.stdout.take().expect("a pipe");
    let (mut bytes, mut piece) = (Vec::new(), [0; 4096]);
    while let Ok(read @ 1..) = stdout.read(&mut piece) {
        bytes.extend_from_slice(&piece[..read]);
        look(&String::from_utf8_lossy(&bytes));
    }
    let status = child.wait().expect("it ends");
    Some((status.code().expect("no signal ended it"), String::from_utf8(bytes).expect("UTF-8")))
}

/// What is left to see once each line has been drawn over.
pub fn seen(text: &str) -> Vec<String> {
    let plain = regex::Regex::new("\u{1b}\\[[0-9;?]*[A-Za-z]").expect("a pattern of ours");
    let plain = plain.replace_all(text, "").into_owned();
    let last = |line: &str| {
        line.trim_end_matches('\r').rsplit('\r').next().unwrap_or_default().trim_end().to_owned()
    };
    plain.split('\n').map(last).filter(|line| !line.is_empty()).collect()
}
