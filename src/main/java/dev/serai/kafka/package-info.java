/** The entry from Kafka: takes calls from a topic in order per key, and answers them in another. */
@NullMarked
package dev.serai.kafka;

import org.jspecify.annotations.NullMarked;
