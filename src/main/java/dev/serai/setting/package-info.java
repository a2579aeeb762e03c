@NullMarked
package dev.serai.setting;

import org.jspecify.annotations.NullMarked;
