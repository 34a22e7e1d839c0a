//! The lines of a crontab that run examsync: when, as whom, with which env file (crontab(5)).

use std::path::Path;

/// The program's name, which a line may give with a folder.
const PROGRAM: &str = "examsync";

/// A line that runs examsync.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct CronLine {
    /// Its five fields, or a nickname such as `@daily`.
    pub(super) schedule: String,
    /// The zone of the schedule, where the crontab names one.
    pub(super) zone: Option<String>,
    /// Where the crontab has the shell look for programs, where it says so.
    pub(super) path: Option<String>,
    /// The program as the line calls it; `None` where another program, or the line itself, finds it.
    pub(super) program: Option<String>,
    /// The user that it runs as, where the line names one.
    pub(super) user: Option<String>,
    /// The command of examsync, such as `halls`.
    pub(super) command: String,
    /// What `--env-file` names.
    pub(super) env_file: Option<String>,
    /// Whether it may find nothing to do without a trace.
    pub(super) is_conditional: bool,
}

/// The lines of `crontab` that run examsync. Those of a system's crontab name a user.
pub(super) fn lines(crontab: &str, has_users: bool) -> Vec<CronLine> {
    let (mut zone, mut path) = (None, None);
    let mut found = Vec::new();
    for line in crontab.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')) {
        if let Some((name, value)) = assignment(line) {
            let value = value.trim_matches(['"', '\'']).to_owned();
            match name {
                "CRON_TZ" => zone = Some(value),
                "PATH" => path = Some(value),
                _ => {}
            }
            continue;
        }
        let found_here = of_line(line, has_users);
        found.extend(found_here.map(|line| CronLine { zone: zone.clone(), path: path.clone(), ..line }));
    }
    found
}

fn assignment(line: &str) -> Option<(&str, &str)> {
    let (name, value) = line.split_once('=')?;
    let name = name.trim().trim_matches(['"', '\'']);
    let is_name = !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    is_name.then_some((name, value.trim()))
}

fn of_line(line: &str, has_users: bool) -> Option<CronLine> {
    let (schedule, rest) = fields(line, if line.starts_with('@') { 1 } else { 5 })?;
    let (user, command) = match has_users {
        true => fields(rest, 1).map(|(user, rest)| (Some(user), rest))?,
        false => (None, rest),
    };
    let words = words(&before_input(command));
    let place = words.iter().position(|word| is_program(word))?;
    // Behind sudo, env and their like, and behind a PATH of the line itself, other folders are looked in.
    let before = words[..place].iter().rev().take_while(|word| !is_separator(word));
    let is_plain = |word: &String| assignment(word).is_some_and(|(name, _)| name != "PATH");
    let program = before.clone().all(is_plain).then(|| words[place].clone());
    let arguments: Vec<&str> =
        words[place + 1..].iter().map(String::as_str).take_while(|word| !is_separator(word)).collect();
    let (mut name, mut env_file, mut is_value) = (None, None, false);
    for (index, word) in arguments.iter().enumerate() {
        let next = arguments.get(index + 1).map(|next| (*next).to_owned());
        match *word {
            _ if is_value => is_value = false,
            "--env-file" => (env_file, is_value) = (next, true),
            "--database-url" | "--log-format" | "--color" => is_value = true,
            word => match word.strip_prefix("--env-file=") {
                Some(file) => env_file = Some(file.to_owned()),
                None if !word.starts_with('-') && name.is_none() => name = Some(word.to_owned()),
                None => {}
            },
        }
    }
    let is_conditional = arguments.contains(&"--starting-within");
    let (zone, path) = (None, None);
    Some(CronLine { schedule, zone, path, program, user, command: name?, env_file, is_conditional })
}

/// The first fields, with one space between, and what follows them.
fn fields(line: &str, count: usize) -> Option<(String, &str)> {
    let (mut fields, mut rest) = (Vec::new(), line.trim_start());
    for _ in 0..count {
        let end = rest.find(char::is_whitespace)?;
        fields.push(&rest[..end]);
        rest = rest[end..].trim_start();
    }
    Some((fields.join(" "), rest))
}

/// The command up to the first `%`, after which its input follows; `\%` is a plain one.
fn before_input(command: &str) -> String {
    let mut text = String::new();
    for letter in command.chars() {
        match letter {
            '%' if text.ends_with('\\') => {
                text.pop();
                text.push('%');
            }
            '%' => break,
            letter => text.push(letter),
        }
    }
    text
}

