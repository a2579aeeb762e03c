/** The entry for messages of a JMS queue. Nothing here is loaded, but its options, unless {@code serai.jms.enabled}. */
@NullMarked
package dev.serai.jms;

import org.jspecify.annotations.NullMarked;
