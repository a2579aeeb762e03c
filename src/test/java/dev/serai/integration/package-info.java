/** Claims shown against third-party servers, which bin/integration installs below target/. */
@NullMarked
package dev.serai.integration;

import org.jspecify.annotations.NullMarked;
