package dev.serai.store;

/**
 * What runs in Redis, each script atomically. A place is a hash: {@code t} the tag of the session, or the token of who
 * opens one; {@code d} the sealed session; {@code n} how many took it over; {@code u} its last use, in milliseconds of
 * Redis' clock; {@code i} how many it may stay unused. Whatever lapses is removed by Redis itself, soon after.
 */
final class RedisScripts {
    private static final String NOW =
            "local function now() local t = redis.call('TIME'); return t[1] * 1000 + math.floor(t[2] / 1000) end ";

    /** Of a record's last use and idle time. */
    private static final String LAPSED =
            "local function lapsed(u, i) return i and now() - tonumber(u or 0) >= tonumber(i) end ";

    /** What REMOVE answers where the session was not there. */
    static final long ABSENT = -2;

    /** In: token or nothing, lease. Out: nothing; or the tag, and the session if it is open. */
    static final String LOOK = NOW
            + LAPSED
            + "local v = redis.call('HMGET', KEYS[1], 't', 'd', 'u', 'i') "
            + "if v[1] and not lapsed(v[3], v[4]) then "
            + "  if not v[2] then return {v[1]} end "
            + "  return {v[1], v[2]} "
            + "end "
            + "redis.call('DEL', KEYS[1]) "
            + "if ARGV[1] ~= '' then "
            + "  redis.call('HSET', KEYS[1], 't', ARGV[1]) "
            + "  redis.call('PEXPIRE', KEYS[1], ARGV[2]) "
            + "end "
            + "return {}";

    /** In: tag or token, time to live. */
    static final String EXTEND = "if redis.call('HGET', KEYS[1], 't') == ARGV[1] then "
            + "  return redis.call('PEXPIRE', KEYS[1], ARGV[2]) "
            + "end "
            + "return 0";

    /** In: tag, time to live, idle time. Out: 1 if it was still there and has not lapsed. */
    static final String TAKE_OVER = NOW
            + LAPSED
            + "local v = redis.call('HMGET', KEYS[1], 't', 'u', 'i') "
            + "if v[1] ~= ARGV[1] or lapsed(v[2], v[3]) then return 0 end "
            + "redis.call('HINCRBY', KEYS[1], 'n', 1) "
            + "redis.call('HSET', KEYS[1], 'u', now(), 'i', ARGV[3]) "
            + "return redis.call('PEXPIRE', KEYS[1], ARGV[2])";

    /** In: tag, time to live, idle time. */
    static final String TOUCH = NOW
            + "if redis.call('HGET', KEYS[1], 't') == ARGV[1] then "
            + "  redis.call('HSET', KEYS[1], 'u', now(), 'i', ARGV[3]) "
            + "  return redis.call('PEXPIRE', KEYS[1], ARGV[2]) "
            + "end "
            + "return 0";

    /** In: token. */
    static final String GIVE_BACK = "if redis.call('HGET', KEYS[1], 't') == ARGV[1] then "
            + "  return redis.call('DEL', KEYS[1]) "
            + "end "
            + "return 0";

    /** In: token, tag, session, time to live, idle time. Out: 1 if it is stored. */
    static final String ACTIVATE = NOW
            + "local t = redis.call('HGET', KEYS[1], 't') "
            + "if t and t ~= ARGV[1] then return 0 end "
            + "redis.call('HSET', KEYS[1], 't', ARGV[2], 'd', ARGV[3], 'n', 0, 'u', now(), 'i', ARGV[5]) "
            + "redis.call('PEXPIRE', KEYS[1], ARGV[4]) "
            + "return 1";

    /**
     * The second name notes for a while that it was taken out. In: tag, the longest time since its last use that
     * counts as use, or -1; how long to note. Out: how many took it over; -1 where it stays or another took it out; -2
     * where it was not there.
     */
    static final String REMOVE = NOW
            + "local v = redis.call('HMGET', KEYS[1], 't', 'n', 'u') "
            + "if v[1] ~= ARGV[1] then "
            + "  if redis.call('SET', KEYS[2], '', 'NX', 'PX', ARGV[3]) then return " + ABSENT + " end "
            + "  return -1 "
            + "end "
            + "if now() - tonumber(v[3] or 0) <= tonumber(ARGV[2]) then return -1 end "
            + "redis.call('DEL', KEYS[1]) "
            + "redis.call('SET', KEYS[2], '', 'PX', ARGV[3]) "
            + "return tonumber(v[2] or 0)";

    private RedisScripts() {}
}
