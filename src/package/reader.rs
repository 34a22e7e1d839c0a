//! Reads a package in the order of contract §11.4: its form, its signature, its sums, whom it is for, what is inside.

mod contents;
mod outer;

use std::fs::File;
use std::io::{self, Read};
use std::sync::Arc;

pub use self::contents::Contents;
pub(crate) use self::contents::damaged;
use self::outer::{Outer, Slice};
use super::card::{Card, Owner, Peers};
use super::key_file::KeyFile;
use super::manifest::{Kind, Manifest};
use super::minisign::Signature;
use super::sums::{Summed, sum_of, sums_file};
use super::{DATA, MANIFEST};
use crate::exit::{Failure, FailureKind};

/// What a package may take.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// All members that are JSON, together.
    pub json_bytes: u64,
    /// One attached file.
    pub file_bytes: u64,
}

/// A package whose outer form is right. Nothing of it is to be believed before [`Package::check`].
pub struct Package {
    file: Arc<File>,
    manifest: Manifest,
    outer: Outer,
}

impl Package {
    /// Reads the outer form.
    ///
    /// # Errors
    /// [`FailureKind::Setup`] when the file can't be read, [`FailureKind::Contract`] when it is no package, is cut off, or
    /// of a newer format.
    pub fn open(file: File) -> Result<Self, Failure> {
        let file = Arc::new(file);
        let outer = Outer::read(&file)?;
        let manifest = Manifest::read(&outer.manifest)?;
        Ok(Self { file, manifest, outer })
    }

    /// What the package says of itself.
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// Whether it may be opened here: who signed it, whether it is whole, and whom it is for.
    ///
    /// # Errors
    /// [`FailureKind::Setup`] for a package of one's own, [`FailureKind::Auth`] when it is not signed by a card that the
    /// peers bind to its kind and hall or is not for these keys, [`FailureKind::Contract`] when its sums are wrong.
    pub fn check(&self, keys: &KeyFile, peers: &Peers) -> Result<(), Failure> {
        self.check_signature(keys, peers)?;
        self.check_sums()?;
        self.check_reader(keys)
    }

    fn check_signature(&self, keys: &KeyFile, peers: &Peers) -> Result<(), Failure> {
        let label = self.manifest.label();
        let refused = |what: String| Failure::new(FailureKind::Auth, format!("{label} {what}"));
        let signature = std::str::from_utf8(&self.outer.signature).ok().and_then(Signature::parse);
        let Some(signature) = signature else {
            return Err(refused("has no signature that can be read; have it made and sent again".to_owned()));
        };
        let signed_by = |card: &Card| card.signer.verify(&signature, &self.outer.sums);
        let says_so = signature.trusted_comment() == self.manifest.trusted_comment();
        if signed_by(&keys.card()) && says_so {
            let message = format!("{label} was made by this installation itself; import it at the other end");
            return Err(Failure::new(FailureKind::Setup, message));
        }
        let owner = self.manifest.kind.signer(self.manifest.hall);
        let known = peers.of(owner).any(|card| signature.is_by(&card.signer));
        if peers.of(owner).any(signed_by) && says_so {
            return Ok(());
        }
        Err(refused(match known {
            true => format!("was changed after {owner} had signed it; have it made and sent again"),
            false => format!(
                "is signed by a key that is on no card of {owner} in SYNC_PEERS_FILE; ask for the card, and compare its \
                 digits on the telephone"
            ),
        }))
    }

    fn check_sums(&self) -> Result<(), Failure> {
        let mut data = Summed::new(self.data());
        io::copy(&mut data, &mut io::sink()).map_err(|error| outer::unread(&error))?;
        let own = sums_file([(MANIFEST, &sum_of(&self.outer.manifest)), (DATA, &data.sum())]);
        if own.as_bytes() == self.outer.sums {
            return Ok(());
        }
        let message =
            format!("{} was damaged on the way: its sums are not those of SHA256SUMS", self.manifest.label());
        Err(Failure::new(FailureKind::Contract, format!("{message}; copy it once more")))
    }

    fn check_reader(&self, keys: &KeyFile) -> Result<(), Failure> {
        let Manifest { kind, hall, made_for, .. } = &self.manifest;
        let (own, wanted) = (keys.owner(), kind.reader(*hall));
        let refused = |what: String| Err(Failure::new(FailureKind::Auth, what));
        let label = self.manifest.label();
        if own != wanted {
            let here = match own {
                Owner::Head => "head office".to_owned(),
                Owner::Hall(hall) => format!("the centre of hall {hall}"),
            };
            return refused(format!(
                "{label} is not for this installation, which is {here}; take the right file"
            ));
        }
        if made_for.contains(&keys.card().key_id()) {
            return Ok(());
        }
        let who = if *kind == Kind::Package { "head office" } else { "the centre" };
        refused(format!(
            "{label} is encrypted to another key than SYNC_KEY_FILE holds; give {who} the card of this installation ({})",
            keys.card().fingerprint()
        ))
    }

    /// What is inside, to be read from its start. Only after [`Package::check`].
    ///
    /// # Errors
    /// [`FailureKind::Auth`] when these keys do not open it, [`FailureKind::Contract`] when it is damaged.
    pub fn contents(&self, keys: &KeyFile, limits: Limits) -> Result<Contents, Failure> {
        Contents::open(self.data(), &keys.identity, limits, &self.manifest)
    }

    fn data(&self) -> Slice {
        Slice::new(Arc::clone(&self.file), self.outer.data.clone())
    }
}

/// Reads all of `contents` to its end, and keeps nothing.
///
/// # Errors
/// As of [`Contents::next_member`].
pub fn read_to_end(contents: &mut Contents) -> Result<(), Failure> {
    while let Some(_member) = contents.next_member()? {
        io::copy(&mut contents.by_ref(), &mut io::sink()).map_err(|error| contents.broken(&error))?;
    }
    Ok(())
}
