package dev.serai.gateway;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.spi.Resource;
import org.apache.camel.support.ResourceHelper;
import org.jspecify.annotations.Nullable;

/**
 * The YAML files of the route folders, in a fixed order.
 *
 * @param folders the ones that are walked, in this order
 * @param entries whether routes may listen to the outside: {@code false} leaves out everything below {@code entry/}
 * @param off names of entries that are switched off: {@code entry/NAME.camel.yaml} is left out for each
 */
record RouteFiles(List<Path> folders, boolean entries, Set<String> off) {
    private static final String ENTRY = "entry";
    private static final String SCHEME = "file:";
    private static final int MAX_DEPTH = 8;

    List<Path> list() throws IOException {
        List<Path> files = new ArrayList<>();
        for (Path given : folders) {
            Path folder = given.toAbsolutePath().normalize();
            try (Stream<Path> found = Files.walk(folder, MAX_DEPTH)) {
                found.filter(file -> isRoute(folder.relativize(file)) && Files.isRegularFile(file))
                        .sorted()
                        .forEach(files::add);
            }
        }
        return files;
    }

    private boolean isRoute(Path relative) {
        String name = relative.getFileName().toString();
        boolean yaml = name.endsWith(".yaml") || name.endsWith(".yml");
        boolean entry =
                relative.getNameCount() > 1 && relative.getName(0).toString().equals(ENTRY);
        return yaml && !name.startsWith(".") && (!entry || isOn(name));
    }

    private boolean isOn(String entry) {
        return entries && !off.contains(entry.substring(0, entry.indexOf('.')));
    }

    /** The file that a resource made here stands for; empty for any other. */
    static String path(@Nullable Resource resource) {
        String location = resource == null ? "" : resource.getLocation();
        return location.startsWith(SCHEME) ? location.substring(SCHEME.length()) : "";
    }

    static List<Resource> resources(CamelContext context, List<Path> files) {
        return files.stream()
                .map(file -> ResourceHelper.resolveResource(context, SCHEME + file.toAbsolutePath()))
                .toList();
    }
}
