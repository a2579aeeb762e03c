/** Tokens for upstreams: found, requested, kept, refreshed, and given up when they are refused. */
@NullMarked
package dev.serai.oauth;

import org.jspecify.annotations.NullMarked;
