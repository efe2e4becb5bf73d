-- One row: an attempt is counted before it is heard, so that many at once cannot pass the limit together.
-- Parameters: kind, digest, now, window (seconds for which attempts count), attempts, lock_until.
INSERT INTO accounts_signinlimit AS kept (kind, digest, failures, since, locked_until)
VALUES (%(kind)s, %(digest)s, 1, %(now)s, NULL)
ON CONFLICT (kind, digest) DO UPDATE SET
    failures = CASE
        WHEN kept.locked_until > %(now)s THEN kept.failures
        WHEN kept.locked_until IS NOT NULL OR kept.since <= %(now)s - make_interval(secs => %(window)s) THEN 1
        -- One too many while others are still being heard: it is refused and not counted, for they may yet succeed.
        ELSE least(kept.failures + 1, %(attempts)s)
    END,
    since = CASE
        WHEN kept.locked_until > %(now)s THEN kept.since
        WHEN kept.locked_until IS NOT NULL OR kept.since <= %(now)s - make_interval(secs => %(window)s) THEN %(now)s
        ELSE kept.since
    END,
    locked_until = CASE
        WHEN kept.locked_until > %(now)s THEN kept.locked_until
        WHEN kept.locked_until IS NOT NULL OR kept.since <= %(now)s - make_interval(secs => %(window)s) THEN NULL
        WHEN kept.failures >= %(attempts)s THEN %(lock_until)s
    END
RETURNING failures, locked_until
