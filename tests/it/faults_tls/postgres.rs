//! TLS to PostgreSQL: `sslmode=verify-full` works with a private CA and fails closed without it.

use std::fs;
use std::os::unix::fs::{MetadataExt, OpenOptionsExt, chown};
use std::path::Path;

use crate::support::postgres::Cluster;
use crate::support::{Authority, Database, Examsync};

/// The name that the server's certificate bears; no resolver knows it (the address is in the URL).
const HOST: &str = "db.exams.example";

/// A cluster that listens on an address of loopback of its own, over TLS only.
struct SecureServer {
    database: Database,
    address: String,
    cluster: Cluster,
}

impl SecureServer {
    /// `net` is another number for each test.
    fn start(authority: &Authority, net: u8) -> Option<Self> {
        // The whole of 127.0.0.0/8 is loopback: an address of our own needs no free port.
        let [.., high, low] = std::process::id().to_be_bytes();
        let address = format!("127.{net}.{high}.{low}");
        let cluster = Cluster::start(&[&format!("listen_addresses = '{address}'")])?;
        let identity = authority.identity(HOST);
        let data = cluster.folder().join("data");
        write_as_owner_of(&data, "server.crt", &identity.certificate);
        write_as_owner_of(&data, "server.key", &identity.key);
        write_as_owner_of(&data, "pg_hba.conf", "local all all trust\nhostssl all all all trust\n");
        let database = Database::in_cluster(&cluster);
        database.execute("ALTER SYSTEM SET ssl = on");
        cluster.stop_server("fast");
        cluster.start_server();
        Some(Self { database, address, cluster })
    }

    /// Takes the server's TLS away.
    fn speak_in_the_clear(&self) {
        let data = self.cluster.folder().join("data");
        write_as_owner_of(&data, "pg_hba.conf", "local all all trust\nhost all all all trust\n");
        self.database.execute("ALTER SYSTEM SET ssl = off");
        self.cluster.stop_server("fast");
        self.cluster.start_server();
    }

    fn url(&self, parameters: &str) -> String {
        let name = self.database.url().rsplit('/').next().unwrap_or_default();
        format!("postgres://postgres@{HOST}/{name}?hostaddr={}&{parameters}", self.address)
    }
}

fn write_as_owner_of(folder: &Path, name: &str, text: &str) {
    let owner = fs::metadata(folder).expect("the cluster's folder");
    let file = folder.join(name);
    fs::OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(&file)
        .and_then(|mut open| std::io::Write::write_all(&mut open, text.as_bytes()))
        .and_then(|()| chown(&file, Some(owner.uid()), Some(owner.gid())))
        .expect("the cluster's folder takes a file");
}

#[test]
fn verify_full_works_with_a_private_ca_and_fails_closed_without_it() {
    let authority = Authority::new("Exam Authority Root");
    let Some(server) = SecureServer::start(&authority, 77) else { return };
    let folder = tempfile::tempdir().expect("a folder");
    let ca = authority.write_to(folder.path()).display().to_string();
    let run = |parameters: &str, home: Option<&Path>, command: &str| {
        let mut program = Examsync::bare().env("DATABASE_URL", &server.url(parameters));
        if let Some(home) = home {
            program = program.env("HOME", &home.display().to_string());
        }
        program.hide(&server.address, "[address]");
        program.hide(&ca, "[ca]");
        program.run(command)
    };
    let refused = |reason: &str| {
        format!(
            "exit code 12\nstdout:\n\nstderr:\nexamsync: error: TLS to the database is not trusted: connection \
             to server at \"[address]\", port 5432 failed: {reason}; name the CA with sslrootcert=FILE \
             in DATABASE_URL\nexamsync: in migrate, run [uuid]"
        )
    };
    let unknown = refused("SSL error: certificate verify failed");

    // Without the CA: the machine's own roots, another CA, a file that is not there.
    assert_eq!(run("sslmode=verify-full", None, "migrate").snapshot(), unknown);
    assert_eq!(run("sslrootcert=system", None, "migrate").snapshot(), unknown);
    let others = tempfile::tempdir().expect("a folder");
    let others = Authority::new("Somebody else").write_to(others.path()).display().to_string();
    assert_eq!(
        run(&format!("sslmode=verify-full&sslrootcert={others}"), None, "migrate").snapshot(),
        unknown
    );
    run("sslmode=verify-full&sslrootcert=/nonexistent/ca.pem", None, "migrate").expect(12);
    let mut session = server.database.session();
    let tables = "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'";
    assert_eq!(session.number(tables), 0, "something was written to a server that is not trusted");

    // Another host name than the certificate's.
    let by_address =
        server.url(&format!("sslmode=verify-full&sslrootcert={ca}")).replace(HOST, "other.example");
    let outcome = Examsync::bare().env("DATABASE_URL", &by_address).run("migrate").expect(12);
    assert!(outcome.stderr.contains("does not match host name \"other.example\""), "{}", outcome.stderr);
    assert!(outcome.stderr.contains("; connect by a name that the certificate has, "), "{}", outcome.stderr);

    // A server without encryption for those who ask for none is refused by its own rules.
    run("sslmode=disable", None, "migrate").expect(12);

    // With the CA, named in the URL or where libpq looks by itself.
    run(&format!("sslmode=verify-full&sslrootcert={ca}"), None, "migrate").expect(0);
    let home = tempfile::tempdir().expect("a folder");
    fs::create_dir(home.path().join(".postgresql")).expect("a folder");
    fs::copy(&ca, home.path().join(".postgresql/root.crt")).expect("a copy");
    run("sslmode=verify-full", Some(home.path()), "migrate --check").expect(0);
    assert!(session.number(tables) > 6);

    // With the CA as one of those that the machine trusts.
    let url = server.url("sslmode=verify-full");
    let machine = Examsync::bare().env("DATABASE_URL", &url).env("SSL_CERT_FILE", &ca);
    machine.run("migrate --check").expect(0);

    // A server without TLS, which would let anybody in.
    server.speak_in_the_clear();
    run("sslmode=disable", None, "migrate --check").expect(0);
    let outcome = run(&format!("sslmode=verify-full&sslrootcert={ca}"), None, "migrate --check").expect(12);
    assert!(
        outcome.stderr.contains("error: the database server does not speak TLS, which "),
        "{}",
        outcome.stderr
    );
}

#[test]
fn a_server_that_does_not_know_direct_tls_is_not_temporary() {
    let authority = Authority::new("Exam Authority Root");
    let Some(server) = SecureServer::start(&authority, 78) else { return };
    let said = |parameters: &str| {
        let outcome = Examsync::bare().env("DATABASE_URL", &server.url(parameters)).run("migrate --check");
        (
            outcome.code,
            outcome.stderr.lines().next().unwrap_or_default().replace(&server.address, "[address]"),
        )
    };
    // PostgreSQL has it since 17.
    if server.database.number("SELECT current_setting('server_version_num')::int") >= 170_000 {
        return;
    }
    let told = (
        10,
        "examsync: error: the server does not take sslnegotiation=direct of DATABASE_URL, which PostgreSQL has since 17: \
         connection to server at \"[address]\", port 5432 failed: SSL error: unexpected eof while reading; take it out"
            .to_owned(),
    );
    assert_eq!(said("sslmode=require&sslnegotiation=direct"), told);
    let (code, weak) = said("sslmode=prefer&sslnegotiation=direct");
    assert!(code == 12 && weak.contains("weak sslmode \"prefer\" may not be used"), "{code} {weak}");
    server.speak_in_the_clear();
    assert_eq!(said("sslmode=require&sslnegotiation=direct"), told);
}
