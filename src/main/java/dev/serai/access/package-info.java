/** Who may come in, and what they may call: credentials of callers, roles, the rule for the address to listen on. */
@NullMarked
package dev.serai.access;

import org.jspecify.annotations.NullMarked;
