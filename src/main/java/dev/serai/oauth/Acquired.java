package dev.serai.oauth;

import java.util.Set;

/**
 * A token that has just come.
 *
 * @param answer the token
 * @param clientId whose it is
 * @param askedAt the ticker's time when it was asked for
 * @param scopes with which it was asked for
 */
record Acquired(TokenAnswer answer, String clientId, long askedAt, Set<String> scopes) {}
