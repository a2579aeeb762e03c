package dev.serai.http;

/**
 * An answer beside the calls of capabilities.
 *
 * @param status the HTTP status
 * @param body as much of it as was allowed, read as UTF-8
 * @param whole false where there was more, or where it broke off
 */
public record SideAnswer(int status, String body, boolean whole) {}
