package dev.serai.store;

/**
 * What runs in Redis, each script atomically. A place is a hash: {@code t} the tag of the session, or the token of who
 * opens one; {@code d} the sealed session; {@code n} how many took it over; {@code u} its last use, in milliseconds of
 * Redis' clock. Whatever lapses is removed by Redis itself.
 */
final class RedisScripts {
    private static final String NOW =
            "local function now() local t = redis.call('TIME'); return t[1] * 1000 + math.floor(t[2] / 1000) end ";

    /** In: token or nothing, lease. Out: nothing; or the tag, and the session if it is open. */
    static final String LOOK = "local t = redis.call('HGET', KEYS[1], 't') "
            + "if t then "
            + "  local d = redis.call('HGET', KEYS[1], 'd') "
            + "  if not d then return {t} end "
            + "  return {t, d} "
            + "end "
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

    /** In: tag, time to live. Out: 1 if it was still there. */
    static final String TAKE_OVER = NOW
            + "if redis.call('HGET', KEYS[1], 't') ~= ARGV[1] then return 0 end "
            + "redis.call('HINCRBY', KEYS[1], 'n', 1) "
            + "redis.call('HSET', KEYS[1], 'u', now()) "
            + "return redis.call('PEXPIRE', KEYS[1], ARGV[2])";

    /** In: tag, time to live. */
    static final String TOUCH = NOW
            + "if redis.call('HGET', KEYS[1], 't') == ARGV[1] then "
            + "  redis.call('HSET', KEYS[1], 'u', now()) "
            + "  return redis.call('PEXPIRE', KEYS[1], ARGV[2]) "
            + "end "
            + "return 0";

    /** In: token. */
    static final String GIVE_BACK = "if redis.call('HGET', KEYS[1], 't') == ARGV[1] then "
            + "  return redis.call('DEL', KEYS[1]) "
            + "end "
            + "return 0";

    /** In: token, tag, session, time to live. Out: 1 if it is stored. */
    static final String ACTIVATE = NOW
            + "local t = redis.call('HGET', KEYS[1], 't') "
            + "if t and t ~= ARGV[1] then return 0 end "
            + "redis.call('HSET', KEYS[1], 't', ARGV[2], 'd', ARGV[3], 'n', 0, 'u', now()) "
            + "redis.call('PEXPIRE', KEYS[1], ARGV[4]) "
            + "return 1";

    /** In: tag, the longest time since its last use that counts as use, or -1. Out: how many took it over; or -1. */
    static final String REMOVE = NOW
            + "local v = redis.call('HMGET', KEYS[1], 't', 'n', 'u') "
            + "if v[1] ~= ARGV[1] then return -1 end "
            + "if now() - tonumber(v[3] or 0) <= tonumber(ARGV[2]) then return -1 end "
            + "redis.call('DEL', KEYS[1]) "
            + "return tonumber(v[2] or 0)";

    private RedisScripts() {}
}
