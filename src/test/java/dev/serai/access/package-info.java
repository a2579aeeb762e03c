@NullMarked
package dev.serai.access;

import org.jspecify.annotations.NullMarked;
