package dev.serai.grpc;

import com.google.protobuf.AnyProto;
import com.google.protobuf.ApiProto;
import com.google.protobuf.DescriptorProtos;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.Descriptors.DescriptorValidationException;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.Descriptors.ServiceDescriptor;
import com.google.protobuf.DurationProto;
import com.google.protobuf.EmptyProto;
import com.google.protobuf.FieldMaskProto;
import com.google.protobuf.SourceContextProto;
import com.google.protobuf.StructProto;
import com.google.protobuf.TimestampProto;
import com.google.protobuf.TypeProto;
import com.google.protobuf.TypeRegistry;
import com.google.protobuf.WrappersProto;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Descriptors of files that belong together, put together; safe for use by several threads. */
final class Descriptions {
    /** Files of one set. */
    static final int MOST_FILES = 1_000;

    /** Bytes of all files of one set. */
    static final int MOST_BYTES = 8 * 1024 * 1024;

    /** The library's own: only these are the types that have a JSON form of their own. */
    private static final Map<String, FileDescriptor> OWN = Stream.of(
                    AnyProto.getDescriptor(),
                    ApiProto.getDescriptor(),
                    DescriptorProtos.getDescriptor(),
                    DurationProto.getDescriptor(),
                    EmptyProto.getDescriptor(),
                    FieldMaskProto.getDescriptor(),
                    SourceContextProto.getDescriptor(),
                    StructProto.getDescriptor(),
                    TimestampProto.getDescriptor(),
                    TypeProto.getDescriptor(),
                    WrappersProto.getDescriptor())
            .collect(Collectors.toUnmodifiableMap(FileDescriptor::getName, Function.identity()));

    private final Map<String, FileDescriptor> built = new HashMap<>();
    private final TypeRegistry types;
    private final int size;

    /** What cannot be used; its message says why. */
    static final class Unusable extends Exception {
        private static final long serialVersionUID = 1L;

        Unusable(String message) {
            super(message);
        }
    }

    private Descriptions(Map<String, FileDescriptorProto> files) throws Unusable {
        for (String name : files.keySet()) {
            build(name, files, new HashSet<>());
        }
        TypeRegistry.Builder known = TypeRegistry.newBuilder();
        OWN.values().forEach(file -> known.add(file.getMessageTypes()));
        built.values().forEach(file -> known.add(file.getMessageTypes()));
        this.types = known.build();
        this.size = files.values().stream()
                .mapToInt(FileDescriptorProto::getSerializedSize)
                .sum();
    }

    /** Bytes of the files as they are sent; in memory they take some ten times as many. */
    int size() {
        return size;
    }

    /** @throws Unusable where files are missing, too many or wrong, or import each other in a circle */
    static Descriptions of(Map<String, FileDescriptorProto> files) throws Unusable {
        try {
            return new Descriptions(files);
        } catch (RuntimeException e) {
            // The library looks at what it is given while it uses it.
            throw new Unusable(
                    "the descriptors cannot be put together (" + e.getClass().getSimpleName() + ")");
        }
    }

    static boolean isOwn(String file) {
        return OWN.containsKey(file);
    }

    private FileDescriptor build(String name, Map<String, FileDescriptorProto> files, Set<String> within)
            throws Unusable {
        FileDescriptor known = OWN.getOrDefault(name, built.get(name));
        if (known != null) {
            return known;
        }
        FileDescriptorProto file = files.get(name);
        if (file == null) {
            throw new Unusable("the descriptors lack the file " + name + ", which another imports");
        }
        if (!within.add(name) || within.size() > MOST_FILES) {
            throw new Unusable("the descriptors of " + name + " import each other in a circle");
        }
        FileDescriptor[] imported = new FileDescriptor[file.getDependencyCount()];
        for (int i = 0; i < imported.length; i++) {
            imported[i] = build(file.getDependency(i), files, within);
        }
        within.remove(name);
        FileDescriptor made = built(file, imported);
        built.put(name, made);
        return made;
    }

    /** Some servers do not say that they import the library's own files. */
    private static FileDescriptor built(FileDescriptorProto file, FileDescriptor[] imported) throws Unusable {
        try {
            return FileDescriptor.buildFrom(file, imported);
        } catch (DescriptorValidationException e) {
            List<FileDescriptor> more = new ArrayList<>(List.of(imported));
            FileDescriptorProto.Builder importing = file.toBuilder();
            OWN.values().stream().filter(own -> !more.contains(own)).toList().forEach(own -> {
                more.add(own);
                importing.addDependency(own.getName());
            });
            try {
                return FileDescriptor.buildFrom(importing.build(), more.toArray(FileDescriptor[]::new));
            } catch (DescriptorValidationException stillWrong) {
                throw new Unusable("the descriptor of " + file.getName() + " is wrong: " + e.getDescription());
            }
        }
    }

    /**
     * A method.
     *
     * @param method as {@code package.Service/Method}
     * @throws Unusable where there is none that can be called
     */
    Messages method(String method) throws Unusable {
        int slash = method.indexOf('/');
        ServiceDescriptor service = service(method.substring(0, slash));
        if (service == null) {
            throw new Unusable("there is no service " + method.substring(0, slash) + "; there are " + services());
        }
        MethodDescriptor found = service.findMethodByName(method.substring(slash + 1));
        if (found == null) {
            throw new Unusable("there is no method " + method + "; the service has "
                    + service.getMethods().stream()
                            .map(MethodDescriptor::getName)
                            .collect(Collectors.joining(", ")));
        }
        if (found.isClientStreaming()) {
            throw new Unusable(method + " takes a stream of messages, which a call does not have;"
                    + " expected a method that takes one message");
        }
        return new Messages(found, types);
    }

    private @Nullable ServiceDescriptor service(String name) {
        for (FileDescriptor file : built.values()) {
            for (ServiceDescriptor service : file.getServices()) {
                if (service.getFullName().equals(name)) {
                    return service;
                }
            }
        }
        return null;
    }

    private String services() {
        String names = built.values().stream()
                .flatMap(file -> file.getServices().stream())
                .map(ServiceDescriptor::getFullName)
                .sorted()
                .collect(Collectors.joining(", "));
        return names.isEmpty() ? "none" : names;
    }
}
