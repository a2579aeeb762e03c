/** Sessions that outlive the process: in a file, or in Redis where several gateways share them. */
@NullMarked
package dev.serai.store;

import org.jspecify.annotations.NullMarked;
