/** The entry from Kafka with a broker that is real and in the same process. */
@NullMarked
package dev.serai.kafka;

import org.jspecify.annotations.NullMarked;
