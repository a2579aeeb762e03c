package dev.serai.session;

import com.github.benmanes.caffeine.cache.Expiry;

/** Each session's own idle time, cut short by its maximum age. */
final class SessionExpiry implements Expiry<Slot, PooledSession> {
    @Override
    public long expireAfterCreate(Slot slot, PooledSession session, long now) {
        return session.nanosToLive(now);
    }

    @Override
    public long expireAfterUpdate(Slot slot, PooledSession session, long now, long remaining) {
        return session.nanosToLive(now);
    }

    @Override
    public long expireAfterRead(Slot slot, PooledSession session, long now, long remaining) {
        return session.nanosToLive(now);
    }
}
