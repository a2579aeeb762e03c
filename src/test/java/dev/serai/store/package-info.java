@NullMarked
package dev.serai.store;

import org.jspecify.annotations.NullMarked;
