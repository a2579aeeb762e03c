package dev.serai.gateway;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.spi.Resource;
import org.apache.camel.support.ResourceHelper;
import org.jspecify.annotations.Nullable;

/** The YAML files of the route folders, in a fixed order. */
record RouteFiles(List<Path> folders, boolean entries) {
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

    /** Without entries no route listens to the outside. */
    private boolean isRoute(Path relative) {
        String name = relative.getFileName().toString();
        boolean yaml = name.endsWith(".yaml") || name.endsWith(".yml");
        boolean entry =
                relative.getNameCount() > 1 && relative.getName(0).toString().equals(ENTRY);
        return yaml && !name.startsWith(".") && (entries || !entry);
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
