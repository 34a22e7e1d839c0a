//! What comes of files, good and bad.

use std::path::PathBuf;

use super::*;
use crate::shutdown;

/// Pulls `path`; the reading side takes it as JSON.
async fn pull(path: &Path) -> PullResult {
    let (bodies, mut arrived) = mpsc::channel::<Body>(1);
    let reading = tokio::task::spawn_blocking(move || {
        while let Some(body) = arrived.blocking_recv() {
            let value: Result<serde_json::Value, _> = serde_json::from_reader(body.reader);
            let verdict = value.map(drop).map_err(|error| match error.classify() {
                serde_json::error::Category::Eof | serde_json::error::Category::Io => {
                    Unreadable::CutOff(error.to_string())
                }
                _ => Unreadable::Contract(format!("not JSON: {error}")),
            });
            let _ = body.verdict.send(verdict);
        }
    });
    let (_stopper, stop) = shutdown::channel();
    let result = pull_file(path, Request::HallRooms(7), &IgnoredFields::default(), &bodies, &stop).await;
    drop(bodies);
    reading.await.expect("the reader does not panic");
    result
}

fn file(content: &str) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("rooms.json");
    std::fs::write(&path, content).expect("written");
    (folder, path)
}

#[tokio::test]
async fn a_file_is_one_body() {
    let (_folder, path) = file("{\"data\":[]}");
    assert_eq!(pull(&path).await.expect("read").part, Some(1));
}

#[tokio::test]
async fn a_file_that_ends_early_breaks_the_contract() {
    let (_folder, path) = file("{\"data\":[");
    let failure = pull(&path).await.expect_err("cut off");
    assert_eq!(failure.kind, FailureKind::Contract);
    assert!(failure.message.contains("the file ends too early"), "{failure}");
}

#[tokio::test]
async fn a_file_that_can_not_be_read_is_a_set_up_failure() {
    let (folder, path) = file("");
    for (path, why) in [
        (path.with_file_name("absent.json"), "absent.json can't be read: No such file"),
        (folder.path().to_owned(), "can't be read: it is a folder"),
        (PathBuf::from("/proc/self/mem"), "can't be read: Input/output error"),
    ] {
        let failure = pull(&path).await.expect_err("unreadable");
        assert_eq!(failure.kind, FailureKind::Setup, "{failure}");
        assert!(failure.message.contains(why), "{failure}");
    }
}

#[tokio::test]
async fn nobody_reading_is_told_as_such() {
    let (_folder, path) = file("{}");
    let (bodies, arrived) = mpsc::channel(1);
    drop(arrived);
    let (_stopper, stop) = shutdown::channel();
    let failure = pull_file(&path, Request::Halls, &IgnoredFields::default(), &bodies, &stop)
        .await
        .expect_err("nobody reads");
    assert_eq!(failure.kind, FailureKind::Internal);
}
