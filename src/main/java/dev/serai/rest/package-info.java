/** HTTP APIs as capabilities: what a declaration says about a request, and how arguments get into it. */
@NullMarked
package dev.serai.rest;

import org.jspecify.annotations.NullMarked;
