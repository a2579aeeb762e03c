/** The command line, bin/serai. */
@NullMarked
package dev.serai.cli;

import org.jspecify.annotations.NullMarked;
