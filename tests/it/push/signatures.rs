//! What says that a request is ours: a signature under each secret, and the one of older receivers.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

use super::scene::{HOOK, Pushing, SECRET};
use crate::support::on_both_databases;

fn mac(key: &[u8], parts: &[&[u8]]) -> Vec<u8> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).unwrap();
    parts.iter().for_each(|part| mac.update(part));
    mac.finalize().into_bytes().to_vec()
}

on_both_databases! {
    fn each_secret_makes_a_signature_and_hex_takes_the_first(database) {
        let pushing = Pushing::new(database);
        let other = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";
        pushing.write_of("a");
        let secrets = format!("{other} {SECRET}");
        pushing.program.clone().env("SYNC_PUSH_SECRET", &secrets).env("SYNC_PUSH_SIGNATURE", "hex").run("push").expect(0);
        let requests = pushing.receiver.requests();
        let request = requests.iter().find(|request| request.path == HOOK).unwrap();
        let header = |name: &str| request.header(name).unwrap();
        let of = |secret: &str| {
            let key = STANDARD.decode(secret.trim_start_matches("whsec_")).unwrap();
            let parts = [header("webhook-id").as_bytes(), b".", header("webhook-timestamp").as_bytes(), b".", &request.body];
            format!("v1,{}", STANDARD.encode(mac(&key, &parts)))
        };
        assert_eq!(header("webhook-signature"), format!("{} {}", of(other), of(SECRET)));
        let digits: String = mac(other.as_bytes(), &[&request.body]).iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(header("x-webhook-signature"), digits);
        assert_eq!((header("content-type"), header("webhook-id").len()), ("application/json", 36));
    }

    fn without_the_setting_there_is_no_plain_signature_and_another_text_is_no_secret(database) {
        let pushing = Pushing::new(database);
        pushing.write_of("a");
        let text = "a-text-of-a-receiver-built-so";
        let program = pushing.program.clone().env("SYNC_PUSH_SECRET", text);
        program.run("push").expect(10);
        program.env("SYNC_PUSH_SIGNATURE", "hex").run("push").expect(0);
        pushing.write_of("b");
        pushing.push().expect(0);
        let signed: Vec<bool> = pushing.receiver.requests().iter().map(|request| request.header("x-webhook-signature").is_some()).collect();
        assert_eq!(signed, [true, false]);
    }
}
