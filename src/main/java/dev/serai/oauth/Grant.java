package dev.serai.oauth;

import dev.serai.credential.Credential;

/**
 * A token as it is held. Times are the ticker's, in nanoseconds.
 *
 * @param credential the token, or what is sent without one
 * @param without whether the absent one is sent: it is the server that says where tokens come from
 * @param endsAt when it is no longer used, shortly before it ends
 * @param dueAt when the next one is asked for, ahead of that
 */
record Grant(Credential credential, boolean without, long endsAt, long dueAt) {
    /** It is used as if it ended so much earlier, for clocks that differ and requests on their way. */
    private static final long MOST_SKEW = 30_000_000_000L;

    private static final int SKEW_PART = 10;
    private static final double DUE_PART = 0.75;
    private static final double DUE_SPREAD = 0.1;

    /** Before there is a token. */
    static Grant none(Credential absent, boolean without) {
        return new Grant(absent, without, 0, 0);
    }

    /**
     * One that was asked for at a time and lives so long.
     *
     * @param random from 0 inclusive to 1 exclusive: those who got tokens together do not refresh them together
     */
    static Grant of(Credential credential, long askedAt, long life, double random) {
        long used = life - Math.min(MOST_SKEW, life / SKEW_PART);
        long due = (long) (used * (DUE_PART - DUE_SPREAD * random));
        return new Grant(credential, false, askedAt + used, askedAt + due);
    }

    /** The same, which the server has refused. */
    Grant refused(long now) {
        return new Grant(credential, without, now, now);
    }

    boolean isGood(long now) {
        return credential.present() ? now - endsAt < 0 : without;
    }

    boolean isDue(long now) {
        return credential.present() && now - dueAt >= 0;
    }

    long generation() {
        return credential.generation();
    }
}
