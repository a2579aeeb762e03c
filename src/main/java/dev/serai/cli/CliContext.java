package dev.serai.cli;

import dev.serai.capability.Catalog;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;

/**
 * What the verbs use of the world around them.
 *
 * @param home the folder that holds routes/, capabilities/ and config/
 * @param in where {@code call ID -} reads its arguments
 * @param out results
 * @param err session metadata, progress and errors
 * @param terminal whether {@code out} is a terminal: results are then indented
 * @param catalogs reads the declarations below the given folders
 * @param gateways starts a gateway in this process
 */
record CliContext(
        Path home,
        InputStream in,
        PrintStream out,
        PrintStream err,
        boolean terminal,
        Function<List<Path>, Catalog> catalogs,
        LocalGateway.Starter gateways) {}
