//! Opens the connection to a MySQL source.

use std::time::Duration;

use mysql_async::{Conn, OptsBuilder, SslOpts};
use secrecy::ExposeSecret as _;
use tokio::time;

use super::MySql;
use crate::exit::Failure;

/// Connects.
pub(super) async fn connect(source: &MySql) -> Result<Conn, Failure> {
    let server = &source.server;
    let tls = source.tls.then(|| {
        let own = rustls_native_certs::load_native_certs().certs;
        let roots = own.iter().chain(&source.extra_roots).map(|root| root.as_ref().to_vec().into());
        SslOpts::default().with_root_certs(roots.collect()).with_disable_built_in_roots(true)
    });
    let options = OptsBuilder::default()
        .ip_or_hostname(server.host.clone().unwrap_or_else(|| "localhost".to_owned()))
        .tcp_port(server.port)
        .socket(server.socket.clone())
        .prefer_socket(server.socket.is_some())
        .user(source.user.clone())
        .pass(source.password.as_ref().map(|password| password.expose_secret().to_owned()))
        .db_name(Some(server.database.clone()))
        .tcp_keepalive(Some(Duration::from_secs(30)))
        .stmt_cache_size(0)
        .max_allowed_packet(Some(64 * 1024 * 1024))
        .wait_timeout(Some(28_800))
        .ssl_opts(tls);
    let opened = time::timeout(source.timeout, Conn::new(options)).await;
    source.within(opened)?.map_err(|error| source.failed(&error, "the connection"))
}
