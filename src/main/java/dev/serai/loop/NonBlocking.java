package dev.serai.loop;

/**
 * A step or bean of a route that never waits: it may run on an event loop. Where it is given an {@link
 * java.io.InputStream} it may read it, since such a body never comes to an event loop.
 */
public interface NonBlocking {}
