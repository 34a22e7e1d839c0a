//! Loads of the settings of alerts.

use super::*;

#[test]
fn mail_is_whole_or_told() {
    let mail = |variables: &[(&str, &str)]| Given::new(variables).load().unwrap().alerts.mail.unwrap();
    let to = ("SYNC_ERROR_EMAIL", "a@example.com, b@example.com");
    let host = ("SMTP_HOST", "smtp.example.com");
    let from = ("SMTP_FROM", "examsync@example.com");
    let plain = mail(&[to, host, from]);
    assert_eq!((plain.to.len(), plain.port, plain.tls), (2, 587, MailTls::Starttls));
    assert_eq!(mail(&[to, host, from, ("SMTP_TLS", "tls")]).port, 465);
    assert_eq!(mail(&[to, host, from, ("SMTP_TLS", "none"), ("SMTP_PORT", "2525")]).port, 2525);
    let login = mail(&[to, host, ("SMTP_USER", "u@example.com"), ("SMTP_PASSWORD", "p")]);
    assert_eq!((login.from.to_string().as_str(), login.login.is_some()), ("u@example.com", true));
    let wrong = Given::new(&[to, ("SMTP_USER", "u"), ("SMTP_TLS", "ssl")]).wrong();
    assert_eq!(
        wrong,
        "SMTP_TLS is \"ssl\"; write starttls, tls or none\n\
         SMTP_USER is set but SMTP_PASSWORD is not; set both or neither\n\
         SYNC_ERROR_EMAIL is set but SMTP_HOST is not; set it to your mail server\n\
         SYNC_ERROR_EMAIL is set but SMTP_FROM is not; set it to the sender's address"
    );
}

#[test]
fn a_webhooks_format_is_told_by_its_host() {
    let urls = "https://hooks.slack.com/a, https://x.webhook.office.com/b,https://h.example/c";
    let formats = |given: Given| -> Vec<_> {
        given.load().unwrap().alerts.webhooks.iter().map(|webhook| webhook.format).collect()
    };
    let given = Given::new(&[("SYNC_WEBHOOK_URL", urls)]);
    assert_eq!(formats(given), [WebhookFormat::Slack, WebhookFormat::Teams, WebhookFormat::Json]);
    let given = Given::new(&[("SYNC_WEBHOOK_URL", urls), ("SYNC_WEBHOOK_FORMAT", "teams")]);
    assert_eq!(formats(given), [WebhookFormat::Teams; 3]);
}

#[test]
fn a_format_before_a_url_goes_before_the_format_of_all() {
    let urls = "json+https://hooks.slack.com/a,teams+http://h.example/b, https://h.example/c";
    let webhooks = |more: &[(&str, &str)]| {
        let mut given = Given::new(&[("SYNC_WEBHOOK_URL", urls)]);
        for (name, value) in more {
            given = given.set(name, value);
        }
        let all = given.load().unwrap().alerts.webhooks;
        all.iter().map(|webhook| (webhook.format, webhook.url.expose_secret().to_owned())).collect::<Vec<_>>()
    };
    let expected = |last| {
        [
            (WebhookFormat::Json, "https://hooks.slack.com/a"),
            (WebhookFormat::Teams, "http://h.example/b"),
            (last, "https://h.example/c"),
        ]
        .map(|(format, url)| (format, url.to_owned()))
    };
    assert_eq!(webhooks(&[]), expected(WebhookFormat::Json));
    assert_eq!(webhooks(&[("SYNC_WEBHOOK_FORMAT", "slack")]), expected(WebhookFormat::Slack));
    for (urls, why) in [
        ("mattermost+https://canary/", "has a URL with an unknown format in front; write slack+https://"),
        ("+https://canary/", "has a URL with an unknown format in front"),
        ("slack+canary", "is not a list of http or https URLs"),
        ("slack+ftp://canary/", "is not a list of http or https URLs"),
        ("slack+json+https://canary/", "is not a list of http or https URLs"),
    ] {
        let wrong = Given::new(&[("SYNC_WEBHOOK_URL", urls)]).wrong();
        assert!(
            wrong.starts_with(&format!("SYNC_WEBHOOK_URL {why}")) && !wrong.contains("canary"),
            "{wrong}"
        );
    }
}

#[test]
fn a_webhook_secret_that_announces_base64_has_some() {
    for (secret, right) in [
        ("whsec_", false),
        ("whsec_ab-d", false),
        ("whsec_abcde", false),
        ("whsec_YWI=", true),
        ("plain secret", true),
    ] {
        let given = Given::new(&[("SYNC_WEBHOOK_SECRET", secret)]);
        assert_eq!(given.load().is_ok(), right, "{secret}");
    }
}

#[test]
fn the_heartbeat_is_known_even_when_other_settings_are_wrong() {
    let given = Given::new(&[("SYNC_TIMEOUT", "soon"), ("SYNC_HEARTBEAT_URL", "https://h/x")]);
    let loaded = Loaded::read(&given.options, &given.environment, given.folder.path());
    assert!(loaded.checked.is_err());
    assert_eq!(loaded.heartbeat_url.unwrap().expose_secret(), "https://h/x");
}
