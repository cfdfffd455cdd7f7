/// The checklist of checklists as it is built in. Made by `./dev packs`; a test holds that the two are equal.
package enum EmbeddedChecklist {
  package static let webService = ##"""
    # A checklist for the deploy of a web service: 30 items, to be filled in, changed and cut down. docs/ready.md has every key.
    #
    #   skein ready --example > checklist.yml     this file
    #   skein ready checklist.yml app.log*        looks at every item, writes deployment_checklist_YYYYMMDD_HHMMSS.md
    #
    # What is not filled in is unknown, and unknown is no pass (exit code 2). Fill in what follows `run:`, `command:`, `path:`,
    # `who:` …; the words in the comments are examples. A command is a list of words, [make, test]; no shell reads it, and
    # [sh, -c, 'a | b'] asks for one. Paths start from the folder of this file. Delete what does not fit your service.
    name: web service

    # The logs that the `log` items look at, unless the command line names others.
    logs:                             # [/var/log/orders/app.log*]

    sections:
      - title: Environment
        items:
          - title: What is deployed is what was reviewed
            why: A change that nobody has read, or that is on one machine only, cannot be built again.
            how: Let a command compare the working copy with the commit of the release.
            run:                      # [git, diff, --quiet, HEAD]
          - title: The artifact is the one that was tested
            why: A second build may have other dependencies in it.
            how: Compare the digest of the image or archive with the one that the tests ran on.
            run:                      # [sha256sum, --check, --status, release.sha256]
          - title: The hosts have room
            why: A full disk stops logs, the database and the rollback at once.
            how: Ask each host, or the monitoring, for free disk space and memory.
            run:                      # [sh, -c, 'test "$(df --output=pcent / | tail -1 | tr -dc 0-9)" -lt 80']
          - title: What the service depends on can be reached
            why: A release that cannot reach its database or cache looks like a bad release.
            how: Ask for the database, the cache and the queue from where the service will run.
            run:
              command:                # [pg_isready, -h, db.internal]
              within: 10s
          - title: Clocks agree
            why: Tokens, caches and the order of log lines depend on it.
            run:
              command:                # [chronyc, waitsync, 1, 0.1]
              within: 10s

      - title: Configuration
        items:
          - title: The settings of production are there
            why: A missing setting shows at the first request that needs it.
            file:
              path:                   # config/production.env
              not_empty: true
          - title: Debug mode is off
            why: It shows stack traces and settings to strangers, and slows everything down.
            how: Name the file that turns it on or off, and change the pattern to its spelling.
            file:
              path:                   # config/production.env, application-prod.yml, config/environments/production.rb
              not_matches: '(?i)^\s*(?:\w+_)?debug\s*[=:]\s*["'']?(?:true|1|on|yes)\b'
          - title: The configuration is valid
            why: A typing error must not be found by the first instance that starts with it.
            run:                      # [nginx, -t]; [python, manage.py, check, --deploy]; [promtool, check, config, prometheus.yml]
          - title: The database has the migrations of this release
            why: Code that meets the wrong schema fails on some routes only.
            run:                      # [alembic, check]; [bin/rails, 'db:abort_if_pending_migrations']; [flyway, validate]
          - title: Feature flags of the release have been looked at
            why: A flag that is on too early is a release that nobody watches.
            manual:
              who:                    # your name
              when:                   # 2026-11-23
              max_age: 7d

      - title: Tests
        items:
          - title: Unit tests pass
            run:
              command:                # [pytest, -q]; [./gradlew, test]; [bin/rails, test]; [go, test, ./...]
              within: 15m
          - title: Integration tests pass
            run:
              command:                # [pytest, -q, tests/integration]; [./gradlew, integrationTest]
              within: 30m
          - title: Linter and type checker find nothing
            run:
              command:                # [ruff, check, .]; [./gradlew, check]; [bundle, exec, rubocop]; [go, vet, ./...]
              within: 5m
          - title: The new version answers on staging
            how: Ask an address that touches the database, not only one that says that the process lives.
            run:
              command:                # [curl, -fsS, --max-time, '5', 'https://staging.example.org/readyz']
              within: 10s
          - title: Under load it is as fast as promised
            why: Slow queries show with the traffic of production only.
            how: Name the log of the load test, and put your own limits in.
            log:
              logs:                   # [loadtest/app.log*]
              expect:                 # [p95 < 300 ms, error_rate < 1 %]

      - title: Documents
        items:
          - title: The changelog names the release
            file:
              path:                   # CHANGELOG.md
              matches:                # '^## \[?2\.4\.0'
          - title: The runbook covers what is new
            why: The person on call was not in the review.
            manual:
              who:
              when:
          - title: Whoever is affected knows of the deploy
            how: Support, the person on call, the owners of services that call this one.
            manual:
              who:
              when:
              max_age: 7d

      - title: Backup and rollback
        items:
          - title: There is a fresh backup
            why: A migration that goes wrong cannot be rolled back with the code.
            file:
              path:                   # /var/backups/orders/latest.dump
              not_empty: true
              newer_than: 24h
          - title: Restoring a backup has been practised
            why: A backup that nobody has restored is a hope.
            manual:
              who:
              when:
              max_age: 90d
          - title: The release before can still be installed
            why: Registries clean up, and base images move on.
            run:                      # [docker, manifest, inspect, 'registry.example.org/orders:2.3.1']
          - title: The old code runs with the new schema
            why: Between the migration and the end of a rollback both are in use.
            manual:
              who:
              when:
              max_age: 7d
          - title: A rollback takes at most five minutes
            why: It is measured from the gate's fail to the last request of the new version, in the log of a rollback that was practised.
            how: Name the gate, the log of the exercise, and when its deploy began.
            log:
              gate:                   # rollout.yml, with a version_field
              rollback:               # within 5 min
              from:                   # 2026-11-23T06:49:05Z
              logs:                   # [exercise/app.log*]

      - title: Monitoring
        items:
          - title: The service is well before the deploy
            why: On top of an incident nobody can tell what the release has done.
            how: Name the log of the last hours, here under 'logs' or on the command line; put your own limits in.
            log:
              expect: [error_rate < 2 %]
          - title: The last release has passed its gate
            log:
              gate:                   # rollout.yml
          - title: An alert reaches the person on call
            how: Send one as a test, and wait for the answer.
            manual:
              who:
              when:
              max_age: 30d

      - title: Security
        items:
          - title: Dependencies have no known holes
            run:
              command:                # [pip-audit]; [govulncheck, ./...]; [bundle, audit]; [osv-scanner, -r, .]
              within: 5m
          - title: No secret is in the repository
            run:
              command:                # [gitleaks, detect, --no-banner]
              within: 5m
          - title: Only the service can read its secrets
            file:
              path:                   # /etc/orders/secrets.env
              mode: 0600
          - title: The certificate is valid for the next 14 days
            run:                      # [openssl, x509, -checkend, '1209600', -noout, -in, /etc/ssl/orders.pem]

    """##
}
