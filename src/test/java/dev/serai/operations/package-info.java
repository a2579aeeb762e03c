@NullMarked
package dev.serai.operations;

import org.jspecify.annotations.NullMarked;
