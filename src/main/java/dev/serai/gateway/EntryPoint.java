package dev.serai.gateway;

/** Where callers come in: a display name and its URL. */
public record EntryPoint(String name, String url) {}
