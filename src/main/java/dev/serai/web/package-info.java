/** What providers that speak HTTP share: sessions that a login gives, and how declarations describe them. */
@NullMarked
package dev.serai.web;

import org.jspecify.annotations.NullMarked;
