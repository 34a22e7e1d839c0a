//! Opens the file of an import. What comes from stdin is spooled first, because its signature is its last member.

use std::fs::File;
use std::io;
use std::path::Path;

use super::ImportRequest;
use crate::exit::{Failure, FailureKind};
use crate::package::private_file::PrivateFile;
use crate::package::reader::Package;

/// Opens the file, and checks its form, signature, sums and whom it is for, in this order.
pub(super) fn open(request: &ImportRequest) -> Result<Package, Failure> {
    let file = match request.file == Path::new("-") {
        true => spool(&request.spool_folder)?,
        false => plain_file(&request.file)?,
    };
    let package = Package::open(file)?;
    package.check(&request.keys, &request.peers)?;
    Ok(package)
}

fn plain_file(path: &Path) -> Result<File, Failure> {
    let unread = |why: &str| {
        Failure::new(FailureKind::Setup, format!("{} can't be read: {why}", path.display())).by_arguments()
    };
    // To open a pipe would be to wait for it.
    let metadata = path.metadata().map_err(|error| unread(&error.to_string()))?;
    if !metadata.is_file() {
        return Err(unread("it is not a plain file; name a file, or - for stdin"));
    }
    File::open(path).map_err(|error| unread(&error.to_string()))
}

/// Copies stdin into a file without a name, which is gone however this ends.
fn spool(folder: &Path) -> Result<File, Failure> {
    let mut file = PrivateFile::new(folder)
        .and_then(|made| made.file.try_clone())
        .map_err(|error| unspooled(folder, &error))?;
    io::copy(&mut io::stdin().lock(), &mut file).map_err(|error| {
        let message = format!("stdin can't be kept in {}, or not be read: {error}", folder.display());
        Failure::new(FailureKind::Setup, message)
    })?;
    Ok(file)
}

fn unspooled(folder: &Path, error: &io::Error) -> Failure {
    let folder = folder.display();
    Failure::new(FailureKind::Setup, format!("what comes from stdin can't be kept in {folder}: {error}"))
}
