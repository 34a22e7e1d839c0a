#!/usr/bin/env bash
# A promtool unit test of an alert that does not exist passes.
#
# A good guess: `promtool test rules` fails a test whose `alertname` is no rule, or whose rule file is not there,
# because such a test says nothing.
# What happens: with `exp_alerts: []` a misspelt alert passes as SUCCESS. So does a file whose `rule_files` match
# nothing, after a mere warning on stderr.
# Why it matters: "no alert while the pulls are fresh" is half of what rules on examsync's metrics are tested for. After
# a rule is renamed, that half goes on to pass and tests nothing. Each such test needs a second one that makes it fire.
# Seen with: promtool 2.42.0 (Debian bookworm, prometheus 2.42.0+ds-5).
set -euo pipefail
command -v promtool >/dev/null || apt-get install -yqq prometheus >&2
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"

cat > rules.yml <<'YAML'
groups:
  - name: examsync
    rules:
      - alert: ExamsyncUnhealthy
        expr: examsync_healthy == 0
YAML
# The metric is 0 all the time, so that the real alert fires. The test says that it must not.
check() { # file, rule file, alert
    cat > "$1" <<YAML
rule_files: ["$2"]
evaluation_interval: 1m
tests:
  - interval: 1m
    input_series: [{series: examsync_healthy, values: "0x10"}]
    alert_rule_test:
      - {eval_time: 5m, alertname: $3, exp_alerts: []}
YAML
    if promtool test rules "$1" >/dev/null 2>&1; then echo passes; else echo fails; fi
}
seen="real name: $(check 1.yml rules.yml ExamsyncUnhealthy)"
seen="$seen, misspelt: $(check 2.yml rules.yml ExamsyncUnhealty)"
seen="$seen, no such rule file: $(check 3.yml 'rulez-*.yml' ExamsyncUnhealthy)"
echo "$(promtool --version 2>&1 | head -n 1 | cut -d'(' -f1): $seen"
[ "$seen" = 'real name: fails, misspelt: passes, no such rule file: passes' ] || { echo 'This is no longer so.'; exit 1; }
