/** What an operator sees of the gateway: metrics, the audit trail, the state of its upstreams. */
@NullMarked
package dev.serai.observe;

import org.jspecify.annotations.NullMarked;
