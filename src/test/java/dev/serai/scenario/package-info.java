/** Hazards, each tried through the public doors of a whole gateway. */
@NullMarked
package dev.serai.scenario;

import org.jspecify.annotations.NullMarked;