/// The words of a shell's line; what separates commands is a word by itself.
fn words(command: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut quote = None;
    let mut letters = command.chars();
    while let Some(letter) = letters.next() {
        let in_word = words.last_mut();
        match (letter, quote) {
            ('\'' | '"', None) => quote = Some(letter),
            (letter, Some(open)) if letter == open => quote = None,
            ('\\', None | Some('"')) => in_word.into_iter().for_each(|word| word.extend(letters.next())),
            (letter, None) if letter.is_whitespace() => words.push(String::new()),
            (';' | '&' | '|' | '(' | ')' | '<' | '>', None) => {
                words.extend([letter.to_string(), String::new()])
            }
            (letter, _) => in_word.into_iter().for_each(|word| word.push(letter)),
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

fn is_program(word: &str) -> bool {
    Path::new(word).file_name().is_some_and(|name| name == PROGRAM)
}

fn is_separator(word: &str) -> bool {
    matches!(word, ";" | "&" | "|" | "(" | ")" | "<" | ">")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(crontab: &str, has_users: bool) -> Vec<String> {
        let one = |line: CronLine| {
            let or = |text: Option<String>| text.unwrap_or_else(|| "-".to_owned());
            let (zone, user, file) = (or(line.zone), or(line.user), or(line.env_file));
            format!("{} {zone} {user} {} {file} {}", line.schedule, line.command, line.is_conditional)
        };
        lines(crontab, has_users).into_iter().map(one).collect()
    }

    #[test]
    fn lines_of_the_manual_are_understood() {
        let crontab = r#"
# 0 1 * * * examsync halls
PATH=/usr/local/bin:/usr/bin:/bin
CONTENT_TYPE="text/plain; charset=UTF-8"
0 2 * * * /usr/local/bin/examsync --env-file /etc/examsync/env halls --full
5 4 * * *    SYNC_DEADLINE=55m examsync --env-file /etc/examsync/env halls --full
*/30 * * * * . /etc/examsync/proxy; /usr/local/bin/examsync --env-file=/etc/examsync/env participants --idle-interval 6h
*/30 * * * * examsync participants -v --log-format json >/dev/null 2>>/var/log/x || echo "exit code $?"
5-55/10 * * * * examsync participants --date today --starting-within 1h --skip-if-locked
*/10 * * * * cd /var/www && examsync --env-file '/etc/my env' status --format html > .new.html && mv .new.html index.html
0 3 * * * /usr/bin/other --of examsync.conf
CRON_TZ=Asia/Baku
@daily '/opt/my tools/100\%/examsync' rooms
"#;
        assert_eq!(
            told(crontab, false),
            [
                "0 2 * * * - - halls /etc/examsync/env false",
                "5 4 * * * - - halls /etc/examsync/env false",
                "*/30 * * * * - - participants /etc/examsync/env false",
                "*/30 * * * * - - participants - false",
                "5-55/10 * * * * - - participants - true",
                "*/10 * * * * - - status /etc/my env false",
                "@daily Asia/Baku - rooms - false",
            ]
        );
    }

    #[test]
    fn the_program_and_where_it_is_looked_for_are_known() {
        let crontab = "* * * * * examsync halls\nPATH=/usr/local/bin:/bin\n\
                       * * * * * . /etc/x; A=b /opt/examsync halls\n\
                       * * * * * PATH=/opt examsync halls\n* * * * * sudo examsync halls\n";
        let found = lines(crontab, false).into_iter().map(|line| (line.program, line.path));
        let some = |text: &str| Some(text.to_owned());
        let path = some("/usr/local/bin:/bin");
        assert_eq!(
            found.collect::<Vec<_>>(),
            [
                (some("examsync"), None),
                (some("/opt/examsync"), path.clone()),
                (None, path.clone()),
                (None, path)
            ]
        );
    }

    #[test]
    fn a_systems_crontab_names_the_user() {
        let crontab =
            "0 2 * * *\texams  examsync --database-url x halls\n@daily root sudo -u exams examsync rooms\n";
        assert_eq!(told(crontab, true), ["0 2 * * * - exams halls - false", "@daily - root rooms - false"]);
        assert_eq!(told("0 2 * * *\n* *\nexamsync", true), [""; 0]);
    }
}
