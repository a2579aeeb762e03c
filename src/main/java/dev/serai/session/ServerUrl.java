package dev.serai.session;

/** A server, as far as reaching it goes. */
record ServerUrl(String provider, String url) {
    static ServerUrl of(SessionKey key) {
        return new ServerUrl(key.provider(), key.serverUrl());
    }
}
