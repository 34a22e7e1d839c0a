//! A private MariaDB in a temporary folder, one per test process: server zone Europe/Prague, TLS on, on loopback and on a
//! unix socket.

use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::authority::Authority;
use super::postgres;
use super::wait::wait_until;

/// A running server. It ends with the test process, `kill -9` included: its shell waits for the end of a pipe.
pub struct MariaDb {
    folder: PathBuf,
    port: u16,
    _keeper: Child,
}

/// The server that the tests share; `None` where none is installed, which is said once.
///
/// # Panics
/// When none is installed and `CI=true`, or when it does not start.
pub fn shared() -> Option<&'static MariaDb> {
    static SHARED: OnceLock<Option<MariaDb>> = OnceLock::new();
    SHARED.get_or_init(MariaDb::start).as_ref()
}

/// A connection that is kept.
pub struct Held(Child);

impl Drop for Held {
    fn drop(&mut self) {
        // Its end of input is the client's own.
        drop(self.0.stdin.take());
        drop(self.0.wait());
    }
}

impl MariaDb {
    fn start() -> Option<Self> {
        if !Path::new("/usr/sbin/mariadbd").exists() {
            assert!(std::env::var_os("CI").is_none(), "there is no mariadbd: install mariadb-server");
            let _ = writeln!(std::io::stderr(), "no MariaDB is installed: its tests do nothing");
            return None;
        }
        let folder = tempfile::Builder::new()
            .prefix("examsync-my-")
            .tempdir_in("/tmp")
            .expect("a folder for MariaDB in /tmp")
            .keep();
        postgres::own(&folder);
        let authority = Authority::new("a school's CA");
        let identity = authority.identity("127.0.0.1");
        authority.write_to(&folder);
        for (name, text) in [("cert.pem", &identity.certificate), ("key.pem", &identity.key)] {
            fs::write(folder.join(name), text).expect("the server's certificate");
            postgres::own(&folder.join(name));
        }
        let port =
            TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr()).expect("a free port").port();
        let at = |name: &str| folder.join(name).display().to_string();
        let script = format!(
            "mariadb-install-db --no-defaults --datadir={data} --auth-root-authentication-method=normal \
                 --skip-test-db >{log} 2>&1
             mariadbd --no-defaults --datadir={data} --socket={socket} --port={port} --bind-address=127.0.0.1 \
                 --pid-file={pid} --ssl-ca={ca} --ssl-cert={cert} --ssl-key={key} --skip-log-bin \
                 --innodb-flush-log-at-trx-commit=0 >>{log} 2>&1 &
             server=$!
             cat >/dev/null
             kill $server; wait $server; rm -rf {folder}",
            data = at("data"), socket = at("socket"), pid = at("pid"), log = at("log"), ca = at("ca.pem"),
            cert = at("cert.pem"), key = at("key.pem"), folder = folder.display()
        );
        let mut command = Command::new("sh");
        command.arg("-c").arg(script).env("TZ", "Europe/Prague").env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin");
        command.current_dir(&folder).stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
        let keeper =
            postgres::unprivileged(&mut command).spawn().expect("a shell that clears up after MariaDB");
        let server = Self { folder, port, _keeper: keeper };
        wait_until("MariaDB to answer", || {
            server.client("SELECT 1").status().is_ok_and(|status| status.success())
        });
        Some(server)
    }

    fn client(&self, sql: &str) -> Command {
        let mut command = Command::new("mariadb");
        let socket = format!("--socket={}", self.folder.join("socket").display());
        command.args(["--no-defaults", &socket, "-u", "root", "--default-character-set=utf8mb4", "-N"]);
        if !sql.is_empty() {
            command.args(["-e", sql]);
        }
        command.stdout(Stdio::null()).stderr(Stdio::null());
        command
    }

    /// Runs statements as root, and keeps their connection with its locks until it is dropped.
    pub fn hold(&self, sql: &str) -> Held {
        let mut client = self.client("");
        client.arg("--unbuffered").stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut client = client.spawn().expect("the program mariadb");
        let stdin = client.stdin.as_mut().expect("stdin is piped");
        writeln!(stdin, "{sql}; SELECT 'held';").expect("a client that listens");
        let mut said = String::new();
        let stdout = client.stdout.as_mut().expect("stdout is piped");
        BufReader::new(stdout).read_line(&mut said).expect("a client that answers");
        assert_eq!(said, "held\n", "{sql}");
        Held(client)
    }

    /// The first cell of a SELECT, as root.
    pub fn text(&self, sql: &str) -> String {
        let output = self.client(sql).stdout(Stdio::piped()).output().expect("the program mariadb");
        String::from_utf8_lossy(&output.stdout).trim().to_owned()
    }

    /// Waits until a connection of this account waits for a lock of a table.
    pub fn waits_for_a_table(&self, account: &str) {
        let waiting = format!(
            "SELECT count(*) FROM information_schema.PROCESSLIST
             WHERE USER = '{account}' AND STATE LIKE 'Waiting for table%'"
        );
        wait_until("the program to wait for a table", || self.text(&waiting) == "1");
    }

    /// Waits until no connection of this account is there.
    pub fn is_left_by(&self, account: &str) {
        let there = format!("SELECT count(*) FROM information_schema.PROCESSLIST WHERE USER = '{account}'");
        wait_until("the program to leave MariaDB", || self.text(&there) == "0");
    }

    /// Runs statements as root.
    pub fn run(&self, sql: &str) {
        let output = self.client(sql).stderr(Stdio::piped()).output().expect("the program mariadb");
        assert!(output.status.success(), "{}\n{sql}", String::from_utf8_lossy(&output.stderr));
    }

    /// A database of one's own with the known schema and an account `NAME` that may read it, without a password.
    pub fn school(&self) -> String {
        static NEXT: AtomicUsize = AtomicUsize::new(1);
        let name = format!("school{}", NEXT.fetch_add(1, Ordering::Relaxed));
        self.run(&format!(
            "CREATE DATABASE {name} CHARACTER SET utf8mb3; USE {name};
             CREATE TABLE institutes (id bigint unsigned PRIMARY KEY, name varchar(255), imageUrl varchar(255),
                 created_at timestamp NULL, updated_at timestamp NULL) ENGINE=MyISAM;
             CREATE TABLE users (id bigint unsigned PRIMARY KEY, first_name varchar(255), last_name varchar(255),
                 email varchar(255), is_active tinyint NOT NULL DEFAULT 1, password varchar(255),
                 created_at datetime NULL, updated_at datetime NULL) CHARACTER SET latin1;
             CREATE TABLE institute_user (institute_id bigint unsigned, user_id bigint unsigned,
                 user_type enum('','ADMIN','TEACHER','INSTRUCTOR','STUDENT','STAFF','DIRECTOR'),
                 status enum('ACTIVE','INACTIVE'), created_at timestamp NULL, updated_at timestamp NULL);
             CREATE USER {name}@'%', {name}@localhost;
             GRANT SELECT (id, name, imageUrl, updated_at) ON {name}.institutes TO {name}@'%', {name}@localhost;
             GRANT SELECT (id, first_name, last_name, email, is_active, updated_at) ON {name}.users
                 TO {name}@'%', {name}@localhost;
             GRANT SELECT ON {name}.institute_user TO {name}@'%', {name}@localhost;"
        ));
        name
    }

    /// The URL of a school on loopback.
    pub fn url(&self, school: &str) -> String {
        format!("mysql://{school}@127.0.0.1:{}/{school}", self.port)
    }

    /// The URL of a school on the socket.
    pub fn socket_url(&self, school: &str) -> String {
        format!("mysql://{school}@{}?db={school}", self.folder.join("socket").display())
    }

    /// Its port on loopback.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The file of its CA.
    pub fn ca_file(&self) -> PathBuf {
        self.folder.join("ca.pem")
    }
}
